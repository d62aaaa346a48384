"""What paths say: collections, verbs, versions, and the names of their variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.apis.api import Call, apis
from faultline.analyzers.design.apis.words import is_plural, vocabulary, words
from faultline.analyzers.design.consistency.majority import others
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

_VERBS: Final = vocabulary("get list fetch create add new update edit modify delete remove save insert set")
_VERSION: Final = regex(r"v\d{1,3}(?:[._]\d{1,3}|(?:alpha|beta)\d{0,3})?", re.IGNORECASE)
_OUTSIDE: Final = vocabulary(
    "health healthz livez readyz ready live ping metrics status docs openapi openapi.json openapi.yaml .well-known "
    "oauth oauth2 login logout token auth webhooks version swagger favicon.ico robots.txt"
)


def _spot(call: Call) -> Spot:
    node = call.operation.node
    return Spot(node.document, node.pointer[:-1], symbol=call.path)


def collections(design: Design) -> Iterator[Observation]:
    """Collections in the singular among plural ones, or the reverse."""
    for api in apis(design):
        seen: dict[str, tuple[bool, tuple[str, Spot]]] = {}
        known = {call.segments for call in api.calls if call.method in ("get", "post")}
        for call in api.calls:
            parts = call.segments
            for place, each in enumerate(parts[:-1]):
                if "{" not in each and parts[place + 1].startswith("{") and _is_collection(parts[: place + 1], known):
                    spoken = words(each)
                    plural = is_plural(spoken[-1]) if spoken else None
                    if plural is not None:
                        seen.setdefault(each, (plural, (each, _spot(call))))
        for drift in others(list(seen.values()), share=0.75 if len(seen) > 4 else 0.66, least=2):
            name, spot = drift.who
            yield Observation(
                "consistency/collection-number",
                spot,
                f"`{name}` is in the {'plural' if drift.kind else 'singular'}; {drift.count} other collections, such "
                f"as `{drift.example[0]}`, are not.",
                also=(drift.example[1],),
                cause=drift.cause,
                severity=drift.severity,
                many="{count} collections are in another number than the rest",
            )


def _is_collection(parts: tuple[str, ...], known: set[tuple[str, ...]]) -> bool:
    """Whether what stands before a variable is a collection: it is served itself, or stands at the beginning."""
    return parts in known or all(each.lower() in ("api", "rest") or _VERSION.fullmatch(each) for each in parts[:-1])


def verbs(design: Design) -> Iterator[Observation]:
    """Paths that name what the method says already."""
    for api in apis(design):
        seen: dict[str, tuple[bool, Spot]] = {}
        for call in api.calls:
            if call.path not in seen:
                seen[call.path] = (_is_verbal(call), _spot(call))
        for each in others(list(seen.values()), share=0.66, least=2):
            if each.kind:
                yield Observation(
                    "consistency/verb-in-path",
                    each.who,
                    f"`{each.who.symbol}` names an action; {each.count} other paths name things.",
                    cause=each.cause,
                    severity=each.severity,
                    many="{count} paths name an action where the rest names things",
                )


def _is_verbal(call: Call) -> bool:
    for place, each in enumerate(call.segments):
        if "{" in each:
            continue
        spoken = words(each)
        if len(spoken) > 1 and spoken[0] in _VERBS and spoken[0] != "new":
            return True
        last = place == len(call.segments) - 1
        if len(spoken) == 1 and spoken[0] in _VERBS - {"new", "list", "set"} and last and place > 0:
            return True
    return False


def versions(design: Design) -> Iterator[Observation]:
    """Paths of another version than the rest, and such without one."""
    for api in apis(design):
        seen: dict[str, tuple[str, Spot]] = {}
        rest: dict[str, set[str]] = {}
        for call in api.calls:
            parts = call.segments
            place = next((at for at, each in enumerate(parts) if _VERSION.fullmatch(each)), None)
            if place is None and (not parts or parts[0].lower() in _OUTSIDE or call.words & _OUTSIDE):
                continue
            version = parts[place].lower() if place is not None else ""
            tail = "/".join(parts[place + 1 :] if place is not None else parts)
            rest.setdefault(re.sub(r"\{[^}]{0,100}\}", "{}", tail), set()).add(version)
            seen.setdefault(call.path, (version, _spot(call)))
        of_path = {spot.symbol: version for version, spot in seen.values()}
        twice = {version for versions_ in rest.values() if len(versions_) > 1 for version in versions_}
        for each in others(list(seen.values()), share=0.7, least=2):
            version, spot = each.kind, each.who
            # A version that takes over from another has its operations beside the older ones.
            if not each.usual or version in twice or of_path.get(spot.symbol) == each.usual:
                continue
            yield Observation(
                "consistency/version-in-path",
                spot,
                f"`{spot.symbol}` {f'is of version {version}' if version else 'names no version'}; {each.count} other "
                f"paths are of {each.usual}.",
                also=(each.example,),
                cause=each.cause,
                severity=each.severity,
                many="{count} paths are of another version than the rest",
            )


def variables(design: Design) -> Iterator[Observation]:
    """Variables of one collection that have several names."""
    for api in apis(design):
        seen: dict[str, list[tuple[str, Spot]]] = {}
        told: set[str] = set()
        for call in api.calls:
            if call.path in told:
                continue
            told.add(call.path)
            way: list[str] = []
            for place, each in enumerate(call.segments):
                if each.startswith("{") and each.endswith("}") and place:
                    seen.setdefault("/".join(way), []).append((each[1:-1], _spot(call)))
                    way.append("{}")
                else:
                    way.append(each)
        yield from _renamed(seen)


def _is_id(name: str) -> bool:
    """Whether a variable is an id by its name; `slug` beside `id` is another way to the same thing, and meant."""
    spoken = words(name)
    return bool(spoken) and (spoken[-1] in ("id", "uuid", "uid", "guid", "ref", "key") or spoken[0] == "id")


def _renamed(seen: dict[str, list[tuple[str, Spot]]]) -> Iterator[Observation]:
    for way, names in sorted(seen.items()):
        if len({name for name, _ in names}) > 2 or not all(_is_id(name) for name, _ in names):
            continue
        for each in others(names, share=0.5, least=1):
            spot = each.who
            yield Observation(
                "consistency/parameter-name",
                spot,
                f"What follows `/{way}` is called `{each.kind}` here and `{each.usual}` in `{each.example.symbol}`.",
                also=(each.example,),
                cause=each.cause,
                severity=each.severity,
                many="{count} parameters have another name than elsewhere",
            )


CHECKS: tuple[Check, ...] = (collections, verbs, versions, variables)
