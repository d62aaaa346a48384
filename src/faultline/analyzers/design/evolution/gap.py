"""Gap: what one side allows and the other does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from faultline.analyzers.design.documents.openapi import Node


class Mode(StrEnum):
    """Who sends what a schema describes.

    In a request every value of the old version must still be allowed by the new one; in a response every value of the
    new version must have been allowed by the old one. The payload of a webhook is a response in this sense.
    """

    REQUEST = "request"
    RESPONSE = "response"


class Kind(StrEnum):
    """In what the two sides differ."""

    TYPE = "type"
    NULL = "null"
    ENUM = "enum"
    BOUND = "bound"
    PATTERN = "pattern"
    FORMAT = "format"
    REQUIRED = "required"
    MISSING = "missing"
    IGNORED = "ignored"
    CLOSED = "closed"
    ADDITIONAL = "additional"
    READ_ONLY = "read-only"
    ALTERNATIVE = "alternative"
    OVERLAP = "overlap"
    DISCRIMINATOR = "discriminator"
    CONSTRAINT = "constraint"
    DEFAULT = "default"
    UNKNOWN = "unknown"


SOFT = frozenset({Kind.MISSING, Kind.IGNORED, Kind.OVERLAP, Kind.DISCRIMINATOR, Kind.DEFAULT})
"""Differences that leave every value of one side allowed by the other."""


REQUIRED = "required"
"""What `wide` says of a property that is gone and was always there."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference between the side that sends (`sub`) and the side that takes (`sup`).

    Args:
        kind: in what.
        sub: where the sender says it.
        sup: where the taker says it.
        name: of the property, or the keyword, that it is about.
        wide: what the sender may send, in words.
        narrow: what the taker takes, in words.
        deprecated: it was announced that the thing would go.
        is_new: the property is not known to the other side at all.

    """

    kind: Kind
    sub: Node
    sup: Node
    name: str = ""
    wide: str = ""
    narrow: str = ""
    deprecated: bool = False
    is_new: bool = False

    @property
    def hard(self) -> bool:
        """Whether there are values that show it."""
        return self.kind not in SOFT or (self.kind is Kind.MISSING and self.wide == REQUIRED)
