"""Document: one file of a design."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from faultline.analyzers.design.documents.text import Fault
from faultline.analyzers.design.documents.tree import Tree


@dataclass(eq=False)
class Document:
    r"""One file; each kind of file has a class of its own beside this one.

    Args:
        path: as the user knows it, with `/`; untrusted text, never opened.
        text: the content, without a byte order mark and with `\n` at the ends of lines.
        tree: its data, where it is a YAML or JSON document; the first one where there are several.
        problems: what could not be read of it, a sentence each.
        faults: why it could not be read at all, or not as what it is; agent `contract` tells them at their lines.

    """

    kind: ClassVar[str] = "other"

    path: str
    text: str
    tree: Tree | None = None
    problems: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; line 1 is at 0."""
        return self.text.split("\n")


class DataDocument(Document):
    """YAML or JSON that is nothing by itself; others may point into it."""

    kind: ClassVar[str] = "data"
