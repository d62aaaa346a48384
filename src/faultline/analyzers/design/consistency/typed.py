"""What texts say of single fields and operations: their type, the values that they have, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from faultline.analyzers.design.consistency.promises import sentences, spot_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

MAX_FIELDS: Final = 20_000
_I: Final = re.IGNORECASE
_TYPE: Final = r"strings?|integers?|int(?:32|64)?|numbers?|floats?|doubles?|booleans?|bool|arrays?|objects?"
_CODE: Final = regex(r"`([A-Za-z][\w.]{0,40})`")
_STATED: Final = regex(
    rf"^,? (?:field )?(?:is|as|has the type|of type)(?: sent as)? (?:an? |the )?((?:[\w-]+ ){{0,2}}?(?:{_TYPE}))\b", _I
)
_BRACKETS: Final = regex(rf"^ \(((?:[\w-]+ ){{0,3}}?(?:{_TYPE}))\b[^)]{{0,60}}\)", _I)
_WORD: Final = regex(rf"\b({_TYPE})\b", _I)
_KIND: Final[Mapping[str, str]] = {
    "string": "string",
    "integer": "number",
    "int": "number",
    "int32": "number",
    "int64": "number",
    "number": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "array": "array",
    "object": "object",
}
_NOT: Final = regex(
    r"\b(?:not|never|no longer|was|were|used to|instead|rather|either|or|old|legacy|deprecated|v\d|column|header|query"
    r"|parsed|converted|stored|internally|connection|query|search|empty|if|when)\b|n't\b",
    _I,
)
_STATES: Final = regex(r"^(?:status|state|stage|phase|lifecycle)$|(?:_status|_state|Status|State)$")
_BECOMES: Final = regex(
    r"\b(?:starts? (?:as|in|with)|begins? (?:as|in|with)|becomes?|ends? (?:as|in|with)|turns? (?:into|to)"
    r"|moves? (?:to|from)|goes (?:to|from)|stat(?:us|es|uses|e)(?: \w+){0,2}(?: is| are|:| of| one of)?|set to)[ :]*$"
    r"|(?:\b(?:then|or|and|to|as)|,|->|\u2192) ?$",
    _I,
)
_FLOW: Final = regex(r"\b(?:status|statuses|states?|starts? as|begins? as|becomes?|ends? as|lifecycle)\b", _I)
_LOWER: Final = regex(r"[A-Za-z]{2,20}(?:[_-][A-Za-z]{2,20}){0,3}")


def types(design: Design) -> Iterator[Observation]:
    """The type that a text gives a field, and the other one that another text or a specification gives it."""
    said: dict[str, dict[str, tuple[str, Spot]]] = {}
    for document, each in sentences(design):
        lines = document.lines[each.line - 1 : each.end_line]
        if each.column > 0 or _NOT.search(each.text):
            continue
        for line in lines:
            for match in _CODE.finditer(line[:2000]):
                rest = line[match.end() : match.end() + 120]
                found = _STATED.match(rest) or _BRACKETS.match(rest)
                if found and (kind := _kind(found[1])):
                    spot = spot_of(document, each, f"type of {match[1]}")
                    said.setdefault(match[1], {}).setdefault(kind, (found[1], spot))
    if not said:
        return
    fields = _fields(design)
    for name, kinds in said.items():
        if len(kinds) == 2:
            (one, at), (other, there) = kinds.values()
            yield _differs(name, one, at, other, there)
        elif len(kinds) == 1 and (specified := fields.get(name.rpartition(".")[2])) and not kinds.keys() & specified:
            ((one, at),) = kinds.values()
            other, there = next(iter(specified.items()))
            yield _differs(name, one, at, other, there)


def _differs(name: str, one: str, at: Spot, other: str, there: Spot) -> Observation:
    return Observation(
        "consistency/representation-mismatch",
        at,
        f"{at.document.path} has `{name}` as {one}, {there.document.path} as {other}.",
        cause=f"type of {name}",
        also=(there,),
    )


def _kind(words: str) -> str:
    """The type that a few words name: the last one of `decimal string` and of `string of digits` is a string."""
    found = [each.lower() for each in _WORD.findall(words)]
    return _KIND.get(found[-1], _KIND.get(found[-1].rstrip("s"), "")) if found else ""


def _fields(design: Design) -> dict[str, dict[str, Spot]]:
    """The types that specifications give the properties of a name, where each one has one."""
    found: dict[str, dict[str, Spot]] = {}
    for document in design.of(OpenApiDocument):
        for name, schema, spot in islice(_properties(document), MAX_FIELDS):
            kinds = schema.get("type")
            for kind in kinds if isinstance(kinds, list) else [kinds]:
                if isinstance(kind, str) and kind in _KIND:
                    found.setdefault(name, {}).setdefault(_KIND[kind], spot)
    return found


def _properties(document: OpenApiDocument) -> Iterator[tuple[str, dict[str, Any], Spot]]:
    base: tuple[str | int, ...] = ("definitions",) if document.version == "2.0" else ("components", "schemas")
    schemas = document.root.child(*base).value
    for owner, schema in schemas.items() if isinstance(schemas, dict) else ():
        own = schema.get("properties") if isinstance(schema, dict) else None
        for name, inner in own.items() if isinstance(own, dict) else ():
            if isinstance(inner, dict):
                pointer = (*base, owner, "properties", name)
                yield str(name), inner, Spot(document, pointer, symbol=f"{owner}.{name}")
        if isinstance(schema, dict) and "enum" in schema:
            yield str(owner), schema, Spot(document, (*base, owner), symbol=str(owner))


def states(design: Design) -> Iterator[Observation]:
    """States that a text has something go through, and that the only like list of values of a specification lacks."""
    lists: list[tuple[frozenset[str], Spot]] = []
    names: set[str] = set()
    for document in design.of(OpenApiDocument):
        for name, schema, spot in islice(_properties(document), MAX_FIELDS):
            names.add(name)
            values = schema.get("enum")
            if isinstance(values, list) and _STATES.search(name) and all(isinstance(each, str) for each in values):
                at = Spot(document, (*(spot.pointer or ()), "enum"), symbol=spot.symbol)
                lists.append((frozenset(values), at))
    for document_, each in sentences(design) if lists else ():
        if not _FLOW.search(each.text) or _NOT_STATE.search(each.text):
            continue
        text = " ".join(document_.lines[each.line - 1 : each.end_line])[:2000]
        told = [
            match[1]
            for match in _CODE.finditer(text)
            if _LOWER.fullmatch(match[1]) and match[1] not in names and _BECOMES.search(text[: match.start()])
        ]
        said = frozenset(told)
        if len(said) < 3:
            continue
        alike = [(values, at) for values, at in lists if 2 * len(said & values) >= len(said)]
        if not alike or any(said <= values for values, _ in alike) or len({values for values, _ in alike}) > 1:
            continue
        values, at = alike[0]
        lacking = ", ".join(f"`{one}`" for one in dict.fromkeys(told) if one not in values)
        yield Observation(
            "consistency/enum-drift",
            at,
            f"{document_.path} speaks of {lacking}, which {at.document.path} does not have among these values.",
            cause=at.symbol,
            also=(spot_of(document_, each, "states"),),
        )


_NOT_STATE: Final = regex(r"\b(?:not|never|no longer|was|used to|instead|rather|internal\w*|header|http)\b|n't\b", _I)

CHECKS: tuple[Check, ...] = (types, states)
