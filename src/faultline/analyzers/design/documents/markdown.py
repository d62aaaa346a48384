"""MarkdownDocument: an architecture document or an ADR: sections, diagrams, tables, and what its sentences state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from faultline.analyzers.design.documents.diagram import Diagram
from faultline.analyzers.design.documents.document import Document


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what follows it up to the next one. `level` 1 to 6; lines are 1-based and inclusive."""

    title: str
    level: int
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of prose, of a list item or of a table cell, without markup; where it starts and ends."""

    text: str
    line: int
    end_line: int
    section: str = ""
    row: tuple[str, ...] = ()
    """The cells of the table row it stands in, the headings of the columns not included."""


@dataclass(frozen=True, slots=True)
class Adr:
    """What a decision record says of itself: number, title, status in lower case, and which ones it supersedes."""

    number: int | None
    title: str
    status: str
    status_line: int
    supersedes: tuple[int, ...] = ()
    superseded_by: tuple[int, ...] = ()


class MarkdownDocument(Document):
    """A text in Markdown; plain text is read as such."""

    kind: ClassVar[str] = "markdown"

    @cached_property
    def sections(self) -> list[Section]:
        """The sections in their order, whatever their level."""
        return []

    @cached_property
    def sentences(self) -> list[Sentence]:
        """All sentences in their order; fenced code is none."""
        return []

    @cached_property
    def diagrams(self) -> list[Diagram]:
        """The fenced diagrams in their order."""
        return []

    @cached_property
    def adr(self) -> Adr | None:
        """The decision record that this is; None for another text."""
        return None
