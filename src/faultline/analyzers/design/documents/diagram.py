"""Diagram: boxes and arrows of a drawing in text, with the lines of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import ClassVar

from faultline.analyzers.design.documents.document import Document
from faultline.core.patterns import regex

MAX_LINES = 20_000
"""Lines of one diagram that are read."""
MAX_LINE = 4_000
"""Characters of a line in a diagram; longer ones are data, and are left out."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node.

    `id` is its name in the diagram, `name` what is shown, `shape` what the dialect calls it (`database`, `queue`,
    `person`, `external`, `boundary`; empty for a plain one; `start`, `end` and `choice` in a state diagram, `decision`
    in a flowchart), `technology` where C4 says it, or what a label says below its first line, `group` the names of the
    boxes it is in, the outermost first.
    """

    id: str
    name: str
    line: int
    shape: str = ""
    technology: str = ""
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """An edge from one box's id to another's; `dashed` for dotted lines and asynchronous messages.

    `reply` is the answer to a message that was sent before, in a sequence diagram: no call of its own.
    """

    source: str
    target: str
    line: int
    label: str = ""
    dashed: bool = False
    reply: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Words in a diagram that are no box and no arrow: a note, or what a loop says of itself (`loop: every minute`)."""

    text: str
    line: int


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
    notes: tuple[Note, ...] = ()

    def box(self, id: str) -> Box | None:
        """The box of an id."""
        return next((each for each in self.boxes if each.id == id), None)


class DiagramDocument(Document):
    """A file that is one diagram, or several."""

    kind: ClassVar[str] = "diagram"

    @cached_property
    def diagrams(self) -> list[Diagram]:
        """The diagrams in their order."""
        suffix = PurePosixPath(self.path).suffix.lower()
        language = {".mmd": "mermaid", ".mermaid": "mermaid", ".dsl": "structurizr"}.get(suffix, "plantuml")
        found, problems = fenced(self.text, 1, language)
        self.problems.extend(problems)
        return found


_MERMAID = regex(
    r"(?:graph|flowchart(?:-elk)?|sequenceDiagram|C4\w+|architecture-beta|architecture|stateDiagram(?:-v2)?"
    r"|classDiagram(?:-v2)?|erDiagram)(?![\w-])"
)
_LANGUAGES = {
    "mermaid": "mermaid",
    "mmd": "mermaid",
    "plantuml": "plantuml",
    "puml": "plantuml",
    "uml": "plantuml",
    "c4plantuml": "plantuml",
    "c4-plantuml": "plantuml",
    "structurizr": "structurizr",
    "structurizr-dsl": "structurizr",
    "dsl": "structurizr",
}


def fenced(text: str, line: int, language: str) -> tuple[list[Diagram], list[str]]:
    """The diagrams of a text.

    Args:
        text: what stands between the fences, or in the file.
        line: the file's line of the text's first.
        language: the word behind the fence; a block without one is a diagram where it begins as one.

    Returns:
        The diagrams, and a sentence for each that gave nothing.

    """
    from faultline.analyzers.design.documents import mermaid, plantuml, structurizr  # here, for they need the nouns

    kind = _LANGUAGES.get(language.strip("{}.").lower())
    head = text[:400].lstrip()
    if kind is None and not language:
        kind = "plantuml" if head.startswith("@start") else "mermaid" if _MERMAID.match(head) else None
    if kind is None:
        return [], []
    lines = [each if len(each) <= MAX_LINE else "" for each in text.split("\n", MAX_LINES)[:MAX_LINES]]
    while lines and not lines[-1].strip():
        lines.pop()
    read = {"mermaid": mermaid.read, "plantuml": plantuml.read, "structurizr": structurizr.read}[kind]
    found = read(lines, line)
    problems = [
        f"line {each.line}: nothing could be read of the {each.dialect} diagram" for each in found if not each.boxes
    ]
    return [each for each in found if each.boxes], problems
