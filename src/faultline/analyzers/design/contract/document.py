"""Faults of documents themselves: text that cannot be read, keys that are there twice, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import DataDocument, Document
from faultline.analyzers.design.documents.index import Reference
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import MAX_CHAIN, OpenApiDocument
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_FOREIGN: Final = ("http:", "https:", "//")


def unreadable(design: Design) -> Iterator[Observation]:
    """What stopped a reader, at its line. A file that does not look like a design document is no great matter."""
    for document in design.documents:
        for fault in document.faults:
            yield Observation(
                "contract/unreadable-document",
                Spot(document, line=min(fault.line, len(document.lines)), symbol="unreadable"),
                f"In column {fault.column}: {fault.reason}."[:600],
                also=(Spot(document, line=fault.opened),) if fault.opened not in (0, fault.line) else (),
                severity=None if _matters(document) else Severity.LOW,
            )


def _matters(document: Document) -> bool:
    words = ("openapi", "swagger", "apiVersion", "services", "components")
    return type(document) is not DataDocument or any(word in document.text for word in words)


def repeated(design: Design) -> Iterator[Observation]:
    """Keys that one map has twice: readers keep the last one, or refuse the file."""
    for document in design.documents:
        trees = getattr(document, "trees", None) or [document.tree]
        for tree in trees:
            for each in tree.repeated if tree is not None else ():
                key = str(each.pointer[-1])
                yield Observation(
                    "contract/duplicate-key",
                    Spot(document, line=each.again, symbol="/".join(map(str, each.pointer))),
                    f"`{key[:80]}` stands on line {each.first} already; the one on line {each.again} wins.",
                    also=(Spot(document, line=each.first),),
                    many="{count} keys are there twice",
                )


def references(design: Design) -> Iterator[Observation]:
    """References that lead nowhere, in circles, or out of the design."""
    seen: set[tuple[str, object]] = set()
    for document in design.of(OpenApiDocument):
        for reference in document.index.refs:
            node = reference.node
            if (node.document.path, node.pointer) not in seen:
                seen.add((node.document.path, node.pointer))
                yield from _reference(document, reference)


def _reference(document: OpenApiDocument, reference: Reference) -> Iterator[Observation]:
    node, ref = reference.node, reference.ref
    target = document.target(node.document, ref)
    if target.value is not None and not (isinstance(target.value, dict) and "$ref" in target.value):
        return  # It leads somewhere, and no further.
    at = Spot(node.document, (*node.pointer, "$ref"), symbol=f"$ref {ref[:200]}")
    shown = f"`{ref[:200]}`"
    path = document.place(node.document, ref)
    if target.value is None and (not path or (path.startswith(("../", "/")) and path not in document.siblings)):
        foreign = ref.startswith(_FOREIGN)
        yield Observation(
            "contract/reference-escapes",
            at,
            f"{shown} leads {'to another host' if foreign else 'out of the folder'}, and is not followed.",
            cause="host" if foreign else "folder",
            many="{count} references lead out of the design",
            severity=Severity.LOW if foreign else None,
        )
    elif target.value is None and not _says_null(target, ref):
        missing = path not in document.siblings and path != node.document.path
        where = f"there is no file `{path[:200]}` in the design" if missing else "there is nothing at that place"
        yield Observation(
            "contract/reference-unresolved",
            at,
            f"{shown} leads nowhere: {where}.",
            cause="file" if missing else "",
            many="{count} references lead nowhere",
            severity=Severity.MEDIUM if missing else None if reference.kind else Severity.LOW,
        )
    elif reference.kind and (steps := _circle(document, node)):
        yield Observation(
            "contract/reference-unresolved",
            at,
            f"{shown} leads {'to' if steps == 1 else f'in {steps} steps back to'} itself, so it stands for nothing.",
            cause="circle",
            many="{count} references lead to themselves",
        )


def _says_null(target: Node, ref: str) -> bool:
    """Whether the place exists and is null, as an empty schema may be by mistake: no matter of the reference."""
    parts = [each for each in ref.partition("#")[2].split("/")[1:] if each]
    return len(target.pointer) == len(parts) and bool(parts)


def _circle(document: OpenApiDocument, node: Node) -> int:
    """How many references lead from one back to one that was there; 0 where they come to an end."""
    seen: list[tuple[str, Pointer]] = []
    for _ in range(MAX_CHAIN):
        if not (isinstance(node.value, dict) and isinstance(ref := node.value.get("$ref"), str)):
            return 0
        place = (node.document.path, node.pointer)
        if place in seen:
            return len(seen) if seen[0] == place else 0
        seen.append(place)
        node = document.target(node.document, ref)
    return 0


CHECKS: tuple[Check, ...] = (unreadable, repeated, references)
