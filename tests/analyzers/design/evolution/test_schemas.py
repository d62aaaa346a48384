"""What is told when a schema changes, of requests and of responses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.analyzers.design.evolution.versions import changes, given, posted, told

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
A = {"type": "object", "title": "A", "properties": {"kind": {"enum": ["a"]}, "x": TEXT}, "required": ["kind"]}
B = {"type": "object", "title": "B", "properties": {"kind": {"enum": ["b"]}, "y": TEXT}, "required": ["kind"]}
C = {"type": "object", "title": "C", "properties": {"kind": {"enum": ["c"]}, "z": TEXT}, "required": ["kind"]}


def thing(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": required.split()} if required else {})}


# What it is; the old schema; the new one; what a request tells of it; what a response does.
TABLE: list[tuple[str, Any, Any, str, str]] = [
    ("nothing", thing(a=TEXT), thing(a=TEXT), "", ""),
    ("words", thing(a=TEXT), {**thing(a={**TEXT, "description": "x"}), "title": "T"}, "", ""),
    ("another type", TEXT, WHOLE, "request-type-changed", "response-type-changed"),
    ("a list of it", TEXT, {"type": "array", "items": TEXT}, "request-type-changed", "response-type-changed"),
    ("wider number", WHOLE, {"type": "number"}, "", "response-type-changed"),
    ("narrower number", {"type": "number"}, WHOLE, "request-type-changed", ""),
    ("null taken", TEXT, {**TEXT, "nullable": True}, "", "response-null-added"),
    ("null refused", {**TEXT, "nullable": True}, TEXT, "request-null-refused", ""),
    ("value added", {"enum": ["a"]}, {"enum": ["b", "a"]}, "", "response-value-added"),
    ("value gone", {"enum": ["a", "b"]}, {"enum": ["b"]}, "request-value-removed", ""),
    ("values in order", {"enum": ["a", "b"]}, {"enum": ["b", "a"]}, "", ""),
    ("values listed", TEXT, {**TEXT, "enum": ["a"]}, "request-value-removed", ""),
    ("values open", {**TEXT, "enum": ["a"]}, TEXT, "", "response-value-added"),
    ("one and true", {"enum": [1]}, {"enum": [True]}, "request-value-removed", "response-value-added"),
    ("both truths", {"type": "boolean"}, {"enum": [True, False]}, "", ""),
    ("shorter", {**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 5}, "request-limit-tightened", ""),
    ("longer", {**TEXT, "maxLength": 5}, {**TEXT, "maxLength": 9}, "", "(response-limit-loosened)"),
    ("at least nothing", TEXT, {**TEXT, "minLength": 0}, "", ""),
    ("a least", WHOLE, {**WHOLE, "minimum": 1}, "request-limit-tightened", ""),
    ("more than 0", {**WHOLE, "minimum": 1}, {**WHOLE, "minimum": 0, "exclusiveMinimum": True}, "", ""),
    ("strictly less", {"type": "number", "maximum": 5}, {"type": "number", "maximum": 5, "exclusiveMaximum": True},
     "request-limit-tightened", ""),
    ("fewer items", {"type": "array", "items": TEXT}, {"type": "array", "items": TEXT, "maxItems": 3},
     "request-limit-tightened", ""),
    ("each once", {"type": "array", "items": TEXT}, {"type": "array", "items": TEXT, "uniqueItems": True},
     "request-limit-tightened", ""),
    ("steps", WHOLE, {**WHOLE, "multipleOf": 2}, "request-limit-tightened", ""),
    ("finer steps", {**WHOLE, "multipleOf": 4}, {**WHOLE, "multipleOf": 2}, "", "(response-limit-loosened)"),
    ("a pattern", TEXT, {**TEXT, "pattern": "^a"}, "request-pattern-changed", ""),
    ("no pattern", {**TEXT, "pattern": "^a"}, TEXT, "", "(response-limit-loosened)"),
    ("format", {**TEXT, "format": "date"}, {**TEXT, "format": "date-time"},
     "request-format-changed", "response-format-changed"),
    ("wider format", {**WHOLE, "format": "int32"}, {**WHOLE, "format": "int64"}, "", "response-format-changed"),
    ("optional property", thing(a=TEXT), thing(a=TEXT, b=TEXT), "", ""),
    ("required property", thing(a=TEXT), thing("b", a=TEXT, b=TEXT), "request-property-required", ""),
    ("became required", thing(a=TEXT), thing("a", a=TEXT), "request-property-required", ""),
    ("became optional", thing("a", a=TEXT), thing(a=TEXT), "", "response-property-optional"),
    ("property gone", thing(a=TEXT, b=TEXT), thing(a=TEXT), "request-property-removed", "response-property-removed"),
    ("gone and closed", thing(a=TEXT, b=TEXT), {**thing(a=TEXT), "additionalProperties": False},
     "request-property-removed request-additional-properties-refused", "response-property-removed"),
    ("closed", thing(a=TEXT), {**thing(a=TEXT), "additionalProperties": False},
     "request-additional-properties-refused", ""),
    ("opened", {**thing(a=TEXT), "additionalProperties": False}, thing(a=TEXT),
     "", "(response-additional-properties-loosened)"),
    ("more in a closed one", {**thing(a=TEXT), "additionalProperties": False},
     {**thing(a=TEXT, b=TEXT), "additionalProperties": False}, "", "(response-property-added)"),
    ("values of a map", {"type": "object", "additionalProperties": TEXT},
     {"type": "object", "additionalProperties": WHOLE}, "request-type-changed", "response-type-changed"),
    ("a name in a map", {"type": "object", "additionalProperties": WHOLE},
     {**thing(a=TEXT), "additionalProperties": WHOLE}, "request-type-changed", "response-type-changed"),
    ("in a list", {"type": "array", "items": thing(a=TEXT)}, {"type": "array", "items": thing(a=WHOLE)},
     "request-type-changed", "response-type-changed"),
    ("read-only", thing(a=TEXT), thing(a={**TEXT, "readOnly": True}), "request-property-read-only", ""),
    ("write-only", thing(a=TEXT), thing(a={**TEXT, "writeOnly": True}), "", "response-property-removed"),
    ("read-only and required", thing(), thing("a", a={**TEXT, "readOnly": True}), "", ""),
    ("write-only and gone", thing(a={**TEXT, "writeOnly": True}), thing(), "request-property-removed", ""),
    ("default", {**WHOLE, "default": 1}, {**WHOLE, "default": 2}, "default-changed", ""),
    ("form added", {"oneOf": [A, B]}, {"oneOf": [C, A, B]}, "", "response-alternative-added"),
    ("form gone", {"anyOf": [A, B]}, {"anyOf": [B]}, "request-alternative-removed", ""),
    ("forms in order", {"oneOf": [A, B, C]}, {"oneOf": [C, A, B]}, "", ""),
    ("inside a form", {"oneOf": [A, B]}, {"oneOf": [B, {**A, "properties": {**A["properties"], "x": WHOLE}}]},
     "request-type-changed", "response-type-changed"),
    ("one of one", A, {"oneOf": [A]}, "", ""),
    ("a choice of it", A, {"oneOf": [A, B]}, "", "response-alternative-added"),
    ("types as forms", {"oneOf": [TEXT, WHOLE]}, {"anyOf": [WHOLE, TEXT]}, "", ""),
    ("all of it", thing("a", a=TEXT, b=WHOLE), {"allOf": [thing("a", a=TEXT), thing(b=WHOLE)]}, "", ""),
    ("all of more", thing(a=TEXT), {"allOf": [thing(a=TEXT), {"type": "object", "required": ["a"]}]},
     "request-property-required", ""),
    ("values that fit", {"enum": [{"a": "x"}, [1, 2], 4]}, {"type": ["object", "array", "integer"]}, "",
     "response-value-added"),
    ("values of an object", {"enum": [{"a": "x"}]}, thing("a b", a=TEXT), "request-property-required",
     "response-value-added"),
    ("an object that is closed", {"enum": [{"a": "x"}]}, {"type": "object", "additionalProperties": False},
     "request-additional-properties-refused", "response-value-added"),
    ("long values", {"enum": ["abc"]}, {**TEXT, "maxLength": 2}, "request-limit-tightened", "response-value-added"),
    ("large values", {"enum": [9]}, {**WHOLE, "maximum": 5}, "request-limit-tightened", "response-value-added"),
    ("value of a form", {"enum": ["a"]}, {"oneOf": [TEXT, WHOLE]}, "",
     "response-alternative-added response-value-added"),
    ("values of many", {"enum": [[1], [1, 1]]}, {"type": "array", "items": TEXT, "uniqueItems": True, "maxItems": 1},
     "request-limit-tightened request-type-changed", "response-value-added"),
    ("a value not of its type", {**WHOLE, "enum": [1]}, {**WHOLE, "enum": [1, "a"]}, "", "response-value-added"),
    ("values not of their type", {**TEXT, "enum": [1, 2]}, {**TEXT, "enum": [2, 1], "title": "T"}, "", ""),
    ("not", {**TEXT, "not": {"enum": ["a"]}}, {**TEXT, "not": {"enum": ["b"]}}, "schema-undecided", "schema-undecided"),
    ("the same not", {**TEXT, "not": {"enum": ["a"]}}, {**TEXT, "not": {"enum": ["a"]}, "title": "T"}, "", ""),
    ("no schema", TEXT, {}, "", "response-type-changed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "request_tells"), [row[1:4] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_request_tells_what_it_does_not_take_any_longer(old: Any, new: Any, request_tells: str) -> None:
    assert told(posted(old), posted(new)) == set(request_tells.split())


@pytest.mark.parametrize(
    ("old", "new", "response_tells"), [(*row[1:3], row[4]) for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_response_tells_what_it_never_gave(old: Any, new: Any, response_tells: str) -> None:
    assert told(given(old), given(new)) == set(response_tells.split())


MODERN = "3.1.0"

SAME = [
    ("nullable", {**TEXT, "nullable": True}, {"type": ["string", "null"]}),
    ("nullable values", {**TEXT, "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
    ("nullable reference", {"nullable": True, "allOf": [{"$ref": "#/components/schemas/A"}]},
     {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}),
    ("nullable forms", {"nullable": True, "oneOf": [A, B]}, {"oneOf": [A, B, {"type": "null"}]}),
    ("bounds", {**WHOLE, "minimum": 3, "exclusiveMinimum": True}, {**WHOLE, "exclusiveMinimum": 3}),
    ("a file", {"type": "string", "format": "binary"}, {"contentMediaType": "application/octet-stream", **TEXT}),
    ("one value", {"enum": ["a"]}, {"const": "a"}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_what_is_written_in_another_version_of_openapi_is_the_same(old: Any, new: Any) -> None:
    assert told(posted(old, A=A), posted(new, MODERN, A=A)) == set()
    assert told(given(old, A=A), given(new, MODERN, A=A)) == set()
    assert told(posted(new, MODERN, A=A), posted(old, A=A)) == set()


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_a_component_with_another_name_or_none_is_the_same() -> None:
    old = given(reference("A"), A=thing(x=reference("B")), B=TEXT)
    assert told(old, given(reference("Z"), Z=thing(x=TEXT))) == set()
    assert told(old, given({"allOf": [thing(x=reference("B"))]}, B=TEXT)) == set()


def test_a_recursive_schema_comes_to_an_end_and_tells_once() -> None:
    node = thing("value", value=TEXT, children={"type": "array", "items": reference("Node")})
    new = thing("value", value=WHOLE, children={"type": "array", "items": reference("Node")})
    assert [each.rule for each in changes(given(reference("Node"), Node=node), given(reference("Node"), Node=new))] == [
        "evolution/response-type-changed"
    ]
    endless = {"allOf": [reference("Node")]}
    assert told(given(reference("Node"), Node=endless), given(reference("Node"), Node={**endless, "x": 1})) == set()


def test_a_reference_that_leads_to_something_else_is_told_where_it_stands() -> None:
    old = given(thing(a=reference("A")), A=TEXT, B=WHOLE)
    new = given(thing(a=reference("B")), A=TEXT, B=WHOLE)
    (change,) = changes(old, new)
    assert change.at.pointer[-2:] == ("properties", "a")
    assert [each.pointer for each in change.also] == [("components", "schemas", "B", "type")]


def test_a_discriminator_that_changes_is_told() -> None:
    old = {"oneOf": [A, B], "discriminator": {"propertyName": "kind"}}
    new = {"oneOf": [A, B], "discriminator": {"propertyName": "x"}}
    assert told(posted(old), posted(new)) == {"discriminator-changed"}


def test_a_closed_choice_refuses_what_no_form_names() -> None:
    old = {"anyOf": [thing(a=TEXT), thing(b=TEXT)], "unevaluatedProperties": False}
    new = {"anyOf": [thing(a=TEXT)], "unevaluatedProperties": False}
    assert told(posted(old, MODERN), posted(new, MODERN)) & {"request-property-removed", "request-alternative-removed"}
    assert told(posted(old, MODERN), posted({**old, "title": "T"}, MODERN)) == set()


def test_a_message_names_the_property_and_both_sides() -> None:
    (change,) = changes(
        given(reference("Order"), Order=thing(total=WHOLE)), given(reference("Order"), Order=thing(total=TEXT))
    )
    assert change.message == "`Order.total` was integer and is string now."
    (change,) = changes(
        posted({"type": "array", "items": thing(total=WHOLE)}), posted({"type": "array", "items": thing()})
    )
    assert change.message.startswith("`[].total` in the request body of POST /things is not in the new version")
