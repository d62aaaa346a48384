"""Structure: what the meta-schema of a version says of a document, told in our words and at the exact place.

The meta-schemas are those of the OpenAPI Initiative, as `openapi-spec-validator` carries them: only its files are read,
the package is never imported (that would cost 0.3 s). Those of 3.1 and later leave Schema Objects to their dialect,
which is joined to them as the initiative's own `schema-base` does.

A meta-schema says "one of these" in many places (a parameter or a reference; a scheme of this or of that type). Which
of them was meant is found by what the value says of itself: not a reference where there is no `$ref`, and none whose
fixed word, such as `in: query`, is another one. What then remains is told, at its own depth.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from faultline.analyzers.design.contract.spots import of_each_document, shown, spot
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation

VERSIONS: Final = ("2.0", "3.0", "3.1", "3.2")
MAX_ERRORS: Final = 300
"""Of one document; the rest is not looked at."""
_MAX_DEPTH: Final = 12
"""Choices within choices."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DIALECTS: Final = ("https://spec.openapis.org/oas/3.", _DIALECT)
_CHOICES: Final = ("oneOf", "anyOf")


def structure(document: OpenApiDocument) -> Iterator[Observation]:
    """What does not fit the meta-schema."""
    data = document.root.value
    if document.version not in VERSIONS or not isinstance(data, dict):
        return
    dialect = data.get("jsonSchemaDialect")
    usual = dialect is None or (isinstance(dialect, str) and dialect.startswith(_DIALECTS))
    validator = _validator(document.version, schemas=usual)
    for error in islice(validator.iter_errors(data), MAX_ERRORS):
        for each in _meant([error]):
            yield from _told(document.root, each, document.version)


@cache
def _meta_schema(version: str) -> dict[str, Any]:
    package = find_spec("openapi_spec_validator")
    assert package is not None
    assert package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0]) / "resources" / "schemas" / f"v{version}"
    schema: dict[str, Any] = json.loads((folder / "schema.json").read_text("utf-8"))
    return schema


@cache
def _validator(version: str, *, schemas: bool) -> jsonschema_rs.Validator:
    schema = _meta_schema(version)
    if version in ("2.0", "3.0") or not schemas:
        return jsonschema_rs.validator_for(schema, offline=True)
    name = schema["$id"]
    joined = {
        "$schema": _DIALECT,
        "$id": f"{name}/with-dialect",
        "$ref": name,
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": _DIALECT}},
    }
    registry = jsonschema_rs.Registry([(name, schema)])
    return jsonschema_rs.validator_for(joined, registry=registry, validate_formats=True, offline=True)


@cache
def _fields(version: str) -> tuple[str, ...]:
    """Every name of a field that a version knows, for who has misspelt one."""
    found: set[str] = set()
    waiting: list[Any] = [_meta_schema(version)]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(properties := each.get("properties"), dict):
                found.update(properties)
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return tuple(sorted(found))


_Error = jsonschema_rs.ValidationError


def _meant(errors: Sequence[_Error], depth: int = 0) -> Iterator[_Error]:
    """The errors that remain when each choice is replaced by what is wrong with the branch that was meant."""
    for error in errors:
        context = getattr(error.kind, "context", None) if error.kind.name in _CHOICES else None
        if not context or depth > _MAX_DEPTH:
            yield error
            continue
        branch = _branch(error, context)
        if branch is None:
            yield error
        else:
            yield from _meant(branch, depth + 1)


def _branch(error: _Error, context: list[list[_Error]]) -> list[_Error] | None:
    """What is wrong with the branch that was meant; None where the value's own word fits none of them."""
    value = error.instance
    is_ref = isinstance(value, dict) and "$ref" in value
    branches = [branch for branch in context if is_ref or not _wants_ref(branch)] or context
    if len(branches) == 1:
        return branches[0]
    fixed = [_fixed(error, branch) for branch in branches]
    open_ones = [branch for branch, words in zip(branches, fixed, strict=True) if not words]
    if not open_ones and len({tuple(word.instance_path) for words in fixed for word in words}) == 1:
        return None
    return min(
        open_ones or branches,
        key=lambda branch: (len(branch), -max((len(each.instance_path) for each in branch), default=0)),
    )


def _wants_ref(branch: Iterable[_Error]) -> bool:
    return any(each.kind.name == "required" and _missing(each) == "$ref" for each in branch)


def _fixed(error: _Error, branch: Iterable[_Error]) -> list[_Error]:
    """The errors that say that the value's own word, such as its `in` or its `type`, is not that of the branch.

    A branch that is a choice itself has one for each of its branches, or the word is not what is wrong.
    """
    depth = len(error.instance_path)
    for each in branch:
        if len(each.instance_path) == depth + 1 and len(_allowed(each)) == 1:
            return [each]
        if each.kind.name in _CHOICES and len(each.instance_path) == depth:
            inner = [_fixed(error, below) for below in getattr(each.kind, "context", [])]
            if inner and all(inner):
                return [word for words in inner for word in words]
    return []


def _missing(error: _Error) -> str:
    return str(getattr(error.kind, "property", ""))


def _allowed(error: _Error) -> list[Any]:
    """The values that would have been right."""
    kind = error.kind
    if kind.name == "enum":
        options = getattr(kind, "options", [])
        return list(options) if isinstance(options, list) else []
    if kind.name == "const":
        return [getattr(kind, "expected_value", None)]
    return []


def _told(root: Node, error: _Error, version: str) -> Iterator[Observation]:
    node = _node(root, error.instance_path)
    name = error.kind.name
    if name in _CHOICES:
        yield _choice(root, node, error)
    elif name in ("additionalProperties", "unevaluatedProperties"):
        for field in getattr(error.kind, "unexpected", []):
            yield _unexpected(node, str(field), version)
    elif name == "required":
        missing = _missing(error)
        if not _has_a_rule_of_its_own(node, missing):
            yield Observation(
                "contract/missing-field",
                spot(node),
                f"{_place(node)} has no `{missing}`.",
                many="{count} required fields are missing",
            )
    elif name == "type":
        kinds = error.kind.as_dict().get("types") or error.message.rpartition(" of type ")[2]
        wanted = " or ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds).replace('"', "")
        yield Observation(
            "contract/wrong-type",
            spot(node),
            f"{_place(node)} is {_kind(node.value)}, and the specification wants {_article(wanted)}.",
            many="{count} values are of another type than the specification wants",
        )
    elif name == "propertyNames":
        key = getattr(getattr(error.kind, "error", None), "instance", "")
        yield _value(node.child(str(key)), f"{shown(key)} is no name that the specification allows here")
    elif name == "format" and getattr(error.kind, "format", "") == "regex":
        if (fault := _regex_fault(node.value)) is not None:
            yield _value(node, f"{shown(node.value)} is no regular expression: {fault}")
    elif name == "format" and isinstance(node.value, str) and "{" in node.value:
        return  # an address with variables is none before they have values
    elif name != "uniqueItems" or node.pointer[-1:] != ("enum",):
        yield _value(node, _why(node, error))


def _regex_fault(pattern: Any) -> str | None:
    """What is wrong in any dialect: the engine here refuses much that JavaScript's, which OpenAPI means, allows."""
    if not isinstance(pattern, str):
        return None
    open_ones, within, escaped = 0, False, False
    for letter in pattern:
        if escaped or letter == "\\":
            escaped = not escaped
        elif within:
            within = letter != "]"
        elif letter == "[":
            within = True
        elif letter == "(":
            open_ones += 1
        elif letter == ")":
            open_ones -= 1
            if open_ones < 0:
                return "a `)` without its `(`"
    if within:
        return "a `[` without its `]`"
    if open_ones:
        return "a `(` without its `)`"
    return "nothing stands before its first quantifier" if pattern[:1] in ("*", "+", "?") and pattern else None


def _choice(root: Node, node: Node, error: _Error) -> Observation:
    """All branches wanted another fixed word, or nothing tells which was meant."""
    words: list[Any] = []
    at: Sequence[Any] = ()
    for branch in getattr(error.kind, "context", None) or []:
        for fixed in _fixed(error, branch):
            at = fixed.instance_path
            words += [word for word in _allowed(fixed) if word not in words]
    if not words:
        return _value(node, f"{_place(node)} is nothing that the specification allows here")
    target = _node(root, at)
    return _value(target, f"{shown(target.value)} is none of {_listed(words)}" + _near(target.value, words))


def _unexpected(node: Node, field: str, version: str) -> Observation:
    if node.pointer == ("paths",):
        return _value(node.child(field), f"The path {shown(field)} does not start with a slash")
    others = [each for each in _fields(version) if each != field and each not in (node.value or ())]
    near = difflib.get_close_matches(field, others, 1, 0.8) if len(field) < 60 else []
    hint = f"; `{near[0]}` is one" if near else ""
    return Observation(
        "contract/unexpected-field",
        spot(node, field),
        f"`{field[:100]}` is no field of {_place(node, first=False)} in OpenAPI {version}{hint}.",
        many="{count} fields are unknown to the specification",
    )


def _why(node: Node, error: _Error) -> str:
    allowed = _allowed(error)
    if allowed:
        return f"{shown(node.value)} is none of {_listed(allowed)}" + _near(node.value, allowed)
    if error.kind.name == "pattern":
        return f"{shown(node.value)} is not written as {_place(node, first=False)} has to be"
    if error.kind.name == "format":
        return f"{shown(node.value)} is no {getattr(error.kind, 'format', 'such value')}"
    if error.kind.name == "not" and isinstance(node.value, dict):
        pairs = [
            pair for pair in (("example", "examples"), ("schema", "content")) if all(k in node.value for k in pair)
        ]
        if pairs:
            return f"{_place(node)} has `{pairs[0][0]}` and `{pairs[0][1]}`, which exclude each other"
    return f"{_place(node)} is nothing that the specification allows here"


def _value(node: Node, words: str) -> Observation:
    return Observation(
        "contract/wrong-value",
        spot(node),
        f"{words}.",
        many="{count} values are none that the specification allows",
    )


def _near(value: Any, words: Sequence[Any]) -> str:
    near = difflib.get_close_matches(value, [str(word) for word in words], 1) if isinstance(value, str) else []
    return f"; {shown(near[0])} is near" if near else ""


def _listed(words: Sequence[Any]) -> str:
    return ", ".join(map(shown, words[:12])) + (", …" if len(words) > 12 else "")


def _has_a_rule_of_its_own(node: Node, missing: str) -> bool:
    value = node.value if isinstance(node.value, dict) else {}
    if missing == "required":
        return value.get("in") == "path"
    return missing == "default" and node.pointer[-2:-1] == ("variables",)


def _node(root: Node, path: Iterable[Any]) -> Node:
    """The node of an error: it calls keys that look like numbers numbers."""
    value, pointer = root.value, []
    for part in path:
        key = str(part) if isinstance(value, dict) else part
        pointer.append(key)
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            value = None
    return Node(root.document, tuple(pointer), value)


def _place(node: Node, *, first: bool = True) -> str:
    """What a node is called in a sentence."""
    if not node.pointer:
        return "The document" if first else "the document"
    last = node.pointer[-1]
    if isinstance(last, int):
        above = node.pointer[-2] if len(node.pointer) > 1 else "the list"
        return f"`{above}[{last}]`"[:100]
    return f"`{last}`"[:100]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


def _article(kinds: str) -> str:
    return kinds.replace("string", "text").replace("array", "a list").replace("object", "an object")


CHECKS: tuple[Check, ...] = (of_each_document(structure),)
