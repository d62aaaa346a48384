"""How errors are told: one shape, with one media type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faultline.analyzers.design.apis.api import Api, Call, apis, types_of
from faultline.analyzers.design.consistency.majority import split
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot


def shapes(design: Design) -> Iterator[Observation]:
    """Errors whose body has another shape than most."""
    for api in apis(design):
        seen: list[tuple[tuple[str, ...], tuple[Spot, str]]] = []
        kinds: list[tuple[str, tuple[Spot, str]]] = []
        for call in api.calls:
            for code, response in call.operation.responses.items():
                if not code.startswith(("4", "5")) and code != "default":
                    continue
                for kind, node in api.contents(response):
                    if "json" not in kind:
                        continue
                    spot = _spot(call, code, response, node)
                    if (shape := _shape(api, node)) is not None:
                        seen.append((shape, (spot, code)))
                    kinds.append((kind.partition(";")[0], (spot, code)))
        yield from _minority(seen)
        yield from _media(kinds)


def _spot(call: Call, code: str, response: Node, node: Node) -> Spot:
    # Where the response stands in the operation it is told there; a shared one is told once, where it is written.
    own = response.pointer[: len(call.operation.node.pointer)] == call.operation.node.pointer
    pointer = response.pointer if not own else call.operation.node.child("responses", code).pointer
    return Spot(
        response.document, pointer, symbol=f"{call.symbol} {code}" if own else f"response {response.pointer[-1]}"
    )


def _shape(api: Api, node: Node) -> tuple[str, ...] | None:
    schema = api.schema(node)
    named = types_of(schema)
    if named and named != ("object",):
        return (f"({named[0]})",)
    names = tuple(sorted({each.name for each in api.fields(node) if each.depth == 0}))
    return names or None


def _minority(seen: list[tuple[tuple[str, ...], tuple[Spot, str]]]) -> Iterator[Observation]:
    found = split(seen, share=0.6, least=2)
    if found is None:
        return
    assert isinstance(found.usual, tuple)
    assert isinstance(found.example, tuple)
    usual = set(found.usual)
    told: set[tuple[Any, ...]] = set()
    for shape, who in found.others:
        assert isinstance(shape, tuple)
        assert isinstance(who, tuple)
        if _is_kin(usual, set(shape)):
            continue
        spot = who[0]
        if (key := (spot.document.path, spot.pointer)) in told:
            continue
        told.add(key)
        yield Observation(
            "consistency/error-shape",
            spot,
            f"The body of {spot.symbol} has {_named(shape)}; {found.count} other errors have {_named(found.usual)}.",
            also=(found.example[0],),
            many="{count} errors have another shape than the rest",
        )


def _is_kin(usual: set[str], other: set[str]) -> bool:
    """Whether a shape is the usual one with more in it, or less of what is not needed."""
    return usual <= other or (other <= usual and len(other) >= max(2, len(usual) - 2))


def _named(shape: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{each}`" if not each.startswith("(") else each for each in shape[:4])
    return shown + (" and more" if len(shape) > 4 else "")


def _media(kinds: list[tuple[str, tuple[Spot, str]]]) -> Iterator[Observation]:
    found = split(kinds, share=0.7, least=3)
    told: set[tuple[Any, ...]] = set()
    for kind, who in found.others if found is not None else ():
        assert found is not None
        assert isinstance(who, tuple)
        assert isinstance(found.example, tuple)
        spot = who[0]
        if (key := (spot.document.path, spot.pointer)) not in told:
            told.add(key)
            yield Observation(
                "consistency/error-media-type",
                spot,
                f"{spot.symbol} is {kind}; {found.count} other errors are {found.usual}.",
                also=(found.example[0],),
                many="{count} errors have another media type than the rest",
            )


CHECKS: tuple[Check, ...] = (shapes,)
