"""How properties, parameters, operations and paths are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from faultline.analyzers.design.apis.api import Api, Property, apis
from faultline.analyzers.design.apis.words import case, words
from faultline.analyzers.design.consistency.majority import others
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

_SHARE = 0.8
_LEAST = 4
_Seen = tuple[str, tuple[str, Spot | Property]]
"""How a name is written, the name, and where it stands."""


def check(design: Design) -> Iterator[Observation]:
    """Names that are written in another way than most of their kind."""
    for api in apis(design):
        properties = _properties(api)
        yield from _told(properties, "consistency/property-case", "properties")
        yield from _told(_parameters(api, "query"), "consistency/parameter-case", "parameters", properties)
        yield from _told(_parameters(api, "path"), "consistency/parameter-case", "parameters of paths")
        yield from _told(_operations(api), "consistency/operation-id-case", "operation ids", share=0.75, least=3)
        yield from _told(_segments(api), "consistency/path-case", "parts of paths")


def _told(
    seen: list[_Seen], rule: str, what: str, kin: Sequence[_Seen] = (), *, share: float = _SHARE, least: int = _LEAST
) -> Iterator[Observation]:
    """The minority of what is seen; where that is too little to have a majority, `kin` counts in and is not told."""
    few = len(seen) <= _LEAST
    told = {id(who) for _, who in seen} if few else set()
    for each in others([*kin, *seen] if few else seen, share=share, least=least):
        name, place = each.who
        if few and id(each.who) not in told:
            continue
        yield Observation(
            rule,
            _spot(place),
            f"`{name}` is {each.kind}; {each.count} other {what}, such as `{each.example[0]}`, are {each.usual}.",
            also=(_spot(each.example[1]),),
            cause=each.cause,
            severity=each.severity,
            many=f"{{count}} {what} are not {each.usual} as the rest is",
        )


def _spot(place: Spot | Property) -> Spot:
    return place.spot if isinstance(place, Property) else place


def _properties(api: Api) -> list[_Seen]:
    seen: list[_Seen] = []
    for name, owners in api.property_names.items():
        if (form := case(name)) is not None:
            seen.append((form, (name, Property(name, {}, owners[0]))))
    return seen


def _parameters(api: Api, place: str) -> list[_Seen]:
    seen: dict[tuple[str, str], tuple[str, tuple[str, Spot]]] = {}
    for call in api.calls:
        for node in call.parameters:
            name, where = node.value.get("name"), node.value.get("in")
            if where != place or not isinstance(name, str) or (name, str(where)) in seen:
                continue
            if (form := case(name)) is not None:
                spot = Spot(node.document, (*node.pointer, "name"), symbol=f"parameter {name}")
                seen[name, str(where)] = (form, (name, spot))
    return list(seen.values())


def _operations(api: Api) -> list[_Seen]:
    seen: list[_Seen] = []
    for call in api.calls:
        name = call.operation.node.value.get("operationId")
        if isinstance(name, str) and (form := case(name)) is not None:
            seen.append((form, (name, call.spot("operationId"))))
    return seen


def _segments(api: Api) -> list[_Seen]:
    seen: dict[str, tuple[str, tuple[str, Spot]]] = {}
    for call in api.calls:
        for each in call.segments:
            if "{" in each or ":" in each or "." in each:
                continue
            form = case(each) or ("Capitalised" if each[:1].isupper() and len(words(each)) == 1 else None)
            if form is not None:
                item = call.operation.node
                spot = Spot(item.document, item.pointer[:-1], symbol=call.path)
                seen.setdefault(each, (form, (each, spot)))
    return list(seen.values())


CHECKS: tuple[Check, ...] = (check,)
