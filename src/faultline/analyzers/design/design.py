"""Design: all files that describe one system, as the agents see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from faultline.analyzers.design.config import Config
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.rules import catalogue
from faultline.core.finding import Severity

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.openapi import OpenApiDocument
    from faultline.analyzers.design.system.model import System

D = TypeVar("D", bound=Document)


@dataclass
class Design:
    """Everything that was read of one artifact; agents share it and change nothing.

    Args:
        documents: sorted by path.
        older: the version to compare with; None where none is given.
        config: what `.faultline.toml` says.
        left_out: what was not read, a sentence each.
        level: the least severity that is told; see `tells`.

    """

    documents: Sequence[Document]
    older: Design | None = None
    config: Config = field(default_factory=Config)
    left_out: Sequence[str] = ()
    level: Severity = Severity.INFO

    def of(self, kind: type[D]) -> list[D]:
        """The documents of one kind, by path."""
        return [each for each in self.documents if isinstance(each, kind)]

    def tells(self, rule: str) -> bool:
        """Whether what a rule finds is told at its own severity.

        What is not told does no harm; but a check that would say ten thousand things may ask first.
        """
        known = catalogue()[rule]
        return (self.config.severity_of((rule, *known.cwe)) or known.severity).at_least(self.level)

    @cached_property
    def by_path(self) -> dict[str, Document]:
        """The documents by their path."""
        return {each.path: each for each in self.documents}

    @cached_property
    def successions(self) -> list[tuple[OpenApiDocument, OpenApiDocument]]:
        """Specifications that lie beside each other as an older and the next version of one API."""
        from faultline.analyzers.design.documents.openapi import OpenApiDocument  # here, for it reads documents

        specs = self.of(OpenApiDocument)
        if len(specs) < 2:
            return []
        from faultline.analyzers.design.evolution.pairing import successions

        return successions(specs)

    @cached_property
    def system(self) -> System:
        """The one system that all documents describe together."""
        from faultline.analyzers.design.system.building import build  # here, for it reads documents

        return build(self)
