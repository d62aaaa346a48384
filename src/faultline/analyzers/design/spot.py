"""Spot: where in a design something stands."""

from __future__ import annotations

from dataclasses import dataclass

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.tree import Pointer, Tree


@dataclass(slots=True, unsafe_hash=True)
class Spot:
    """Where something stands: a node of a tree, or lines of a text. Lines of a node are looked up only when told.

    Nobody changes one. A frozen dataclass would say so, but takes ten times as long to make, and 3 MB have 9,000 spots.

    Args:
        document: the file.
        pointer: of the node; None where `line` says it.
        tree: which the pointer belongs to; None for the document's own.
        line: first line, from 1, where there is no pointer.
        end_line: last line, inclusive; 0 for the same as the first.
        symbol: what stands there in a few words, stable over versions: `GET /orders parameter limit`, `service web`.
            A fingerprint is made of it, and the pointer or the line's text stands in where it is empty.

    """

    document: Document
    pointer: Pointer | None = None
    tree: Tree | None = None
    line: int = 0
    end_line: int = 0
    symbol: str = ""

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line, 1-based and inclusive; of a node that is the line of its key."""
        if self.pointer is None:
            return self.line, self.end_line or self.line
        tree = self.tree or self.document.tree
        assert tree is not None, f"{self.document.path} has no tree for {self.pointer}"
        line = tree.key_line_of(self.pointer)
        return line, line
