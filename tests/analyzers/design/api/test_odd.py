"""Specifications that are not as they should be, and what is told of them at level `info`."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from faultline.analyzers.design.apis.words import case, is_plural, singular, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Observation
from faultline.analyzers.design.rules import catalogue
from faultline.core.finding import Severity
from tests.analyzers.design.api.planted import CHECKS, bases
from tests.analyzers.design.parts import design

JUNK: tuple[Any, ...] = (
    None,
    1,
    "x",
    [],
    {},
    [1],
    {"a": 1},
    True,
    {"$ref": "#/nowhere"},
    {"$ref": 3},
    {"a": {"b": None}},
)


def observed(read: Design) -> list[Observation]:
    return [each for check in CHECKS for each in check(read)]


def of(text: str) -> list[Observation]:
    head = "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\n"
    return observed(design({"api.yaml": head + text}))


def severities(seen: list[Observation], rule: str) -> set[Severity]:
    return {each.severity or catalogue()[rule].severity for each in seen if each.rule == rule}


def places(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield pointer
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from places(each, (*pointer, key))


@pytest.mark.parametrize("name", sorted(bases()))
def test_no_value_of_another_kind_stops_a_check(name: str) -> None:
    clean = design({name: bases()[name]}).documents[0].tree
    assert clean is not None
    for number, pointer in enumerate(list(places(clean.data))[1::17]):
        data = copy.deepcopy(clean.data)
        value = data
        for part in pointer[:-1]:
            value = value[part]
        value[pointer[-1]] = JUNK[number % len(JUNK)]
        for each in observed(design({"api.json": json.dumps(data)})):
            assert each.rule in catalogue()
            assert each.at.lines[0] >= 1


def test_a_schema_within_itself_is_looked_at_once() -> None:
    seen = of("""
paths:
  /nodes/{nodeId}:
    get:
      responses:
        '200':
          description: it
          content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}
components:
  schemas:
    Node:
      allOf:
        - $ref: '#/components/schemas/Node'
        - {type: object, properties: {passwordHash: {type: string}, below: {$ref: '#/components/schemas/Node'}}}
""")
    assert [each.rule for each in seen].count("security/secret-in-answer") == 1


def test_a_secret_behind_references_has_the_line_of_its_own_declaration() -> None:
    text = """
paths:
  /users/{userId}:
    get: {responses: {'200': {$ref: '#/components/responses/User'}}}
components:
  responses:
    User: {description: it, content: {application/json: {schema: {$ref: '#/components/schemas/Outer'}}}}
  schemas:
    Outer: {type: object, properties: {inner: {$ref: '#/components/schemas/Inner'}}}
    Inner:
      type: object
      properties:
        clientSecret: {type: string}
"""
    (seen,) = [each for each in of(text) if each.rule == "security/secret-in-answer"]
    assert seen.at.document.lines[seen.at.lines[0] - 1].strip() == "clientSecret: {type: string}"


def test_two_halves_have_no_style_to_break() -> None:
    half = ", ".join(f"{name}: {{type: string}}" for name in ("firstName", "lastName", "postCode", "cityName"))
    other = ", ".join(f"{name}: {{type: string}}" for name in ("birth_date", "mail_box", "door_bell", "car_park"))
    seen = of(f"paths: {{}}\ncomponents: {{schemas: {{One: {{type: object, properties: {{{half}, {other}}}}}}}}}")
    assert "consistency/property-case" not in {each.rule for each in seen}


def test_a_habit_is_told_only_if_all_is_asked_for() -> None:
    usual = ", ".join(f"name{letter}Of: {{type: string}}" for letter in "ABCDEFGHIJKLMNOPQRST")
    other = ", ".join(f"name_{letter}: {{type: string}}" for letter in "abcd")
    seen = of(f"paths: {{}}\ncomponents: {{schemas: {{One: {{type: object, properties: {{{usual}, {other}}}}}}}}}")
    assert severities(seen, "consistency/property-case") == {Severity.INFO}


def test_a_document_that_slips_everywhere_has_no_style() -> None:
    slips = of("""
paths:
  /line-items:
    get:
      operationId: listLines
      parameters:
        - {name: sortBy, in: query, schema: {type: string}}
        - {name: pageOf, in: query, schema: {type: string}}
        - {name: fromDay, in: query, schema: {type: string}}
        - {name: toDay, in: query, schema: {type: string}}
        - {name: order_by, in: query, schema: {type: string}}
      responses: {}
  /gift-cards: {get: {operationId: listCards, responses: {}}}
  /price-lists: {get: {operationId: listPrices, responses: {}}}
  /stock-levels: {get: {operationId: listStock, responses: {}}}
  /orderNotes: {get: {operationId: list_notes, responses: {}}}
""")
    for rule in ("consistency/path-case", "consistency/parameter-case", "consistency/operation-id-case"):
        assert severities(slips, rule) == {Severity.INFO}


def test_a_service_inside_the_network_may_be_open_and_plain() -> None:
    seen = of("""
servers: [{url: 'http://{name}.internal', variables: {name: {default: orders}}}, {url: 'http://[broken'}]
paths:
  /orders/{orderId}: {delete: {responses: {'204': {description: gone}}}}
""")
    assert {"security/plain-http", "security/no-authentication"}.isdisjoint({each.rule for each in seen})


def test_all_rules_of_owasp_are_here() -> None:
    theirs = [each for rule in catalogue().values() for each in rule.same_as if each.startswith("owasp:")]
    assert len(theirs) == len(set(theirs)) == 32


def test_words_are_found_however_a_name_is_written() -> None:
    assert words("createdAt") == words("created_at") == words("Created-At") == ("created", "at")
    assert words("userID") == ("user", "id")
    assert [case(each) for each in ("aB", "a_b", "a-b", "AaBb", "A_B", "ab", "a_B", "x" * 101)] == [
        "camelCase", "snake_case", "kebab-case", "PascalCase", "CONSTANT_CASE", None, None, None,
    ]  # fmt: skip
    assert [singular(each) for each in ("orders", "addresses", "categories", "people", "status")] == [
        "order", "address", "category", "person", "status",
    ]  # fmt: skip
    assert [is_plural(each) for each in ("orders", "order", "status")] == [True, False, None]
