"""What took the place of something that is gone: a property or a path of the same shape under another name.

That is a guess, and only the line of a finding and a part of its sentence depend on it: what is gone is gone.
"""

from __future__ import annotations

from typing import Any, Final

from faultline.analyzers.design.apis.words import words
from faultline.analyzers.design.documents.openapi import Node, OpenApiDocument, Operation
from faultline.analyzers.design.evolution.pairing import template
from faultline.analyzers.design.evolution.shapes import Nodes, Shape

_TOLD: Final = ("description", "title", "example", "examples", "default", "deprecated")
"""What is told about a schema and says nothing of its shape."""
MAX_NEW: Final = 40
"""New properties or paths that are looked through for one that is gone."""


def renamed(name: str, nodes: Nodes, before: Shape, after: Shape) -> str:
    """The new name of a property that is gone; empty where none or several may be it.

    It is new, its schema says the same, and it is the only such one, or the only one whose name shares a word, or it
    stands where the old one stood.
    """
    fresh = [each for each in after.properties if each not in before.properties][:MAX_NEW]
    mine = _shape(nodes)
    alike = [each for each in fresh if mine is not None and _shape(after.properties[each]) == mine]
    if len(alike) > 1:
        spoken = set(words(name))
        alike = [each for each in alike if spoken & set(words(each))] or alike
    if len(alike) > 1:
        place = list(before.properties).index(name) if name in before.properties else -1
        alike = [each for each in alike if list(after.properties).index(each) == place]
    return alike[0] if len(alike) == 1 else ""


def _shape(nodes: Nodes) -> Any:
    found = nodes[0].value if nodes else None
    return {key: each for key, each in found.items() if key not in _TOLD} if isinstance(found, dict) and found else None


def successor(gone: list[Operation], old: OpenApiDocument, new: OpenApiDocument) -> str:
    """The new path that may stand for one that is gone with its operations; empty where none shows to be it."""
    one = gone[0]
    known = {template(str(path)) for path, _ in old.root.child("paths").items()}
    methods = {each.method for each in gone}
    names = {name for each in gone if isinstance(name := each.node.value.get("operationId"), str)}
    fresh: dict[str, list[Operation]] = {}
    for each in new.operations:
        if not each.webhook and template(each.path) not in known:
            fresh.setdefault(each.path, []).append(each)
    same = [
        path
        for path, found in fresh.items()
        if not names.isdisjoint({str(each.node.value.get("operationId")) for each in found})
    ]
    near = [
        path
        for path, found in list(fresh.items())[:MAX_NEW]
        if methods <= {each.method for each in found} and _differ_in_one(template(one.path), template(path))
    ]
    chosen = same or near
    return chosen[0] if len(chosen) == 1 else ""


def _differ_in_one(left: str, right: str) -> bool:
    one, other = left.strip("/").split("/"), right.strip("/").split("/")
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def neighbours(path: str, old: OpenApiDocument, new: OpenApiDocument) -> tuple[Node, ...]:
    """The paths between which one stood that is gone, as far as the new version has them."""
    paths = new.root.child("paths")
    held = paths.value if isinstance(paths.value, dict) else {}
    order = [str(each) for each, _ in old.root.child("paths").items()]
    if path not in order:
        return ()
    at = order.index(path)
    before = next((each for each in reversed(order[:at]) if each in held), None)
    after = next((each for each in order[at + 1 :] if each in held), None)
    return tuple(paths.child(each) for each in (before, after) if each is not None)
