"""Examples and defaults that their own schema refuses.

All examples of a document are validated in one go (`plain_schemas.py`), which for 13 MB with 6,000 examples is some 20
times faster than a validator each.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

import jsonschema_rs

from faultline.analyzers.design.contract.plain_schemas import MAX_EVALUATIONS, MAX_LEVELS, PlainSchemas, Side, TooDeep
from faultline.analyzers.design.contract.spots import dicts, of_each_document, shown, spot
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation

MAX_EXAMPLES: Final = 50_000
"""Of one document; further ones are not looked at."""
_MAX_TOTAL: Final = 100_000_000
"""Evaluations for all examples of a document."""
_MAX_DEPTH: Final = 64
_MAX_REFUSED: Final = 10
"""Examples whose schemas alone are too many, until no further one is tried."""


class _Example(NamedTuple):
    value: Node
    schema: Node
    side: Side = Side.BOTH
    default: bool = False


def examples(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about examples and defaults of schemas, parameters, headers and media types."""
    batch = _Batch(PlainSchemas(document))
    refused = 0
    for each in islice(_examples(document), MAX_EXAMPLES):
        if not batch.add(each):
            yield from batch.observations()
            batch = _Batch(PlainSchemas(document))
            if not batch.add(each):
                batch = _Batch(PlainSchemas(document))
                refused += 1
                if refused == _MAX_REFUSED:
                    return
    yield from batch.observations()


class _Batch:
    """Examples that are validated in one go."""

    def __init__(self, schemas: PlainSchemas) -> None:
        self._schemas = schemas
        self._examples: list[_Example] = []
        self._numbers: list[int] = []
        self._total = 0.0

    def add(self, example: _Example) -> bool:
        """Take an example, or leave one alone that would cost too much; False where its schemas are too many."""
        size, depth = _extent(example.value.value)
        try:
            number = self._schemas.number(example.schema, example.side)
        except TooDeep:
            return False
        if depth > _MAX_DEPTH:
            return True
        effort = self._schemas.effort(number, depth)
        cost = effort.evaluations * size
        if cost <= MAX_EVALUATIONS and self._total + cost <= _MAX_TOTAL and effort.levels < MAX_LEVELS:
            self._total += cost
            self._examples.append(example)
            self._numbers.append(number)
        return True

    def observations(self) -> Iterator[Observation]:
        """What does not fit, one thing of each example."""
        if not self._examples:
            return
        try:
            validator = self._schemas.validator(self._numbers)
        except ValueError:  # a schema that is unsound in a way that the conversion does not know
            return
        told: set[int] = set()
        for error in validator.iter_errors([each.value.value for each in self._examples]):
            place = int(error.instance_path[0])
            if place not in told:
                told.add(place)
                yield _observation(self._examples[place], _telling(error))


def _examples(document: OpenApiDocument) -> Iterator[_Example]:
    index = document.index
    old = document.version == "2.0"
    carriers = [*index.schemas, *index.parameters, *index.headers] if old else index.schemas
    for node in carriers:
        value = node.value
        if "default" in value:
            yield _Example(node.child("default"), node, default=True)
        if "example" in value:
            yield _Example(node.child("example"), node)
        if old and "x-example" in value:
            yield _Example(node.child("x-example"), node)
        if not old and "examples" in value and isinstance(several := value["examples"], list):
            for place in range(len(several)):
                yield _Example(node.child("examples", place), node)
    if old:
        yield from _replies(document)
        return
    for node in (*index.parameters, *index.headers, *index.media_types):
        if isinstance(node.value.get("schema"), dict) and ("example" in node.value or "examples" in node.value):
            yield from _of_media(document, node)


def _replies(document: OpenApiDocument) -> Iterator[_Example]:
    """In 2.0 a reply has examples by media type."""
    for node in document.index.responses:
        schema = node.child("schema")
        if isinstance(schema.value, dict) and isinstance(node.value.get("examples"), dict):
            for media, each in node.child("examples").items():
                if not _is_written_out(str(media), each.value):
                    yield _Example(each, schema, Side.RESPONSE)


def _of_media(document: OpenApiDocument, node: Node) -> Iterator[_Example]:
    schema = node.child("schema")
    side = _side(node)
    media = str(node.pointer[-1]) if node.pointer[-2:-1] == ("content",) else ""
    if "example" in node.value and not _is_written_out(media, node.value["example"]):
        yield _Example(node.child("example"), schema, side)
    for key, _ in dicts(node.value.get("examples")):
        target = document.resolve(node.child("examples", key))
        if not isinstance(target.value, dict) or "externalValue" in target.value:
            continue
        for name in ("value", "dataValue"):
            if name in target.value and not _is_written_out(media, target.value[name]):
                yield _Example(target.child(name), schema, side)


def _is_written_out(media: str, value: Any) -> bool:
    """Whether an example is the text that goes over the wire, as XML or a form has to be, and no data."""
    return isinstance(value, str) and bool(media) and "json" not in media.lower()


def _side(node: Node) -> Side:
    for part in reversed(node.pointer):
        if part in ("requestBody", "requestBodies"):
            return Side.REQUEST
        if part == "responses":
            return Side.RESPONSE
    return Side.BOTH


def _extent(value: Any) -> tuple[int, int]:
    """How many values an example holds, and how deep."""
    size, depth = 0, 0
    level = [value]
    while level and depth <= _MAX_DEPTH:
        size += len(level)
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                below += each.values()
            elif isinstance(each, list):
                below += each
        level = below
        depth += 1
    return size, depth


def _telling(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """The error within the one alternative that a value was meant to follow, where that can be told."""
    for _ in range(_MAX_DEPTH):
        context = getattr(error.kind, "context", None) if error.kind.name in ("oneOf", "anyOf") else None
        meant = [branch for branch in context or () if branch and not any(_is_other(each, error) for each in branch)]
        if len(meant) != 1:
            break
        error = meant[0][0]
    return error


def _is_other(inner: jsonschema_rs.ValidationError, outer: jsonschema_rs.ValidationError) -> bool:
    """Whether an alternative is for values of another kind altogether."""
    if len(inner.instance_path) > len(outer.instance_path):
        return len(inner.instance_path) == len(outer.instance_path) + 1 and _is_fixed(inner)
    return inner.kind.name in ("type", "const") or _is_fixed(inner)


def _is_fixed(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "const" or (error.kind.name == "enum" and len(getattr(error.kind, "options", ())) == 1)


def _observation(example: _Example, error: jsonschema_rs.ValidationError) -> Observation:
    node = example.value
    below: list[str | int] = []
    value: Any = node.value
    for part in list(error.instance_path)[1:]:
        key = str(part) if isinstance(value, dict) else part
        below.append(key)
        value = value[key]
    what = "default" if example.default else "example"
    below += _unexpected(value, error)[:1]
    return Observation(
        f"contract/{what}-contradicts-schema",
        spot(node, *below),
        f"{_words(value, error)}.",
        also=(spot(example.schema),) if example.schema.pointer != node.pointer[:-1] else (),
        many=f"{{count}} {what}s do not fit their schemas",
    )


def _unexpected(value: Any, error: jsonschema_rs.ValidationError) -> list[str]:
    """The fields that a closed schema does not know; one that knows no field at all is told as a false schema."""
    kind = error.kind
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return [str(each) for each in getattr(kind, "unexpected", [])]
    return [str(each) for each in value] if kind.name == "falseSchema" and isinstance(value, dict) else []


def _words(value: Any, error: jsonschema_rs.ValidationError) -> str:
    kind = error.kind
    name = kind.name
    if name == "required":
        return f"The value has no `{getattr(kind, 'property', '')}`, which the schema requires"
    if fields := _unexpected(value, error):
        return f"The schema does not allow `{', '.join(fields[:5])}`"[:300]
    said = shown(value) if not isinstance(value, (dict, list)) else "The value"
    if name == "type":
        return f"{said} is no {' or '.join(map(str, kind.as_dict().get('types', [])))}, which the schema wants"
    if name in ("enum", "const"):
        options = getattr(kind, "options", None) or [getattr(kind, "expected_value", None)]
        more = ", …" if len(options) > 8 else ""
        return f"{said} is none of {', '.join(map(shown, options[:8]))}{more}"
    if name == "format":
        return f"{said} is no {getattr(kind, 'format', '')}"
    if name == "pattern":
        return f"{said} does not match {shown(getattr(kind, 'pattern', ''))}"
    if name in _LIMITS:
        return f"{said} {_LIMITS[name]} {getattr(kind, 'limit', '')}".rstrip()
    if name in ("oneOf", "anyOf"):
        return f"{said} fits none of the schemas that it may follow, or more than one"
    return f"{said} does not keep to `{name}`"


_LIMITS: Final = {
    "minimum": "is less than",
    "exclusiveMinimum": "is not more than",
    "maximum": "is more than",
    "exclusiveMaximum": "is not less than",
    "minLength": "is shorter than",
    "maxLength": "is longer than",
    "minItems": "has fewer items than",
    "maxItems": "has more items than",
    "minProperties": "has fewer fields than",
    "maxProperties": "has more fields than",
}

CHECKS: tuple[Check, ...] = (of_each_document(examples),)
