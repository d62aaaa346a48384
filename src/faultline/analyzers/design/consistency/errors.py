"""How errors are told: one shape, with one media type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Any, TypeVar

from faultline.analyzers.design.apis.api import Api, Call, apis, types_of
from faultline.analyzers.design.consistency.majority import others
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

K = TypeVar("K", bound=Hashable)


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
                    spot = _spot(call, code, response)
                    if (shape := _shape(api, node)) is not None:
                        seen.append((shape, (spot, code)))
                    kinds.append((kind.partition(";")[0], (spot, code)))
        yield from _minority(seen)
        yield from _media(kinds)


def _spot(call: Call, code: str, response: Node) -> Spot:
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
    names = tuple(sorted({each.name for each in api.fields(node)}))
    return names or None


def _minority(seen: list[tuple[tuple[str, ...], tuple[Spot, str]]]) -> Iterator[Observation]:
    counts = Counter(shape for shape, _ in seen)
    usual = counts.most_common(1)[0][0] if counts else ()
    evened = [(usual if _is_kin(set(usual), set(shape)) else shape, who) for shape, who in seen]
    for each in others(_each_once(evened, usual), share=0.6, least=2):
        spot = each.who[0]
        yield Observation(
            "consistency/error-shape",
            spot,
            f"The body of {spot.symbol} has {_named(each.kind)}; {each.count} other errors have {_named(each.usual)}.",
            also=(each.example[0],),
            cause=each.cause,
            severity=each.severity,
            many="{count} errors have another shape than the rest",
        )


def _is_kin(usual: set[str], other: set[str]) -> bool:
    """Whether a shape is the usual one with more in it, or less of what is not needed."""
    return usual <= other or (other <= usual and len(other) >= max(2, len(usual) - 2))


def _named(shape: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{each}`" if not each.startswith("(") else each for each in shape[:4])
    return shown + (" and more" if len(shape) > 4 else "")


def _media(kinds: list[tuple[str, tuple[Spot, str]]]) -> Iterator[Observation]:
    counts = Counter(kind for kind, _ in kinds)
    usual = counts.most_common(1)[0][0] if counts else ""
    for each in others(_each_once(kinds, usual), share=0.7, least=3):
        spot = each.who[0]
        yield Observation(
            "consistency/error-media-type",
            spot,
            f"{spot.symbol} is {each.kind}; {each.count} other errors are {each.usual}.",
            also=(each.example[0],),
            cause=each.cause,
            severity=each.severity,
            many="{count} errors have another media type than the rest",
        )


def _each_once(seen: list[tuple[K, tuple[Spot, str]]], usual: K) -> list[tuple[K, tuple[Spot, str]]]:
    """All that do the usual, and of the others each place once: a shared response is one slip, however often used."""
    told: set[Any] = set()
    kept = []
    for kind, who in seen:
        key = (who[0].document.path, who[0].pointer)
        if kind == usual or key not in told:
            kept.append((kind, who))
            if kind != usual:
                told.add(key)
    return kept


CHECKS: tuple[Check, ...] = (shapes,)
