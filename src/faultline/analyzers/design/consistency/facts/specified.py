"""Facts of specifications: how long pages are, how large bodies may be, and the figures in descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from faultline.analyzers.design.apis.api import Call, api_of
from faultline.analyzers.design.apis.lists import SIZE
from faultline.analyzers.design.consistency.facts.fact import DEFAULT, MOST, Fact, Quantity
from faultline.analyzers.design.consistency.facts.measures import figures
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.naming import words

_DESCRIBED: Final = (Quantity.RATE, Quantity.PAGE, Quantity.UPLOAD)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n\s*\n|\n(?=\s*[-*] )")
MAX_TEXT: Final = 20_000


def specified(document: OpenApiDocument, component: str) -> Iterator[Fact]:
    """The facts that a specification states; `component` serves it."""
    api = api_of(document)
    told: set[tuple[str | int, ...]] = set()
    for call in api.calls:
        about = frozenset(_collection(call))
        if call.method == "get":
            for name, node in call.names.items():
                if name in SIZE and node.value.get("in") in ("query", None):
                    yield from _page(call, node, name, about, component, told)
        for kind, body in call.bodies:
            yield from _body(call, kind, body, component, about)
    yield from _described(document.root.child("info", "description"), component, frozenset())
    for call in api.calls:
        yield from _described(call.operation.node.child("description"), component, frozenset(_collection(call)))


def _collection(call: Call) -> Iterator[str]:
    """What a list is of: the last word of its path that is no variable."""
    last = next((each for each in reversed(call.segments) if "{" not in each), "")
    yield from words(last)


def _page(
    call: Call, node: Node, name: str, about: frozenset[str], component: str, told: set[tuple[str | int, ...]]
) -> Iterator[Fact]:
    schema = node if call.api.document.version == "2.0" else node.child("schema")
    schema = call.api.resolve(schema)
    shared = node.pointer[:2] == ("components", "parameters") or node.pointer[:1] == ("parameters",)
    for key, bound in (("maximum", MOST), ("default", DEFAULT)):
        value = schema.child(key).value
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            pointer = (*schema.pointer, key)
            if shared and pointer in told:
                continue
            told.add(pointer)
            spot = Spot(schema.document, pointer, symbol=f"{call.symbol} {name} {key}")
            yield Fact(
                Quantity.PAGE,
                component,
                frozenset() if shared else about,
                (float(value),),
                f"{key} {value}",
                spot,
                bound,
            )


def _body(call: Call, kind: str, body: Node, component: str, about: frozenset[str]) -> Iterator[Fact]:
    schema = call.api.resolve(body)
    fields: Mapping[str, Node] = {"": schema}
    if kind.startswith("multipart/"):
        fields = {str(name): call.api.resolve(each) for name, each in schema.child("properties").items()}
    for name, each in fields.items():
        value = each.value if isinstance(each.value, dict) else {}
        most = value.get("maxLength")
        raw = value.get("format") == "binary" or (name == "" and kind.startswith(("image/", "application/octet")))
        if raw and isinstance(most, int) and most > 0:
            spot = Spot(each.document, (*each.pointer, "maxLength"), symbol=f"{call.symbol} {name} maxLength")
            yield Fact(Quantity.UPLOAD, component, about, (float(most),), f"maxLength {most}", spot)


def _described(node: Node, component: str, about: frozenset[str]) -> Iterator[Fact]:
    """The figures of a description; which of its lines, a tree does not say, so they stand at its key."""
    text = node.value
    if not isinstance(text, str) or not any(map(str.isdigit, text[:MAX_TEXT])):
        return
    for sentence in _SENTENCE.split(text[:MAX_TEXT]):
        for quantity, values, said, bound in figures(" ".join(sentence.split())[:900]):
            if quantity in _DESCRIBED:
                symbol = f"{quantity.name.lower()} of the description"
                yield Fact(
                    quantity, component, about, values, said, Spot(node.document, node.pointer, symbol=symbol), bound
                )
