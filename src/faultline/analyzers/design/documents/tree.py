"""Tree: the data of a YAML or JSON document, and on which line each of its nodes stands."""

from __future__ import annotations

from typing import Any, Protocol

Pointer = tuple[str | int, ...]
"""A JSON pointer (RFC 6901) in its parts: keys as they are written, places in lists from 0. Empty for the root."""


class Tree(Protocol):
    """Data with positions. Data are plain dict, list, str, int, float, bool and None; keys of dicts are text."""

    @property
    def data(self) -> Any:
        """The whole document. Nobody changes it."""
        ...

    def line_of(self, pointer: Pointer) -> int:
        """The line on which a value starts, from 1: where PyYAML's mark of the node is.

        A pointer into nothing gives the line of the nearest node above it.
        """
        ...

    def key_line_of(self, pointer: Pointer) -> int:
        """The line on which the key of a value stands; for an item of a list and for the root that of the value."""
        ...

    def end_line_of(self, pointer: Pointer) -> int:
        """The last line of a value, inclusive; blank lines and comments after it do not count."""
        ...
