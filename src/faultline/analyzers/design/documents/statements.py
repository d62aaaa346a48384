"""Statements: what sentences say of timeouts, retries and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.markdown import MarkdownDocument


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a sentence states."""

    line: int


def statements_of(document: MarkdownDocument) -> list[Statement]:
    """The statements of a text."""
    assert document
    return []
