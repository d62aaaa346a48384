"""Rules of the format: cases beside the examples of the catalogue."""

import pytest

from faultline.core.finding import Severity
from tests.analyzers.design.contract.parts import DONE, V2, V30, V31, V32, message, observations, seen
from tests.analyzers.design.parts import findings, rules

ITEM = "components schemas"


def paths(head: str, *lines: str) -> str:
    return head + "paths:\n" + "".join(f"  {line}\n" for line in lines)


def path(template: str, *lines: str) -> str:
    return paths(V30, f"{template}:", *(f"  {line}" for line in lines), "  get:", f"    {DONE}")


ID = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]"

CASES = [
    # An operator of RFC 6570, and a part of a segment, are still a variable.
    (path("/orders/{id*}", ID), [], ("undefined-path-parameter", "unused-path-parameter")),
    (path("/orders/{id}.json", ID), [], ("undefined-path-parameter", "unused-path-parameter")),
    # A query is told as one, not as variables that are missing.
    (
        path("/orders?page={page}"),
        [("query-in-path", "paths /orders?page={page}")],
        ("query-in-path", "undefined-path-parameter"),
    ),
    # One slash alone is the root, and a style that all share is only mentioned.
    (path("/"), [], ("trailing-slash-in-path",)),
    (
        paths(
            V30,
            "/a/{x}/b/{x}:",
            "  get:",
            "    parameters: [{name: x, in: path, required: true, schema: {}}]",
            f"    {DONE}",
        ),
        [("repeated-path-variable", "paths /a/{x}/b/{x}")],
        ("repeated-path-variable",),
    ),
    # The path item's parameters count for its operations, and an operation's replace them.
    (
        paths(V30, "/a/{id}:", f"  {ID}", "  get:", f"    {ID}", f"    {DONE}"),
        [],
        ("undefined-path-parameter", "repeated-parameter", "unused-path-parameter"),
    ),
    # A reference twice is a repetition too.
    (
        paths(
            V30,
            "/a:",
            "  get:",
            "    parameters: [{$ref: '#/components/parameters/P'}, {$ref: '#/components/parameters/P'}]",
            f"    {DONE}",
        ),
        [("repeated-parameter", "paths /a get parameters 1")],
        ("repeated-parameter",),
    ),
    (
        paths(
            V2,
            "/a:",
            "  post:",
            "    parameters: [{name: b, in: body, schema: {}}, {name: f, in: formData, type: string}]",
            f"    {DONE}",
        ),
        [("several-bodies", "paths /a post parameters")],
        ("several-bodies",),
    ),
    # 2.0 knows no ranges of status codes, later versions do.
    (paths(V30, "/a:", "  get:", "    responses: {2XX: {description: Done}}"), [], ("no-success-response",)),
    (
        paths(V2, "/a:", "  get:", "    responses: {2XX: {description: Done}}"),
        [("no-success-response", "paths /a get responses")],
        ("no-success-response",),
    ),
    # Numbers: 1 is an integer and a number, 1.5 no integer, null is allowed where the version's word says so.
    (
        f"{V30}paths: {{}}\ncomponents: {{schemas: {{A: {{type: number, enum: [1, 1.5]}}}}}}\n",
        [],
        ("enum-value-of-other-type",),
    ),
    (
        f"{V30}paths: {{}}\ncomponents: {{schemas: {{A: {{type: integer, enum: [1, 1.5]}}}}}}\n",
        [("enum-value-of-other-type", f"{ITEM} A enum 1")],
        ("enum-value-of-other-type",),
    ),
    (
        f"{V30}paths: {{}}\ncomponents: {{schemas: {{A: {{type: string, nullable: true, enum: [a, null]}}}}}}\n",
        [],
        ("enum-value-of-other-type",),
    ),
    (
        f"{V31}components: {{schemas: {{A: {{type: [string, 'null'], enum: [a, null]}}}}}}\n",
        [],
        ("enum-value-of-other-type",),
    ),
    (
        f"{V2}paths: {{}}\ndefinitions: {{A: {{type: boolean, enum: [true, 'no']}}}}\n",
        [("enum-value-of-other-type", "definitions A enum 1")],
        ("enum-value-of-other-type",),
    ),
    (
        f"{V30}paths: {{}}\ncomponents: {{schemas: {{A: {{enum: [1, true, '1', {{a: 1}}, [1], null]}}}}}}\n",
        [],
        ("duplicate-enum-value", "enum-value-of-other-type"),
    ),
    (
        f"{V30}paths: {{}}\ncomponents: {{schemas: {{A: {{type: object, properties: {{enum: {{}}, type: {{}}}}}}}}}}\n",
        [],
        ("enum-value-of-other-type",),
    ),
    # What looks like a schema in an example is data.
    (
        f"{V30}paths: {{}}\ncomponents: {{schemas: {{A: {{type: object, example: {{type: array, enum: [1, 1]}}}}}}}}\n",
        [],
        ("array-without-items", "duplicate-enum-value"),
    ),
    (f"{V31}components: {{schemas: {{A: {{type: array, prefixItems: [{{}}]}}}}}}\n", [], ("array-without-items",)),
    # From 3.1 what stands beside a reference counts.
    (
        f"{V31}components: {{schemas: {{A: {{$ref: '#/components/schemas/B', maxLength: 3}}, B: {{}}}}}}\n",
        [],
        ("ref-siblings",),
    ),
    # Discriminators use what they map to; a part of a component uses it whole.
    (
        f"{V31}components:\n  schemas:\n"
        "    A: {discriminator: {propertyName: k, mapping: {b: '#/components/schemas/B', c: C}}}\n"
        "    B: {}\n    C: {}\n",
        [("unused-component", f"{ITEM} A")],
        ("unused-component",),
    ),
    (
        f"{V31}components:\n  schemas:\n"
        "    A: {items: {$ref: '#/components/schemas/B~1C%20D/x'}}\n    B/C D: {}\n",
        [("unused-component", f"{ITEM} A")],
        ("unused-component",),
    ),
    # Who extends a schema with a discriminator is named by its value.
    (
        f"{V30}paths: {{}}\ncomponents:\n  schemas:\n"
        "    Pet: {discriminator: {propertyName: kind}, properties: {friend: {$ref: '#/components/schemas/Pet'}}}\n"
        "    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}]}\n"
        "    Kitten: {allOf: [{$ref: '#/components/schemas/Cat'}]}\n"
        "    Dog: {allOf: [{type: object}]}\n",
        [("unused-component", f"{ITEM} Dog")],
        ("unused-component",),
    ),
    # Scopes are only listed by OAuth; from 3.2 a scheme may be named by its address.
    (
        f"{V30}paths: {{}}\nsecurity: [{{key: [read]}}]\ncomponents:\n"
        "  securitySchemes: {key: {type: apiKey, in: header, name: k}}\n",
        [],
        ("undefined-scope",),
    ),
    (
        f"{V2}paths: {{}}\nsecurity: [{{o: [read, write]}}]\nsecurityDefinitions:\n"
        "  o: {type: oauth2, flow: implicit, authorizationUrl: 'https://a', scopes: {read: Read}}\n",
        [("undefined-scope", "security 0 o 1")],
        ("undefined-scope",),
    ),
    (
        f"{V32}paths: {{}}\nsecurity: [{{'./schemes.yaml#/key': []}}, {{key: []}}]\n",
        [("undefined-security-scheme", "security 1 key")],
        ("undefined-security-scheme",),
    ),
    # 2.0 says its server in two fields.
    (
        f"{V2}host: shop.test/\npaths: {{}}\n",
        [("no-schemes", ""), ("trailing-slash-in-server", "host")],
        ("no-schemes", "no-server", "trailing-slash-in-server"),
    ),
    (f"{V30}servers: [{{url: /}}]\npaths: {{}}\n", [], ("trailing-slash-in-server", "no-server")),
    # 3.2 has more ways to say an example.
    (
        f"{V32}components: {{examples: {{A: {{dataValue: 1}}, B: {{}}}}}}\n",
        [("example-without-one-value", "components examples B")],
        ("example-without-one-value",),
    ),
    (
        f"{V2}paths: {{}}\ndefinitions: {{A: {{discriminator: kind}}}}\n",
        [("discriminator-not-required", "definitions A"), ("discriminator-not-required", "definitions A")],
        ("discriminator-not-required",),
    ),
]


@pytest.mark.parametrize(("text", "found", "asked"), CASES)
def test_a_rule_means_what_the_version_means(text: str, found: list[tuple[str, str]], asked: tuple[str, ...]) -> None:
    assert seen(text, *asked) == found


def test_a_component_that_another_document_uses_is_used() -> None:
    component = f"{V30}paths: {{}}\ncomponents: {{schemas: {{Id: {{type: string}}}}}}\n"
    other = f"{V30}paths: {{}}\ncomponents:\n  links: {{Id: {{x-a: {{$ref: '../api.yaml#/components/schemas/Id'}}}}}}\n"
    files = {"api.yaml": component, "more/other.yaml": other}
    assert seen(files, "unused-component") == [("unused-component", "components links Id")]


def test_a_slash_at_the_end_weighs_more_where_other_paths_have_none() -> None:
    def severities(*names: str) -> set[Severity | None]:
        text = paths(V30, *(line for name in names for line in (f"{name}:", "  get:", f"    {DONE}")))
        return {each.severity for each in observations(text) if each.rule == "contract/trailing-slash-in-path"}

    assert severities("/a/", "/b", "/c") == {Severity.LOW}
    assert severities("/a/", "/b/", "/c") == {None}


def test_words_beside_a_reference_weigh_less_than_what_changes_its_meaning() -> None:
    text = (
        f"{V30}paths: {{}}\ncomponents:\n  schemas:\n    Id: {{type: string}}\n    A:\n      properties:\n"
        "        a: {$ref: '#/components/schemas/Id', description: x}\n"
        "        b: {$ref: '#/components/schemas/Id', nullable: true}\n"
    )
    found = {each.cause: each.severity for each in observations(text) if each.rule == "contract/ref-siblings"}
    assert found == {"words": Severity.INFO, "": None}


def test_two_operations_of_one_name_are_told_with_both_places() -> None:
    text = paths(
        V30,
        "/a:",
        "  get:",
        "    operationId: list",
        f"    {DONE}",
        "/b:",
        "  get:",
        "    operationId: list",
        f"    {DONE}",
    )
    (found,) = [each for each in findings({"api.yaml": text}) if each.rule_id == "contract/duplicate-operation-id"]
    assert [each.start_line for each in found.places] == [10, 6]
    assert message(text, "duplicate-operation-id") == 'GET /b is called "list", and so is GET /a.'


def test_a_clean_document_without_contact_licence_and_tags_says_nothing_by_default() -> None:
    text = f"""{V30}servers: [{{url: https://api.shop.test}}]
paths:
  /orders/{{id}}:
    parameters:
      - {{name: id, in: path, required: true, schema: {{type: string}}}}
    get:
      operationId: getOrder
      responses:
        "200":
          description: The order.
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Order'}}}}}}
components:
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: {{type: string, example: a1}}
        state: {{type: string, enum: [open, paid], default: open}}
"""
    assert {each for each in rules({"api.yaml": text}, "low") if each.startswith("contract/")} == set()
