"""Sections: the parts of a design that make sense by themselves, with the lines that each stands on.

Of a text they are what stands below a heading, of a specification the operations of one tag or one first path segment,
of a deployment its services, objects or blocks; a diagram is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.documents.terraform import TerraformDocument
from faultline.analyzers.design.documents.tree import Pointer, Tree

MAX_SECTIONS: Final = 500
"""Of a design; nobody asks about so many."""
MAX_SPAN: Final = 120
"""Lines of one operation or block that are shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: its title, and its lines in order, from 1."""

    document: Document
    title: str
    lines: tuple[int, ...]


def sections(design: Design) -> list[Section]:
    """The sections of a design, in the order of documents and lines."""
    found: list[Section] = []
    for document in design.documents:
        for title, lines in _parts(document):
            if lines and len(found) < MAX_SECTIONS:
                found.append(Section(document, title, tuple(lines)))
    return found


def _parts(document: Document) -> Iterator[tuple[str, list[int]]]:
    if isinstance(document, MarkdownDocument):
        for section in document.sections:
            yield section.title, _run(section.line, section.end_line)
    elif isinstance(document, OpenApiDocument):
        yield from _operations(document)
    elif isinstance(document, ComposeDocument):
        for service in document.services:
            yield f"service {service.name}", _of_node(document.tree, service.pointer)
    elif isinstance(document, KubernetesDocument):
        for each in document.objects:
            yield f"{each.kind} {each.name}", _of_node(each.tree, each.pointer)
    elif isinstance(document, TerraformDocument):
        for block in document.blocks:
            yield " ".join((block.kind, *block.labels)), _run(block.line, block.end_line)
    elif isinstance(document, DiagramDocument):
        yield "diagram", _run(1, len(document.lines))


def _operations(document: OpenApiDocument) -> Iterable[tuple[str, list[int]]]:
    groups: dict[str, set[int]] = {}
    for each in document.operations[: MAX_SECTIONS * 4]:
        if each.node.document is document:
            groups.setdefault(_group(each), set()).update(_of_node(document.tree, each.node.pointer))
    return [(title, sorted(lines)) for title, lines in groups.items()]


def _group(operation: Operation) -> str:
    tags = operation.node.child("tags").value
    if isinstance(tags, list) and tags and isinstance(tags[0], str):
        return tags[0]
    return "/" + operation.path.strip("/").partition("/")[0]


def _of_node(tree: Tree | None, pointer: Pointer) -> list[int]:
    return _run(tree.key_line_of(pointer), tree.end_line_of(pointer)) if tree is not None else []


def _run(start: int, end: int) -> list[int]:
    return list(range(start, min(end, start + MAX_SPAN - 1) + 1))
