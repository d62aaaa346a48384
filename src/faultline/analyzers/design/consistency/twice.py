"""What two specifications of one API define twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument, Operation
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.interfaces import base_paths, servers_of, split

MAX_DEPTH: Final = 4
_COMMON: Final = frozenset(
    {"/health", "/healthz", "/ready", "/readyz", "/live", "/livez", "/metrics", "/status", "/ping", "/version", "/"}
)


def same_paths(design: Design) -> Iterator[Observation]:
    """One operation that two specifications define in two ways."""
    specs = design.of(OpenApiDocument)
    if len(specs) < 2:
        return
    versions = {*design.successions}
    first: dict[tuple[str, str, str], tuple[OpenApiDocument, Operation]] = {}
    for document in specs:
        group = _group(document)
        base = next(filter(None, base_paths(document)), "")
        for operation in document.operations:
            path = "/" + "/".join("{}" if "{" in each else each for each in (base + operation.path).split("/") if each)
            if operation.webhook or path in _COMMON or operation.path in _COMMON:
                continue
            other = first.setdefault((group, operation.method, path), (document, operation))
            if other[0] is document or (other[0], document) in versions or (document, other[0]) in versions:
                continue
            if differs := _difference(other[1], operation):
                at = Spot(operation.node.document, operation.node.pointer, symbol=operation.symbol)
                there = other[1]
                yield Observation(
                    "consistency/path-defined-twice",
                    at,
                    f"{document.path} and {other[0].path} both define `{operation.symbol}`, with different {differs}.",
                    cause=f"{operation.symbol} {other[0].path}",
                    also=(Spot(there.node.document, there.node.pointer, symbol=there.symbol),),
                )


def _group(document: OpenApiDocument) -> str:
    """What tells APIs apart that may have a path in common: their hosts and their major version."""
    hosts = sorted({split(url)[0] for url, _ in servers_of(document)} - {"localhost", "127.0.0.1", ""})
    version = document.root.child("info", "version").value
    return f"{','.join(hosts)} {str(version).lstrip('v').partition('.')[0]}"


def _difference(one: Operation, other: Operation) -> str:
    if _parameters(one) != _parameters(other):
        return "parameters"
    if _shape(one.body, 0) != _shape(other.body, 0):
        return "request bodies"
    good = [sorted(each for each in operation.responses if each.startswith("2")) for operation in (one, other)]
    if good[0] != good[1]:
        return "responses"
    return (
        "answers" if any(_shape(one.responses[code], 0) != _shape(other.responses[code], 0) for code in good[0]) else ""
    )


def _parameters(operation: Operation) -> list[Any]:
    found = []
    for each in operation.parameters:
        kind = operation.document.resolve(each.child("schema")).child("type").value or each.child("type").value
        if each.child("in").value != "header":
            name = each.child("name").value if each.child("in").value != "path" else "path"
            found.append((str(name), str(each.child("in").value), bool(each.child("required").value), str(kind)))
    return sorted(found)


def _shape(node: Node | None, depth: int) -> Any:
    """What matters of a body to those who read it: types and names, a few levels deep."""
    if node is None or depth > MAX_DEPTH or not isinstance(node.document, OpenApiDocument):
        return None
    node = node.document.resolve(node)
    if not isinstance(node.value, dict) or not isinstance(node.document, OpenApiDocument):
        return None
    if "content" in node.value or "schema" in node.value:
        content = [each for _, each in node.child("content").items()] or [node]
        return _shape(content[0].child("schema"), depth)
    properties = {str(name): _shape(each, depth + 1) for name, each in node.child("properties").items()}
    return (
        str(node.value.get("type")),
        str(node.value.get("format")),
        properties,
        _shape(node.child("items"), depth + 1),
    )


CHECKS: tuple[Check, ...] = (same_paths,)
