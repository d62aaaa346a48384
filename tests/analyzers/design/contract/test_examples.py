"""Examples and defaults: those that contradict are found, those that a version's own words allow are not."""

import pytest

from faultline.analyzers.design.contract import plain_schemas
from tests.analyzers.design.contract.parts import V2, V30, V31, V32, message, observations, place, seen
from tests.cost import within

EXAMPLES = ("example-contradicts-schema", "default-contradicts-schema")


def schemas(head: str, text: str) -> str:
    return f"{head}paths: {{}}\ncomponents:\n  schemas:\n{text}"


def one(head: str, text: str) -> str:
    return schemas(head, f"    One: {{{text}}}\n")


def ref(name: str) -> str:
    return f"{{$ref: '#/components/schemas/{name}'}}"


def old(text: str) -> str:
    return f"{V2}paths: {{}}\ndefinitions:\n  One: {{{text}}}\n"


def body(where: str, text: str) -> str:
    head = f"{V30}paths:\n  /orders:\n    post:\n      responses:\n        '200': {{description: Done}}\n"
    if where == "response":
        head = f"{V30}paths:\n  /orders:\n    post:\n      responses:\n        '200':\n          description: Done\n"
        return head + f"          content: {{application/json: {{{text}}}}}\n"
    return head + f"      requestBody: {{content: {{application/json: {{{text}}}}}}}\n"


ACCOUNT = (
    "type: object, required: [id, secret], properties:"
    " {id: {type: integer, readOnly: true}, secret: {type: string, writeOnly: true}}"
)
SELF = "type: object, properties: {next: {$ref: '#/components/schemas/One'}, id: {type: integer}}"

FITS = [
    one(V30, "type: string, nullable: true, example: null"),
    one(V30, "type: string, enum: [a], nullable: true, default: null"),
    one(V30, "type: number, minimum: 0, exclusiveMinimum: true, example: 0.5"),
    one(V30, "type: string, pattern: '^(?=x)x$', example: y"),
    one(V30, "type: strin, example: 1"),
    one(V30, "type: object, required: yes, properties: [], items: 1, example: {}"),
    one(V30, "$ref: '#/components/schemas/Nowhere', example: 1"),
    one(V30, "type: string, format: unheard-of, example: x"),
    one(V30, "type: object, properties: {id: {type: string}}, id: here, example: {id: a}"),
    one(V31, "type: [string, 'null'], example: null"),
    one(V31, "const: 1, examples: [1]"),
    one(V31, "type: array, prefixItems: [{type: string}], items: {type: integer}, example: [a, 1]"),
    old("type: string, x-nullable: true, example: null"),
    old("type: integer, format: int64, default: 99999999999"),
    body("request", f"schema: {{{ACCOUNT}}}, example: {{secret: a}}"),
    body("response", f"schema: {{{ACCOUNT}}}, example: {{id: 1}}"),
    body("request", f"schema: {{{ACCOUNT}}}, examples: {{a: {{externalValue: 'https://shop.test/a'}}}}"),
    body("request", "schema: {type: object}, example: {}").replace("application/json", "application/xml"),
    body("request", "schema: {type: object}, example: '<a/>'").replace("application/json", "application/xml"),
    schemas(V30, f"    One: {{{SELF}, example: {{next: {{next: {{id: 1}}}}}}}}\n"),
    f"{V32}components:\n  parameters:\n"
    "    a: {name: a, in: query, schema: {}, examples: {b: {dataValue: 1}}}\n",
]
CONTRADICTS = [
    (one(V30, "type: integer, example: one"), "example"),
    (one(V30, "type: integer, default: one"), "default"),
    (one(V30, "type: integer, format: int32, example: 3000000000"), "example"),
    (one(V30, "type: number, minimum: 0, exclusiveMinimum: true, example: 0"), "example"),
    (one(V30, "type: string, format: date, example: '2024-13-01'"), "example"),
    (one(V30, "type: string, format: uuid, example: '12'"), "example"),
    (one(V30, "type: array, items: {type: string}, example: [a, 1]"), "example 1"),
    (one(V30, "type: object, required: [id], example: {name: a}"), "example"),
    (one(V30, "type: object, additionalProperties: false, example: {name: a}"), "example name"),
    (one(V30, "type: object, properties: {a: {type: string, maxLength: 2}}, example: {a: abc}"), "example a"),
    (one(V30, "type: string, nullable: true, example: 1"), "example"),
    (one(V30, "type: string, nullable: true, pattern: '^a', example: b"), "example"),
    (one(V31, "type: integer, examples: [1, one]"), "examples 1"),
    (one(V31, "type: number, exclusiveMinimum: 1, example: 1"), "example"),
    (one(V31, "type: array, prefixItems: [{type: string}], example: [1]"), "example 0"),
    (
        schemas(V31, "    One: {$ref: '#/components/schemas/Two', maximum: 3, example: 4}\n    Two: {type: integer}\n"),
        "example",
    ),
    (schemas(V30, f"    One: {{{SELF}, example: {{next: {{next: {{id: x}}}}}}}}\n"), "example next next id"),
    (schemas(V30, f"    One: {{{SELF}, example: {{'1': 2, next: {{'2': 1, id: x}}}}}}\n"), "example next id"),
]


@pytest.mark.parametrize("text", FITS)
def test_an_example_that_its_version_allows_is_not_told(text: str) -> None:
    assert seen(text, *EXAMPLES) == []


@pytest.mark.parametrize(("text", "where"), CONTRADICTS)
def test_an_example_that_contradicts_is_told_at_the_value_that_does(text: str, where: str) -> None:
    rule = f"{where.split()[0].removesuffix('s')}-contradicts-schema"
    assert seen(text, *EXAMPLES) == [(rule, f"components schemas One {where}")]


MEDIA = "paths /orders post"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (
            body("request", f"schema: {{{ACCOUNT}}}, example: {{id: 1}}"),
            f"{MEDIA} requestBody content application/json example",
        ),
        (
            body("response", f"schema: {{{ACCOUNT}}}, examples: {{a: {{value: {{secret: b}}}}}}"),
            f"{MEDIA} responses 200 content application/json examples a value",
        ),
        (
            f"{V30}paths: {{}}\ncomponents: {{headers: {{Retry: {{schema: {{type: integer}}, example: soon}}}}}}\n",
            "components headers Retry example",
        ),
        (
            f"{V2}paths: {{}}\nresponses:\n  Done:\n    description: Done\n    schema: {{type: integer}}\n"
            "    examples: {application/json: one, text/plain: one}\n",
            "responses Done examples application/json",
        ),
        (
            f"{V2}paths: {{}}\nparameters:\n  Page: {{name: page, in: query, type: integer, default: one}}\n",
            "parameters Page default",
        ),
    ],
)
def test_examples_are_looked_at_wherever_they_stand(text: str, where: str) -> None:
    assert [found for _, found in seen(text, *EXAMPLES)] == [where]


def test_an_example_behind_a_reference_is_told_where_it_stands() -> None:
    text = body("request", "schema: {type: integer}, examples: {a: {$ref: '#/components/examples/A'}}")
    text += "components: {examples: {A: {value: one}}}\n"
    assert seen(text, *EXAMPLES) == [("example-contradicts-schema", "components examples A value")]


def test_a_schema_in_another_file_counts() -> None:
    files = {
        "api.yaml": body("request", "schema: {$ref: 'parts.yaml#/Id'}, example: one"),
        "parts.yaml": "Id: {$ref: '#/Number'}\nNumber: {type: integer}\n",
    }
    assert len(seen(files, *EXAMPLES)) == 1


def test_of_several_alternatives_the_one_that_was_meant_is_told() -> None:
    alternatives = "oneOf: [{type: string}, {type: object, properties: {id: {type: integer}}}], example: {id: one}"
    assert message(one(V30, alternatives), EXAMPLES[0]) == '"one" is no integer, which the schema wants.'
    kinds = (
        "oneOf: [{type: object, properties: {kind: {enum: [a]}, n: {type: integer}}, required: [kind]},"
        " {type: object, properties: {kind: {enum: [b]}}, required: [kind]}], example: {kind: a, n: x}"
    )
    assert message(one(V30, kinds), EXAMPLES[0]) == '"x" is no integer, which the schema wants.'
    assert "fits none" in message(one(V30, "oneOf: [{type: string}, {type: boolean}], example: 1"), EXAMPLES[0])


WORDS = [
    ("type: integer, minimum: 5, example: 1", "1 is less than 5."),
    ("type: string, minLength: 5, example: a", '"a" is shorter than 5.'),
    ("type: string, enum: [a, b], example: c", '"c" is none of "a", "b".'),
    ("type: string, format: date, example: c", '"c" is no date.'),
    ("type: string, pattern: '^a', example: c", '"c" does not match "^a".'),
    ("type: array, uniqueItems: true, items: {}, example: [1, 1]", "The value does not keep to `uniqueItems`."),
    ("type: object, required: [id], example: {}", "The value has no `id`, which the schema requires."),
    ("type: object, additionalProperties: false, example: {a: 1}", "The schema does not allow `a`."),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_a_message_says_what_is_so(text: str, words: str) -> None:
    assert message(one(V30, text), EXAMPLES[0]) == words


def test_a_few_lines_that_mean_more_than_can_be_evaluated_are_left_alone() -> None:
    levels = "".join(
        f"    L{number}: {{allOf: [{ref(f'L{number + 1}')}, {ref(f'L{number + 1}')}]}}\n" for number in range(60)
    )
    loop = "    Loop: {allOf: [{$ref: '#/components/schemas/Loop'}], example: 1}\n"
    text = schemas(
        V30,
        f"{levels}    L60: {{type: string}}\n    Top: {{allOf: [{ref('L0')}], example: 1}}\n{loop}",
    )
    assert seen(text, *EXAMPLES) == []
    within(2, lambda: seen(text, *EXAMPLES))


def test_a_chain_of_two_thousand_references_is_followed() -> None:
    chain = "".join(
        f"    C{number}: {{properties: {{a: {{$ref: '#/components/schemas/C{number + 1}'}}}}}}\n"
        for number in range(2000)
    )
    text = schemas(
        V30,
        f"{chain}    C2000: {{}}\n    Top: {{allOf: [{ref('C0')}], type: object, example: {{a: {{}}}}}}\n",
    )
    assert seen(text, *EXAMPLES) == []


def test_schemas_too_deep_for_the_engine_take_no_other_example_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_schemas, "MAX_LEVELS", 50)
    chain = "".join(f"    C{number}: {{allOf: [{ref(f'C{number + 1}')}]}}\n" for number in range(60))
    tops = "".join(f"    Top{number}: {{allOf: [{ref('C0')}], example: 1}}\n" for number in range(12))
    text = schemas(V30, f"    A: {{type: integer, example: one}}\n{chain}    C60: {{type: string}}\n{tops}")
    assert seen(text, *EXAMPLES) == [("example-contradicts-schema", "components schemas A example")]


def test_a_schema_that_no_engine_takes_silences_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_schemas, "_compiles", lambda pattern: True)
    text = one(V30, "type: string, pattern: '(?=a)', example: a")
    assert [place(each.at.pointer or ()) for each in observations(text) if "example" in each.rule] == []
