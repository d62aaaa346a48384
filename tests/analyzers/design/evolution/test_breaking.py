"""The evolution agent through its front door: documents, lines and places."""

from __future__ import annotations

import pytest

from faultline.analyzers.design.evolution.breaking import breaking_changes
from faultline.core.finding import Finding
from tests.analyzers.design.parts import findings, seen

OLD = """openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /orders/{id}:
    get:
      responses:
        "200":
          description: The order
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Order"
    delete:
      responses:
        "204": {description: Gone}
components:
  schemas:
    Order:
      type: object
      required: [total]
      properties:
        total:
          type: integer
        note:
          type: string
"""


def broken(new: str) -> list[Finding]:
    told = findings({"openapi.yaml": new, "against/openapi.yaml": OLD}, "low")
    return [each for each in told if each.agent == "evolution"]


def test_without_an_older_version_nothing_is_told() -> None:
    assert seen(breaking_changes, {"openapi.yaml": OLD}) == []


def test_a_finding_has_the_line_of_the_new_version_and_the_places_of_both() -> None:
    new = OLD.replace("type: integer", "type: string")
    (found,) = broken(new)
    assert found.rule_id == "evolution/response-type-changed"
    assert found.location is not None
    assert found.location.start_line == 23
    assert [(each.path, each.start_line, each.symbol) for each in found.places] == [
        ("openapi.yaml", 23, "Order.total"),
        (".faultline/against/openapi.yaml", 23, "before: components.schemas.Order.properties.total.type"),
        ("openapi.yaml", 5, "GET /orders/{id}"),
    ]


def test_what_is_gone_is_told_where_it_was() -> None:
    new = OLD.replace('    delete:\n      responses:\n        "204": {description: Gone}\n', "")
    new = new.replace("        note:\n          type: string\n", "")
    told = {each.rule_id: each for each in broken(new)}
    lines = {rule: each.location.start_line for rule, each in told.items() if each.location}
    assert lines == {"evolution/operation-removed": 4, "evolution/response-property-removed": 18}


@pytest.mark.parametrize(
    ("was", "now", "lines"),
    [
        ("note:", "remark:", {24}),
        ("        note:\n          type: string\n", "", {21, 18}),
        ("/orders/{id}:", "/purchases/{id}:", {4}),
        ("/orders/{id}:", "/purchases:", {3}),
    ],
)
def test_what_has_another_name_is_told_at_its_new_name(was: str, now: str, lines: set[int]) -> None:
    (found,) = broken(OLD.replace(was, now))
    places = [each for each in found.places if each.path == "openapi.yaml" and not each.symbol.startswith("GET")]
    assert {each.start_line for each in places} == lines


def test_the_only_specifications_are_versions_of_one_whatever_their_names_are() -> None:
    new = OLD.replace("type: integer", "type: string")
    assert seen(breaking_changes, {"api/v2.yaml": new, "against/openapi.yaml": OLD})


def test_specifications_are_paired_by_title_and_by_what_they_share() -> None:
    other = OLD.replace("Shop", "Billing").replace("/orders/", "/bills/")
    untitled = OLD.replace("Shop", "Store")
    files = {"x.yaml": untitled, "y.yaml": other, "against/a.yaml": OLD, "against/b.yaml": other}
    assert seen(breaking_changes, files) == []


def test_a_specification_that_is_gone_is_told() -> None:
    other = OLD.replace("Shop", "Billing").replace("/orders/", "/bills/")
    (one,) = seen(breaking_changes, {"a.yaml": OLD, "against/a.yaml": OLD, "against/b.yaml": other})
    assert (one.rule, one.at.document.path) == ("evolution/specification-removed", "b.yaml")


def test_a_change_in_a_file_that_is_referred_to_is_told_there() -> None:
    old = OLD.replace("#/components/schemas/Order", "schemas.yaml#/Order")
    part = "Order:\n  type: object\n  properties:\n    total:\n      type: %s\n"
    files = {"openapi.yaml": old, "against/openapi.yaml": old}
    (one,) = seen(breaking_changes, files | {"schemas.yaml": part % "string", "against/schemas.yaml": part % "integer"})
    assert (one.at.document.path, one.at.lines) == ("schemas.yaml", (5, 5))
    assert not seen(
        breaking_changes, files | {"schemas.yaml": part % "string", "against/schemas.yaml": part % "string"}
    )


def test_what_makes_no_sense_is_no_reason_to_fail() -> None:
    odd = """openapi: 3.1.0
paths:
  /a:
    parameters: 5
    get:
      parameters: [{name: 5, in: query}, 7, {in: query}, {name: x, in: query, schema: [1]}]
      requestBody: {content: {application/json: {schema: {type: [5], enum: 3, required: 4, properties: [1],
        items: [true], allOf: {a: 1}, oneOf: 3, minimum: .nan, multipleOf: 0, pattern: 4, discriminator: 5}}}}
      responses: {200: {content: 4, headers: [1], links: 3}, default: 7}
      callbacks: {x: {y: 4}}
      security: [4, {a: 5}]
      servers: [{url: 4}, 5]
"""
    empty = "openapi: 3.1.0\npaths: {/a: {get: {requestBody: {content: {application/json: {}}}, responses: {}}}}\n"
    for one, other in ((odd, empty), (empty, odd), (odd, odd + "x-more: 1\n"), ("openapi: 3.0.0\n", odd)):
        list(seen(breaking_changes, {"a.yaml": one, "against/a.yaml": other}))


BESIDE = """openapi: 3.0.3
info: {title: %s, version: "%s"}
paths:
  /berths:
    get:
      parameters: [{name: day, in: query, required: %s, schema: {type: string}}]
      responses: {"200": {description: The berths}}
"""


@pytest.mark.parametrize(
    ("first", "second", "at"),
    [
        (("api-1.9.yaml", "Berths", "1.9.0"), ("api-1.10.yaml", "Berths", "1.10.0"), "api-1.10.yaml"),
        (("v1.yaml", "Berths", "1.0"), ("v1-next.yaml", "Berths", "1.0"), "v1-next.yaml"),
        (("v1.yaml", "Berths", "1.4"), ("v2.yaml", "Berths", "2.0"), None),  # it is there to break the one before
        (("a.yaml", "Berths", "2024-01-09"), ("b.yaml", "Berths", "2024-06-01"), None),
        (("a.yaml", "Berths", "1.0"), ("b.yaml", "Cranes", "1.1"), None),
    ],
)
def test_versions_of_one_api_that_lie_beside_each_other_are_compared(
    first: tuple[str, str, str], second: tuple[str, str, str], at: str | None
) -> None:
    files = {path: BESIDE % (*rest, str(path == second[0]).lower()) for path, *rest in (first, second)}
    told = [each for each in findings(files, "low") if each.rule_id.startswith("evolution/")]
    assert [(each.rule_id, each.location and each.location.path) for each in told] == (
        [("evolution/parameter-became-required", at)] if at else []
    )
    assert "consistency/path-defined-twice" not in {each.rule_id for each in findings(files, "low")} or not at
