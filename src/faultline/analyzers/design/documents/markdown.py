"""MarkdownDocument: an architecture document or an ADR: sections, diagrams, tables, and what its sentences state.

Plain text, reStructuredText and AsciiDoc are read as far as they look like Markdown (`blocks.py`). All lines are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from faultline.analyzers.design.documents.diagram import Diagram, fenced
from faultline.analyzers.design.documents.document import Document

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.relations import Relation


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what follows it up to the next one. `level` 1 to 6; lines are 1-based and inclusive.

    `trail` are the titles of the sections that it stands in, the outermost first, its own last.
    """

    title: str
    level: int
    line: int
    end_line: int
    trail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of prose, of a list item or of a table cell, without markup; where it starts and ends."""

    text: str
    line: int
    end_line: int
    section: str = ""
    row: tuple[str, ...] = ()
    """The cells of the table row it stands in, the headings of the columns not included."""
    headers: tuple[str, ...] = ()
    """The headings of the table's columns."""
    column: int = -1
    """Which cell of the row it is, from 0; -1 outside tables."""
    trail: tuple[str, ...] = ()
    """The titles of all sections that it stands in, the outermost first."""
    lead: str = ""
    """What introduces the list it is an item of: the paragraph before the list, or the item above."""
    list: int = 0
    """Which list of the document it is an item of, from 1; 0 outside lists."""
    item: int = 0
    """Which item of the document it stands in, from 1."""
    block: int = 0
    """Which paragraph, first paragraph of an item or row of the document it stands in, from 1."""
    checked: bool | None = None
    """Whether the box before it is ticked (`[x]`, or a check mark as against a cross); None without a box."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells without markup, as many as the table has headings."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its rows."""

    line: int
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    section: str = ""
    trail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of code: `language` is the first word after the fence; `line` that of the first line inside."""

    language: str
    line: int
    text: str
    section: str = ""


_NOT_IN_FORCE = (
    *("proposed", "draft", "pending", "in review", "under discussion", "wip"),
    *("superseded", "deprecated", "rejected", "replaced", "obsolete", "withdrawn"),
)


@dataclass(frozen=True, slots=True)
class Adr:
    """What a decision record says of itself: number, title, status in lower case, and which ones it supersedes."""

    number: int | None
    title: str
    status: str
    status_line: int
    supersedes: tuple[int, ...] = ()
    superseded_by: tuple[int, ...] = ()

    @property
    def in_force(self) -> bool:
        """Whether what it decides is so: it is neither open still, nor over."""
        return not self.status.startswith(_NOT_IN_FORCE) and not self.superseded_by


class MarkdownDocument(Document):
    """A text in Markdown; plain text is read as such."""

    kind: ClassVar[str] = "markdown"

    @cached_property
    def content(self) -> Content:
        """All that is read of it at once."""
        from faultline.analyzers.design.documents.blocks import content  # here, for it needs the nouns above

        found = content(self.path, self.text)
        self.problems.extend(found.problems)
        return found

    @property
    def void(self) -> bool:
        """Whether it is a decision record that is not in force: what it says is not so."""
        return self.adr is not None and not self.adr.in_force

    @property
    def title(self) -> str:
        """See Document."""
        return self.sections[0].title if self.sections else self.kind

    @property
    def sections(self) -> list[Section]:
        """The sections in their order, whatever their level."""
        return self.content.sections

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences in their order; fenced code is none."""
        return self.content.sentences

    @property
    def tables(self) -> list[Table]:
        """The tables in their order."""
        return self.content.tables

    @property
    def fences(self) -> list[Fence]:
        """The fenced blocks in their order, diagrams among them."""
        return self.content.fences

    @property
    def front_matter(self) -> Mapping[str, tuple[str, int]]:
        """The plain `key: value` lines between `---` at the top, keys in lower case: the value and its line."""
        return self.content.front_matter

    @cached_property
    def diagrams(self) -> list[Diagram]:
        """The fenced diagrams in their order."""
        found: list[Diagram] = []
        for fence in self.fences:
            diagrams, problems = fenced(fence.text, fence.line, fence.language)
            found += diagrams
            self.problems.extend(problems)
        return found

    @cached_property
    def adr(self) -> Adr | None:
        """The decision record that this is; None for another text."""
        from faultline.analyzers.design.documents.adr import adr_of

        return adr_of(self)

    @cached_property
    def relations(self) -> list[Relation]:
        """What its sentences say of one component and another: who calls whom, who stores where."""
        from faultline.analyzers.design.documents.relations import relations_of

        return relations_of(self)


@dataclass(frozen=True, slots=True)
class Content:
    """What one pass over a text gives."""

    sections: list[Section]
    sentences: list[Sentence]
    tables: list[Table]
    fences: list[Fence]
    front_matter: Mapping[str, tuple[str, int]]
    problems: list[str]
