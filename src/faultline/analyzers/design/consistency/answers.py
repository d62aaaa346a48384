"""Status codes, lists and pages: what siblings answer alike, and who does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import Api, Call, apis, types_of
from faultline.analyzers.design.apis.lists import ENVELOPES, listing, size_parameter, style
from faultline.analyzers.design.apis.words import singular, vocabulary, words
from faultline.analyzers.design.consistency.majority import others
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot

_ERROR_ONLY: Final = vocabulary("error errors message code detail details errorcode errormessage reason")
_NO_MAKING: Final = vocabulary(
    "search query login logout refresh validate verify preview estimate calculate lookup check test send cancel "
    "confirm approve reject retry token session batch bulk graphql rpc ping convert translate webhook action"
)


def codes(design: Design) -> Iterator[Observation]:
    """Operations of one kind with different status codes, and codes that mean something else."""
    for api in apis(design):
        yield from _of_kind([each for each in api.calls if _makes(each)], ("201", "200", "202", "204"), "creations")
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


def _missing(api: Api) -> Iterator[Observation]:
    """Operations on one thing without a 404, where most have it."""
    items = [each for each in api.calls if each.is_item and each.method in ("get", "put", "patch", "delete")]
    seen = [("404" in each.codes or "4XX" in each.codes or "default" in each.codes, each) for each in items]
    for each in others(seen, share=0.66, least=2):
        if not each.usual:
            return
        call, usual = each.who, each.example
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
        names = {each.name.lower() for each in call.api.fields(node)}
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
            if not found.envelope or wrapped:
                shapes.append((found.envelope, call))
            if (paged := style(call)) is not None:
                styles.append((paged, call))
            if (size := size_parameter(call)) is not None:
                sizes.append((size, call))
        few = len(styles) <= 3
        for paging in others(styles, share=0.5 if few else 0.66, least=1 if few else 2):
            call, usual = paging.who, paging.example
            yield Observation(
                "consistency/pagination-style",
                call.spot(),
                f"{call.symbol} is paged by {paging.kind}, and {usual.symbol} by {paging.usual}.",
                also=(usual.spot(),),
                cause=paging.cause,
                severity=paging.severity,
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
        for wrapping in others(shapes, share=0.7, least=2):
            call, usual = wrapping.who, wrapping.example
            here, there = (f"in `{each}`" if each else "as a bare array" for each in (wrapping.kind, wrapping.usual))
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
        sent: list[tuple[str, tuple[Call, Spot]]] = []
        given: list[tuple[str, tuple[Call, Spot]]] = []
        for call in api.calls:
            kinds = [(kind.partition(";")[0].strip().lower(), node) for kind, node in call.bodies]
            if len(kinds) == 1 and kinds[0][0] in _FORMS and kinds[0][0] != "text/plain":
                node = kinds[0][1]
                sent.append((kinds[0][0], (call, Spot(node.document, node.pointer[:-1], symbol=f"{call.symbol} body"))))
            if call.success is not None:
                answered = call.answers(call.success[0])
                kind = answered[0][0].partition(";")[0].strip().lower() if len(answered) == 1 else ""
                node = answered[0][1] if answered else call.operation.node
                if kind in _FORMS and "object" in types_of(api.schema(node)):
                    spot = Spot(node.document, node.pointer[:-1], symbol=f"{call.symbol} {call.success[0]}")
                    given.append((kind, (call, spot)))
        for what, seen in (("takes", sent), ("answers with", given)):
            told: set[Any] = set()
            for each in others(seen, share=0.75, least=3):
                call, spot = each.who
                # A form is what RFC 6749 wants of a token's request.
                if (spot.document.path, spot.pointer) in told or each.kind == "text/plain" or _is_token(call):
                    continue
                told.add((spot.document.path, spot.pointer))
                yield Observation(
                    "consistency/media-type",
                    spot,
                    f"{call.symbol} {what} {_FORMS[each.kind]}, and {each.count} others {_FORMS[each.usual]}.",
                    also=(each.example[1],),
                    cause=each.cause,
                    severity=each.severity,
                    many="{count} operations use another media type than the rest",
                )


def _is_token(call: Call) -> bool:
    return not call.words.isdisjoint(("token", "oauth", "oauth2", "login", "revoke", "introspect", "saml"))


CHECKS: tuple[Check, ...] = (codes, lists, media_types)
