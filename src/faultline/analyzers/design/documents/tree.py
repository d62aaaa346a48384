"""Tree: the data of a YAML or JSON document, and on which line each of its nodes stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

Pointer = tuple[str | int, ...]
"""A JSON pointer (RFC 6901) in its parts: keys as they are written, places in lists from 0. Empty for the root."""


class Repeated(NamedTuple):
    """A key that one map has more than once. `pointer` is the value's; the last one of them is what the data hold.

    `first` and `again` are the lines of the first one and of one after it, from 1.
    """

    pointer: Pointer
    first: int
    again: int


class Tree(Protocol):
    """Data with positions. Data are plain dict, list, str, int, float, bool and None; keys of dicts are text.

    Scalars mean what YAML 1.2 says: `yes`, `no`, `on`, `off` and dates are text; see `truth`. Merge keys (`<<`) are
    expanded. What an alias stands for may be the same object as at its anchor.
    """

    @property
    def data(self) -> Any:
        """The whole document. Nobody changes it."""
        ...

    @property
    def nodes(self) -> int:
        """How many values it has, the maps and lists and what aliases stand for included."""
        ...

    @property
    def repeated(self) -> Sequence[Repeated]:
        """The keys that are there more than once."""
        ...

    def line_of(self, pointer: Pointer) -> int:
        """The line on which a value starts, from 1: where PyYAML's mark of the node is.

        So an anchor or a tag before it counts, an alias stands where its anchor does, and a value that is not there
        stands behind its colon or dash. A pointer into nothing gives the line of the nearest node above it.
        """
        ...

    def key_line_of(self, pointer: Pointer) -> int:
        """The line on which the key of a value stands; for an item of a list and for the root that of the value.

        What a merge key (`<<`) brings stands where it is written, at the anchor.
        """
        ...

    def end_line_of(self, pointer: Pointer) -> int:
        """The last line of a value, inclusive; blank lines and comments after it do not count."""
        ...


_TRUTHS = dict.fromkeys(("true", "yes", "on", "y"), True) | dict.fromkeys(("false", "no", "off", "n"), False)


def truth(value: Any) -> bool | None:
    """What a value means where only true or false makes sense; None where it is neither.

    Readers of compose files and of Kubernetes objects take the words of YAML 1.1 there, `privileged: yes`; elsewhere
    these words are text, as in `restart: no`, so a tree keeps them as text.
    """
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(value.lower()) if isinstance(value, str) else None
