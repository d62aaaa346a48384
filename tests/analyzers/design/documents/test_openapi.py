"""Specifications: the index of their objects, and what references mean."""

from __future__ import annotations

import pytest

from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.reading import design_of
from faultline.analyzers.design.spot import Spot


def document(text: str, **others: str) -> OpenApiDocument:
    """The specification `a.yaml`; others by their name without the suffix."""
    files = {"a.yaml": text} | {f"{name}.yaml": each for name, each in others.items()}
    (found, *_) = design_of({path: each.encode() for path, each in files.items()}).of(OpenApiDocument)
    return found


EVERYTHING = """\
openapi: 3.1.0
info: {title: All, version: '1', description: Words}
servers:
  - url: https://{region}.example.com/v1
    variables: {region: {default: eu}}
tags: [{name: a}]
security: [{key: []}]
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      summary: Get
      parameters:
        - $ref: '#/components/parameters/Page'
        - {name: f, in: query, content: {application/json: {schema: {type: object}}}}
      responses:
        '200':
          description: Good
          headers: {X-Rate: {schema: {type: integer}}}
          links: {next: {operationId: b}}
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Pet'
                description: Beside
              examples: {one: {value: {$ref: 'no reference'}}}
    post:
      requestBody:
        content:
          multipart/form-data:
            schema: {properties: {file: {type: string}}}
            encoding: {file: {headers: {X-Y: {schema: {type: string}}}}}
      callbacks:
        done:
          '{$request.body#/url}':
            post: {responses: {'200': {description: Done}}}
      responses: {}
webhooks:
  fired: {put: {responses: {}}}
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer}}
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {type: 'null'}]
      discriminator: {propertyName: kind}
    Cat:
      properties:
        title: {type: string, enum: [{$ref: x}]}
        kids: {type: array, items: {$ref: '#/components/schemas/Pet'}}
      patternProperties: {'^x': true}
      additionalProperties: {type: number}
      x-more: {$ref: '#/components/schemas/No'}
  securitySchemes:
    key: {type: apiKey, in: header, name: K}
"""


def test_every_object_is_indexed_once_by_its_kind() -> None:
    found = document(EVERYTHING).index
    counts = {name: len(each) for name, each in vars(found).items() if each}
    assert counts == {
        "path_items": 3,
        "operations": 4,
        "parameters": 3,
        "headers": 2,
        "bodies": 1,
        "responses": 2,
        "media_types": 3,
        "schemas": 14,
        "examples": 1,
        "callbacks": 1,
        "links": 1,
        "encodings": 1,
        "security_schemes": 1,
        "requirements": 1,
        "servers": 1,
        "variables": 1,
        "tags": 1,
        "discriminators": 1,
        "refs": 5,
    }
    assert [(each.ref, each.kind) for each in found.refs] == [
        ("#/components/parameters/Page", "parameter"),
        ("#/components/schemas/Pet", "schema"),
        ("#/components/schemas/Cat", "schema"),
        ("#/components/schemas/Pet", "schema"),
        ("#/components/schemas/No", ""),
    ]
    assert all(isinstance(each.value, dict) for each in found.schemas)
    coded = document(EVERYTHING.replace("description: Done", "description: see <script>")).index.code
    assert [(each.pointer[-1], each.value) for each in coded] == [("description", "see <script>")]


def test_what_is_beside_a_reference_counts_only_from_3_1() -> None:
    assert len(document(EVERYTHING.replace("3.1.0", "3.0.3")).index.schemas) == 13


def test_operations_of_paths_webhooks_and_callbacks() -> None:
    spec = document(EVERYTHING)
    assert [each.symbol for each in spec.operations] == ["GET /a/{id}", "POST /a/{id}", "PUT fired"]
    assert [(each.symbol, each.webhook) for each in spec.callbacks] == [("POST {$request.body#/url}", True)]
    get = spec.operations[0]
    assert [each.value["name"] for each in get.parameters] == ["id", "page", "f"]
    assert list(spec.schemas) == ["Pet", "Cat"]
    assert spec.security_schemes["key"].value["in"] == "header"
    assert get.security is not None
    assert get.security.value == [{"key": []}]


def test_swagger_2() -> None:
    spec = document("""\
swagger: 2.0
host: api.example.com
basePath: /v2
schemes: [https, http]
paths:
  /a:
    post:
      parameters:
        - {in: body, name: b, schema: {$ref: '#/definitions/B'}}
        - {in: query, name: q, type: array, items: {type: string}}
      responses: {200: {description: x, schema: {type: string}, headers: {H: {type: string}}}}
definitions: {B: {properties: {c: {type: string}}}}
securityDefinitions: {k: {type: basic}}
""")
    assert (spec.version, list(spec.schemas), list(spec.security_schemes)) == ("2.0", ["B"], ["k"])
    assert len(spec.index.schemas) == 4
    (operation,) = spec.operations
    assert operation.body is not None
    assert operation.body.value["name"] == "b"
    assert list(operation.responses) == ["200"]


def test_a_finding_behind_a_reference_has_the_file_and_line_of_the_target() -> None:
    spec = document(
        "openapi: 3.0.3\npaths:\n  /a: {$ref: 'parts.yaml#/items/~1a~0b%20c'}\n  /b: {$ref: 'whole.yaml'}\n",
        parts="""\
items:
  /a~b c:
    get:
      responses:
        '200': {description: x, content: {a/b: {schema: {$ref: '#/schemas/S'}}}}
schemas:
  S:
    properties:
      n: {$ref: 'whole.yaml#/x-list/1'}
""",
        whole="put: {responses: {}}\nx-list:\n  - {type: string}\n  - {type: number}\n",
    )
    assert [each.symbol for each in spec.operations] == ["GET /a", "PUT /b"]
    places = [(each.document.path, Spot(each.document, each.pointer).lines[0]) for each in spec.index.schemas]
    assert places == [("parts.yaml", 7), ("whole.yaml", 4)]
    assert spec.operations[0].node.document.path == "parts.yaml"


def test_another_specification_keeps_its_own_index() -> None:
    spec = document(
        "openapi: 3.0.3\ncomponents: {schemas: {A: {$ref: 'b.yaml#/components/schemas/B'}}}\n",
        b="openapi: 3.0.3\ncomponents: {schemas: {B: {type: string}}}\n",
    )
    assert spec.index.schemas == []
    assert spec.resolve(spec.schemas["A"]).value == {"type": "string"}


@pytest.mark.parametrize(
    ("ref", "value"),
    [
        ("#/components/schemas/a~1b", 1),
        ("#/components/schemas/c~0d", 2),
        ("#/components/schemas/50%25", 3),
        ("#/components/schemas/50%", 3),
        ("#/components/schemas/%C3%A9%20x", 4),
        ("#/components/schemas/list/1", "two"),
        ("#/components/schemas/list/2", None),
        ("#/components/schemas/list/-1", None),
        ("#/components/schemas//", None),
        ("#/components/schemas/", 5),
        ("#anchor", {"$anchor": "anchor"}),
        ("https://example.com/id.json", {"$id": "https://example.com/id.json", "x": 7}),
        ("https://example.com/id.json#/x", 7),
        ("#nothing", None),
        ("./a.yaml#/components/schemas/c~0d", 2),
        ("../a.yaml#/components/schemas/c~0d", None),
        ("x/../a.yaml#/openapi", "3.1.0"),
    ],
)
def test_a_reference_is_read_as_the_standards_say(ref: str, value: object) -> None:
    spec = document("""\
openapi: 3.1.0
components:
  schemas:
    a/b: 1
    c~d: 2
    50%: 3
    é x: 4
    '': 5
    list: [one, two]
    named: {$anchor: anchor}
    id: {$id: https://example.com/id.json, x: 7}
""")
    assert spec.target(spec, ref).value == value


def test_a_path_item_may_say_more_beside_its_reference() -> None:
    spec = document("""\
openapi: 3.2.0
paths:
  /a:
    $ref: '#/components/pathItems/A'
    get: {summary: own}
components:
  pathItems:
    A:
      get: {summary: other}
      query: {summary: q}
      additionalOperations: {LINK: {summary: l}}
""")
    assert [(each.symbol, each.node.value["summary"]) for each in spec.operations] == [
        ("GET /a", "own"),
        ("QUERY /a", "q"),
        ("LINK /a", "l"),
    ]
