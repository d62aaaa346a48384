"""How much one caller may ask an API for: lists, uploads, batches, filters, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Api, Call, Field, apis, types_of
from faultline.analyzers.design.apis.lists import (
    CURSOR,
    MANY,
    OFFSET,
    PAGE,
    Paging,
    growth,
    listing,
    may_grow,
    paging,
    size_parameter,
)
from faultline.analyzers.design.apis.servers import is_internal
from faultline.analyzers.design.apis.words import PROBES, singular, vocabulary, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import Node
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity
from faultline.core.patterns import regex

_SMALL_API: Final = 20
_RATES: Final = (
    "rate limit",
    "rate-limit",
    "ratelimit",
    "throttl",
    "too many requests",
    "requests per",
    "quota",
    "429",
)
_PER_TIME: Final = regex(
    r"\b(?:requests?|calls?)\b.{0,30}\b(?:per|a|every|each|/)\s?(?:second|minute|hour|day|s|min)\b"
)
_PUBLIC_WORDS: Final = (
    "public api", "open api for", "for everybody", "for everyone", "anyone can", "anybody can", "publicly available",
    "open to the public", "internet-facing", "internet facing", "without authentication", "no authentication",
    "no api key", "third-party developers", "third party developers", "public endpoint", "publicly accessible",
    "open data", "anonymous",
)  # fmt: skip
_SIZES: Final = regex(r"\b\d[\d,.]{0,9}\s?(?:b|kb|kib|mb|mib|gb|gib|bytes|megabytes?|gigabytes?|kilobytes?)\b")
_COUNTS: Final = regex(
    r"\b(?:max\w{0,5}|at most|up to|no more than|limit of)\s\d[\d,. ]{0,9}(?![\d,. ]|[kmg]?i?b\b|bytes)", re.IGNORECASE
)
_BATCH: Final = vocabulary("batch bulk batches mass multi")
_KNOWS: Final = ("max", "at most", "up to", "no more than", "limit")


def limits(design: Design) -> Iterator[Observation]:
    """Calls that nothing limits."""
    for api in apis(design):
        if not api.calls:
            continue
        # A list, for a missing 429 is told of what the others say.
        limited = [each for each in api.calls if _is_limited(each)]
        refusing = [each for each in limited if _may_refuse(each)]
        if limited and not refusing:
            yield Observation(
                "resilience/no-rate-limit",
                limited[0].spot("responses"),
                f"{limited[0].symbol} tells of a limit in its headers, and no operation answers 429.",
                many="{count} operations have a limit that they never enforce",
            )
            continue
        if any(each in api.prose for each in _RATES) or _PER_TIME.search(api.prose[:20_000]):
            continue
        if limited:
            others = [each for each in api.calls if each not in refusing and not _is_probe(each)]
            if len(others) == 1 and len(refusing) >= 2:
                limited = refusing
            if (len(limited) >= 3 and len(limited) >= 0.75 * len(api.calls)) or limited is refusing:
                for call in api.calls:
                    if call not in limited and not _is_probe(call):
                        yield Observation(
                            "resilience/no-rate-limit",
                            call.spot(),
                            f"{call.symbol} has no 429, as most others do.",
                            also=(limited[0].spot("responses"),),
                            many="{count} operations have no limit, as most others do",
                        )
            continue
        yield Observation(
            "resilience/no-rate-limit",
            api.spot(("info",), "info"),
            "No operation answers 429 or says a limit, nor does the document.",
            severity=None if _is_for_everybody(api) else Severity.INFO,
        )


def _is_limited(call: Call) -> bool:
    if "429" in call.codes or any(each in call.prose for each in _RATES):
        return True
    return any(
        isinstance(node.value, dict)
        and isinstance(headers := node.value.get("headers"), dict)
        and any("ratelimit" in str(each).lower().replace("-", "") for each in headers)
        for node in call.operation.responses.values()
    )


def _may_refuse(call: Call) -> bool:
    """Whether it says, in codes or in words, that it refuses who calls too often."""
    return not call.codes.isdisjoint(("429", "4XX", "4xx", "default")) or any(each in call.prose for each in _RATES)


def _is_probe(call: Call) -> bool:
    return not call.words.isdisjoint(PROBES | {"status"})


def _is_for_everybody(api: Api) -> bool:
    if is_internal(api):
        return False
    declared = isinstance(api.components("responses").value, dict) and any(
        "toomany" in str(each).lower().replace("_", "") or "ratelimit" in str(each).lower() or str(each) == "429"
        for each in api.components("responses").value
    )
    return declared or any(each in api.prose for each in _PUBLIC_WORDS)


def pages(design: Design) -> Iterator[Observation]:
    """Lists without pages, and pages of any size."""
    for api in apis(design):
        paged = 0
        sizes: list[tuple[Call, str, bool]] = []
        hinted: list[Call] = []
        bare: list[tuple[Call, Severity]] = []
        arrays: dict[int, Spot] = {}
        for call in api.calls:
            if call.method != "get" or (found := listing(call)) is None:
                continue
            how = paging(call, found)
            arrays[id(call)] = call.at(found.array, "list")
            if how is Paging.ASKED_FOR:
                paged += 1
            elif how is Paging.HINTED:
                hinted.append(call)
            elif how is Paging.UNTAKEN:
                bare.append((call, Severity.LOW))
            elif "maxItems" not in found.array.value and (severity := growth(call)) is not None:
                bare.append((call, severity))
            sized = size_parameter(call)
            if sized is not None:
                sizes.append((call, sized, _is_bounded(call, sized)))
        yield from _unbounded_pages(sizes)
        # Where other lists take parameters, one that speaks of pages and takes none gives its first page only.
        bare += [(call, Severity.LOW) for call in hinted if paged]
        # Below something only what is known to grow is told, unless all others have pages, or once had some.
        alone = (paged >= 2 and sum(may_grow(call) for call, _ in bare) == 1) or (bool(bare) and _left_over(api))
        for call, grows in bare:
            if alone and may_grow(call):
                grows = Severity.LOW
            # In a large document that pages nothing only what is known to grow is told.
            sure = grows is Severity.LOW and (
                paged or alone or len(api.calls) <= _SMALL_API or not _nouns(call).isdisjoint(MANY)
            )
            severity = Severity.LOW if sure else Severity.INFO
            yield Observation(
                "resilience/no-pagination",
                call.spot(),
                f"{call.symbol} answers with all of them at once.",
                cause=IN_DOUBT if severity is Severity.INFO else "",
                also=(arrays[id(call)],),
                severity=severity,
                many="{count} lists grow without pages",
            )


def _left_over(api: Api) -> bool:
    """Whether the document declares parameters that ask for a page, and no operation takes them."""
    declared = api.document.root.child("parameters") if api.document.version == "2.0" else api.components("parameters")
    if not isinstance(declared.value, dict):
        return False
    taken = {node.pointer for call in api.calls for node in call.parameters}
    names = [
        str(each.value.get("name")).lower()
        for _, each in declared.items()
        if isinstance(each.value, dict) and each.pointer not in taken
    ]
    return any(each in CURSOR | PAGE | OFFSET for each in names)


def _nouns(call: Call) -> set[str]:
    fixed = [each for each in call.segments if not each.startswith("{")]
    return {singular(each) for each in words(fixed[-1])} if fixed else set()


def _is_bounded(call: Call, name: str) -> bool:
    node = call.names[name]
    schema = call.api.schema(node.child("schema")) if "schema" in node.value else node.value
    if "integer" not in types_of(schema) or {"maximum", "exclusiveMaximum", "enum"} & schema.keys():
        return True
    text = f"{node.value.get('description', '')} {schema.get('description', '')} {call.prose}".lower()
    return any(each in text for each in _KNOWS)


def _unbounded_pages(sizes: list[tuple[Call, str, bool]]) -> Iterator[Observation]:
    """Sizes of pages without a maximum; where no list bounds them the code may, so that is told as `info`."""
    bounded = [call for call, _, held in sizes if held]
    told: set[Any] = set()
    for call, name, held in sizes:
        node = call.names[name]
        if held or (node.document.path, node.pointer) in told:
            continue
        told.add((node.document.path, node.pointer))
        yield Observation(
            "resilience/unbounded-page",
            Spot(node.document, node.pointer, symbol=f"parameter {name}"),
            f"`{name}` of {call.symbol} has no maximum.",
            cause="" if bounded else IN_DOUBT,
            severity=None if bounded else Severity.INFO,
            many="{count} lists take a page of any size",
        )


def uploads(design: Design) -> Iterator[Observation]:
    """Files of any size."""
    for api in apis(design):
        if any(each in api.prose for each in ("upload", "file size", "request size", "body size", "payload")) and (
            _SIZES.search(api.prose)
        ):
            continue
        for call in api.calls:
            if (spot := _upload(call)) is not None:
                yield Observation(
                    "resilience/unbounded-upload",
                    spot,
                    f"{call.symbol} says no largest size and has no 413.",
                    many="{count} uploads may be as large as they like",
                )


def _upload(call: Call) -> Spot | None:
    if not call.writes or "413" in call.codes or _SIZES.search(call.prose):
        return None
    if call.api.document.version == "2.0":
        return next((call.at(each) for each in call.parameters if each.value.get("type") == "file"), None)
    body = call.operation.body
    if body is None or _SIZES.search(str(body.value.get("description", "")).lower()):
        return None
    if any(each.startswith("x-max") for each in body.value):
        return None
    for kind, media in body.child("content").items():
        if not isinstance(media.value, dict):
            continue
        schema = media.child("schema")
        binary = kind in ("application/octet-stream", "application/zip", "application/pdf", "*/*") or str(
            kind
        ).startswith(("image/", "video/", "audio/"))
        if binary and (kind != "*/*" or _is_file(call.api.schema(schema))):
            held = call.api.schema(schema)
            if not _is_held(held):
                return Spot(media.document, media.pointer, symbol=f"{call.symbol} {kind}")
        elif kind == "multipart/form-data":
            for each in call.api.fields(schema, nested=True):
                if _is_file(each.schema) and not _is_held(each.schema):
                    return Spot(each.node.document, each.node.pointer, symbol=f"{call.symbol} {each.name}")
    return None


def _is_file(schema: dict[str, Any]) -> bool:
    return schema.get("format") == "binary" or "contentMediaType" in schema


def _is_held(schema: dict[str, Any]) -> bool:
    text = str(schema.get("description", "")).lower()
    return "maxLength" in schema or bool(_SIZES.search(text)) or any(str(each).startswith("x-max") for each in schema)


def batches(design: Design) -> Iterator[Observation]:
    """Batches of any length, expansions and filters of any depth."""
    for api in apis(design):
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            if call.writes and not call.words.isdisjoint(_BATCH):
                yield from _batch(call, told)
            elif call.method == "post":
                yield from _bare_array(call, told)
            for name in ("expand", "expand[]", "include", "include[]", "embed", "$expand"):
                node = call.names.get(name)
                if node is not None and (node.document.path, node.pointer) not in told:
                    told.add((node.document.path, node.pointer))
                    yield from _expansion(call, name, node)


def _batch(call: Call, told: set[tuple[str, Any]]) -> Iterator[Observation]:
    found = False
    for _, body in call.bodies:
        target = call.api.resolve(body)
        if isinstance(target.value, dict) and "array" in types_of(target.value):
            found = True
            yield from _unbounded(call, target, told)
        for each in [] if found else call.api.fields(body):
            if "array" in types_of(each.schema):
                yield from _unbounded(call, each.node, told)


def _bare_array(call: Call, told: set[tuple[str, Any]]) -> Iterator[Observation]:
    for kind, body in call.bodies:
        target = call.api.resolve(body)
        if "json" in kind and isinstance(target.value, dict) and "array" in types_of(target.value):
            yield from _unbounded(call, target, told, sure=False)


def _unbounded(
    call: Call, node: Node, told: set[tuple[str, Any]], *, sure: bool = True, odd: bool = False
) -> Iterator[Observation]:
    schema = call.api.schema(node)
    key = (node.document.path, node.pointer)
    # Where all else says its bounds beside itself, a largest size of the whole request is none of the array.
    prose = " ".join(_COUNTS.findall(call.prose)) if odd else call.prose
    text = f"{prose} {schema.get('description', '')}".lower()
    if "maxItems" in schema or key in told or any(each in text for each in _KNOWS):
        return
    told.add(key)
    yield Observation(
        "resilience/unbounded-batch",
        Spot(node.document, node.pointer, symbol=f"body of {call.symbol}"),
        f"{call.symbol} takes as many as are sent.",
        cause="" if sure else IN_DOUBT,
        severity=None if sure else Severity.INFO,
        many="{count} operations take a batch of any length",
    )


def _expansion(call: Call, name: str, node: Node) -> Iterator[Observation]:
    schema = call.api.schema(node.child("schema")) if "schema" in node.value else node.value
    items = schema.get("items")
    held = "enum" in schema or "pattern" in schema or "maxItems" in schema
    held = held or (isinstance(items, dict) and "enum" in call.api.schema(node.child("schema", "items")))
    text = f"{node.value.get('description', '')} {schema.get('description', '')}".lower()
    if not held and "boolean" not in types_of(schema):
        yield Observation(
            "resilience/unbounded-expansion",
            Spot(node.document, node.pointer, symbol=f"parameter {name}"),
            f"`{name}` of {call.symbol} does not say what, or how deep.",
            severity=Severity.LOW if any(each in text for each in ("any depth", "recursiv", "unlimited")) else None,
            many="{count} operations expand whatever is asked for",
        )


def odd_arrays(design: Design) -> Iterator[Observation]:
    """The one array of all that are sent that may be of any length, where all else that is sent has its bounds."""
    for api in apis(design):
        arrays: dict[tuple[str, Any], tuple[Call, Field]] = {}
        scalars: dict[tuple[str, Any], bool] = {}
        for call in api.calls:
            for _, body in call.bodies if call.writes else ():
                for each in api.fields(body, nested=True):
                    key = (each.node.document.path, each.node.pointer)
                    if "array" in types_of(each.schema):
                        arrays.setdefault(key, (call, each))
                    elif not _SCALARS.isdisjoint(types_of(each.schema)):
                        scalars[key] = bool(_BOUNDS & each.schema.keys()) or each.schema.get("format") in _SHORT
        free = [(call, each) for call, each in arrays.values() if "maxItems" not in each.schema and _grows(api, each)]
        held = sum("maxItems" in each.schema for _, each in arrays.values())
        careful = len(scalars) >= _CAREFUL and all(scalars.values())
        if len(free) == 1 and (held >= 2 or careful) and held + len(free) == len(arrays):
            yield from _unbounded(free[0][0], free[0][1].node, set(), odd=True)


_SCALARS: Final = frozenset({"string", "integer", "number"})
_BOUNDS: Final = frozenset({"maxLength", "maximum", "exclusiveMaximum", "enum", "const"})
_SHORT: Final = frozenset({"date", "date-time", "uuid", "time"})
_CAREFUL: Final = 3


def _grows(api: Api, field: Field) -> bool:
    """Whether its items are not from a list of few."""
    items = field.schema.get("items")
    return not (isinstance(items, dict) and "enum" in api.schema(field.node.child("items")))


CHECKS: tuple[Check, ...] = (limits, pages, uploads, batches, odd_arrays)
