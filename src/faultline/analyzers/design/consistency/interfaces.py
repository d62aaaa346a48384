"""What texts and sequence diagrams say of an interface: how callers show who they are, versions, and status codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.apis.api import Access, Call, apis
from faultline.analyzers.design.apis.words import vocabulary
from faultline.analyzers.design.consistency.mentioned import known
from faultline.analyzers.design.consistency.promises import sentences, spot_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Arrow, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.node import Node
from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.documents.statements import elsewhere
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.fenced import shown
from faultline.analyzers.design.system.interfaces import servers_of

_WAYS: Final = {
    "a token": re.compile(
        r"\b(?:oauth ?2?(?:\.\d)?|oidc|openid(?: connect)?|jwts?|json web tokens?|bearer(?: tokens?)?"
        r"|access tokens?)\b",
        re.IGNORECASE,
    ),
    "an API key": re.compile(r"\b(?:api[- ]keys?|x-api-key)\b", re.IGNORECASE),
    "a password": re.compile(r"\b(?:http )?basic auth(?:entication)?\b", re.IGNORECASE),
    "a client certificate": re.compile(r"\b(?:mutual tls|mtls|client certificates?)\b", re.IGNORECASE),
}
_SHOWN: Final = re.compile(
    r"\b(?:authenticat\w*|authoriz\w*|authoris\w*|carr(?:y|ies)|present\w*|requires?|required|protect\w*"
    r"|secur\w*|called with"
    r"|sends?|header|needs?|must have|identif\w*|use|uses)\b",
    re.IGNORECASE,
)
_CALLERS: Final = re.compile(
    r"\b(?:requests?|calls?|calling|called|clients?|apis?|endpoints?|operations?|consumers?|partners?"
    r"|devices?|interface)\b",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"\b(?:instead of|rather than|not|never|no longer|without|replac\w*|except|unless|if|would|could"
    r"|should|will|planned|may|might"
    r"|previous\w*|migrat\w*|formerly|was|were|stripe|provider|third|external|outgoing|towards|upstream"
    r"|carrier|employees?"
    r"|staff|administrators?|admins?|sign in|log in|between|internal\w*|mesh|database|broker|kafka"
    r"|postgres\w*|to the (?:api|service) of)\b",
    re.IGNORECASE,
)
_DECIDED: Final = re.compile(r"\b(?:we|they|it|clients|callers|partners|requests) will\b", re.IGNORECASE)
_BUT: Final = re.compile(r"\b(?:but|apart from|other than|excluding|besides|only|most)\b", re.IGNORECASE)
_HEADER: Final = re.compile(r"\b((?:X-)?[A-Z][A-Za-z]{1,20}(?:-[A-Z][A-Za-z]{0,20}){0,3}-(?:Key|Token))\b")
_UNIVERSAL: Final = re.compile(
    r"\b(?:every|all|each|any)\s+(?:\w+ ){0,2}?(?:requests?|calls?|endpoints?|operations?|apis?)\b", re.IGNORECASE
)
_OPEN: Final = vocabulary(
    "health healthz livez readyz ready live liveness readiness ping status metrics version docs openapi swagger login "
    "logout token oauth auth authenticate register signup callback webhook webhooks jwks public refresh session "
    "sessions password well known favicon robots hook hooks reset verify confirm forgot"
)
_PREFIX: Final = re.compile(r"(?<![\w/{.-])(?:/[a-z][a-z-]{0,20})?/(v\d{1,2})(?:/?(?=[\s`'\",.;)*]|$)|/\*)")
_OLD: Final = re.compile(
    r"\b(?:deprecat\w*|old|former\w*|previous\w*|legacy|removed|replac\w*|next|future|new|planned|will"
    r"|would|until|sunset\w*|retired"
    r"|when|if|later|breaking|e\.g|for example|such as|like|would be|incompatible|instead|not|never|no)\b",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"\b(?:answers?|answered|returns?|returned|responds?|replies|reply|replied|gives|yields|gets)\b"
    r"(?: immediately| at once| then| back| with| a| an| the| status| code| http| by|:){0,4} `?([1-5]\d\d)\b",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?<![\w/])(GET|POST|PUT|PATCH|DELETE)\s{1,3}`?(?:https?://[\w.:-]{1,100})?(/[\w\-./{}:<>$~]{0,200})"
)
_REPLY: Final = re.compile(r"^\s*(?:HTTP )?([1-5]\d\d)\b")


def authentication(design: Design) -> Iterator[Observation]:
    """How a text says that callers show who they are, and how specifications let them."""
    secured = [each for each in apis(design) if each.schemes and each.calls]
    if not secured:
        return
    there: dict[str, Spot] = {}
    headers: dict[str, Spot] = {}
    for api in secured:
        for name, node in api.schemes.items():
            way, header = _way(node)
            there.setdefault(way, Spot(node.document, node.pointer, symbol=f"security scheme {name}"))
            if header:
                headers[header.lower()] = Spot(
                    node.document, (*node.pointer, "name"), symbol=f"security scheme {name} name"
                )
    said: dict[str, Spot] = {}
    keys: list[tuple[str, Spot]] = []
    for document, sentence in sentences(design):
        text = _DECIDED.sub("", sentence.text) if document.adr else sentence.text
        if not _SHOWN.search(text) or not _CALLERS.search(text) or _OTHER.search(text):
            continue
        for way, pattern in _WAYS.items():
            if pattern.search(text):
                said.setdefault(way, spot_of(document, sentence, f"authentication by {way}"))
        for found in _HEADER.finditer(text):
            if "idempot" not in found[1].lower():
                keys.append((found[1], spot_of(document, sentence, f"header {found[1]}")))
    if said and not (said.keys() & there.keys()) and "" not in there:
        way, spot = next(iter(said.items()))
        other, at = next(iter(there.items()))
        yield Observation(
            "consistency/authentication-mismatch",
            spot,
            f"{spot.document.path} says that callers show {way}; {at.document.path} takes {other}.",
            cause=way,
            also=(at,),
        )
    for name, spot in keys:
        if headers and name.lower() not in headers and "an API key" in said:
            other, at = next(iter(headers.items()))
            yield Observation(
                "consistency/authentication-mismatch",
                spot,
                f"{spot.document.path} names the header {name}; {at.document.path} takes the key from `{other}`.",
                cause=name,
                also=(at,),
            )
            break


def _way(node: Node) -> tuple[str, str]:
    """What a scheme asks for, and the header that a key stands in."""
    value = node.value
    kind, scheme = str(value.get("type")), str(value.get("scheme", "")).lower()
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and scheme == "bearer"):
        return "a token", ""
    if kind == "apiKey":
        name = str(value.get("name", ""))
        if name.lower() == "authorization" or value.get("in") == "cookie":
            return "", ""
        return "an API key", name if value.get("in") == "header" else ""
    if kind == "basic" or scheme == "basic":
        return "a password", ""
    return ("a client certificate", "") if kind == "mutualTLS" else ("", "")


def guarded(design: Design) -> Iterator[Observation]:
    """Operations that anybody may call where a text says that every request shows who sends it."""
    secured = [each for each in apis(design) if each.schemes]
    if not secured:
        return
    for document, sentence in sentences(design):
        text = sentence.text
        ways = [way for way, pattern in _WAYS.items() if pattern.search(text)]
        shown = ways or re.search(r"\b(?:authenticated|authentication|a token|credentials)\b", text, re.IGNORECASE)
        if (
            not shown
            or not _UNIVERSAL.search(text)
            or not _SHOWN.search(text)
            or _OTHER.search(text)
            or _BUT.search(text)
        ):
            continue
        for api in secured:
            for call in api.calls:
                if (
                    call.access in (Access.PUBLIC, Access.UNSAID)
                    and call.words.isdisjoint(_OPEN)
                    and not _said_open(call)
                ):
                    yield Observation(
                        "consistency/open-operation",
                        spot_of(document, sentence, f"authentication of {call.symbol}"),
                        f"{document.path} says that every request shows who sends it; "
                        f"{call.symbol} of {api.document.path} asks for nothing.",
                        cause=call.symbol,
                        also=(call.security_spot(),),
                    )
        return


def _said_open(call: Call) -> bool:
    return bool(
        re.search(r"\b(?:public\w*|anonymous\w*|open to|without (?:a |an )?(?:token|key|auth\w*))\b", call.prose)
    )


def versions(design: Design) -> Iterator[Observation]:
    """The version that a text says paths begin with, and the one that they do."""
    specs = [each for each in design.of(OpenApiDocument) if each.operations]
    there: dict[str, Spot] = {}
    for each in specs:
        own = _versions(each)
        if not own:
            return  # a gateway may add it
        there.update(own)
    if not there:
        return
    found: dict[str, Spot] = {}
    for document, sentence in sentences(design):
        for match in _PREFIX.finditer(sentence.text):
            if not _OLD.search(sentence.text):
                found.setdefault(match[1], spot_of(document, sentence, f"version {match[1]}"))
    if found and not (found.keys() & there.keys()):
        version, spot = next(iter(found.items()))
        other, at = next(iter(there.items()))
        yield Observation(
            "consistency/api-version-mismatch",
            spot,
            f"{spot.document.path} says that paths begin with /{version}; {at.document.path} has /{other}.",
            cause=version,
            also=(at,),
        )


def _versions(document: OpenApiDocument) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for url, spot in servers_of(document):
        for match in re.finditer(r"/(v\d{1,2})(?=/|$)", url):
            found.setdefault(match[1], spot)
    base = document.root.child("basePath").value
    if isinstance(base, str) and (own := re.search(r"/(v\d{1,2})(?=/|$)", base)):
        found = {own[1]: Spot(document, ("basePath",), symbol="basePath")}
    for each in document.operations:
        if prefix := re.search(r"/(v\d{1,2})(?=/|$)", each.path):
            found.setdefault(prefix[1], Spot(each.item.document, each.item.pointer, symbol=each.path))
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation is said to answer."""

    method: str
    path: str
    codes: tuple[str, ...]
    spot: Spot


def codes(design: Design) -> Iterator[Observation]:
    """Status codes that a text or a sequence diagram says an operation answers, and its specification does not."""
    specs = [each for each in map(known, design.of(OpenApiDocument)) if each.operations]
    if not specs:
        return
    told: set[tuple[str, str, str]] = set()
    for answer in _answers(design):
        fits = [
            operation
            for each in specs
            for operation in each.at(answer.path)
            if operation.method.upper() == answer.method
        ]
        if not fits:
            continue
        for code in answer.codes:
            key = (answer.spot.document.path, f"{answer.method} {answer.path}", code)
            if key not in told and not any(_declares(each, code) for each in fits):
                told.add(key)
                declared = ", ".join(sorted(map(str, fits[0].responses)))
                first = next((each for each in fits[0].responses if each[:1] == code[:1]), None)
                pointer = (*fits[0].node.pointer, "responses", *((first,) if first else ()))
                spot = Spot(fits[0].node.document, pointer, symbol=f"{fits[0].symbol} responses")
                yield Observation(
                    "consistency/status-mismatch",
                    answer.spot,
                    f"{answer.spot.document.path} says that `{answer.method} {answer.path}` answers {code}; "
                    f"{spot.document.path} has {declared}.",
                    cause=f"{answer.method} {answer.path} {code}",
                    also=(spot,),
                )


def _declares(operation: Operation, code: str) -> bool:
    """Whether an operation declares a code; one of failure is covered by `default` and by what doors answer."""
    there = {str(each).upper() for each in operation.responses}
    if not there or code in there or f"{code[0]}XX" in there:
        return True
    return code[0] in "45" and ("DEFAULT" in there or code in ("401", "403", "405", "429", "500", "502", "503", "504"))


def _answers(design: Design) -> Iterator[Answer]:
    for document, sentence in sentences(design):
        text_ = _NOT_THESE.sub("", sentence.text)
        named = list(_NAMED.finditer(text_))
        found = [(each.start(), each[1]) for each in _CODE.finditer(text_)]
        hedged = re.search(r"\b(?:not|never|instead|will|would|planned|used to|if|when|unless)\b", text_)
        if len(named) != 1 or not found:
            continue
        good = [code for _, code in found if code[0] in "23"]
        if hedged or len(good) > 1:
            continue
        path = named[0][2].rstrip(".:`,")
        symbol = f"answer of {named[0][1]} {path}"
        yield Answer(named[0][1], path, tuple(good), spot_of(document, sentence, symbol))
    for text in design.of(MarkdownDocument):
        yield from _rows(text)
        for inner in shown(text) if text.fences else ():
            for operation in inner.document.operations if isinstance(inner.document, OpenApiDocument) else ():
                for code in operation.responses:
                    if code.isdecimal():
                        spot = Spot(
                            inner.document, (*operation.node.pointer, "responses", code), symbol=operation.symbol
                        )
                        yield Answer(operation.method.upper(), operation.path, (code,), inner.at(spot))
    drawn: list[MarkdownDocument | DiagramDocument] = [*design.of(MarkdownDocument), *design.of(DiagramDocument)]
    for each in drawn:
        for diagram in each.diagrams:
            yield from _replies(each, diagram.arrows)


_NOT_THESE: Final = re.compile(r",? (?:and )?(?:never|not) `?\d{3}`?(?:(?:,| or|, or| nor) `?\d{3}`?){0,3}(?=[.,;)]|$)")


def _rows(document: MarkdownDocument) -> Iterator[Answer]:
    """The codes in tables that have a column for them beside the operation."""
    for table in document.tables if not document.void else ():
        column = next((place for place, each in enumerate(table.headers) if _COLUMN.fullmatch(each.strip())), None)
        for row in table.rows if column else ():
            named = _NAMED.match(" ".join(row.cells[:2]).replace("`", ""))
            place = Sentence("", row.line, row.line, table.section, row.cells, table.headers, 0, table.trail)
            codes_ = re.findall(r"\b[23]\d\d\b", row.cells[column or 0])
            if named and len(codes_) == 1 and not elsewhere(place):
                path = named[2].rstrip(".:`,")
                spot = Spot(document, line=row.line, symbol=f"answer of {named[1]} {path}")
                yield Answer(named[1], path, (codes_[0],), spot)


_COLUMN: Final = re.compile(
    r"(?:answers?|responses?|returns?|success|(?:http )?(?:status|code|status code)s?)", re.IGNORECASE
)


def _replies(document: Document, arrows: Sequence[Arrow]) -> Iterator[Answer]:
    """The codes in replies of a sequence diagram, each with the request that it answers."""
    asked: dict[tuple[str, str], tuple[str, str]] = {}
    for arrow in arrows:
        if request := _NAMED.search(arrow.label):
            asked[arrow.source, arrow.target] = request[1], request[2].rstrip(".:`,")
        elif code := _REPLY.match(arrow.label):
            request_ = asked.pop((arrow.target, arrow.source), None)
            if request_ and code[1][0] in "23":
                symbol = f"answer of {request_[0]} {request_[1]}"
                yield Answer(*request_, (code[1],), Spot(document, line=arrow.line, symbol=symbol))


CHECKS: tuple[Check, ...] = (authentication, guarded, versions, codes)
