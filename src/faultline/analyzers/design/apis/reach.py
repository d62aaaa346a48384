"""Reach: which schemas an API answers with.

A property is given away where its schema can be reached from an answer over references. So the question goes from the
few suspicious properties up: each container (a component, or what stands in one operation) is marked once with the
kinds of answer that lead to it, over the references that the index has found already.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from faultline.analyzers.design.apis.api import Api, Call
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.documents.tree import Pointer

MADE: Final = "made"
"""What a POST answers with when all goes well."""
READ: Final = "read"
"""What everything else answers with when all goes well."""
FAILED: Final = "failed"
"""What an error answers with."""
Kind = str
_Container = tuple[str, Pointer]


class Answer(NamedTuple):
    """An answer: its call and its status code."""

    call: Call
    code: str


def container(node: Node) -> _Container:
    """What a schema belongs to: a component, or the answer, body or other part of an operation that it stands in."""
    pointer = node.pointer
    if pointer[:1] == ("components",):
        return node.document.path, pointer[:3]
    if pointer[:1] in (("paths",), ("webhooks",)):
        return node.document.path, pointer[:5] if pointer[3:4] == ("responses",) else pointer[:4]
    return node.document.path, pointer[:2]


def reached(api: Api) -> dict[_Container, dict[Kind, Answer]]:
    """For each container the kinds of answer that lead to it, each with the first such answer."""
    # Several thousand references lead to some hundred targets, mostly several times from one container.
    texts: dict[_Container, dict[str, Node]] = {}
    for ref in api.document.index.refs:
        if ref.kind in ("schema", "response", "media_type"):
            texts.setdefault(container(ref.node), {})[ref.ref] = ref.node
    edges = {place: [container(api.resolve(node)) for node in known.values()] for place, known in texts.items()}
    found: dict[_Container, dict[Kind, Answer]] = {}
    ready: list[tuple[_Container, Kind, Answer]] = []
    for call in api.calls:
        for code, response in call.operation.responses.items():
            failed = code.startswith(("4", "5", "d"))
            kind = FAILED if failed else MADE if call.method == "post" else READ
            ready.append((container(response), kind, Answer(call, code)))
    ready.reverse()
    while ready:
        place, kind, answer = ready.pop()
        kinds = found.setdefault(place, {})
        if kind not in kinds:
            kinds[kind] = answer
            ready.extend((each, kind, answer) for each in edges.get(place, ()))
    return found
