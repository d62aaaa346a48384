"""Two versions of a small specification, and what is told of them, without reading any text."""

from __future__ import annotations

from typing import Any

from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.evolution.breaking import compare
from faultline.analyzers.design.evolution.change import Change
from faultline.analyzers.design.rules import catalogue
from faultline.core.finding import Severity

Spec = dict[str, Any]


class Data:
    """A tree without lines."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def line_of(self, pointer: Any) -> int:
        """Nobody asks."""
        return 1

    key_line_of = end_line_of = line_of


def document(spec: Spec, text: str = "") -> OpenApiDocument:
    """A specification as it is after reading."""
    version = "2.0" if "swagger" in spec else str(spec.get("openapi", "3.0.3"))[:3]
    return OpenApiDocument("openapi.yaml", text, Data(spec), version=version)


def changes(old: Spec, new: Spec) -> list[Change]:
    """What is told of two versions."""
    return compare(document(old, "old"), document(new, "new"))


def told(old: Spec, new: Spec) -> set[str]:
    """The names of the rules that tell something; those of level `info` in brackets."""
    return {
        f"({name})" if (each.severity or catalogue()[each.rule].severity) is Severity.INFO else name
        for each in changes(old, new)
        for name in [each.rule.removeprefix("evolution/")]
    }


def spec(paths: Spec, version: str = "3.0.3", **others: Any) -> Spec:
    """A specification of some paths."""
    return {"openapi": version, "info": {"title": "Shop", "version": "1"}, "paths": paths, **others}


def posted(schema: Any, version: str = "3.0.3", **schemas: Any) -> Spec:
    """A specification whose one operation takes a schema."""
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": body, "responses": {"204": {"description": "Done"}}}
    return spec({"/things": {"post": operation}}, version, components={"schemas": schemas})


def given(schema: Any, version: str = "3.0.3", **schemas: Any) -> Spec:
    """A specification whose one operation gives a schema."""
    content = {"application/json": {"schema": schema}}
    operation = {"responses": {"200": {"description": "Done", "content": content}}}
    return spec({"/things": {"get": operation}}, version, components={"schemas": schemas})


def asked(*parameters: Spec) -> Spec:
    """A specification whose one operation has some parameters."""
    return spec({"/things": {"get": {"parameters": list(parameters), "responses": {"200": {"description": "Done"}}}}})


def called(operation: Spec, **others: Any) -> Spec:
    """A specification of one operation."""
    return spec({"/things": {"get": {"responses": {"200": {"description": "Done"}}, **operation}}}, **others)
