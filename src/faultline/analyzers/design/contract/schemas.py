"""Schemas: enums that fit their type, arrays that say of what, words that a version does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faultline.analyzers.design.contract.spots import dicts, of_each_document, shown, spot
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.core.finding import Severity

_LATER = ("anyOf", "oneOf")
"""Words of schemas that 2.0 does not know, and that its tools skip in silence."""

_BOUNDS = (("minimum", "maximum"), *((f"min{of}", f"max{of}") for of in ("Length", "Items", "Properties")))


def _number(value: object) -> float:
    """A bound that can be compared; what is none compares as no bound does."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def schemas(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about schemas, and about the parameters and headers that in 2.0 are schemas themselves."""
    index = document.index
    old, newest = document.version == "2.0", document.version == "3.2"
    nodes = [*index.schemas, *index.parameters, *index.headers] if old else index.schemas
    for node in nodes:
        value = node.value
        if "enum" in value and isinstance(value["enum"], list):
            yield from _enum(node, value["enum"], document.version)
        kind = value.get("type")
        if (kind == "array" or (isinstance(kind, list) and "array" in kind)) and not (
            "items" in value or "prefixItems" in value
        ):
            yield Observation(
                "contract/array-without-items",
                spot(node),
                "The schema of an array does not say what its items are.",
                many="{count} arrays do not say what their items are",
                # 3.1 allows it: anything may stand in such an array.
                severity=Severity.LOW if document.version in ("3.1", "3.2") else None,
            )
        for least, most in _BOUNDS:
            if least in value and most in value and _number(value[least]) > _number(value[most]):
                yield Observation(
                    "contract/nothing-fits",
                    spot(node, least),
                    f"`{least}` is {value[least]} and `{most}` is {value[most]}: nothing is both.",
                    many="{count} schemas have a least value above the greatest",
                )
        if old:
            for word in _LATER:
                if word in value:
                    yield Observation(
                        "contract/keyword-of-later-version",
                        spot(node, word),
                        f"Swagger 2.0 knows no `{word}`.",
                        many="{count} schemas use words that Swagger 2.0 does not know",
                    )
        if newest and isinstance(xml := value.get("xml"), dict) and xml.get("attribute") is True:
            yield Observation(
                "contract/deprecated-xml-attribute",
                spot(node, "xml"),
                "`attribute: true` is deprecated in 3.2.",
                many="{count} schemas use the deprecated xml.attribute",
            )


def required_names(document: OpenApiDocument) -> Iterator[Observation]:
    """Names that an object must have and none of its properties has."""
    combined = _combined(document)
    for node in document.index.schemas:
        names, properties = node.value.get("required"), node.value.get("properties")
        if not isinstance(names, list) or not isinstance(properties, dict) or len(properties) < len(names) - 1:
            continue
        if not _COMBINING.isdisjoint(node.value) or not _COMBINING.isdisjoint(map(str, node.pointer)):
            continue
        missing = [
            (place, each) for place, each in enumerate(names) if isinstance(each, str) and each not in properties
        ]
        closed = node.value.get("additionalProperties") is False and "patternProperties" not in node.value
        if len(missing) == 1 and (len(names) > 1 or closed) and node.pointer not in combined:
            place, name = missing[0]
            can = "no other properties are allowed, so nothing fits" if closed else "it says nothing of what it is"
            yield Observation(
                "contract/required-without-property",
                spot(node, "required", place),
                f"{shown(name)} must be there, and the schema has no such property: {can}.",
                severity=None if closed else Severity.LOW,
                many="{count} schemas require properties that they do not have",
            )


_COMBINING = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "dependentSchemas", "example"})


def _combined(document: OpenApiDocument) -> set[tuple[str | int, ...]]:
    """Where schemas stand that others are made of: what one requires, another one may have."""
    found: set[tuple[str | int, ...]] = set()
    for node in document.index.schemas:
        for word in ("allOf", "anyOf", "oneOf"):
            for _, part in dicts(node.value.get(word)):
                address = part.get("$ref")
                if isinstance(address, str) and address.startswith("#/"):
                    found.add(tuple(each.replace("~1", "/").replace("~0", "~") for each in address[2:].split("/")))
    return found


def discriminators(document: OpenApiDocument) -> Iterator[Observation]:
    """In 2.0 a discriminator is a required property of its schema."""
    if document.version != "2.0":
        return
    for node in document.index.schemas:
        name = node.value.get("discriminator")
        if not isinstance(name, str) or len(node.pointer) != 2:
            continue
        properties, required = node.value.get("properties"), node.value.get("required")
        if not isinstance(properties, dict) or name not in properties:
            yield _discriminator(node, "properties", f"has no property {shown(name)}")
        if not isinstance(required, list) or name not in required:
            yield _discriminator(node, "required", f"does not require {shown(name)}")


def _discriminator(node: Node, below: str, words: str) -> Observation:
    symbol = f"schema {node.pointer[-1]}"
    return Observation(
        "contract/discriminator-not-required",
        spot(node, below, symbol=symbol) if below in node.value else spot(node, symbol=symbol),
        f"The {symbol} {words}, which is its discriminator.",
        cause=str(node.pointer[-1]),
    )


def _enum(node: Node, values: list[Any], version: str) -> Iterator[Observation]:
    allowed = _types(node.value, version)
    usual = all(type(each) is str for each in values) and len(set(values)) == len(values)
    if usual and (not allowed or "string" in allowed):
        return
    seen: set[tuple[str, str]] = set()
    repeated: list[Any] = []
    for each in values:
        key = (_type(each), repr(each) if not isinstance(each, float) else repr(each).removesuffix(".0"))
        if key in seen:
            repeated.append(each)
        seen.add(key)
    if repeated:
        yield Observation(
            "contract/duplicate-enum-value",
            spot(node, "enum"),
            f"The enum says {', '.join(dict.fromkeys(map(shown, repeated[:5])))} twice.",
            many="{count} enums say a value twice",
        )
    if not allowed:
        return
    for place, each in enumerate(values):
        kind = _type(each)
        if kind not in allowed and not (kind == "integer" and "number" in allowed):
            yield Observation(
                "contract/enum-value-of-other-type",
                spot(node, "enum", place),
                f"{shown(each)} is no {' or '.join(allowed)}, which the schema wants.",
                many="{count} values of enums are not of the type that the schema wants",
            )


def _types(value: dict[str, Any], version: str) -> list[str]:
    kind = value.get("type")
    types = [kind] if isinstance(kind, str) else kind if isinstance(kind, list) else []
    types = [each for each in types if isinstance(each, str)]
    nullable = value.get("nullable" if version == "3.0" else "x-nullable") is True and version in ("2.0", "3.0")
    return [*types, "null"] if types and nullable else types


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


CHECKS: tuple[Check, ...] = tuple(map(of_each_document, (schemas, required_names, discriminators)))
