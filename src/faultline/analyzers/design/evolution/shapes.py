"""Shape: what a Schema Object allows, the same for OpenAPI 2.0, 3.0, 3.1 and 3.2.

References are followed, `allOf` is merged, `nullable` is the type `null`, `const` is an `enum` of one, bounds know
whether they are exclusive. What stands below, such as properties and items, stays nodes until somebody asks for its
shape, so recursive schemas are finite. `oneOf` and `anyOf` stay groups of alternatives: what a value has to be is the
shape and, of every group, one of the alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from faultline.analyzers.design.documents.openapi import Node

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")
ALL_TYPES: Final = frozenset(TYPES)
_NUMBERS: Final = frozenset({"integer", "number"})

LEAST: Final = ("minimum", "minLength", "minItems", "minProperties")
MOST: Final = ("maximum", "maxLength", "maxItems", "maxProperties")
OPAQUE: Final = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "unevaluatedItems",
    "$dynamicRef",
)
"""Keywords that are compared as they are written, for what they allow is not known."""

Nodes = tuple[Node, ...]
"""Schemas that all hold at once."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A least or greatest number; `at` is where it is stated."""

    value: float
    exclusive: bool
    at: Node


@dataclass(frozen=True, slots=True)
class Group:
    """A `oneOf` or an `anyOf`."""

    kind: str
    branches: tuple[Nodes, ...]
    at: Node


@dataclass(frozen=True, slots=True)
class Discriminator:
    """Which property says what an alternative is; `mapping` is value to reference."""

    name: str
    mapping: Mapping[str, str]
    at: Node


@dataclass(slots=True, eq=False)
class Shape:
    """What some schemas allow together. Nobody changes it once it is made.

    Args:
        number: names it among the shapes of one document.
        at: where it is stated: the resolved schema.
        types: of `TYPES`; a whole number is an `integer` also where the type is `number`.
        enum: the only values, where they are listed.
        limits: bounds by keyword; those that say nothing (`minLength: 0`) are left out.
        patterns, formats: that hold all at once.
        multiples: of `multipleOf`.
        properties: by name.
        required: by name, with the place that says so.
        additional: False where no other property is allowed, schemas where they say what it must be, else None.
        sealed: `unevaluatedProperties: false`, which knows the properties of alternatives as well.
        items, prefix: the schemas of the items, and of the first ones.
        groups: the alternatives.
        opaque: other keywords, as they are written.
        where: keyword to the place that states it.

    """

    number: int
    at: Node
    types: frozenset[str] = ALL_TYPES
    never: bool = False
    enum: tuple[Any, ...] | None = None
    limits: dict[str, Bound] = field(default_factory=dict)
    patterns: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    multiples: frozenset[float] = frozenset()
    unique: bool = False
    properties: dict[str, Nodes] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    additional: Nodes | bool | None = None
    sealed: bool = False
    pattern_properties: dict[str, Nodes] = field(default_factory=dict)
    items: Nodes | None = None
    prefix: tuple[Nodes, ...] = ()
    groups: tuple[Group, ...] = ()
    discriminator: Discriminator | None = None
    opaque: dict[str, Nodes] = field(default_factory=dict)
    default: Node | None = None
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    title: str = ""
    where: dict[str, Node] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        """Whether no property is allowed but those that are named."""
        return self.additional is False or (self.sealed and not self.groups and self.additional is None)

    @property
    def values(self) -> tuple[Any, ...] | None:
        """All values there are, where they can be counted."""
        if self.enum is not None:
            return self.enum
        if self.types <= {"null", "boolean"}:
            return (*((None,) if "null" in self.types else ()), *((False, True) if "boolean" in self.types else ()))
        return None

    def place(self, *keywords: str) -> Node:
        """Where the first of some keywords is stated that is, else where the schema is."""
        return next((self.where[each] for each in keywords if each in self.where), self.at)


def meet(number: int, one: Shape, other: Shape) -> Shape:
    """What two shapes allow both."""
    properties = _both(one.properties, other.properties)
    for mine, theirs in ((one, other), (other, one)):
        if mine.additional not in (None, True):
            for name in theirs.properties.keys() - mine.properties.keys():
                if not any(name_matches(pattern, name) for pattern in mine.pattern_properties):
                    properties[name] = (*properties[name], *_additional(mine))
    return Shape(
        number=number,
        at=one.at,
        types=both_types(one.types, other.types),
        never=one.never or other.never or not both_types(one.types, other.types),
        enum=_common(one.enum, other.enum),
        limits=_tighter(one.limits, other.limits),
        patterns=one.patterns | other.patterns,
        formats=one.formats | other.formats,
        multiples=one.multiples | other.multiples,
        unique=one.unique or other.unique,
        properties=properties,
        required={**other.required, **one.required},
        additional=_less(one.additional, other.additional),
        sealed=one.sealed or other.sealed,
        pattern_properties=_both(one.pattern_properties, other.pattern_properties),
        items=joined(one.items or (), other.items or ()) or None,
        prefix=_prefix(one, other),
        groups=(*one.groups, *(each for each in other.groups if each not in one.groups)),
        discriminator=one.discriminator or other.discriminator,
        opaque=_both(one.opaque, other.opaque),
        default=one.default or other.default,
        read_only=one.read_only or other.read_only,
        write_only=one.write_only or other.write_only,
        deprecated=one.deprecated or other.deprecated,
        title=one.title or other.title,
        where={**other.where, **one.where},
    )


def both_types(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """The types in both; a number that has to be an integer is one."""
    found = one & other
    if one & _NUMBERS and other & _NUMBERS and "number" not in found:
        found |= {"integer"}
    return found


def allows(types: frozenset[str], kind: str) -> bool:
    """Whether one of some types holds all values of a type."""
    return kind in types or (kind == "integer" and "number" in types)


def kind_of(value: Any) -> str:
    """The type of a value, the narrowest one."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    for kind, name in ((float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "object"


def name_matches(pattern: str, name: str) -> bool:
    """Whether a name surely fits a pattern of `patternProperties`; only prefixes and literals are understood."""
    if pattern in (".*", "", "^.*$", ".+", "^.+$"):
        return True
    if pattern.startswith("^") and pattern[1:].replace("-", "").replace("_", "").isalnum():
        return name.startswith(pattern[1:])
    return False


def joined(one: Nodes, other: Nodes) -> Nodes:
    """Schemas of both, each once."""
    known = {(each.document.path, each.pointer) for each in one}
    return (*one, *(each for each in other if (each.document.path, each.pointer) not in known))


def identical(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; true is not 1, and 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(identical(one[key], other[key]) for key in one)
    return (type(one) is type(other) and one == other) or (_number(one) and _number(other) and one == other)


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _both(one: Mapping[str, Nodes], other: Mapping[str, Nodes]) -> dict[str, Nodes]:
    found = dict(one)
    for name, nodes in other.items():
        found[name] = joined(found[name], nodes) if name in found else nodes
    return found


def _additional(shape: Shape) -> Nodes:
    if isinstance(shape.additional, tuple):
        return shape.additional
    at = shape.place("additionalProperties")
    return (Node(at.document, at.pointer, False),)


def _less(one: Nodes | bool | None, other: Nodes | bool | None) -> Nodes | bool | None:
    if one is False or other is False:
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return joined(one, other)
    return one if isinstance(one, tuple) else other


def _common(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(each for each in one if any(identical(each, value) for value in other))


def _tighter(one: Mapping[str, Bound], other: Mapping[str, Bound]) -> dict[str, Bound]:
    found = dict(one)
    for keyword, bound in other.items():
        if keyword not in found or weaker(keyword, found[keyword], bound):
            found[keyword] = bound
    return found


def weaker(keyword: str, one: Bound, other: Bound) -> bool:
    """Whether the first bound allows a number that the other does not."""
    if one.value == other.value:
        return other.exclusive and not one.exclusive
    return one.value < other.value if keyword in LEAST else one.value > other.value


def _prefix(one: Shape, other: Shape) -> tuple[Nodes, ...]:
    found = []
    for place in range(max(len(one.prefix), len(other.prefix))):
        mine = one.prefix[place] if place < len(one.prefix) else one.items or ()
        theirs = other.prefix[place] if place < len(other.prefix) else other.items or ()
        found.append(joined(mine, theirs))
    return tuple(found)
