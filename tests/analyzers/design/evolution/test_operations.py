"""What is told when an operation changes: its path, parameters, bodies, responses, credentials and servers."""

from __future__ import annotations

from typing import Any

import pytest

from faultline.core.finding import Severity
from tests.analyzers.design.evolution.versions import asked, called, changes, spec, told

OK: dict[str, Any] = {"responses": {"200": {"description": "Done"}}}
TEXT = {"type": "string"}
LIST = {"type": "array", "items": TEXT}
JSON = {"content": {"application/json": {"schema": TEXT}}}
XML = {"content": {"application/xml": {"schema": TEXT}}}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
LOGIN = {"type": "oauth2", "flows": {"implicit": {"authorizationUrl": "https://id.example.com", "scopes": {}}}}
SCHEMES = {"components": {"securitySchemes": {"key": KEY, "login": LOGIN}}}


def query(name: str = "a", schema: Any = TEXT, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


def answers(**responses: Any) -> dict[str, Any]:
    return called({"responses": {code.lstrip("s"): each for code, each in responses.items()}})


def secured(*needs: Any, schemes: Any = SCHEMES) -> dict[str, Any]:
    return called({"security": list(needs)}, **schemes)


def served(*urls: str, path: str = "/things") -> dict[str, Any]:
    return spec({path: {"get": OK}}, servers=[{"url": url} for url in urls])


def hooked(schema: Any, *, name: str = "paid") -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema}}}
    return spec({}, "3.1.0", webhooks={name: {"post": {"requestBody": body, **OK}}})


def calling(schema: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": schema}}}
    return called({"callbacks": {"paid": {"{$request.query.url}": {"post": {"requestBody": body, **OK}}}}})


TABLE: list[tuple[str, Any, Any, str]] = [
    ("operation gone", spec({"/a": {"get": OK, "post": OK}}), spec({"/a": {"get": OK}}), "operation-removed"),
    ("path gone", spec({"/a": {"get": OK}, "/b": {"get": OK}}), spec({"/a": {"get": OK}}), "operation-removed"),
    ("operation added", spec({"/a": {"get": OK}}), spec({"/a": {"get": OK, "post": OK}, "/b": {"get": OK}}), ""),
    ("path parameter renamed", spec({"/a/{x}": {"get": {**OK, "parameters": [
        {"name": "x", "in": "path", "required": True, "schema": TEXT}]}}}),
     spec({"/a/{id}": {"get": {**OK, "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}]}}}),
     ""),
    ("path parameter's type", spec({"/a/{x}": {"get": {**OK, "parameters": [
        {"name": "x", "in": "path", "required": True, "schema": TEXT}]}}}),
     spec({"/a/{y}": {"get": {**OK, "parameters": [
         {"name": "y", "in": "path", "required": True, "schema": {"type": "integer"}}]}}}), "request-type-changed"),
    ("another version in the path", spec({"/v1/a": {"get": OK}}), spec({"/v2/a": {"get": OK}}), "base-path-changed"),
    ("name changed", called({"operationId": "a"}), called({"operationId": "b"}), "operation-id-changed"),
    ("name given", called({}), called({"operationId": "b"}), ""),
    ("tags", called({"tags": ["a"]}), called({"tags": ["b"], "summary": "x"}), ""),
    ("parameter added", asked(), asked(query()), ""),
    ("required parameter", asked(), asked(query(required=True)), "required-parameter-added"),
    ("became required", asked(query()), asked(query(required=True)), "parameter-became-required"),
    ("became optional", asked(query(required=True)), asked(query()), ""),
    ("parameter gone", asked(query()), asked(), "parameter-removed"),
    ("moved", asked(query()), asked({**query(), "in": "header"}), "parameter-moved"),
    ("header in capitals", asked({**query("X-A"), "in": "header"}), asked({**query("x-a"), "in": "header"}), ""),
    ("ignored header", asked(), asked({**query("Accept", required=True), "in": "header"}), ""),
    ("to the path item", asked(query()), spec({"/things": {"parameters": [query()], "get": OK}}), ""),
    ("list written otherwise", asked(query(schema=LIST)), asked(query(schema=LIST, explode=False)),
     "parameter-serialization-changed"),
    ("the default said", asked(query(schema=LIST)), asked(query(schema=LIST, style="form", explode=True)), ""),
    ("no list", asked(query()), asked(query(explode=False)), ""),
    ("reserved", asked(query(allowReserved=True)), asked(query()), "parameter-serialization-changed"),
    ("a value gone", asked(query(schema={"enum": ["a", "b"]})), asked(query(schema={"enum": ["a"]})),
     "request-value-removed"),
    ("body gone", called({"requestBody": JSON}), called({}), "request-body-removed"),
    ("optional body", called({}), called({"requestBody": JSON}), ""),
    ("required body", called({}), called({"requestBody": {**JSON, "required": True}}), "request-body-required"),
    ("media type", called({"requestBody": JSON}), called({"requestBody": XML}), "request-media-type-removed"),
    ("charset", called({"requestBody": JSON}),
     called({"requestBody": {"content": {"application/json; charset=utf-8": {"schema": TEXT}}}}), ""),
    ("any media type", called({"requestBody": JSON}),
     called({"requestBody": {"content": {"application/*": {"schema": TEXT}}}}), ""),
    ("success gone", answers(s200=JSON), answers(s201=JSON), "response-status-removed"),
    ("a range", answers(s200=JSON), answers(s2XX=JSON), ""),
    ("an error gone", answers(s200=JSON, s404=JSON), answers(s200=JSON), "(response-status-removed)"),
    ("media of a response", answers(s200=JSON), answers(s200=XML), "response-media-type-removed"),
    ("no body", answers(s200=JSON), answers(s200={}), "response-media-type-removed"),
    ("header gone", answers(s200={"headers": {"X-Next": {"schema": TEXT}}}), answers(s200={"headers": {}}),
     "response-header-removed"),
    ("header's name", answers(s200={"headers": {"X-Next": {"schema": TEXT}}}),
     answers(s200={"headers": {"x-next": {"schema": TEXT}}}), ""),
    ("header's type", answers(s200={"headers": {"X-Next": {"schema": TEXT}}}),
     answers(s200={"headers": {"X-Next": {"schema": {"type": "integer"}}}}), "response-type-changed"),
    ("header optional", answers(s200={"headers": {"X": {"schema": TEXT, "required": True}}}),
     answers(s200={"headers": {"X": {"schema": TEXT}}}), "response-header-removed"),
    ("link gone", answers(s200={"links": {"next": {"operationId": "a"}}}), answers(s200={}), "link-removed"),
    ("credential asked", called({}, **SCHEMES), secured({"key": []}), "authentication-added"),
    ("credential optional", called({}, **SCHEMES), secured({"key": []}, {}), ""),
    ("another credential", secured({"key": []}), secured({"login": []}), "authentication-changed"),
    ("one more way", secured({"key": []}), secured({"login": []}, {"key": []}), ""),
    ("both at once", secured({"key": []}), secured({"login": [], "key": []}), "authentication-changed"),
    ("a scope", secured({"login": ["a"]}), secured({"login": ["b", "a"]}), "scope-added"),
    ("one scope less", secured({"login": ["b", "a"]}), secured({"login": ["a"]}), ""),
    ("open to all", secured({"key": []}), secured(), "authentication-removed"),
    ("scheme renamed", secured({"key": []}),
     secured({"token": []}, schemes={"components": {"securitySchemes": {"token": KEY}}}), ""),
    ("scheme changed", secured({"key": []}),
     secured({"key": []}, schemes={"components": {"securitySchemes": {"key": {**KEY, "in": "query"}}}}),
     "security-scheme-changed"),
    ("flow gone", secured({"login": []}),
     secured({"login": []}, schemes={"components": {"securitySchemes": {"login": {"type": "oauth2", "flows": {
         "password": {"tokenUrl": "https://id.example.com"}}}}}}), "security-scheme-changed"),
    ("base path", served("https://a.example/v1"), served("https://a.example/v2"), "base-path-changed"),
    ("base path into the paths", served("https://a.example/v1"), served("https://a.example", path="/v1/things"), ""),
    ("another host", served("https://a.example"), served("https://b.example"), "server-removed"),
    ("one more host", served("https://a.example"), served("https://b.example", "https://a.example/"), ""),
    ("local server", served("http://localhost:8000", "https://a.example"), served("https://a.example"), ""),
    ("servers unsaid", served("https://a.example"), spec({"/things": {"get": OK}}), ""),
    ("webhook gone", hooked(TEXT), hooked(TEXT, name="sent"), "callback-removed"),
    ("webhook gives more", hooked({"enum": ["a"]}), hooked({"enum": ["a", "b"]}), "response-value-added"),
    ("webhook gives less", hooked({"enum": ["a", "b"]}), hooked({"enum": ["a"]}), ""),
    ("callback gone", calling(TEXT), called({}), "callback-removed"),
    ("callback gives another type", calling(TEXT), calling({"type": "integer"}), "response-type-changed"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_change_of_an_operation_is_told_by_its_rule(old: Any, new: Any, expected: str) -> None:
    assert told(old, new) == set(expected.split())


def test_what_was_announced_is_told_more_quietly() -> None:
    def severity(**more: Any) -> Severity | None:
        (change,) = changes(spec({"/a": {"get": OK, "put": {**OK, **more}}}), spec({"/a": {"get": OK}}))
        return change.severity

    assert severity() is Severity.HIGH
    assert severity(deprecated=True) is Severity.MEDIUM
    assert severity(deprecated=True, **{"x-sunset": "2030-01-01"}) is Severity.LOW


def test_one_header_that_all_operations_need_is_one_finding() -> None:
    header = {"name": "X-Shop", "in": "header", "required": True, "schema": TEXT}
    old = spec({f"/{name}": {"get": OK} for name in "abcd"})
    new = spec({f"/{name}": {"get": {**OK, "parameters": [header]}} for name in "abcd"})
    (change,) = changes(old, new)
    assert [each.symbol for each in change.operations] == ["GET /a", "GET /b", "GET /c", "GET /d"]
    assert len(change.also) == 3


def test_one_component_that_many_operations_use_is_one_finding_with_all_of_them() -> None:
    def many(kind: str) -> dict[str, Any]:
        answer = {"description": "x", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
        schema = {"type": "object", "properties": {"x": {"type": kind}}}
        paths = {f"/{at}": {"get": {"responses": {"200": answer}}} for at in range(40)}
        return spec(paths, components={"schemas": {"A": schema}})

    (change,) = changes(many("string"), many("boolean"))
    assert len(change.operations) == 40
    assert change.at.pointer == ("components", "schemas", "A", "properties", "x", "type")


def swagger(**operation: Any) -> dict[str, Any]:
    return {"swagger": "2.0", "info": {}, "host": "a.example", "basePath": "/v1", "schemes": ["https"],
            "paths": {"/things": {"post": {**OK, **operation}}}}  # fmt: skip


def upgraded(**operation: Any) -> dict[str, Any]:
    return spec({"/things": {"post": {**OK, **operation}}}, servers=[{"url": "https://a.example/v1"}])


FORM = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": {"type": "integer", "maximum": 5}}}
FIELDS = [
    {"name": "a", "in": "formData", "required": True, "type": "string"},
    {"name": "b", "in": "formData", "type": "integer", "maximum": 5},
]

UPGRADES = [
    ("body", {"consumes": ["application/json"], "parameters": [{"name": "x", "in": "body", "schema": FORM}]},
     {"requestBody": {"content": {"application/json": {"schema": FORM}}}}),
    ("body of any type", {"parameters": [{"name": "x", "in": "body", "schema": FORM}]},
     {"requestBody": {"content": {"application/json": {"schema": FORM}}}}),
    ("form", {"parameters": FIELDS},
     {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}}}),
    ("list", {"parameters": [{"name": "x", "in": "query", **LIST, "collectionFormat": "csv"}]},
     {"parameters": [query("x", LIST, explode=False)]}),
    ("list in a header", {"parameters": [{"name": "x", "in": "header", **LIST}]},
     {"parameters": [{"name": "x", "in": "header", "schema": LIST}]}),
    ("lists", {"parameters": [{"name": "x", "in": "query", **LIST, "collectionFormat": "multi"}]},
     {"parameters": [query("x", LIST)]}),
    ("response", {"produces": ["application/json"], "responses": {"200": {"schema": FORM}}},
     {"responses": {"200": {"content": {"application/json": {"schema": FORM}}}}}),
    ("file", {"parameters": [{"name": "f", "in": "formData", "type": "file"}]},
     {"requestBody": {"content": {"multipart/form-data": {"schema": {
         "type": "object", "properties": {"f": {"type": "string", "format": "binary"}}}}}}}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in UPGRADES], ids=[row[0] for row in UPGRADES])
def test_an_upgrade_of_swagger_breaks_nothing(old: Any, new: Any) -> None:
    assert told(swagger(**old), upgraded(**new)) == set()


def test_a_field_of_a_form_has_a_place_of_its_own() -> None:
    (change,) = changes(swagger(parameters=FIELDS), swagger(parameters=[FIELDS[0], {**FIELDS[1], "maximum": 4}]))
    assert change.rule == "evolution/request-limit-tightened"
    assert change.at.pointer == ("paths", "/things", "post", "parameters", 1, "maximum")
