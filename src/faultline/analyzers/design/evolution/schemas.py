"""Schemas: the shapes of all schemas of one document, each made once and when it is asked for."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Final

from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument
from faultline.analyzers.design.evolution.shapes import (
    ALL_TYPES,
    LEAST,
    MOST,
    OPAQUE,
    TYPES,
    Bound,
    Discriminator,
    Group,
    Nodes,
    Shape,
    identical,
    kind_of,
    meet,
)
from faultline.analyzers.design.evolution.unchanged import MAX_HOPS, follow, is_reference

MAX_NESTING: Final = 40
"""Levels of `allOf` in `allOf` that are merged."""

_NO_FORMATS: Final = frozenset({"int64", "double", "string", "text", "password", "number", "integer", "boolean", ""})
"""Formats that allow whatever the type does."""

_PLAIN: Final = (
    "type", "enum", "const", "properties", "required", "additionalProperties", "items", "allOf", "oneOf", "anyOf",
    "nullable", "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "prefixItems",
    "patternProperties", "unevaluatedProperties", "readOnly", "writeOnly", "default", *OPAQUE,
)  # fmt: skip
"""Keywords that mean something beside a `$ref` since 3.1."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One alternative of a group: where it is listed, it by itself, and together with what holds for all of them."""

    at: Node
    branch: Shape
    whole: Shape


class Schemas:
    """The shapes of a document.

    Args:
        document: whose schemas they are.
        lenient: `null` is meant by `nullable: true`, or by the type `null`, also where an `enum` does not list it: so
            for what 3.0 leaves open, and for comparing with it.
        siblings: what stands beside a `$ref` holds too: so since 3.1, and for comparing with it.

    """

    def __init__(self, document: OpenApiDocument, *, lenient: bool = False, siblings: bool | None = None) -> None:
        self.document = document
        self._lenient = lenient
        self._modern = document.version >= "3.1"
        self._siblings = self._modern if siblings is None else siblings
        self._made: dict[Hashable, Shape] = {}
        self._making: set[Hashable] = set()

    def key(self, nodes: Nodes) -> Hashable:
        """Names schemas: by where they stand once references are followed."""
        return tuple((each.document.path, each.pointer) for each in map(self.target, nodes))

    def target(self, node: Node) -> Node:
        """What a schema stands for; itself where it says more than its reference does."""
        for _ in range(MAX_HOPS):
            if not is_reference(node.value) or self._says_more(node.value):
                return node
            found = follow(self.document, node)
            if found.value is None:
                return node
            node = found
        return node

    def shape(self, nodes: Nodes) -> Shape:
        """What schemas allow that hold all at once; everything, where there are none."""
        first, *others = nodes
        found = self._single(first)
        for each in others:
            found = self._meet(found, self._single(each))
        return found

    def adopt(self, node: Node, shape: Shape) -> None:
        """Take a shape for that of a node, such as the fields of a form in 2.0."""
        self._made[_key(node)] = replace(shape, number=len(self._made))

    def alternatives(self, shape: Shape) -> list[Alternative]:
        """What the first group of alternatives allows; not the impossible."""
        group, *others = shape.groups
        base = self._keep(("base", shape.number), replace(shape, groups=tuple(others)))
        found = []
        for nodes in group.branches:
            branch = self.shape(nodes)
            whole = self._meet(branch, base)
            if not whole.never:
                found.append(Alternative(nodes[0], branch, whole))
        return found

    def only(self, shape: Shape, kind: str) -> Shape:
        """What of a shape is of one type."""
        return self._keep(("only", shape.number, kind), replace(shape, types=frozenset({kind})))

    def _meet(self, one: Shape, other: Shape) -> Shape:
        if one.number == other.number:
            return one
        key = ("meet", one.number, other.number)
        if key not in self._made:
            self._made[key] = meet(len(self._made), one, other)
        return self._made[key]

    def _keep(self, key: Hashable, shape: Shape) -> Shape:
        if key not in self._made:
            self._made[key] = replace(shape, number=len(self._made))
        return self._made[key]

    def _says_more(self, value: dict[str, Any]) -> bool:
        return self._siblings and len(value) > 1 and any(each in value for each in _PLAIN)

    def _single(self, node: Node, nesting: int = 0) -> Shape:
        node = self.target(node)
        key = _key(node)
        if key in self._made:
            return self._made[key]
        if key in self._making or nesting > MAX_NESTING:
            return Shape(-1, node)
        self._making.add(key)
        found = self._read(node, nesting)
        self._making.discard(key)
        found.number = len(self._made)
        self._made[key] = found
        return found

    def _read(self, node: Node, nesting: int) -> Shape:
        value = node.value
        if not isinstance(value, dict):
            return Shape(-1, node, never=value is False)
        if is_reference(value) and not self._says_more(value):
            return Shape(-1, node, opaque={"$ref": (node.child("$ref"),)})
        found = self._own(node)
        parts = [follow(self.document, node)] if is_reference(value) else []
        parts += [each for _, each in node.child("allOf").items()]
        for each in parts:
            found = meet(-1, found, self._single(each, nesting + 1))
        if self._nullable(value):
            found = _with_null(found)
        if self._lenient and "null" in found.types and found.types != ALL_TYPES and found.enum is not None:
            found = replace(found, enum=_and_null(found.enum))
        if value.get("unevaluatedProperties") is False:
            found = replace(found, sealed=True)
        return found

    def _nullable(self, value: dict[str, Any]) -> bool:
        return (value.get("nullable") is True and not self._modern) or value.get("x-nullable") is True

    def _own(self, node: Node) -> Shape:
        value = node.value
        found = Shape(-1, node)
        found.where = {key: node.child(key) for key in value if isinstance(key, str)}
        found.title = value["title"] if isinstance(value.get("title"), str) else ""
        if (types := _types(value.get("type"))) is not None:
            found.types = types
        if isinstance(listed := value.get("enum"), list):
            found.enum = tuple(listed)
        if "const" in value:
            found.enum = tuple(each for each in found.enum or (value["const"],) if identical(each, value["const"]))
        if found.enum is not None and "type" not in value:
            found.types = frozenset(map(kind_of, found.enum))
        self._read_scalars(node, found)
        self._read_objects(node, found)
        self._read_arrays(node, found)
        for kind in ("oneOf", "anyOf"):
            if branches := tuple((each,) for _, each in node.child(kind).items()):
                if self._nullable(value):
                    branches = (*branches, (replace(node.child("nullable"), value={"type": "null"}),))
                found.groups = (*found.groups, Group(kind, branches, node.child(kind)))
        found.discriminator = _discriminator(node.child("discriminator"))
        found.opaque = {key: (node.child(key),) for key in OPAQUE if key in value}
        found.default = node.child("default") if "default" in value else None
        found.read_only = value.get("readOnly") is True
        found.write_only = value.get("writeOnly") is True
        found.deprecated = value.get("deprecated") is True
        return found

    def _read_scalars(self, node: Node, found: Shape) -> None:
        value = node.value
        for keyword in (*LEAST, *MOST):
            if _number(limit := value.get(keyword)) and not (
                keyword.startswith("min") and keyword != "minimum" and limit <= 0
            ):
                found.limits[keyword] = Bound(limit, False, node.child(keyword))
        for keyword, side in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            strict = value.get(keyword)
            if strict is True and side in found.limits:
                found.limits[side] = replace(found.limits[side], exclusive=True)
            elif _number(strict):
                bound = Bound(strict, True, node.child(keyword))
                known = found.limits.get(side)
                if known is None or (strict >= known.value if side == "minimum" else strict <= known.value):
                    found.limits[side] = bound
        if found.types <= {"integer", "null"}:
            for side, step in (("minimum", 1), ("maximum", -1)):
                if side in found.limits:
                    found.limits[side] = _whole(found.limits[side], step)
        if isinstance(value.get("pattern"), str):
            found.patterns = frozenset({value["pattern"]})
        found.formats = _formats(value)
        if _number(step := value.get("multipleOf")) and step > 0:
            found.multiples = frozenset({step})

    def _read_objects(self, node: Node, found: Shape) -> None:
        value = node.value
        found.properties = {str(name): (each,) for name, each in _named(node.child("properties"))}
        found.pattern_properties = {str(name): (each,) for name, each in _named(node.child("patternProperties"))}
        if isinstance(value.get("required"), list):
            required = node.child("required")
            found.required = {str(each.value): each for _, each in required.items() if isinstance(each.value, str)}
        others = value.get("additionalProperties")
        if others is False:
            found.additional = False
        elif isinstance(others, dict) and others:
            found.additional = (node.child("additionalProperties"),)

    def _read_arrays(self, node: Node, found: Shape) -> None:
        items = node.child("items")
        if isinstance(items.value, list):
            found.prefix = tuple((each,) for _, each in items.items())
        elif isinstance(items.value, dict | bool) and items.value is not True:
            found.items = (items,)
        if isinstance(node.value.get("prefixItems"), list):
            found.prefix = tuple((each,) for _, each in node.child("prefixItems").items())
        found.unique = node.value.get("uniqueItems") is True


def _key(node: Node) -> Hashable:
    # A schema that is no object has no place to be confused with: `false` may be said of a place by `meet`.
    return (node.document.path, node.pointer, isinstance(node.value, bool) and node.value)


def _named(node: Node) -> list[tuple[str | int, Node]]:
    return list(node.items()) if isinstance(node.value, dict) else []


def _types(stated: Any) -> frozenset[str] | None:
    if stated == "file":
        return frozenset({"string"})
    listed = [stated] if isinstance(stated, str) else stated
    if not isinstance(listed, list):
        return None
    known = frozenset(each for each in listed if each in TYPES and isinstance(each, str))
    return known or None


def _formats(value: dict[str, Any]) -> frozenset[str]:
    stated = value.get("format")
    if value.get("type") == "file" or value.get("contentMediaType") == "application/octet-stream":
        stated = "binary"
    elif value.get("contentEncoding") == "base64":
        stated = "byte"
    return frozenset({stated} - _NO_FORMATS) if isinstance(stated, str) else frozenset()


def _discriminator(node: Node) -> Discriminator | None:
    value = node.value
    if isinstance(value, str):
        return Discriminator(value, {}, node)
    if isinstance(value, dict) and isinstance(value.get("propertyName"), str):
        mapping = value.get("mapping")
        known = {str(key): str(each) for key, each in mapping.items()} if isinstance(mapping, dict) else {}
        return Discriminator(value["propertyName"], known, node)
    return None


def _with_null(shape: Shape) -> Shape:
    enum = None if shape.enum is None else _and_null(shape.enum)
    return replace(shape, types=shape.types | {"null"}, enum=enum, never=False)


def _and_null(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return values if any(identical(each, None) for each in values) else (*values, None)


def _number(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    )


def _whole(bound: Bound, step: int) -> Bound:
    value = math.ceil(bound.value) if step > 0 else math.floor(bound.value)
    return replace(bound, value=value + step if bound.exclusive and value == bound.value else value, exclusive=False)
