"""Document: one file of a design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from faultline.analyzers.design.documents.text import Fault
from faultline.analyzers.design.documents.tree import Tree

if TYPE_CHECKING:
    from faultline.analyzers.design.documents.markdown import Section


@dataclass(eq=False)
class Document:
    r"""One file; each kind of file has a class of its own beside this one.

    Args:
        path: as the user knows it, with `/`; untrusted text, never opened.
        text: the content, without a byte order mark and with `\n` at the ends of lines.
        tree: its data, where it is a YAML or JSON document; the first one where there are several.
        problems: what could not be read of it, a sentence each.
        siblings: the other documents of the design by path; references into them are followed.
        faults: why it could not be read at all, or not as what it is; agent `contract` tells them at their lines.

    """

    kind: ClassVar[str] = "other"

    path: str
    text: str
    tree: Tree | None = None
    problems: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    siblings: Mapping[str, Document] = field(default_factory=dict, kw_only=True)

    @property
    def title(self) -> str:
        """What it says it is, whatever its file is called; its kind where it does not say it."""
        return self.kind

    @property
    def sections(self) -> Sequence[Section]:
        """The sections of a text in their order, whatever their level."""
        return ()

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; line 1 is at 0."""
        return self.text.split("\n")


class DataDocument(Document):
    """YAML or JSON that is nothing by itself; others may point into it."""

    kind: ClassVar[str] = "data"
