"""Reads YAML and JSON into trees."""

from __future__ import annotations

from typing import Any

import yaml

from faultline.analyzers.design.documents.tree import Pointer, Tree


class MarkedTree:
    """A tree over PyYAML's nodes: slow, exact, and the measure of the others."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self.data: Any = _plain(node)

    def line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        return int(self._find(pointer)[1].start_mark.line) + 1

    def key_line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        return int(self._find(pointer)[0].start_mark.line) + 1

    def end_line_of(self, pointer: Pointer) -> int:
        """See Tree."""
        mark = self._find(pointer)[1].end_mark
        return max(int(mark.line) + (1 if mark.column else 0), self.line_of(pointer))

    def _find(self, pointer: Pointer) -> tuple[Any, Any]:
        key = node = self._node
        for part in pointer:
            if isinstance(node, yaml.MappingNode):
                pair = next((each for each in reversed(node.value) if _plain(each[0]) == part), None)
                if pair is None:
                    break
                key, node = pair
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                key = node = node.value[part]
            else:
                break
        return key, node


def read(text: str) -> list[Tree]:
    """The documents of a text."""
    return [MarkedTree(node) for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node is not None]


def _plain(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
                for each in merged:
                    found = _plain(each) | found
            else:
                found[str(_plain(key))] = _plain(value)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each) for each in node.value]
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    return yaml.CSafeLoader("").construct_object(node)
