"""The same thing with two types: identifiers, times, money, flags and sets of values, by what their names mean.

What a name means takes its surroundings in: `id` of schema `User`, `{id}` in `/users/{id}` and the property `user_id`
are one thing. Names that mean something else in every schema (`type`, `value`, `code`) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import Api, Property, apis, types_of
from faultline.analyzers.design.apis.words import singular, vocabulary, words
from faultline.analyzers.design.consistency.majority import others
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.documents.tree import Pointer
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_MONEY: Final = vocabulary("amount price total subtotal balance cost fee")
_MONEY_ITSELF: Final = _MONEY | {"money", "monetary", "currency"}
_ALONE: Final = vocabulary("email phone currency quantity latitude longitude timestamp iban sku username url")
"""Names of one word that mean the same wherever they stand."""
_VAGUE: Final = vocabulary(
    "type value values data code name status key item items count result results content default min max options "
    "option message state kind level source target parent object label text field fields properties attributes "
    "config settings metadata meta body tags params filter filters range version size length width height format "
    "mode ref number index position rule rules action actions info details detail model output input inputs custom "
    "response request error errors"
)
"""Last words of names whose type depends on whose they are."""
_NUMBERED: Final = vocabulary(
    "postal zip post country currency phone mobile fax order invoice tracking account serial card tax vat reference "
    "customer"
)
"""What has a number or a code that is one thing wherever it stands."""
_FRAME: Final = vocabulary(
    "new create created update updated request response dto input output summary details detail full base model "
    "resource view public partial list read write patch payload body entity record data in out schema object short "
    "basic"
)
"""Words that a schema's name has around that of the thing itself."""
_BOOLEANS: Final = ({"true", "false"}, {"yes", "no"})
_MAX_SETS: Final = 200
"""Sets of values of one name that are compared."""
_ISO: Final = regex(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)")
_OTHER_DATE: Final = regex(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}/\d{2}/\d{2}|\d{1,2}-\d{1,2}-\d{4}")


_SCALARS: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
_MANY_IDS: Final = 3
_ALIKE: Final = 0.75
_LARGE: Final = 40
"""Operations from which on two places that differ may well be about two things."""
Place = Property | tuple[str, Spot]
"""A property, or a parameter with its name."""


def types(design: Design) -> Iterator[Observation]:
    """One thing with two types."""
    for api in apis(design):
        large = len(api.calls) >= _LARGE
        things = sorted(_things(api).items())
        if not large:
            yield from _foreign_ids(things)
        for thing, said in things:
            if len({kind for kind, _ in said}) > 1:
                telling = thing.endswith(" id") or thing.rpartition(" ")[2] in _MONEY
                share = 0.75 if large else 0.66 if len(said) > 4 else 0.5
                yield from _differ(said, share, (2 if telling else 4) if large else 1)


def _differ(said: list[tuple[str, Place]], share: float, least: int) -> Iterator[Observation]:
    for each in others(said, share=share, least=least):
        name, spot = _shown(each.who)
        _, usual = _shown(each.example)
        yield Observation(
            "consistency/two-types",
            spot,
            f"`{name}` is {_article(each.kind)} here and {_article(each.usual)} in {usual.symbol}.",
            also=(usual,),
            cause=each.cause,
            severity=each.severity,
            many="{count} places give a thing another type than the rest does",
        )


def _shown(place: Place) -> tuple[str, Spot]:
    return (place.name, place.spot) if isinstance(place, Property) else place


def _foreign_ids(things: list[tuple[str, list[tuple[str, Place]]]]) -> Iterator[Observation]:
    """An id that is a number where all other ids are texts, or the reverse; each thing counts once."""
    ids = [
        (said[0][0], said[0][1])
        for thing, said in things
        if thing.endswith(" id") and len({kind for kind, _ in said}) == 1
    ]
    for each in others(ids, share=_ALIKE, least=_MANY_IDS):
        if len(ids) - each.count > 1:
            return
        name, spot = _shown(each.who)
        _, usual = _shown(each.example)
        yield Observation(
            "consistency/two-types",
            spot,
            f"`{name}` is {_article(each.kind)}, and {each.count} other ids, such as {usual.symbol}, are each "
            f"{_article(each.usual)}.",
            also=(usual,),
            cause="ids",
            severity=Severity.LOW,
        )


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _kind(schema: dict[str, Any], money: bool) -> str | None:
    """A type in words that may be compared; None where a schema leaves it open.

    Whether a thing is whole matters of money only, where it tells cents from units; and only money is told when it is
    an object, for elsewhere that is mostly the thing itself in place of its id.
    """
    named = types_of(schema)
    if len(named) != 1 or not {"anyOf", "oneOf"}.isdisjoint(schema):
        return None
    if money:
        return named[0] if named[0] != "array" else None
    return _SCALARS.get(named[0])


def _things(api: Api) -> dict[str, list[tuple[str, Place]]]:
    """What is said of each thing: its type, and where."""
    found: dict[str, list[tuple[str, Place]]] = {}
    keys = {tuple(words(each[1:-1])) for call in api.calls for each in call.segments if _is_key(each)}
    for name in api.property_names:
        spoken = words(name)
        if not spoken or len(spoken) > 8:
            continue
        bare = spoken == ("id",)
        if not bare and not _is_telling(spoken) and tuple(spoken) not in keys:
            continue
        thing = " ".join(spoken)
        money = spoken[-1] in _MONEY
        for each in api.properties(name):
            schema = each.schema if "$ref" not in each.schema else api.schema(each.node)
            if (kind := _kind(schema, money)) is None:
                continue
            if money and not _MONEY_ITSELF.isdisjoint(words(each.owner)):
                continue  # The amount of a Money is a part of it.
            if bare:
                if not (owner := _noun(each.owner)):
                    continue
                thing = f"{owner} id"
            found.setdefault(thing, []).append((kind, each))
    for thing, name, node, symbol in _parameters(api):
        schema = api.schema(node.child("schema")) if "schema" in node.value else node.value
        if (kind := _kind(schema, money=False)) is not None:
            spot = Spot(node.document, node.pointer, symbol=symbol)
            found.setdefault(thing, []).append((kind, (name, spot)))
    return found


def _is_telling(spoken: tuple[str, ...]) -> bool:
    if len(spoken) < 2:
        return bool(spoken) and spoken[0] in _ALONE | _MONEY
    return spoken[-1] not in _VAGUE or (spoken[-1] in ("code", "number") and spoken[-2] in _NUMBERED)


def _is_key(segment: str) -> bool:
    """Whether a variable of a path is what a thing is known by: `{claimNumber}`, `{orderCode}`."""
    return segment.startswith("{") and segment.endswith("}") and len(words(segment[1:-1])) == 2


def _noun(owner: str) -> str:
    left = [each for each in words(owner) if each not in _FRAME]
    return " ".join((*left[:-1], singular(left[-1]))) if left else ""


def _parameters(api: Api) -> Iterator[tuple[str, str, Node, str]]:
    """Thing, name, parameter and a name for the place, each declared parameter once for each thing."""
    told: set[tuple[Pointer, str]] = set()
    for call in api.calls:
        for node in call.parameters:
            where = node.value.get("in")
            name = node.value.get("name")
            if where not in ("path", "query") or not isinstance(name, str):
                continue
            spoken = words(name)
            if spoken == ("id",):
                if where != "path" or f"{{{name}}}" not in call.segments:
                    continue
                place = call.segments.index(f"{{{name}}}")
                before = words(call.segments[place - 1]) if place else ()
                if not before:
                    continue
                spoken = (*before[:-1], singular(before[-1]), "id")
            elif where == "path":
                if not (_is_telling(spoken) or _is_key(f"{{{name}}}")):
                    continue
            elif not _is_telling(spoken) or spoken[-1] != "id":
                continue
            thing = " ".join(spoken)
            if (node.pointer, thing) not in told:
                told.add((node.pointer, thing))
                yield thing, name, node, f"{call.symbol} parameter {name}"


def times(design: Design) -> Iterator[Observation]:
    """Points in time that are written in two ways."""
    for api in apis(design):
        seen: list[tuple[str, Property]] = []
        for name in api.property_names:
            spoken = words(name)
            if not spoken or not _is_time(spoken):
                continue
            for each in api.properties(name):
                if kind := _written(each.schema):
                    seen.append((kind, each))
        for drift in others(seen, share=0.75 if len(seen) > 4 else 0.6, least=2):
            other, usual = drift.who, drift.example
            yield Observation(
                "consistency/time-format",
                other.spot,
                f"`{other.name}` is {_FORMS[drift.kind]}, and {drift.count} others, such as {usual.spot.symbol}, are "
                f"{_FORMS[drift.usual]}.",
                also=(usual.spot,),
                cause=drift.cause,
                severity=drift.severity,
                many="{count} times are written in another way than the rest",
            )


_TEXTS: Final = {"date-time": "date-time", "date": "date"}
_FORMS: Final = {
    "date": "a date without a time",
    "date-time": "a date-time text",
    "unix": "a number",
    "other": "a date in a form of its own",
}


def _is_time(spoken: tuple[str, ...]) -> bool:
    if spoken[-1] == "at" and len(spoken) == 2:
        return True
    return spoken in (("timestamp",), ("created",), ("updated",)) or (
        len(spoken) == 2 and spoken[-1] in ("timestamp", "time")
    )


def _written(schema: dict[str, Any]) -> str | None:
    named = types_of(schema)
    if named in (("integer",), ("number",)):
        return "unix"
    if named != ("string",):
        return None
    shown = schema.get("example")
    if isinstance(shown, str) and _OTHER_DATE.match(shown) and not _ISO.match(shown):
        return "other"
    return _TEXTS.get(str(schema.get("format")))


def values(design: Design) -> Iterator[Observation]:
    """Sets of values of one thing that differ by spelling, and flags that are text."""
    for api in apis(design):
        named: dict[str, list[tuple[tuple[str, ...], Spot]]] = {}
        for node in api.document.index.schemas:
            if "enum" not in node.value or len(node.pointer) < 2 or node.pointer[-2] != "properties":
                continue
            said = node.value["enum"]
            if not (isinstance(said, list) and 2 <= len(said) <= 50 and all(isinstance(one, str) for one in said)):
                continue
            name = str(node.pointer[-1])
            within = Node(node.document, node.pointer[:-2], {})
            spot = Property(name, node.value, within).spot
            named.setdefault(name, []).append((tuple(sorted(said)), spot))
            if {one.lower() for one in said} in _BOOLEANS:
                yield Observation(
                    "consistency/flag-as-text",
                    spot,
                    f"`{name}` is one of {', '.join(map(repr, said))}.",
                    many="{count} flags are text",
                )
        for name, sets in named.items():
            if 1 < len(sets) <= _MAX_SETS:
                yield from _spelt(name, sets)


def _spelt(name: str, sets: list[tuple[tuple[str, ...], Spot]]) -> Iterator[Observation]:
    """Values that are the same word in two spellings; a set that only has fewer of them is another's choice."""
    counts: dict[tuple[str, ...], list[Spot]] = {}
    for values_, spot in sets:
        counts.setdefault(values_, []).append(spot)
    ranked = sorted(counts.items(), key=lambda each: -len(each[1]))
    usual, spots = ranked[0]
    for other, places in ranked[1:20]:
        pair = _misspelt(set(usual), set(other))
        if pair is None or len(places) > len(spots):
            continue
        for spot in places:
            yield Observation(
                "consistency/enum-drift",
                spot,
                f"`{name}` has the value `{pair[1]}` here and `{pair[0]}` in {spots[0].symbol}.",
                also=(spots[0],),
                many="{count} sets of values spell a value in another way",
            )


def _misspelt(usual: set[str], other: set[str]) -> tuple[str, str] | None:
    left, right = sorted(usual - other), sorted(other - usual)
    if not left or not right:
        return None
    evened = {_even(each): each for each in left}
    for each in right:
        if _even(each) in evened:
            return evened[_even(each)], each
    if len(usual & other) >= 2 and len(left) == len(right) == 1 and _is_near(left[0], right[0]):
        return left[0], right[0]
    return None


def _even(value: str) -> str:
    return re.sub(r"[^a-z0-9]", "", value.lower())


def _is_near(left: str, right: str) -> bool:
    """Whether two words differ in one letter, as in `cancelled` and `canceled`."""
    left, right = _even(left), _even(right)
    if min(len(left), len(right)) < 5 or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    rest = (left[start:], right[start:])
    return rest[0][1:] == rest[1] or rest[1][1:] == rest[0] or rest[0][1:] == rest[1][1:]


CHECKS: tuple[Check, ...] = (types, times, values)
