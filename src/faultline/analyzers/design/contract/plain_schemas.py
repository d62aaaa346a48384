"""Schema Objects of OpenAPI made into plain JSON Schema, all those of a document in one that validates many values.

What an OpenAPI version says in its own way is said in JSON Schema's: `nullable` and `x-nullable` become a type, numbers
of `int32` get their limits, `id` in 2.0 and 3.0 is no base address, what one side may leave out is not required. Only
keywords whose values are sound are taken over, and only patterns that a linear-time engine knows, so that a faulty
schema makes no other one unusable. References, of other files too, become references within the one schema; cycles
stay.

A few lines of schema can mean 2^40 evaluations (each level naming the next one twice). So the evaluations that a value
of some depth can cost are bounded before anything is validated, by unrolling the references and not the schemas; and
so are the levels of schemas within one another, because the engine recurses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeGuard

import jsonschema_rs

from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.core.patterns import regex

MAX_EVALUATIONS: Final = 20_000_000
"""Of one value: 0.3 s, at 12 ns each."""
MAX_LEVELS: Final = 12_000
"""Of schemas in one another, references followed: the engine recurses, and dies of some 60,000."""
_ONES: Final = ("not", "if", "then", "else")
_BELOW: Final = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "propertyNames", "contains")
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_NUMBERS: Final = ("minimum", "maximum", "multipleOf")
_LENGTHS: Final = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_LIMITS: Final = frozenset((*_NUMBERS, "exclusiveMinimum", "exclusiveMaximum", *_LENGTHS))
_NESTING: Final = frozenset((*_LISTS, *_ONES, *_BELOW, "properties", "patternProperties", "dependentSchemas"))
"""Most schemas have none of these: one look instead of thirty."""
_TYPES: Final = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))
_INT32: Final = 2**31
_UUID: Final = regex(r"(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ENGINE: Final = jsonschema_rs.RegexOptions(size_limit=1_000_000)


class Side(StrEnum):
    """Who sends a value, and so may leave out what only the other side says."""

    BOTH = "both"
    REQUEST = "request"
    RESPONSE = "response"


class TooDeep(Exception):
    """More schemas than can be compiled at once."""


class Effort(NamedTuple):
    """Evaluations of schemas, and how many of them are within one another."""

    evaluations: float
    levels: int


_COUNTING: Final = Effort(0.0, 0)
_ENDLESS: Final = Effort(1e15, MAX_LEVELS)


@dataclass
class _Definition:
    schema: dict[str, Any] = field(default_factory=dict)
    branches: int = 1
    """Schemas in it that may be evaluated on one value."""
    levels: int = 1
    here: Counter[int] = field(default_factory=Counter)
    """Definitions that are evaluated on the same value, and how often."""
    below: Counter[int] = field(default_factory=Counter)
    """And on values in it."""


class PlainSchemas:
    """Schemas of one specification, converted as they are asked for.

    Args:
        document: the specification; it follows the references.

    """

    def __init__(self, document: OpenApiDocument) -> None:
        self._document = document
        self._old = document.version in ("2.0", "3.0")
        self._nullable = "x-nullable" if document.version == "2.0" else "nullable"
        self._numbers: dict[tuple[int, Side], int] = {}
        self._definitions: list[_Definition] = []
        self._waiting: list[tuple[int, Node, Side]] = []
        self._sides = "readOnly" in document.text or "writeOnly" in document.text
        self._efforts: dict[tuple[int, int], Effort] = {}
        self._levels = 0

    def number(self, schema: Node, side: Side) -> int:
        """The number of a schema among the definitions.

        Raises:
            TooDeep: it is one schema too many; those that have a number stay as they are, and no other gets one.

        """
        number = self._number(schema, side)
        while self._waiting:
            self._convert(*self._waiting.pop())
            if self._levels > MAX_LEVELS:
                raise TooDeep
        return number

    def effort(self, number: int, depth: int) -> Effort:
        """What a value of a depth needs at most, if it has no lists of several items."""
        known = self._efforts
        waiting = [(number, depth)]
        while waiting:
            key = waiting[-1]
            if known.get(key) not in (None, _COUNTING):
                waiting.pop()
                continue
            one = self._definitions[key[0]]
            parts = [((each, key[1]), times) for each, times in one.here.items()]
            if key[1] > 0:
                parts += [((each, key[1] - 1), times) for each, times in one.below.items()]
            if key not in known:
                known[key] = _COUNTING
                if missing := [part for part, _ in parts if part not in known]:
                    waiting += missing
                    continue
            waiting.pop()
            # Who is met while it is being counted evaluates itself on the same value, without end.
            below = [(_ENDLESS if known[part] is _COUNTING else known[part], times) for part, times in parts]
            known[key] = Effort(
                min(one.branches + sum(each.evaluations * times for each, times in below), _ENDLESS.evaluations),
                one.levels + max((each.levels for each, _ in below), default=0),
            )
        return known[number, depth]

    def validator(self, numbers: list[int]) -> jsonschema_rs.Validator:
        """A validator of lists of values: the first by the first of these schemas, and so on.

        Raises:
            jsonschema_rs.ValidationError: a schema is not sound, in spite of all.

        """
        places = [{"$ref": f"#/definitions/d{number}"} for number in numbers]
        schema: dict[str, Any] = {
            "definitions": {f"d{number}": each.schema for number, each in enumerate(self._definitions)}
        }
        engine: Callable[..., jsonschema_rs.Validator]
        if self._old:
            engine = jsonschema_rs.Draft4Validator
            schema["items"] = places
        else:
            engine = jsonschema_rs.Draft202012Validator
            schema["prefixItems"] = places
        return engine(schema, formats={"uuid": _is_uuid}, validate_formats=True, pattern_options=_ENGINE, offline=True)

    def _number(self, node: Node, side: Side) -> int:
        key = (id(node.value), side if self._sides else Side.BOTH)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._definitions)
            self._definitions.append(_Definition())
            self._waiting.append((number, node, key[1]))
        return number

    def _convert(self, number: int, node: Node, side: Side) -> None:
        one = self._definitions[number]
        one.schema = _Conversion(self, one, side).schema(node.document, node.value, below=False)
        self._levels += one.levels


class _Conversion:
    """One definition on its way."""

    def __init__(self, owner: PlainSchemas, one: _Definition, side: Side) -> None:
        self._owner = owner
        self._one = one
        self._side = side
        self._level = 0

    def schema(self, document: Any, value: Any, *, below: bool) -> Any:
        self._level += 1
        self._one.levels = max(self._one.levels, self._level)
        found = self._schema(document, value, below=below)
        self._level -= 1
        return found

    def _schema(self, document: Any, value: Any, *, below: bool) -> Any:
        if not isinstance(value, dict):
            return value if isinstance(value, bool) and not self._owner._old else {}
        if isinstance(value.get("$ref"), str):
            target = self._owner._document.resolve(Node(document, (), value))
            ref = self._reference(target, below=below)
            if self._owner._old or len(value) == 1:
                return ref
            rest = self._words(document, {key: each for key, each in value.items() if key != "$ref"}, below=below)
            return {"allOf": [ref, rest]}
        return self._words(document, value, below=below)

    def _reference(self, target: Node, *, below: bool) -> dict[str, Any]:
        if not isinstance(target.value, dict):
            return {}
        number = self._owner._number(target, self._side)
        (self._one.below if below else self._one.here)[number] += 1
        return {"$ref": f"#/definitions/d{number}"}

    def _words(self, document: Any, value: dict[str, Any], *, below: bool) -> dict[str, Any]:
        out: dict[str, Any] = {}
        self._values(value, out)
        if not _NESTING.isdisjoint(value):
            self._nested(document, value, out, below=below)
        items = value.get("items")
        if isinstance(items, dict) or (isinstance(items, bool) and not self._owner._old):
            out["items"] = items if isinstance(items, bool) else self.schema(document, items, below=True)
        if not self._owner._old and isinstance(first := value.get("prefixItems"), list) and first:
            out["prefixItems"] = [self.schema(document, each, below=True) for each in first]
        required = self._required(value)
        if required:
            out["required"] = required
        if value.get(self._owner._nullable) is True and self._owner._old:
            return {"anyOf": [{"enum": [None]}, out]}
        return out

    def _nested(self, document: Any, value: dict[str, Any], out: dict[str, Any], *, below: bool) -> None:
        for word in _LISTS:
            if isinstance(each := value.get(word), list) and each:
                self._one.branches += len(each)
                out[word] = [self.schema(document, one, below=below) for one in each]
        for word in _ONES:
            if isinstance(each := value.get(word), dict) and (word == "not" or not self._owner._old):
                self._one.branches += 1
                out[word] = self.schema(document, each, below=below)
        for word in _BELOW:
            each = value.get(word)
            if isinstance(each, (dict, bool)) and (word == "additionalProperties" or not self._owner._old):
                out[word] = each if isinstance(each, bool) else self.schema(document, each, below=True)
        for word in ("properties", "patternProperties", "dependentSchemas"):
            if isinstance(each := value.get(word), dict) and (word == "properties" or not self._owner._old):
                out[word] = {
                    name: self.schema(document, one, below=word != "dependentSchemas" or below)
                    for name, one in each.items()
                    if word != "patternProperties" or _compiles(name)
                }

    def _required(self, value: dict[str, Any]) -> list[str]:
        names = value.get("required")
        if not isinstance(names, list):
            return []
        words = {
            Side.BOTH: ("readOnly", "writeOnly"),
            Side.REQUEST: ("readOnly",),
            Side.RESPONSE: ("writeOnly",),
        }[self._side]
        properties = value.get("properties")
        left_out = (
            {
                name
                for name, each in properties.items()
                if isinstance(each, dict) and any(each.get(word) is True for word in words)
            }
            if isinstance(properties, dict)
            else ()
        )
        return [name for name in dict.fromkeys(each for each in names if isinstance(each, str)) if name not in left_out]

    def _values(self, value: dict[str, Any], out: dict[str, Any]) -> None:
        old = self._owner._old
        kind = value.get("type")
        if isinstance(kind, str) and kind in _TYPES:
            out["type"] = kind
        elif isinstance(kind, list) and kind and all(isinstance(each, str) and each in _TYPES for each in kind):
            out["type"] = list(dict.fromkeys(kind))
        if isinstance(enum := value.get("enum"), list) and enum:
            out["enum"] = enum
        if not _LIMITS.isdisjoint(value):
            self._limits(value, out)
        if value.get("uniqueItems") is True:
            out["uniqueItems"] = True
        if isinstance(each := value.get("pattern"), str) and _compiles(each):
            out["pattern"] = each
        form = value.get("format")
        if form == "int32" and kind in ("integer", "number"):
            out.setdefault("minimum", -_INT32)
            out.setdefault("maximum", _INT32 - 1)
        elif isinstance(form, str) and form != "regex":
            out["format"] = form
        if not old and "const" in value:
            out["const"] = value["const"]

    def _limits(self, value: dict[str, Any], out: dict[str, Any]) -> None:
        old = self._owner._old
        for word in _NUMBERS:
            each = value.get(word)
            if _is_number(each) and (word != "multipleOf" or each > 0):
                out[word] = each
        for word, base in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            each = value.get(word)
            if (old and isinstance(each, bool) and base in out) or (not old and _is_number(each)):
                out[word] = each
        for word in _LENGTHS:
            if isinstance(each := value.get(word), int) and not isinstance(each, bool) and each >= 0:
                out[word] = each


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_uuid(value: str) -> bool:
    return _UUID.fullmatch(value) is not None


@lru_cache(4096)
def _compiles(pattern: str) -> bool:
    """Whether the linear-time engine knows a pattern; it has no look-around and no back references."""
    if len(pattern) > 2000:
        return False
    try:
        jsonschema_rs.Draft4Validator({"pattern": pattern}, pattern_options=_ENGINE)
    except ValueError:
        return False
    return True
