"""Node: a value of a document and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.plain import at
from faultline.analyzers.design.documents.tree import Pointer


@dataclass(slots=True, eq=False)
class Node:
    """A value of a document and where it stands; nobody changes it. There are 30,000 of them in 3 MB, hence the slots.

    Args:
        document: the file that it stands in, which behind a reference may be another one.
        pointer: where in that file.
        value: the data there; None where there is nothing.

    """

    document: Document
    pointer: Pointer
    value: Any

    def child(self, *parts: str | int) -> Node:
        """A value below; None as `value` where there is none."""
        return Node(self.document, (*self.pointer, *parts), at(self.value, parts))

    def items(self) -> Iterator[tuple[str | int, Node]]:
        """The values below a dict or list, in order."""
        value = self.value
        pairs: Any = ()
        if isinstance(value, dict):
            pairs = value.items()
        elif isinstance(value, list):
            pairs = enumerate(value)
        for key, each in pairs:
            yield key, Node(self.document, (*self.pointer, key), each)
