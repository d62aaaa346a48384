"""What a body is made of in every version of OpenAPI: its media types, and the schema of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from faultline.analyzers.design.documents.openapi import Node, Operation
from faultline.analyzers.design.evolution.schemas import Schemas
from faultline.analyzers.design.evolution.shapes import Nodes, Shape

ANY = "*/*"


@dataclass(frozen=True, slots=True)
class Content:
    """A body.

    Args:
        at: where it is stated.
        media: schema by media type in small letters, with where the type is stated.
        stated: whether the media types are; 2.0 may leave them open.
        required: of a request's body.

    """

    at: Node
    media: dict[str, tuple[Node, Nodes]]
    stated: bool = True
    required: bool = False

    def find(self, media: str) -> str | None:
        """The media type here that takes another one."""
        if media in self.media:
            return media
        kind = media.partition("/")[0]
        for each in (f"{kind}/*", ANY):
            if each in self.media:
                return each
        if not self.stated or media == ANY:
            json = [each for each in self.media if "json" in each]
            return next(iter([*json, *self.media]), None)
        return None


def request_content(operation: Operation, schemas: Schemas) -> Content | None:
    """The body of a request."""
    document = operation.document
    if document.version != "2.0":
        body = operation.body
        if body is None:
            return None
        return Content(body, _media(body.child("content")), required=body.value.get("required") is True)
    fields = [each for each in operation.parameters if each.value.get("in") == "formData"]
    listed = _listed(operation, "consumes")
    if fields:
        node = _form(operation, fields, schemas)
        has_file = any(each.value.get("type") == "file" for each in fields)
        listed = [each for each in listed if "form" in each] or (
            ["multipart/form-data"] if has_file else ["application/x-www-form-urlencoded"]
        )
        required = any(each.value.get("required") is True for each in fields)
        return Content(node, dict.fromkeys(listed, (node, (node,))), required=required)
    body = operation.body
    if body is None:
        return None
    schema = (body.child("schema"),)
    required = body.value.get("required") is True
    return Content(body, dict.fromkeys(listed or [ANY], (body, schema)), bool(listed), required)


def response_content(operation: Operation, response: Node) -> Content | None:
    """The body of a response."""
    if operation.document.version != "2.0":
        content = response.child("content")
        return Content(content, _media(content)) if isinstance(content.value, dict) and content.value else None
    schema = response.child("schema")
    if schema.value is None:
        return None
    listed = _listed(operation, "produces")
    return Content(schema, dict.fromkeys(listed or [ANY], (schema, (schema,))), bool(listed))


def parameter_schema(parameter: Node) -> Nodes:
    """The schema of a parameter or a header; in 2.0 it says itself what a schema would."""
    value: dict[str, Any] = parameter.value
    if "schema" in value:
        return (parameter.child("schema"),)
    content = parameter.child("content")
    if isinstance(content.value, dict):
        return next(((each.child("schema"),) for _, each in content.items()), (parameter.child("schema"),))
    return (parameter,)


def _media(content: Node) -> dict[str, tuple[Node, Nodes]]:
    found: dict[str, tuple[Node, Nodes]] = {}
    for name, each in content.items() if isinstance(content.value, dict) else ():
        found[_plain(str(name))] = (each, (each.child("schema"),))
    return found


def _plain(media: str) -> str:
    kind, *options = (each.strip().lower() for each in media.split(";"))
    return ";".join([kind, *(each for each in options if not each.startswith("charset"))])


def _listed(operation: Operation, keyword: str) -> list[str]:
    for owner in (operation.node, operation.document.root):
        listed = owner.child(keyword).value
        if isinstance(listed, list):
            return [_plain(each) for each in listed if isinstance(each, str)]
    return []


def _form(operation: Operation, fields: list[Node], schemas: Schemas) -> Node:
    pointer = (*operation.node.pointer, "parameters")
    node = Node(operation.node.document, pointer, {"form": [each.value for each in fields]})
    shape = Shape(-1, node, types=frozenset({"object"}))
    for each in fields:
        name = str(each.value.get("name"))
        shape.properties[name] = (each,)
        if each.value.get("required") is True:
            shape.required[name] = each
    schemas.adopt(node, shape)
    return node
