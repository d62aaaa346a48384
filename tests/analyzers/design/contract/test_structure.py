"""The meta-schemas: what is wrong is told at its own place, in our words."""

import pytest

from tests.analyzers.design.contract.parts import DONE, V2, V30, V31, V32, message, observations, seen

STRUCTURE = ("unexpected-field", "missing-field", "wrong-type", "wrong-value")


def operation(head: str, text: str) -> str:
    return f"{head}paths:\n  /orders:\n    get:\n      {DONE}\n{text}"


def parameter(head: str, text: str) -> str:
    return operation(head, f"      parameters:\n        - {{{text}}}\n")


def schemes(head: str, text: str) -> str:
    return f"{head}paths: {{}}\ncomponents:\n  securitySchemes:\n    login: {{{text}}}\n"


def schema(head: str, text: str) -> str:
    return f"{head}paths: {{}}\ncomponents:\n  schemas:\n    Id: {{{text}}}\n"


GET = "paths /orders get"
SLIPS = [
    (operation(V30, "      sumary: Orders\n"), "unexpected-field", f"{GET} sumary", "`summary` is one"),
    (operation(V31, "      sumary: Orders\n"), "unexpected-field", f"{GET} sumary", "`summary` is one"),
    (operation(V2, "      requestBody: {}\n"), "unexpected-field", f"{GET} requestBody", "no field of `get`"),
    (parameter(V30, "name: a, in: qeury, schema: {}"), "wrong-value", f"{GET} parameters 0 in", '"query" is near'),
    (parameter(V31, "name: a, in: qeury, schema: {}"), "wrong-value", f"{GET} parameters 0 in", '"query" is near'),
    (parameter(V2, "name: a, in: quer, type: string"), "wrong-value", f"{GET} parameters 0 in", '"query" is near'),
    (parameter(V2, "name: a, in: query, type: integr"), "wrong-value", f"{GET} parameters 0 type", '"integer" is near'),
    (parameter(V2, "name: a, in: body"), "missing-field", f"{GET} parameters 0", "no `schema`"),
    (parameter(V30, "in: query, schema: {}"), "missing-field", f"{GET} parameters 0", "no `name`"),
    (schemes(V30, "type: htp"), "wrong-value", "components securitySchemes login type", '"http" is near'),
    (schemes(V31, "type: http"), "missing-field", "components securitySchemes login", "no `scheme`"),
    (schema(V30, "type: integr"), "wrong-value", "components schemas Id type", '"integer" is near'),
    (schema(V31, "type: integr"), "wrong-value", "components schemas Id type", '"integer" is near'),
    (schema(V32, "exclusiveMinimum: true"), "wrong-type", "components schemas Id exclusiveMinimum", "a boolean"),
    (
        schema(V30, "type: string, pattern: '(a'"),
        "wrong-value",
        "components schemas Id pattern",
        "no regular expression",
    ),
    (schema(V30, "type: string, pattern: 'a)'"), "wrong-value", "components schemas Id pattern", "without its `(`"),
    (schema(V31, "type: string, pattern: '[a'"), "wrong-value", "components schemas Id pattern", "without its `]`"),
    (schema(V30, "type: string, pattern: '*a'"), "wrong-value", "components schemas Id pattern", "quantifier"),
    (schema(V30, "description: [a]"), "wrong-type", "components schemas Id description", "a list"),
    (f"{V30}paths: {{orders: {{}}}}\n", "wrong-value", "paths orders", "start with a slash"),
    (f"{V31}components: {{schemas: {{'a b': {{}}}}}}\n", "wrong-value", "components schemas a b", "no name"),
    (f"{V30}paths: {{}}\nserver: []\n", "unexpected-field", "server", "`servers` is one"),
    (
        parameter(V30, "name: a, in: query, schema: {}, example: 1, examples: {}"),
        "wrong-value",
        f"{GET} parameters 0",
        "",
    ),
]


@pytest.mark.parametrize(("text", "rule", "where", "words"), SLIPS)
def test_a_slip_is_told_once_at_its_place_with_what_was_meant(text: str, rule: str, where: str, words: str) -> None:
    assert seen(text, *STRUCTURE) == [(rule, where)]
    assert words in message(text, rule)


@pytest.mark.parametrize(
    "text",
    [
        schema(V30, "type: string, pattern: '^(?=x)[\\w-.]+$'"),
        schema(V30, "type: string, nullable: true, x-more: {}"),
        schema(V31, "type: [string, 'null'], $comment: a, whatever: 1"),
        schema(V31 + "jsonSchemaDialect: https://shop.test/dialect\n", "type: money"),
        parameter(V30, "name: a, in: query, content: {application/json: {}}"),
        f"{V31}servers: [{{url: 'https://{{host}}', variables: {{host: {{default: a}}}}}}]\npaths: {{}}\n",
        operation(V32, "    query:\n      responses: {'2XX': {description: Done}}\n"),
    ],
)
def test_what_a_version_allows_is_not_told(text: str) -> None:
    assert seen(text, *STRUCTURE) == []


def test_what_has_a_rule_of_its_own_is_not_told_twice() -> None:
    path = (
        f"{V30}paths:\n  /a/{{id}}:\n    get:\n      parameters: [{{name: id, in: path, schema: {{}}}}]\n      {DONE}\n"
    )
    assert seen(path, *STRUCTURE, "optional-path-parameter") == [
        ("optional-path-parameter", "paths /a/{id} get parameters 0")
    ]
    server = f"{V30}servers: [{{url: 'https://{{a}}', variables: {{a: {{}}}}}}]\npaths: {{}}\n"
    assert seen(server, *STRUCTURE, "server-variable-default") == [("server-variable-default", "servers 0 variables a")]


def test_a_document_of_an_unknown_version_is_not_judged() -> None:
    assert seen("openapi: 4.0.0\nanything: 1\n", *STRUCTURE) == []


def test_errors_of_a_wreck_are_bounded() -> None:
    fields = "".join(f"  a{number}: {{}}\n" for number in range(2000))
    assert len([each for each in observations(f"{V30}paths:\n{fields}") if each.rule == "contract/wrong-value"]) <= 2000
