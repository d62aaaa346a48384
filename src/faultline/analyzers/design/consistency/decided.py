"""What texts and decisions lay down for an API as a whole (pages, money, ids, times), held against specifications.

And an option that a record chooses while another one of its options is what runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from faultline.analyzers.design.apis.api import apis
from faultline.analyzers.design.apis.lists import style
from faultline.analyzers.design.consistency.promises import sentences, spot_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import decision_of
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import Component
from faultline.analyzers.design.system.technologies import Technology, in_text
from faultline.core.patterns import regex

MAX_FIELDS: Final = 20_000
_DENIED: Final = regex(
    r"\b(?:not|never|no longer|instead of|rather than|over|without|from|was|were|considered|rejected|would|could"
    r"|will|planned"
    r"|internal\w*|database|except|unless|old|legacy|deprecated|some|(?<!at )most|may"
    r"|shown|display\w*|print\w*|round\w*|format\w*|events?|v\d)\b|n't\b",
    re.IGNORECASE,
)
_PAGED: Final = regex(
    r"\b(?:paged|paginated|pages|paging|pagination|lists?|collections?)\b[^.;:]{0,50}?\b(?:by|with|uses?|is|through|via)\b"
    r"[^.;:,]{0,20}?\b(cursors?|page numbers?|offsets?(?: and limits?)?)\b"
    r"|\b(cursor|offset|page[- ]number)[- ](?:based )?(?:pagination|paging)\b",
    re.IGNORECASE,
)
_WAYS: Final = regex(r"\b(?:cursors?|page[- ]numbers?|offsets?)\b", re.IGNORECASE)
_SCREENS: Final = regex(
    r"\b(?:ui|user interface|admin\w*|web|shop|screens?|browsers?|consoles?|front-?ends?|tables?|reports?)\b",
    re.IGNORECASE,
)
_SAID: Final[Mapping[str, re.Pattern[str]]] = {
    "money": regex(
        r"^(?:(?:all|the|every) )?(?:money|(?:money |monetary )?(?:amounts?|values?)(?: of money)?|prices?)"
        r"(?: (?:in|of) (?:the|our|every) (?:api|interface)\w?)? (?:is|are)\b([^.;,]{2,70})",
        re.IGNORECASE,
    ),
    "an id": regex(
        r"^(?:(?:all|the|every|public|resource|our) ){0,2}(?:ids?|identifiers?) (?:is|are)\b([^.;,]{2,60})",
        re.IGNORECASE,
    ),
    "a time": regex(
        r"^(?:(?:all|the|every|our) )?(?:timestamps?|times|dates(?: and times)?|points in time) (?:is|are)\b"
        r"([^.;,]{2,60})",
        re.IGNORECASE,
    ),
}
_KINDS: Final[Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]] = {
    "money": (
        ("object", regex(r"\bobjects?\b(?! of)", re.IGNORECASE)),
        ("string", regex(r"\bstrings?\b", re.IGNORECASE)),
        ("integer", regex(r"\b(?:integers?|minor units|cents|whole numbers?)\b", re.IGNORECASE)),
        ("number", regex(r"\b(?:floats?|doubles?|floating[- ]point\w*|decimal numbers?)\b", re.IGNORECASE)),
    ),
    "an id": (
        ("string", regex(r"\b(?:uuids?|ulids?|uuidv\d|strings?|opaque)\b", re.IGNORECASE)),
        ("integer", regex(r"\b(?:integers?|sequential|numeric|bigints?|64-bit)\b", re.IGNORECASE)),
    ),
    "a time": (
        ("string", regex(r"\b(?:rfc ?3339|iso[ -]?8601|strings?)\b", re.IGNORECASE)),
        ("integer", regex(r"\b(?:unix|epoch|milliseconds since|seconds since|integers?)\b", re.IGNORECASE)),
    ),
}
_NAMES: Final[Mapping[str, re.Pattern[str]]] = {
    "money": regex(
        r"^(?:money|monetaryamount|amount(?:_?(?:minor|cents))?|price|(?:unit|net|gross|total)_?(?:price|amount)|balance"
        r"|subtotal|fee)$",
        re.IGNORECASE,
    ),
    "an id": regex(r"^(?:id|\w{1,40}_id|[a-z]\w{0,40}Id)$"),
    "a time": regex(r"^(?:\w{1,40}_at|[a-z]\w{0,40}At|timestamp)$"),
}
_SCALARS: Final = frozenset({"object", "string", "integer", "number"})


def pages(design: Design) -> Iterator[Observation]:
    """How a text says that lists are paged, where every list of every specification asks for its pages otherwise."""
    found: dict[str, Spot] = {}
    for api in apis(design):
        for call in api.calls:
            if call.method == "get" and (way := style(call)):
                node = call.operation.node
                spot = Spot(node.document, node.pointer, symbol=call.symbol)
                found.setdefault("cursor" if way == "cursor" else "number", spot)
    if len(found) != 1:
        return
    ((way, spot),) = found.items()
    for document, each in sentences(design):
        match = _PAGED.search(each.text) if not _SCREENS.search(each.text) else None
        said = {"cursor" if one.lower().startswith("cursor") else "number" for one in _WAYS.findall(each.text)}
        if match and way not in said and not _near(each.text, match):
            asked = "a cursor" if way == "cursor" else "a number or an offset"
            yield Observation(
                "consistency/pagination-mismatch",
                spot_of(document, each, "pages"),
                f"{document.path} says that pages are asked for by {(match[1] or match[2]).lower()}, "
                f"{spot.document.path} asks for them by {asked}.",
                cause=document.path,
                also=(spot,),
            )


def _near(text: str, match: re.Match[str]) -> bool:
    """Whether the clause denies it, or speaks of something else than the API."""
    clause = re.split(r"[;.(] ", text[: match.start()])[-1]
    return bool(_DENIED.search(clause) or _DENIED.search(match[0]) or _DENIED.search(text[match.end() :][:25]))


def representations(design: Design) -> Iterator[Observation]:
    """How a text says that money, ids or times are written, where no specification writes any of them so."""
    written: dict[str, dict[str, Spot]] = {}
    for document in design.of(OpenApiDocument):
        for what, kind, spot in islice(_fields(document), MAX_FIELDS):
            written.setdefault(what, {}).setdefault(kind, spot)
    for text, each in sentences(design) if written else ():
        for what, pattern in _SAID.items():
            match = pattern.search(each.text)
            there = written.get(what, {})
            if match is None or not there or _DENIED.search(match[1]):
                continue
            first = sorted((found.start(), kind) for kind, one in _KINDS[what] if (found := one.search(match[1])))
            if first and not {kind for _, kind in first} & set(there):
                kind, spot = next(iter(there.items()))
                yield Observation(
                    "consistency/representation-mismatch",
                    spot_of(text, each, what),
                    f"{text.path} says that {what} is of the type {first[0][1]}, "
                    f"{spot.document.path} has it as {kind}.",
                    cause=what,
                    also=(spot,),
                )


def _fields(document: OpenApiDocument) -> Iterator[tuple[str, str, Spot]]:
    """What of these a specification has: of what it is, its type, and where."""
    base: tuple[str | int, ...] = ("definitions",) if document.version == "2.0" else ("components", "schemas")
    schemas = document.root.child(*base).value
    for name, schema in schemas.items() if isinstance(schemas, dict) else ():
        if not isinstance(schema, dict):
            continue
        yield from _field(document, str(name), schema, (*base, name))
        fields = schema.get("properties")
        for own, inner in fields.items() if isinstance(fields, dict) else ():
            if isinstance(inner, dict):
                yield from _field(document, str(own), inner, (*base, name, "properties", own))


def _field(
    document: OpenApiDocument, name: str, schema: dict[str, Any], at: tuple[str | int, ...]
) -> Iterator[tuple[str, str, Spot]]:
    types = schema.get("type")
    for kind in types if isinstance(types, list) else [types]:
        for what, pattern in _NAMES.items():
            if isinstance(kind, str) and kind in _SCALARS and pattern.match(name):
                yield what, kind, Spot(document, at, symbol=f"{name} {kind}")


_CHOSEN: Final = regex(
    r"^chosen(?: option)?: ?[\"'\u201c\u201d]?(.{3,120}?)(?:[\"'\u201d]?,? because|[\"'\u201d]|$)", re.IGNORECASE
)
_OPTIONS: Final = regex(r"[\W\d]*(?:considered )?options(?: considered)?\W*", re.IGNORECASE)
_QUEUES: Final = regex(r"\b(?:pub/?sub|streams?|lists?|queues?)\b", re.IGNORECASE)


def options(design: Design) -> Iterator[Observation]:
    """A record that chooses a product which is nowhere else, while another one of its options runs."""
    for document in design.of(MarkdownDocument):
        adr = document.adr
        if adr is None or document.void:
            continue
        chosen = next(((each, found) for each in decision_of(document) if (found := _CHOSEN.match(each.text))), None)
        if chosen is None:
            continue
        sentence, match = chosen
        listed = [each.text for each in document.sentences if _OPTIONS.fullmatch(each.section) and each.list]
        named = _brokers(match[1])
        others = {each.id: each for text in listed if text not in match[1] for each in _brokers(text).values()}
        titled = set(_brokers(adr.title))  # what the title says already, `titles` holds against the choice
        if len(named) != 1 or len(listed) < 2 or titled - set(named):
            continue
        (product,) = named.values()
        runs = _running(design, product, others)
        if runs and not _elsewhere(design, document, product):
            yield Observation(
                "consistency/decision-broken",
                Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=f"decision {adr.title}"[:120]),
                f"The record chooses {product.id}, and `{runs.name}` is another one of its options, {runs.technology}.",
                cause=f"option {document.path}",
                also=(runs.spot,),
            )


def _brokers(text: str) -> dict[str, Technology]:
    """The products that an option names to carry messages."""
    carries = bool(_QUEUES.search(text))
    found = {
        each.id: each for each, _, _ in in_text(text) if each.family == "broker" or (each.family == "cache" and carries)
    }
    if any(each.family == "cache" for each in found.values()):
        found.pop("pubsub", None)  # that is Redis' own, not the product of the name
    return found


def _running(design: Design, product: Technology, others: Mapping[str, Technology]) -> Component | None:
    """What is another one of the options, where nothing is the chosen one."""
    components = design.system.components
    if product.family == "broker" and any(each.technology == product.id for each in components):
        return None
    return next((each for each in components if each.technology in others and each.technology != product.id), None)


def _elsewhere(design: Design, record: MarkdownDocument, product: Technology) -> bool:
    """Whether another text has the product for messages, too."""
    return any(
        product.id in _brokers(each.text)
        for document in design.of(MarkdownDocument)
        if document is not record
        for each in document.sentences
    )


CHECKS: tuple[Check, ...] = (pages, representations, options)
