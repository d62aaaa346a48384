"""Status codes, lists and pages: what siblings answer alike, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import Api, Call, apis, types_of
from faultline.analyzers.design.apis.lists import ENVELOPES, Paging, growth, listing, paging, size_parameter, style
from faultline.analyzers.design.apis.words import singular, vocabulary, words
from faultline.analyzers.design.consistency.majority import others
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_SURE_OF_404: Final = 3
"""Operations with a 404 from which on a deletion or an update without one is a slip; some leave it out by design."""
_ERROR_ONLY: Final = vocabulary("error errors message code detail details errorcode errormessage reason")
_NO_MAKING: Final = vocabulary(
    "search query login logout refresh validate verify preview estimate calculate lookup check test send cancel "
    "confirm approve reject retry token session batch bulk graphql rpc ping convert translate webhook action"
)


def codes(design: Design) -> Iterator[Observation]:
    """Operations of one kind with different status codes, and codes that mean something else."""
    for api in apis(design):
        makes = [each for each in api.calls if _makes(each)]
        yield from _of_kind(makes, ("201", "200", "202", "204"), "creations")
        yield from _of_pair(makes)
        deletions = [each for each in api.calls if each.method == "delete" and each.is_item]
        yield from _of_kind(deletions, ("204", "200", "202"), "deletions")
        yield from _missing(api)
        for call in api.calls:
            yield from _wrong(call)


def _makes(call: Call) -> bool:
    if call.method != "post" or not call.segments or call.is_item:
        return False
    last = call.segments[-1]
    spoken = words(last)
    if not spoken or not _NO_MAKING.isdisjoint(spoken) or not _NO_MAKING.isdisjoint(map(singular, spoken)):
        return False
    return singular(spoken[-1]) != spoken[-1]  # a collection, whose name stands in the plural


def _of_kind(calls: list[Call], known: tuple[str, ...], what: str) -> Iterator[Observation]:
    seen = []
    for call in calls:
        good = [each for each in sorted(call.codes) if each.startswith("2")]
        if len(good) == 1 and good[0] in known:
            seen.append((good[0], call))
    # One that answers 202 does its work later, and says so.
    for each in others([each for each in seen if each[0] != "202"], share=0.66, least=2):
        call, usual = each.who, each.example
        yield Observation(
            "consistency/status-code",
            call.spot("responses", each.kind),
            f"{call.symbol} answers {each.kind}; {each.count} other {what}, such as {usual.symbol}, {each.usual}.",
            also=(usual.spot("responses", each.usual),),
            cause=each.cause,
            severity=each.severity,
            many="{count} operations answer another status code than their siblings",
        )


def _of_pair(makes: list[Call]) -> Iterator[Observation]:
    """Of two collections with a 200 and a 201 the 200 is the slip: 201 is what HTTP has for it."""
    codes_of = [(each, each.codes & {"200", "201"}) for each in makes if not each.codes.isdisjoint(("200", "201"))]
    if len(codes_of) == 2 and sorted(map(sorted, (found for _, found in codes_of))) == [["200"], ["201"]]:
        call, usual = sorted((each for each, _ in codes_of), key=lambda each: "201" in each.codes)
        yield Observation(
            "consistency/status-code",
            call.spot("responses", "200"),
            f"{call.symbol} answers 200; {usual.symbol} answers 201.",
            also=(usual.spot("responses", "201"),),
            many="{count} operations answer another status code than their siblings",
        )


def _missing(api: Api) -> Iterator[Observation]:
    """Operations on one thing without a 404, where most have it."""
    items = [each for each in api.calls if each.is_item and each.method in ("get", "put", "patch", "delete")]
    seen = [("404" in each.codes or "4XX" in each.codes or "default" in each.codes, each) for each in items]
    for each in others(seen, share=0.66, least=2):
        if not each.usual:
            return
        call, usual = each.who, each.example
        if call.method != "get" and each.count < _SURE_OF_404:
            continue
        yield Observation(
            "consistency/no-not-found",
            call.spot(),
            f"{call.symbol} has no 404; {each.count} siblings, such as {usual.symbol}, have it.",
            also=(usual.spot("responses", "404" if "404" in usual.codes else "default"),),
            cause=each.cause,
            severity=each.severity,
            many="{count} operations have no 404, as their siblings do",
        )


def _wrong(call: Call) -> Iterator[Observation]:
    if call.method == "get" and "201" in call.codes and "200" not in call.codes:
        yield Observation(
            "consistency/odd-status-code",
            call.spot("responses", "201"),
            f"{call.symbol} reads, and answers 201, which means that something was made.",
            many="{count} status codes mean something else than what happens",
        )
    if "204" in call.codes and call.answers("204"):
        yield Observation(
            "consistency/odd-status-code",
            call.spot("responses", "204"),
            f"The 204 of {call.symbol} has a body; 204 means that there is none.",
            many="{count} status codes mean something else than what happens",
        )
    for code in ("200", "201"):
        if code in call.operation.responses and _is_error(call, code):
            yield Observation(
                "consistency/odd-status-code",
                call.spot("responses", code),
                f"The {code} of {call.symbol} tells of an error.",
                many="{count} status codes mean something else than what happens",
            )


def _is_error(call: Call, code: str) -> bool:
    response = call.operation.responses[code].value
    text = str(response.get("description", "")).lower() if isinstance(response, dict) else ""
    if text.startswith(("error", "failure", "failed", "invalid", "not found", "unauthorized", "bad request")):
        return True
    for _, node in call.answers(code):
        fields = call.api.fields(node)
        names = {each.name.lower() for each in fields} if len(fields) <= len(_ERROR_ONLY) else set()
        if names and names <= _ERROR_ONLY and names & {"error", "errors", "errorcode", "errormessage"}:
            return True
    return False


def lists(design: Design) -> Iterator[Observation]:
    """Lists that are wrapped or cut into pages in another way than the rest."""
    for api in apis(design):
        shapes: list[tuple[str, Call]] = []
        styles: list[tuple[str, Call]] = []
        sizes: list[tuple[str, Call]] = []
        for call in api.calls:
            if call.method != "get" or (found := listing(call)) is None:
                continue
            wrapped = found.envelope.lower() in ENVELOPES
            pages = paging(call, found) is not Paging.NONE
            grows = "maxItems" not in found.array.value and growth(call) is Severity.LOW
            if pages or grows:
                own = found.envelope.lower() == call.segments[-1].lower() if call.segments else False
                shapes.append((found.envelope if not own and (wrapped or not found.envelope) else _OWN, call))
            if (paged := style(call)) is not None:
                styles.append((paged, call))
            if (size := size_parameter(call)) is not None:
                sizes.append((size, call))
        few = len(styles) <= 3
        for drift in others(styles, share=0.5 if few else 0.66, least=1 if few else 2):
            call, usual = drift.who, drift.example
            yield Observation(
                "consistency/pagination-style",
                call.spot(),
                f"{call.symbol} is paged by {drift.kind}, and {usual.symbol} by {drift.usual}.",
                also=(usual.spot(),),
                cause=drift.cause,
                severity=drift.severity,
                many="{count} lists are paged in another way than the rest",
            )
        for named in others(sizes, share=0.66, least=2):
            call, usual = named.who, named.example
            yield Observation(
                "consistency/parameter-name",
                call.at(call.names[named.kind], f"parameter {named.kind}"),
                f"{call.symbol} calls `{named.kind}` what {usual.symbol} calls `{named.usual}`.",
                also=(usual.at(usual.names[named.usual]),),
                cause=named.cause,
                severity=named.severity,
                many="{count} parameters have another name than elsewhere",
            )
        if any(not kind for kind, _ in shapes):
            shapes = [each for each in shapes if each[0] is not _OWN]
        pair = len(shapes) == 2
        for wrapping in others(shapes, share=0.5 if pair else 0.66, least=1 if pair else 2):
            call, usual = wrapping.who, wrapping.example
            here, there = (
                f"in {each if each is _OWN else f'`{each}`'}" if each else "as a bare array"
                for each in (wrapping.kind, wrapping.usual)
            )
            yield Observation(
                "consistency/list-shape",
                _answer_spot(call),
                f"{call.symbol} gives its list {here}, and {usual.symbol} {there}.",
                also=(_answer_spot(usual),),
                cause=wrapping.cause,
                severity=wrapping.severity,
                many="{count} lists are wrapped in another way than the rest",
            )


def _answer_spot(call: Call) -> Spot:
    code = call.success[0] if call.success else "200"
    return call.spot("responses", code)


_OWN: Final = "a property of their name"
"""How lists are wrapped that stand in a property called as they are: `{"orders": [...]}`."""
_FORMS: Final = {
    "application/json": "JSON",
    "text/json": "text/json",
    "application/xml": "XML",
    "text/xml": "XML",
    "application/vnd.api+json": "JSON:API",
    "application/hal+json": "HAL",
    "application/x-www-form-urlencoded": "a form",
    "text/plain": "plain text",
}


def media_types(design: Design) -> Iterator[Observation]:
    """Bodies and answers with objects in another format than the rest."""
    for api in apis(design):
        if api.document.version == "2.0":
            continue
        sent: list[tuple[str, tuple[Call, Node, str]]] = []
        given: list[tuple[str, tuple[Call, Node, str]]] = []
        for call in api.calls:
            bodies = call.bodies
            if len(bodies) == 1 and (kind := _form(bodies[0][0])) != "text/plain":
                sent.append((kind, (call, bodies[0][1], "body")))
            answered = call.answers(call.success[0]) if call.success is not None else []
            if call.success is not None and len(answered) == 1 and "object" in types_of(api.schema(answered[0][1])):
                given.append((_form(answered[0][0]), (call, answered[0][1], call.success[0])))
        for what, seen in (("takes", sent), ("answers with", given)):
            told: set[tuple[str, Any]] = set()
            for each in others([one for one in seen if one[0] in _FORMS], share=0.75, least=3):
                call, node, _ = each.who
                # A form is what RFC 6749 wants of a token's request.
                if (node.document.path, node.pointer) in told or each.kind == "text/plain" or _is_token(call):
                    continue
                told.add((node.document.path, node.pointer))
                yield Observation(
                    "consistency/media-type",
                    _media_spot(*each.who),
                    f"{call.symbol} {what} {_FORMS[each.kind]}, and {each.count} others {_FORMS[each.usual]}.",
                    also=(_media_spot(*each.example),),
                    cause=each.cause,
                    severity=each.severity,
                    many="{count} operations use another media type than the rest",
                )


def _form(kind: str) -> str:
    return kind.partition(";")[0].strip().lower()


def _media_spot(call: Call, node: Node, what: str) -> Spot:
    return Spot(node.document, node.pointer[:-1], symbol=f"{call.symbol} {what}")


def _is_token(call: Call) -> bool:
    return not call.words.isdisjoint(("token", "oauth", "oauth2", "login", "revoke", "introspect", "saml"))


CHECKS: tuple[Check, ...] = (codes, lists, media_types)
