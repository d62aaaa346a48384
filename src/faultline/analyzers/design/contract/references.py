"""References: what stands beside one, and what none leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from faultline.analyzers.design.contract.spots import dicts, of_each_document, spot
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.core.finding import Severity

_SECTIONS = ("schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks")
_MAX_ANCESTORS: Final = 100
_WORDS = frozenset(("description", "summary", "title", "example", "externalDocs", "deprecated"))
"""What one may lose without a change of meaning."""


def siblings(document: OpenApiDocument) -> Iterator[Observation]:
    """Until 3.0 everything beside a `$ref` is ignored."""
    if document.version not in ("2.0", "3.0"):
        return
    for reference in document.index.refs:
        node = reference.node
        if len(node.value) == 1 or not reference.kind or reference.kind == "path_item":
            continue
        for key in node.value:
            if key == "$ref":
                continue
            harmless = key in _WORDS or key.startswith("x-")
            yield Observation(
                "contract/ref-siblings",
                spot(node, key),
                f"`{key}` stands beside a `$ref` and is ignored."[:300],
                cause="words" if harmless else "",
                many="{count} things beside a `$ref` are ignored",
                severity=Severity.INFO if harmless else None,
            )


def unused(document: OpenApiDocument) -> Iterator[Observation]:
    """Components that no reference of the design leads to."""
    used = _used(document)
    sections = [("definitions",)] if document.version == "2.0" else [("components", section) for section in _SECTIONS]
    for section in sections:
        holder = document.root.child(*section)
        if not isinstance(holder.value, dict):
            continue
        for name, value in holder.value.items():
            if (*section, name) not in used and not name.startswith("x-") and not _is_variant(document, value):
                what = "definition" if document.version == "2.0" else section[-1].removesuffix("s")
                yield Observation(
                    "contract/unused-component",
                    spot(holder, name, symbol=f"{section[-1]} {name}"),
                    f"Nothing refers to the {_WORD.get(what, what)} {name}.",
                    many="{count} components are never used",
                )


def _is_variant(document: OpenApiDocument, schema: Any) -> bool:
    """Whether a schema extends one with a discriminator, which names it by a value and needs no reference to it."""
    waiting, seen = [schema], 0
    while waiting and seen < _MAX_ANCESTORS:
        seen += 1
        value = waiting.pop()
        if seen > 1 and isinstance(value, dict) and "discriminator" in value:
            return True
        for _, part in dicts(value.get("allOf") if isinstance(value, dict) else None):
            waiting.append(document.resolve(Node(document, (), part)).value)
    return False


_WORD = {"requestBodie": "request body"}


def _used(document: OpenApiDocument) -> set[tuple[str, ...]]:
    """The pointers of components that something refers to: references, discriminators, and other documents."""
    used: set[tuple[str, ...]] = set()
    depth = 2 if document.version == "2.0" else 3
    refs = {reference.ref for reference in document.index.refs if reference.node.document is document}
    for ref in refs:
        if ref.startswith("#/"):
            used.add(tuple(_part(each) for each in ref[2:].split("/")[:depth]))
    for node in document.index.discriminators:
        for name in _mapped(node.value.get("mapping")):
            used.add(("components", "schemas", _part(name.rpartition("/")[2])))
    for _path, other in document.siblings.items():
        if other is not document and other.tree is not None:
            ending = document.path.rpartition("/")[2]
            for text in _strings(other.tree.data) if ending in other.text else ():
                file, _, fragment = text.partition("#/")
                if fragment and file.rpartition("/")[2] == ending:
                    used.add(tuple(_part(each) for each in fragment.split("/")[:depth]))
    return used


def _mapped(mapping: object) -> list[str]:
    return [each for each in mapping.values() if isinstance(each, str)] if isinstance(mapping, dict) else []


def _part(text: str) -> str:
    return unquote(text).replace("~1", "/").replace("~0", "~")


def _strings(data: object) -> Iterator[str]:
    """The references of a document, whatever it is."""
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(ref := each.get("$ref"), str):
                yield ref
            waiting += [below for below in each.values() if isinstance(below, (dict, list))]
        elif isinstance(each, list):
            waiting += [below for below in each if isinstance(below, (dict, list))]


CHECKS: tuple[Check, ...] = (of_each_document(siblings), of_each_document(unused))
