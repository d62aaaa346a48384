"""Small random schemas, and values that one side may send and the other refuses, found by trying.

A sender keeps to what its schemas name: `evolution` reads an open schema so, and here every place of a sending schema
that can hold a value is closed with `unevaluatedProperties`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

Schemas = dict[str, Any]
"""Schemas by name: `X` is the one that is asked for, it may refer to `A` and `B`."""

VALUES: list[Any] = [
    None, True, False, 0, 1, 2, 3, -1, 1.5, 2.5, "", "a", "b", "ab", "abc", [], [0], ["a"], [0, 0], [None], {},
    {"a": 0}, {"a": "a"}, {"a": None}, {"b": 1}, {"a": 0, "b": "a"}, {"a": {"a": 0}}, {"a": {}}, {"a": [0]},
    {"a": 1.5}, {"b": None}, {"a": {"a": "a"}}, {"a": {"b": 1}}, [1.5], [{}], [{"a": 0}], {"a": True},
    {"b": True, "a": 0}, [[]], [[0]], ["a", "b"], ["b", 0], {"a": "b"}, {"a": "ab"}, {"a": -1}, {"b": "b"},
    {"a": {"a": None}}, [{"a": "a"}], {"a": ["a"]}, {"a": "abc", "b": "abc"},
]  # fmt: skip
SMALL = VALUES[:20]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
BOUNDS: dict[str, list[Any]] = {
    "minimum": [0, 1, 2, 1.5], "maximum": [1, 2, 3, 2.5], "exclusiveMinimum": [0, 1, 2],
    "exclusiveMaximum": [0, 1, 2, 2.5], "minLength": [0, 1, 2], "maxLength": [0, 1, 2], "minItems": [0, 1, 2],
    "maxItems": [0, 1], "minProperties": [0, 1, 2], "maxProperties": [0, 1], "multipleOf": [1, 2, 0.5],
    "uniqueItems": [True, False], "pattern": ["^a", "b$"],
}  # fmt: skip
BASE = "#/components/schemas/"


def pair(rng: random.Random) -> tuple[Schemas, Schemas]:
    """Two versions: something is another one in one of the schemas."""
    while True:
        old = {"X": _schema(rng, 3), "A": _schema(rng, 2), "B": _schema(rng, 2)}
        which = rng.choice("XXXAB")
        new = {**old, which: _mutated(rng, old[which]) if rng.random() < 0.7 else _schema(rng, 3)}
        if not _endless(old) and not _endless(new):
            return old, new


def witness(sends: Schemas, takes: Schemas) -> list[Any]:
    """The values that may be sent and are refused."""
    inner = {name: _inner(each) for name, each in sends.items()}
    sender = {**_place({"$ref": f"{BASE}X"}), "components": {"schemas": inner}, "raw": _raw(sends)}
    taker = {"$ref": f"{BASE}X", "components": {"schemas": takes}}
    one, other = jsonschema_rs.Draft202012Validator(sender), jsonschema_rs.Draft202012Validator(taker)
    return [each for each in VALUES if one.is_valid(each) and not other.is_valid(each)]


def _place(schema: Any) -> Schemas:
    return {"allOf": [_inner(schema)], "unevaluatedProperties": False}


def _raw(schema: Any) -> Any:
    """What is not sent stays open: a copy that refers to open schemas only."""
    return json.loads(json.dumps(schema).replace(BASE, "#/raw/"))


def _inner(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    found: Schemas = {}
    for key, value in schema.items():
        match key:
            case "properties":
                found[key] = {name: _place(each) for name, each in value.items()}
            case "items":
                found[key] = _place(value)
            case "prefixItems":
                found[key] = [_place(each) for each in value]
            case "additionalProperties" if value is not True and value != {}:
                found[key] = value if value is False else _place(value)
            case "additionalProperties":
                pass
            case "allOf" | "anyOf":
                found[key] = [_inner(each) for each in value]
            case "not":
                found[key] = _raw(value)
            case _:
                found[key] = value
    return found


def _leaf(rng: random.Random) -> Any:
    match rng.randrange(9):
        case 0 | 1 | 2:
            found: Schemas = {}
            if rng.random() < 0.7:
                found["type"] = rng.choice(TYPES) if rng.random() < 0.6 else rng.sample(TYPES, rng.randint(1, 3))
            found.update({key: rng.choice(values) for key, values in BOUNDS.items() if rng.random() < 0.12})
            return found
        case 3:
            return {"enum": rng.sample(SMALL, rng.randint(1, 3))}
        case 4:
            return {"const": rng.choice(SMALL)}
        case 5:
            return {"type": rng.choice(TYPES)}
        case 6:
            return {"type": rng.sample(TYPES, 2)}
        case 7:
            return rng.random() < 0.7
        case _:
            return {"$ref": BASE + rng.choice("AB")}


def _schema(rng: random.Random, depth: int) -> Any:
    if depth == 0 or rng.random() < 0.3:
        return _leaf(rng)

    def below() -> Any:
        return _schema(rng, depth - 1)

    def named() -> Schemas:
        return {name: below() for name in rng.sample("ab", rng.randint(0, 2))}

    kind = rng.randrange(7)
    chances: dict[str, tuple[float, Callable[[], Any]]]
    if kind < 3:
        found: Schemas = {"type": "object"}
        chances = {
            "properties": (0.8, named),
            "required": (0.4, lambda: rng.sample("ab", rng.randint(1, 2))),
            "additionalProperties": (0.3, lambda: rng.choice([True, False, below()])),
        }
    elif kind == 3:
        found = {"type": "array"}
        chances = {"items": (0.8, below), "prefixItems": (0.2, lambda: [below() for _ in range(rng.randint(1, 2))])}
    elif kind < 6:
        found = {}
        chances = {
            "anyOf": (0.7, lambda: [below() for _ in range(rng.randint(1, 3))]),
            "allOf": (0.4, lambda: [below() for _ in range(rng.randint(1, 2))]),
            "type": (0.2, lambda: rng.choice(["object", "string", "array", "integer"])),
            "properties": (0.3, named),
            "required": (0.2, lambda: [rng.choice("ab")]),
            "additionalProperties": (0.15, lambda: False),
            "unevaluatedProperties": (0.15, lambda: False),
        }
    else:
        return {"not": _leaf(rng)}
    found.update({key: make() for key, (chance, make) in chances.items() if rng.random() < chance})
    return found


def _mutated(rng: random.Random, schema: Any) -> Any:
    box = [json.loads(json.dumps(schema))]
    owner, key = rng.choice(list(_spots(box)))
    value = owner[key]
    kind = rng.randrange(4)
    leaf = _leaf(rng)
    if kind == 0 or not isinstance(value, dict):
        owner[key] = _schema(rng, 1)
    elif kind == 1 and value:
        value.pop(rng.choice(sorted(value)))
    elif isinstance(leaf, dict) and "$ref" not in leaf:
        value.update(leaf)
    return box[0]


def _spots(holder: Any, keys: Any = (0,)) -> Iterator[tuple[Any, Any]]:
    for key in list(keys):
        schema = holder[key]
        yield holder, key
        if isinstance(schema, dict):
            yield from _spots(schema, [each for each in ("items", "additionalProperties", "not") if each in schema])
            yield from _spots(schema.get("properties", {}), schema.get("properties", {}))
            for each in ("anyOf", "allOf", "prefixItems"):
                yield from _spots(schema.get(each, []), range(len(schema.get(each, []))))


def _endless(schemas: Schemas) -> bool:
    """Whether a schema is made of itself without a step into a value, which means nothing."""
    return any(start in _parts(schemas, start) for start in schemas)


def _parts(schemas: Schemas, start: str) -> set[str]:
    seen: set[str] = set()
    todo = [schemas[start]]
    while todo:
        each = todo.pop()
        if not isinstance(each, dict):
            continue
        todo += [*each.get("allOf", []), *each.get("anyOf", []), each.get("not")]
        name = each.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            todo.append(schemas[name])
    return seen
