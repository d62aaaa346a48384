"""What stands out because it is alone: an open operation, a list without pages, a creation without a key, a type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from faultline.core.finding import Severity
from tests.analyzers.design.api.test_odd import observed
from tests.analyzers.design.parts import design

LOGIN = {"type": "http", "scheme": "bearer"}
THING = {"type": "object", "properties": {"name": {"type": "string"}}}
MANY = {"type": "array", "items": THING}
PAGES = [{"name": "cursor", "in": "query", "schema": {"type": "string"}}]
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}


def told(rule: str, operations: dict[str, dict[str, Any]], each_secured: bool = False, **components: Any) -> list[str]:
    """What is told at the default level, by operation."""
    paths: dict[str, dict[str, Any]] = {}
    for name, said in operations.items():
        method, _, path = name.partition(" ")
        own = {"security": [{"login": []}]} if each_secured else {}
        paths.setdefault(path, {})[method] = {"responses": {"200": {"description": "it"}}, **own, **said}
    document = {"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "paths": paths}
    document["components"] = {"securitySchemes": {"login": LOGIN}, **components}
    if not each_secured:
        document["security"] = [{"login": []}]
    found = observed(design({"api.json": json.dumps(document)}))
    return [each.at.symbol for each in found if each.rule == rule and each.severity is not Severity.INFO]


OPEN: dict[str, Any] = {"security": []}
REFUSES: dict[str, Any] = {"responses": {"200": {"description": "it"}, "401": {"description": "no"}}}
CLOSED: dict[str, Any] = {}


@pytest.mark.parametrize(
    "operations",
    [
        {"get /files": REFUSES, "post /files": REFUSES, "get /files/{id}": REFUSES | OPEN},
        {"get /files": CLOSED, "post /files": CLOSED, "get /files/{id}": OPEN},
        {"get /runs": CLOSED, "get /runs/{id}": CLOSED, "get /runs/{id}/status": REFUSES | OPEN},
        {"get /a": CLOSED, "get /b": CLOSED, "get /c": CLOSED, "get /reports/{id}": REFUSES | OPEN},
        {"get /tickets": CLOSED, "post /tickets": OPEN, "get /tickets/{id}": CLOSED},
        {"post /rides": CLOSED, "put /rides/{id}/end": CLOSED, "get /rides/{id}": REFUSES | OPEN},
        {"post /a": CLOSED, "put /a/{id}": CLOSED, "get /a/{id}": OPEN | {"description": "Only the rider's own."}},
        {"get /customers/{id}": CLOSED, "get /customers/{id}/cards": CLOSED, "post /customers/{id}/cards": OPEN},
    ],
)
@pytest.mark.parametrize("each_secured", [False, True])
def test_one_that_is_open_among_closed_ones_is_told(operations: dict[str, Any], each_secured: bool) -> None:
    opened = next(name for name, said in operations.items() if "security" in said)
    method, _, path = opened.partition(" ")
    assert told("security/no-authentication", operations, each_secured) == [f"{method.upper()} {path} security"]


@pytest.mark.parametrize(
    "opened",
    [
        {"get /products": OPEN, "get /products/{id}": OPEN, "post /products": CLOSED},
        {
            "get /health": OPEN,
            "post /login": REFUSES | OPEN,
            "post /webhooks/bank": REFUSES | OPEN,
            "get /status": OPEN,
        },
        {"get /orders/{id}/shared/{token}": REFUSES | OPEN},
        {"get /orders/{id}/receipt": OPEN | {"summary": "Anyone with the link may read it"}},
        {"post /users": REFUSES | OPEN, "get /users": CLOSED, "get /users/{id}": CLOSED},
        {"get /.well-known/jwks.json": OPEN, "get /openapi.json": OPEN, "post /sign-up": OPEN},
    ],
)
def test_what_is_meant_to_be_open_is_not_told(opened: dict[str, Any]) -> None:
    closed = {"get /orders": CLOSED, "post /orders": CLOSED, "get /orders/{id}": CLOSED}
    assert told("security/no-authentication", closed | opened) == []


def listed(schema: Any, *parameters: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"parameters": list(parameters), "responses": {"200": {"description": "it", "content": content}}}


def held(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: MANY, **more}}


@pytest.mark.parametrize(
    ("operations", "left", "bare"),
    [
        ({"get /exams/{id}/attempts": listed(MANY)}, {}, True),
        ({"get /rides": listed({"type": "object", "properties": {"data": held("items")}})}, {}, True),
        ({"get /past/shipments": listed(held("found"))}, {}, True),
        ({"get /sites/{id}/gadgets": listed(MANY)}, {"cursor": PAGES[0]}, True),
        ({"get /sites/{id}/gadgets": listed(MANY)}, {}, False),
        (
            {
                "get /wagons": listed(MANY, *PAGES),
                "get /crews": listed(MANY, *PAGES),
                "get /crews/{id}/shifts": listed(MANY),
            },
            {},
            True,
        ),
        (
            {
                "get /wagons": listed(MANY, *PAGES),
                "get /crews": listed(MANY, *PAGES),
                "get /orders/{id}/lines": listed(MANY),
            },
            {},
            False,
        ),
        ({"get /currencies": listed(MANY), "get /orders": listed(MANY, *PAGES)}, {}, False),
    ],
)
def test_the_list_without_pages_is_told(operations: dict[str, Any], left: dict[str, Any], bare: bool) -> None:
    assert bool(told("resilience/no-pagination", operations, parameters=left)) is bare


def made(*parameters: Any, summary: str = "Make it") -> dict[str, Any]:
    return {"parameters": list(parameters), "summary": summary, "responses": {"201": {"description": "made"}}}


@pytest.mark.parametrize(
    ("operations", "left", "bare"),
    [
        ({"post /subscriptions": made(summary="Repeated calls with one key make one subscription.")}, {}, True),
        ({"post /subscriptions": made(), "post /vouchers": made(KEY)}, {}, True),
        ({"post /policies": made(), "post /claims": made(KEY), "post /drafts": made(KEY)}, {}, True),
        (
            {"post /policies": made(), "post /plans": made(), "post /claims": made(KEY), "post /drafts": made(KEY)},
            {},
            False,
        ),
        ({"post /bookings": made()}, {"key": KEY}, True),
        ({"post /bookings": made()}, {}, False),
        ({"post /notes": made(summary="A second call with the same id changes nothing.")}, {}, False),
    ],
)
def test_the_creation_without_a_key_is_told(operations: dict[str, Any], left: dict[str, Any], bare: bool) -> None:
    assert bool(told("resilience/retry-without-idempotency", operations, parameters=left)) is bare


@pytest.mark.parametrize(
    ("name", "kind", "drifts"),
    [
        ("claimNumber", "integer", True),
        ("shelf_code", "integer", True),
        ("status", "integer", False),
        ("claimNumber", "string", False),
    ],
)
def test_a_variable_of_a_path_has_the_type_of_the_property(name: str, kind: str, drifts: bool) -> None:
    variable = {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
    schemas = {"Report": {"type": "object", "properties": {name: {"type": "string"}}}}
    found = told("consistency/two-types", {f"get /reports/{{{name}}}": {"parameters": [variable]}}, schemas=schemas)
    assert bool(found) is drifts
