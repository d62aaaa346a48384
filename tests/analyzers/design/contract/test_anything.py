"""No check raises, whatever stands in a document: each node of two rich ones is replaced by each kind of value."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from faultline.analyzers.design.contract import openapi
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.documents.trees import read
from faultline.analyzers.design.observation import Observation
from tests.analyzers.design.contract.parts import V2, V30

RICH = f"""{V30}servers: [{{url: 'https://{{r}}.test/', variables: {{r: {{default: a, enum: [a]}}}}}}]
tags: [{{name: a}}]
security: [{{key: []}}]
paths:
  /a/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
    get:
      tags: [a]
      operationId: x
      parameters:
        - {{name: q, in: query, schema: {{type: array, items: {{type: string}}}}, examples: {{a: {{value: [b]}}}}}}
      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}}}
      responses: {{'200': {{description: d, headers: {{X: {{schema: {{type: integer}}, example: 1}}}}}}}}
      callbacks: {{c: {{'{{$url}}': {{post: {{callbacks: {{}}}}}}}}}}
components:
  securitySchemes: {{key: {{type: oauth2, flows: {{implicit: {{authorizationUrl: u, scopes: {{read: r}}}}}}}}}}
  schemas:
    A:
      required: [id]
      discriminator: {{propertyName: id, mapping: {{b: A}}}}
      properties:
        id: {{type: integer, format: int32, minimum: 0, exclusiveMinimum: true, default: 1}}
        next: {{$ref: '#/components/schemas/A', nullable: true}}
        word: {{type: string, enum: [a], nullable: true, pattern: a, example: a, maxLength: 3}}
        mark: {{xml: {{attribute: true}}}}
      oneOf: [{{not: {{type: boolean}}}}]
      additionalProperties: {{type: string}}
"""
OLD = f"""{V2}host: a.test
schemes: [https]
paths:
  /a:
    post:
      consumes: [text/plain]
      parameters:
        - {{name: f, in: formData, type: string, enum: [a], default: a}}
        - {{name: b, in: body, schema: {{}}}}
      responses:
        '200': {{description: d, schema: {{$ref: '#/definitions/A'}}, examples: {{application/json: {{}}}}}}
      security: [{{o: [read]}}]
securityDefinitions: {{o: {{type: oauth2, flow: implicit, authorizationUrl: u, scopes: {{read: r}}}}}}
definitions: {{A: {{discriminator: kind, required: [kind], properties: {{kind: {{x-nullable: true}}}}, anyOf: []}}}}
"""
JUNK: tuple[Any, ...] = (None, 1.5, "x", [], {}, [{}], {"x": 1}, True)


class Fixed:
    def __init__(self, data: Any) -> None:
        self.data = data


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield from places(each, (*above, key))


def look(data: Any, version: str) -> list[Observation]:
    document = OpenApiDocument("api.yaml", "readOnly", Fixed(data), version=version)  # type: ignore[arg-type]
    return [each for check in openapi.CHECKS for each in check(Design([document]))]


@pytest.mark.covered_elsewhere
@pytest.mark.parametrize(("text", "version"), [(RICH, "3.0"), (RICH, "3.2"), (OLD, "2.0")])
def test_no_check_raises_because_of_what_a_document_says(text: str, version: str) -> None:
    (tree,) = read(text)
    assert look(tree.data, version)
    for where in places(tree.data):
        for junk in JUNK:
            data = copy.deepcopy(tree.data) if where else junk
            owner = data
            for part in where[:-1]:
                owner = owner[part]
            if where:
                owner[where[-1]] = junk
            look(data, version)
