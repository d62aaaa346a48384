"""What is the same in both versions with all that it refers to, so that nobody has to compare it.

A value is the same where it is written the same (keys in the same order) and every reference in it leads to something
that is the same. Most of a large specification is, from one commit to the next: on a specification of 3 MB with twenty
changes this leaves a few hundred schemas to compare.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument

MAX_HOPS: Final = 40


def follow(owner: OpenApiDocument, node: Node) -> Node:
    """Where one reference leads; `value` is None where it leads nowhere."""
    return owner.target(node.document, node.value["$ref"])


def is_reference(value: Any) -> bool:
    """Whether a value is an object with a `$ref`."""
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)


def content(value: Any) -> bytes | None:
    """The same bytes for what is written the same; None where it cannot be told."""
    try:
        # Version 2 writes no back references, so that equal values give equal bytes; unlike `==` it tells true from 1.
        return marshal.dumps(value, 2)
    except ValueError:
        return None


class Unchanged:
    """What is the same in two versions of a document.

    Args:
        old, new: the versions; nothing is the same where they are written in two versions of OpenAPI.

    """

    def __init__(self, old: OpenApiDocument, new: OpenApiDocument) -> None:
        self._old = old
        self._new = new
        self._comparable = old.version == new.version
        self._references: dict[int, list[str]] = {}
        self._sides: dict[tuple[str, str], tuple[Node, Node]] = {}
        self._verdicts: dict[tuple[str, str], bool] = {}
        self._kept: list[Any] = []

    def same(self, old: tuple[Node, ...], new: tuple[Node, ...]) -> bool:
        """Whether some nodes are the same as others, in their order."""
        return self._comparable and len(old) == len(new) and all(map(self._same, old, new))

    def equal(self, one: Node, other: Node) -> bool:
        """Whether two nodes are written the same, and nothing that they refer to has changed or can have."""
        first, second = content(one.value), content(other.value)
        if first is None or first != second:
            return False
        if one.document in (self._old, *self._old.siblings.values()):
            one, other = other, one
        references = self._inside(one.value)
        return not references or (self._comparable and all(self._clean(one.document, each) for each in references))

    def _same(self, old: Node, new: Node) -> bool:
        if old.document.path != new.document.path and not self._paths_agree(old.document, new.document):
            return False
        written = content(new.value)
        if written is None or written != content(old.value):
            return False
        return all(self._clean(new.document, each) for each in self._inside(new.value))

    def _paths_agree(self, old: Document, new: Document) -> bool:
        return old is self._old and new is self._new

    def _inside(self, value: Any) -> list[str]:
        known = self._references.get(id(value))
        if known is None:
            known = self._references[id(value)] = list(dict.fromkeys(_references(value)))
            self._kept.append(value)  # the id stays its own as long as it lives
        return known

    def _clean(self, document: Document, reference: str) -> bool:
        """Whether what a reference of the new version leads to is the same, and all that this one leads to."""
        key = (document.path, reference)
        if key not in self._verdicts:
            self._judge(document, reference)
        return self._verdicts[key]

    def _judge(self, document: Document, reference: str) -> None:
        parents: dict[tuple[str, str], list[tuple[str, str]]] = {}
        stale: list[tuple[str, str]] = []
        first = (document.path, reference)
        seen = {first}
        todo: list[tuple[tuple[str, str], Document]] = [(first, document)]
        while todo:
            key, owner = todo.pop()
            new = self._new.target(owner, key[1])
            old = self._old.target(self._older(owner), key[1])
            before, after = content(old.value), content(new.value)
            agree = old.document.path == new.document.path or self._paths_agree(old.document, new.document)
            if before is None or before != after or not agree:
                stale.append(key)
                continue
            for each in self._inside(new.value):
                child = (new.document.path, each)
                if child in self._verdicts:
                    if not self._verdicts[child]:
                        stale.append(key)
                    continue
                parents.setdefault(child, []).append(key)
                if child not in seen:
                    seen.add(child)
                    todo.append((child, new.document))
        dirty = set(stale)
        while stale:
            for parent in parents.get(stale.pop(), ()):
                if parent not in dirty:
                    dirty.add(parent)
                    stale.append(parent)
        for key in seen:
            self._verdicts[key] = key not in dirty

    def _older(self, document: Document) -> Document:
        if document is self._new:
            return self._old
        return self._old.siblings.get(document.path, self._old)


def _references(value: Any) -> Iterator[str]:
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            reference = each.get("$ref")
            if isinstance(reference, str):
                yield reference
            mapping = each.get("mapping")
            if isinstance(mapping, dict) and "propertyName" in each:
                yield from (name for name in mapping.values() if isinstance(name, str) and name.startswith("#"))
            todo.extend(below for below in each.values() if isinstance(below, dict | list))
        elif isinstance(each, list):
            todo.extend(below for below in each if isinstance(below, dict | list))
