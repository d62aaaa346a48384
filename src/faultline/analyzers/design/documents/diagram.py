"""Diagram: boxes and arrows of a drawing in text, with the lines of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from faultline.analyzers.design.documents.document import Document


@dataclass(frozen=True, slots=True)
class Box:
    """A node.

    `id` is its name in the diagram, `name` what is shown, `shape` what the dialect calls it (`database`, `queue`,
    `person`, `external`, `boundary`; empty for a plain one), `technology` where C4 says it, `group` the boxes it is in.
    """

    id: str
    name: str
    line: int
    shape: str = ""
    technology: str = ""
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge from one box's id to another's; `dashed` for dotted lines and asynchronous messages."""

    source: str
    target: str
    line: int
    label: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """One diagram. `dialect`: flowchart, sequence, c4, architecture, state, class, er, plantuml, structurizr.

    Lines are those of the file that it stands in, 1-based.
    """

    dialect: str
    line: int
    end_line: int
    boxes: tuple[Box, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    title: str = ""


class DiagramDocument(Document):
    """A file that is one diagram, or several."""

    kind: ClassVar[str] = "diagram"

    @cached_property
    def diagrams(self) -> list[Diagram]:
        """The diagrams in their order."""
        return []
