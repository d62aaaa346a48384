"""Offsets: where the nodes of a YAML or JSON document start and end, without a parser that keeps marks.

PyYAML's marks cost 1.4 s for 3 MB; this costs 0.03 s and some microseconds for each node that is asked for. rapidyaml
parses a copy of the text in place, so the views that it gives of keys and scalars point into that copy: address of the
view minus address of the copy is the place in the text. It writes into the copy (escapes, folded lines), but a scalar
keeps its start. What it has no view of (brackets, dashes, anchors, tags, block scalars' headers, nulls) is found from
the nearest key by reading the text forward:

    value of a key     after the key, its colon, blanks and comments
    item of a block    after the n-th dash in the column of the first one
    item of a flow     after the end of the item before and a comma

A scalar that does not start where rapidyaml has it, a text that is not as expected, a result out of the copy: each
raises `Unsure`, and the caller asks PyYAML, so that a line is exact or slow, never wrong.
"""

from __future__ import annotations

import re
import threading
from itertools import islice
from typing import Any, Final

import ryml

from faultline.analyzers.design.documents.native import Addresses, quiet
from faultline.analyzers.design.documents.scalars import (
    alias_end,
    block_end,
    flow_end,
    gap,
    plain_end,
    properties,
    quoted_end,
)
from faultline.analyzers.design.documents.text import Unsure
from faultline.analyzers.design.documents.tree import Pointer

_NONE: Final = int(ryml.NONE)
_MARKS: Final = (re.compile(rb"&[^\s,\[\]{}]"), re.compile(rb"![^ \n,\]}]"))
_BEFORE: Final = (b"", b" ", b"\t", b"\n", b"[", b"{", b",")
"""What an anchor or a tag begins with, and what may stand before it: where there are none, no alias is either."""


class _Step:
    """A node on the way of a pointer, and the steps from there that are known."""

    __slots__ = ("below", "keyed", "node", "value")

    def __init__(self, node: int, value: Any, keyed: bool) -> None:
        self.node = node
        self.value = value
        self.keyed = keyed
        self.below: dict[str | int, _Step] = {}


class Offsets:
    r"""The offsets of one document.

    Args:
        source: the document in UTF-8, with `\n` at the ends of lines.
        data: what it holds.
        nodes: about how many nodes it has.
        json: whether it is JSON, which has no anchors and no tags.
        repeated: whether keys of one map are equal: then the last one holds.

    Raises:
        Unsure: rapidyaml does not read it.

    """

    def __init__(self, source: bytes, data: Any, *, nodes: int = 0, repeated: bool = False, json: bool = False) -> None:
        self.source = source
        self._copy = bytearray(source)
        self._repeated = repeated
        self._bare = json or not any(
            source[max(found.start() - 1, 0) : found.start()] in _BEFORE
            for mark in _MARKS
            for found in mark.finditer(source)
        )
        self._tree: Any = ryml.Tree()
        self._tree.reserve(nodes + 16)
        try:
            with quiet():
                ryml.parse_in_place(self._copy, self._tree)
        except Exception as error:
            raise Unsure from error
        self._address = Addresses()
        self._base = self._address.of(self._copy)
        self._root = _Step(int(self._tree.root_id()), data, keyed=False)
        self._starts: dict[int, int] = {}
        self._items: dict[int, list[int]] = {}
        # Five agents ask at once, and all look through one view: without it, 2 of 660 specifications had a wrong line.
        self._lock = threading.Lock()
        self._dashes: dict[int, list[int]] = {}
        self._places: dict[int, int] = {}
        self._anchors: dict[bytes, list[int]] | None = None
        if self._tree.is_stream(self._root.node):
            raise Unsure

    def start(self, pointer: Pointer) -> int:
        """Where a value starts, its anchor and tag included; of an alias where its anchor does."""
        with self._lock:
            return self._start(self._node(pointer))

    def key(self, pointer: Pointer) -> int:
        """Where the key of a value starts; for an item of a list and the root where the value does."""
        with self._lock:
            step = self._step(pointer)
            return self._key(step.node) if step.keyed else self._start(self._meant(step.node))

    def end(self, pointer: Pointer) -> int:
        """Behind the last character of a value; blanks and comments after it do not count."""
        with self._lock:
            return self._end(self._node(pointer))

    def repeated(self, pointer: Pointer) -> list[tuple[str, int, int]]:
        """The keys of a map that are there more than once: the key, where it is first and where it is next."""
        seen: dict[str, int] = {}
        found = []
        with self._lock:
            for child in self._children(self._node(pointer)):
                name = _text(bytes(self._tree.key(child)))
                if name in seen:
                    found.append((name, self._key(seen[name]), self._key(child)))
                else:
                    seen[name] = child
        return found

    def _offset(self, view: Any) -> int:
        offset = self._address.of(view) - self._base
        if not 0 <= offset <= len(self.source):
            raise Unsure
        return offset

    # From a pointer to a node

    def _step(self, pointer: Pointer) -> _Step:
        step = self._root
        for part in pointer:
            known = step.below.get(part)
            if known is None:
                value = step.value
                keyed = isinstance(value, dict)
                if keyed:
                    if part not in value:
                        break  # A pointer into nothing is one to the nearest node above it.
                elif not (isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)):
                    break
                known = step.below[part] = _Step(self._child(step.node, part, keyed), value[part], keyed)
            step = known
        return step

    def _node(self, pointer: Pointer) -> int:
        return self._meant(self._step(pointer).node)

    def _child(self, node: int, part: str | int, keyed: bool) -> int:
        tree = self._tree
        node = self._meant(node)
        child = _NONE
        if keyed:
            if tree.is_map(node):
                child = self._named(node, str(part), 0)
        elif tree.is_seq(node) and int(part) < tree.num_children(node):
            child = int(tree.child(node, part))
            self._places[child] = int(part)
        if child == _NONE:
            raise Unsure  # It is there, under a name that rapidyaml reads otherwise.
        return child

    def _named(self, node: int, name: str, depth: int) -> int:
        tree = self._tree
        found = _NONE
        if self._repeated or not name.isascii():
            for child in self._children(node):
                if _text(bytes(tree.key(child) or b"")) == name:
                    found = child
        else:
            found = int(tree.find_child(node, name))
        if found == _NONE and depth < 20 and (merge := int(tree.find_child(node, "<<"))) != _NONE:
            merge = self._meant(merge)
            for each in self._children(merge) if tree.is_seq(merge) else [merge]:
                meant = self._meant(each)
                if tree.is_map(meant) and (found := self._named(meant, name, depth + 1)) != _NONE:
                    return found
        return found

    def _children(self, node: int) -> list[int]:
        found = []
        child = int(self._tree.first_child(node))
        while child != _NONE:
            found.append(child)
            child = int(self._tree.next_sibling(child))
        return found

    def _meant(self, node: int) -> int:
        """The node that an alias stands for."""
        if self._bare:
            return node
        tree = self._tree
        for _ in range(20):
            if not (tree.has_val(node) and tree.is_val_ref(node)):
                return node
            if self._anchors is None:
                self._anchors = {}
                for each in range(tree.size()):
                    if tree.has_val_anchor(each):
                        self._anchors.setdefault(bytes(tree.val_anchor(each)), []).append(each)
                    if tree.has_key(each) and tree.has_key_anchor(each):
                        raise Unsure
            name = bytes(tree.val(node)).removeprefix(b"*")
            # An anchor may be set again: the last one before the alias holds.
            before = [each for each in self._anchors.get(name, ()) if each < node]
            if not before:
                raise Unsure
            node = before[-1]
        raise Unsure

    # From a node to its place

    def _key(self, node: int) -> int:
        tree = self._tree
        key = tree.key(node)
        if key is None or (not self._bare and (tree.has_key_tag(node) or tree.has_key_anchor(node))):
            raise Unsure
        offset = self._offset(key)
        if tree.is_key_quoted(node):
            offset -= 1
            if self.source[offset : offset + 1] not in (b'"', b"'"):
                raise Unsure
        return offset

    def _key_end(self, node: int, offset: int) -> int:
        tree = self._tree
        if tree.is_key_quoted(node):
            return quoted_end(self.source, offset)
        key = bytes(tree.key(node))
        if not self.source.startswith(key, offset):
            raise Unsure
        return offset + len(key)

    def _is_empty(self, node: int) -> bool:
        """Whether nothing stands where the value should."""
        tree = self._tree
        return bool(
            tree.has_val(node)
            and tree.val(node) is None
            and not tree.has_val_anchor(node)
            and not tree.has_val_tag(node)
        )

    def _start(self, node: int) -> int:
        start = self._starts.get(node)
        if start is None:
            start = self._starts[node] = self._checked(node, self._find(node))
        return start

    def _find(self, node: int) -> int:
        tree = self._tree
        if tree.is_root(node):
            return gap(self.source, 0)
        parent = int(tree.parent(node))
        if tree.is_map(parent):
            colon = gap(self.source, self._key_end(node, self._key(node)))
            empty = self._is_empty(node)
            if self.source[colon : colon + 1] != b":":
                if empty:
                    return colon
                raise Unsure
            return colon if empty and not tree.is_flow(parent) else gap(self.source, colon + 1)
        place = self._places.get(node)
        if place is None:
            place = self._places[node] = int(tree.child_pos(parent, node))
        return self._item(parent, place)

    def _checked(self, node: int, start: int) -> int:
        """The start, if the scalar there is the one that rapidyaml has."""
        tree, source = self._tree, self.source
        if tree.has_val(node) and tree.val(node) is not None:
            offset = self._offset(tree.val(node))
            first = source[start : start + 1]
            if first in (b"&", b"!") or (first in (b"|", b">") and tree.is_val_quoted(node)):
                sure = start < offset
            elif tree.is_val_quoted(node):
                sure = first in (b'"', b"'") and start < offset
            else:
                sure = start == offset
            if not sure:
                raise Unsure
        elif tree.is_container(node) and tree.is_flow(node) and tree.num_children(node):
            first = source[(at := properties(self.source, start)) : at + 1]
            if first not in (b"[", b"{") and not (tree.is_map(node) and tree.num_children(node) == 1):
                raise Unsure
        return start

    def _item(self, parent: int, place: int) -> int:
        dashes = self._dashes.get(parent)
        items = self._items.get(parent)
        if dashes is None and (items is None or place >= len(items)):
            opening = properties(self.source, self._start(parent))
            mark = self.source[opening : opening + 1]
            if mark == b"-":
                dashes = self._dashes[parent] = self._find_dashes(parent, opening)
            elif mark == b"[":
                items = self._items.setdefault(parent, [])
                self._flow_items(parent, opening, items, place)
        if dashes is not None:
            at = dashes[place]
            return at if self._is_empty(int(self._tree.child(parent, place))) else gap(self.source, at + 1)
        if items is None or place >= len(items):
            raise Unsure
        return items[place]

    def _find_dashes(self, parent: int, first: int) -> list[int]:
        count = int(self._tree.num_children(parent))
        column = first - (self.source.rfind(b"\n", 0, first) + 1)
        dash = re.compile(rb"^ {%d}-(?=[ \t\n]|\Z)" % column, re.MULTILINE)
        found = dash.finditer(self.source, first + 1)
        places = [first, *(each.end() - 1 for each in islice(found, count - 1))]
        if len(places) != count:
            raise Unsure
        return places

    def _flow_items(self, parent: int, opening: int, items: list[int], place: int) -> None:
        children = self._children(parent)
        while len(items) <= place and len(items) < len(children):
            if items:
                comma = gap(self.source, self._end(children[len(items) - 1]))
                if self.source[comma : comma + 1] != b",":
                    raise Unsure
                at = gap(self.source, comma + 1)
            else:
                at = gap(self.source, opening + 1)
            self._places[children[len(items)]] = len(items)
            items.append(at)

    # Ends

    def _end(self, node: int) -> int:
        tree, source = self._tree, self.source
        if self._is_empty(node):
            # Behind the colon or the dash; in brackets nothing is there at all.
            return self._start(node) + (0 if tree.is_flow(tree.parent(node)) else 1)
        start = properties(self.source, self._start(node))
        first = source[start : start + 1]
        if tree.is_container(node):
            last = int(tree.last_child(node)) if tree.num_children(node) else _NONE
            if first not in (b"[", b"{") or (tree.is_map(node) and first == b"["):
                if last == _NONE:
                    raise Unsure
                return self._end(last)
            closing = gap(self.source, self._end(last) if last != _NONE else start + 1)
            if source[closing : closing + 1] == b",":
                closing = gap(self.source, closing + 1)
            if source[closing : closing + 1] not in (b"]", b"}"):
                raise Unsure
            return closing + 1
        if tree.val(node) is None:
            return start  # Only an anchor or a tag.
        in_flow = not tree.is_root(node) and bool(tree.is_flow(tree.parent(node)))
        if first in (b'"', b"'") and tree.is_val_quoted(node):
            return quoted_end(source, start)
        if first == b"*":
            return alias_end(source, start)
        if in_flow:
            return flow_end(source, start)
        indent = self._indent(node)
        return (block_end if first in (b"|", b">") else plain_end)(source, start, indent)

    def _indent(self, node: int) -> int:
        """The column of the map's keys or of the list's dashes that a node is in; -1 for the root."""
        tree = self._tree
        if tree.is_root(node):
            return -1
        parent = int(tree.parent(node))
        if tree.is_map(parent):
            at = self._key(node)
            line = self.source.rfind(b"\n", 0, at) + 1
            # `? key` on a line of its own is indented as its question mark is.
            return at - line if self.source[line:at].rstrip()[-1:] != b"?" else self.source.rfind(b"?", line, at) - line
        opening = properties(self.source, self._start(parent))
        return opening - (self.source.rfind(b"\n", 0, opening) + 1)


def _text(key: bytes) -> str:
    """A key as text; rapidyaml leaves the halves of an escaped character beyond 65,535 apart."""
    try:
        return key.decode()
    except UnicodeDecodeError:
        try:
            return key.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unsure from error
