"""What every operation should have: a name, a reply for success, a tag, parameters that do not repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from faultline.analyzers.design.contract.spots import dicts, of_each_document, shown, spot
from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.observation import Check, Observation
from faultline.core.finding import Severity

_IN_URL = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]*")
"""Characters that RFC 3986 lets stand in a URL unencoded."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def operations(document: OpenApiDocument) -> Iterator[Observation]:
    """Rules about operations of paths and webhooks."""
    ids: dict[str, Operation] = {}
    declared = {tag["name"] for _, tag in dicts(document.root.child("tags").value) if isinstance(tag.get("name"), str)}
    for operation in document.operations:
        yield from _success(operation)
        yield from _operation_id(operation, ids)
        yield from _tags(operation, declared)
        yield from _parameters(operation)
        yield from _form(operation)
        if not operation.node.value.get("description"):
            yield Observation(
                "contract/undescribed-operation",
                _at(operation, "description") if "description" in operation.node.value else _at(operation),
                f"{operation.symbol} has no description.",
                many="{count} operations have no description",
            )


def path_item_parameters(document: OpenApiDocument) -> Iterator[Observation]:
    """Parameters that a path item says twice."""
    for item in document.index.path_items:
        path = str(item.pointer[-1]) if item.pointer else ""
        yield from _repeated(item.child("parameters").value, lambda i, item=item: spot(item, "parameters", i), path)


def _at(operation: Operation, *below: str | int) -> Any:
    return spot(operation.node, *below, symbol=operation.symbol)


def _success(operation: Operation) -> Iterator[Observation]:
    responses = operation.node.value.get("responses")
    if isinstance(responses, dict) and not any(_succeeds(str(code), operation) for code in responses):
        yield Observation(
            "contract/no-success-response",
            _at(operation, "responses"),
            f"{operation.symbol} declares no reply for success, only {', '.join(map(str, responses)) or 'none'}."[:300],
            many="{count} operations declare no reply for success",
            # A reply for everything may mean success too; it only does not say so.
            severity=Severity.LOW if "default" in responses else None,
        )


def _succeeds(code: str, operation: Operation) -> bool:
    if code in ("2XX", "3XX"):
        return operation.document.version != "2.0"
    return code.isdecimal() and 200 <= int(code[:9]) < 400


def _operation_id(operation: Operation, ids: dict[str, Operation]) -> Iterator[Observation]:
    value = operation.node.value.get("operationId")
    if not value:
        yield Observation(
            "contract/no-operation-id",
            _at(operation, "operationId") if "operationId" in operation.node.value else _at(operation),
            f"{operation.symbol} has no operationId.",
            many="{count} operations have no operationId",
        )
    if not isinstance(value, str):
        return
    first = ids.setdefault(value, operation)
    if first is not operation and first.node.value is not operation.node.value:
        yield Observation(
            "contract/duplicate-operation-id",
            _at(operation, "operationId"),
            f"{operation.symbol} is called {shown(value)}, and so is {first.symbol}.",
            also=(_at(first, "operationId"),),
            cause=value,
        )
    if not _IN_URL.fullmatch(value):
        yield Observation(
            "contract/operation-id-not-url-safe",
            _at(operation, "operationId"),
            f"{shown(value)} needs encoding where it becomes part of an address.",
            many="{count} operationIds cannot stand in an address",
        )


def _tags(operation: Operation, declared: set[str]) -> Iterator[Observation]:
    tags = operation.node.value.get("tags")
    if not isinstance(tags, list) or not tags:
        yield Observation(
            "contract/untagged-operation",
            _at(operation, "tags") if "tags" in operation.node.value else _at(operation),
            f"{operation.symbol} has no tag.",
            many="{count} operations have no tag",
        )
        return
    for place, tag in enumerate(tags):
        if not (isinstance(tag, str) and tag in declared):
            yield Observation(
                "contract/undeclared-tag",
                _at(operation, "tags", place),
                f"The document does not declare the tag {shown(tag)}.",
                # Where others are declared, it is a slip rather than a habit.
                severity=Severity.LOW if declared else None,
                many="{count} tags of operations are not declared by the document",
            )
    if len(tags) > 1:
        yield Observation(
            "contract/several-tags",
            _at(operation, "tags"),
            f"{operation.symbol} has {len(tags)} tags.",
            many="{count} operations have several tags",
        )


def _parameters(operation: Operation) -> Iterator[Observation]:
    parameters = operation.node.value.get("parameters")
    yield from _repeated(parameters, lambda place: _at(operation, "parameters", place), operation.symbol)
    if not isinstance(parameters, list) or operation.document.version != "2.0":
        return
    inside = {"body": 0, "formData": 0}
    for place in range(len(parameters)):
        target = operation.document.resolve(operation.node.child("parameters", place)).value
        where = target.get("in") if isinstance(target, dict) else None
        if isinstance(where, str) and where in inside:
            inside[where] += 1
            if where == "body" and inside[where] > 1:
                yield Observation(
                    "contract/several-bodies",
                    _at(operation, "parameters", place),
                    f"{operation.symbol} already has a body; a request has one.",
                )
    if all(inside.values()):
        yield Observation(
            "contract/several-bodies",
            _at(operation, "parameters"),
            f"{operation.symbol} wants a body and a form at once; a request has one of both.",
        )


def _repeated(parameters: Any, at: Any, owner: str) -> Iterator[Observation]:
    if not isinstance(parameters, list) or len(parameters) < 2:
        return
    first: dict[Any, int] = {}
    for place, each in dicts(parameters):
        key = (str(each.get("in")), str(each.get("name"))) if "$ref" not in each else str(each["$ref"])
        if first.setdefault(key, int(place)) != place:
            what = f"the {key[0]} parameter {shown(key[1])}" if isinstance(key, tuple) else key
            yield Observation(
                "contract/repeated-parameter",
                at(place),
                f"{owner} declares {what} twice.",
                also=(at(first[key]),),
                many="{count} parameters are declared twice",
            )


def _form(operation: Operation) -> Iterator[Observation]:
    value = operation.node.value
    consumes, parameters = value.get("consumes"), value.get("parameters")
    if operation.document.version != "2.0" or not isinstance(consumes, list) or not isinstance(parameters, list):
        return
    form = any(
        isinstance(target := operation.document.resolve(each).value, dict) and target.get("in") == "formData"
        for _, each in operation.node.child("parameters").items()
    )
    if form and not any(kind in str(each) for each in consumes for kind in _FORMS):
        yield Observation(
            "contract/form-without-form-type",
            _at(operation),
            f"{operation.symbol} takes form fields and consumes {', '.join(map(str, consumes)) or 'nothing'}."[:300],
        )


CHECKS: tuple[Check, ...] = (of_each_document(operations), of_each_document(path_item_parameters))
