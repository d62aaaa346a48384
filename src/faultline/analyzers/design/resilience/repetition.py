"""What happens when a request is sent again, answers late, or meets another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from faultline.analyzers.design.apis.api import IN_DOUBT, Api, Call, apis
from faultline.analyzers.design.apis.outgoing import outgoing
from faultline.analyzers.design.apis.words import PROBES, singular, vocabulary, words
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity

_ONCE: Final = vocabulary(
    "payment charge transfer refund payout withdrawal deposit order purchase checkout capture debit credit donation "
    "booking reservation appointment invoice disbursement remittance settlement topup subscription"
)
"""What must not be made twice."""
_RETRIES: Final = re.compile(
    r"\bretr(?:y|ies|ied|ying)\b|\bresen[dt]\b|\bsent again\b|\bsend it again\b|\bat[- ]least[- ]once\b"
)
_NO_RETRY: Final = re.compile(r"(?:\bnot|\bnever|n't|\bno)\b.{0,30}\b(?:retr(?:y|ies|ied)|resen[dt])")
_KEY: Final = ("idempoten", "request-id", "requestid", "request_id", "dedup", "client_token", "clienttoken",
               "client_reference", "clientreference", "transaction_key", "nonce", "external_id", "externalid",
               "merchant_reference", "client_order_id", "clientorderid", "if-none-match", "operation-id")  # fmt: skip
_PROMISED_KEY: Final = re.compile(
    r"\bidempotency[- ]key\b|\b(?:same|repeated?|one) (?:idempotency |request )?key\b|\bkey (?:again|twice)\b|"
    r"\b(?:never|not) \w{1,20} twice\b|\b(?:repeated|second) (?:calls?|requests?|posts?|submissions?) with "
    r"(?:the same|one|a) (?:\w{1,20} )?(?:key|token)\b"
)
_USUAL: Final = 3
"""Operations that make something, of which one without a key stands out."""
_HARMLESS: Final = vocabulary(
    "login token tokens session sessions search query validate preview estimate calculate webhook webhooks callback "
    "callbacks events logs upload uploads export exports import verify refresh signup register "
    "user users member members account accounts profile profiles customer customers invitations contacts addresses "
    "tags labels comments notes reviews favorites keys devices"
)
"""What is made by these may be made twice."""
_LONG: Final = re.compile(
    r"\btakes? (?:up to |about |around |several |a few |many |some ){0,3}"
    r"(?:\d{1,4} )?(?:minutes?|hours?|a long time|long)\b|\blong[- ]running\b|\bseveral minutes\b|"
    r"\bup to \d{1,4} minutes\b"
)
_JOBS: Final = vocabulary("export import reindex rebuild transcode migrate migration backup restore render")
_VERSIONED: Final = frozenset(
    ("version", "etag", "revision", "rev", "_version", "lockversion", "resourceversion", "_etag")
)


def repeated(design: Design) -> Iterator[Observation]:
    """Requests that must not be done twice, and may be sent twice."""
    for api in apis(design):
        promised = _promises(api.prose)
        posts = [each for each in api.calls if each.method == "post"]
        once = [each for each in posts if _makes_once(each) or _PROMISED_KEY.search(each.prose[:20_000])]
        once += [each for each in _forgotten(posts) if each not in once]
        # A field such as `nonce` may be anything in what is no payment; a header is there for nothing else.
        keyed = [each for each in posts if _is_keyed(each) and (each in once or _is_strict(each))]
        declared = not keyed and _is_declared(api)
        for call in once:
            if call not in keyed and "deduplicat" not in call.prose:
                yield _sent_twice(call, keyed, promised, declared)


def _forgotten(posts: list[Call]) -> list[Call]:
    """The one POST that makes something and takes no key, where those of all others are asked for."""
    making = [
        each
        for each in posts
        if not {"201", "202"}.isdisjoint(each.codes) and not each.is_item and each.words.isdisjoint(_HARMLESS)
    ]
    bare = [each for each in making if not _is_keyed(each)]
    strict = all(_is_strict(each) for each in making if each not in bare)
    return bare if len(bare) == 1 and strict and len(making) >= _USUAL else []


def _is_strict(call: Call) -> bool:
    """Whether it takes a header that is there for nothing else; an id of the request may be for a log."""
    return any("idempoten" in each or "repeatability" in each for each in call.names)


def _is_declared(api: Api) -> bool:
    """Whether the document declares a header for the key that no operation takes."""
    owner = api.document.root.child("parameters") if api.document.version == "2.0" else api.components("parameters")
    found = owner.items() if isinstance(owner.value, dict) else ()
    return any("idempoten" in str(each.value.get("name")).lower() for _, each in found if isinstance(each.value, dict))


def _sent_twice(call: Call, keyed: list[Call], promised: bool, declared: bool) -> Observation:
    severity: Severity | None = None
    if _PROMISED_KEY.search(call.prose[:20_000]):
        why = ", though it promises that a repetition does nothing"
    elif promised or _promises(call.prose) or any(str(each).startswith("x-retr") for each in call.operation.node.value):
        why = ", and is said to be repeated"
    elif "idempoten" in call.prose:
        severity, why = Severity.INFO, ""
    elif keyed:
        severity, why = Severity.LOW, f", as {keyed[0].symbol} does"
    elif declared:
        severity, why = Severity.LOW, ", though the document declares one"
    else:
        severity, why = (Severity.LOW if _moves_money(call) else Severity.INFO), ""
    return Observation(
        "resilience/retry-without-idempotency",
        call.spot(),
        f"{call.symbol} takes no idempotency key{why}.",
        cause=IN_DOUBT if severity is Severity.INFO else "",
        also=(keyed[0].spot(),) if keyed else (),
        severity=severity,
        many="{count} operations that must happen once take no idempotency key",
    )


def _promises(text: str) -> bool:
    return bool(_RETRIES.search(text[:20_000])) and not _NO_RETRY.search(text[:20_000])


def _is_keyed(call: Call) -> bool:
    if any(map(_is_key, call.names)):
        return True
    return any(_is_key(each.name.lower()) for _, body in call.bodies for each in call.api.fields(body))


@lru_cache(8192)
def _is_key(name: str) -> bool:
    return any(each in name for each in _KEY)


def _makes_once(call: Call) -> bool:
    last = call.segments[-1] if call.segments else ""
    if last.startswith("{"):
        return False
    spoken = {singular(each) for each in words(last)}
    return not spoken.isdisjoint(_ONCE) and spoken.isdisjoint(
        (
            "search",
            "query",
            "validate",
            "preview",
            "estimate",
            "cancel",
            "quote",
            "calculate",
            "webhook",
            "item",
            "note",
        )
    )


def _moves_money(call: Call) -> bool:
    return not {singular(each) for each in words(call.segments[-1])}.isdisjoint(
        ("payment", "charge", "transfer", "refund", "payout", "withdrawal", "disbursement", "remittance")
    )


def waiting(design: Design) -> Iterator[Observation]:
    """Answers that say `later` without saying when, and those that come when it is too late."""
    for api in apis(design):
        said: list[tuple[Call, str]] = []
        silent: list[tuple[Call, str]] = []
        told: set[tuple[str, Any]] = set()
        for call in api.calls:
            # Who asks a probe comes back at a time of its own.
            for code in () if not call.words.isdisjoint(PROBES) else ("429", "503"):
                if (node := call.operation.responses.get(code)) is not None and isinstance(node.value, dict):
                    if _says_when(node.value):
                        said.append((call, code))
                    elif (node.document.path, node.pointer) not in told:
                        told.add((node.document.path, node.pointer))
                        silent.append((call, code))
            if _is_long(call) and "202" not in call.codes and call.success is not None:
                stated = bool(_LONG.search(call.prose))
                yield Observation(
                    "resilience/long-call",
                    call.spot("responses", call.success[0]),
                    f"{call.symbol} answers {call.success[0]} when all is done.",
                    cause="" if stated else IN_DOUBT,
                    severity=None if stated else Severity.INFO,
                    many="{count} calls keep their caller waiting until a long job is done",
                )
        for call, code in silent:
            node = call.operation.responses[code]
            yield Observation(
                "resilience/no-retry-after",
                Spot(node.document, node.pointer, symbol=f"{call.symbol} {code}"),
                f"The {code} of {call.symbol} does not say when to come back.",
                also=(said[0][0].spot("responses", said[0][1]),) if said else (),
                severity=Severity.LOW if said else None,
                many="{count} answers do not say when to come back",
            )


def _says_when(response: dict[str, Any]) -> bool:
    headers = response.get("headers")
    if isinstance(headers, dict) and any(
        str(each).lower() == "retry-after" or "reset" in str(each).lower() for each in headers
    ):
        return True
    return "retry-after" in str(response.get("description", "")).lower()


def _is_long(call: Call) -> bool:
    if call.method not in ("post", "put"):
        return False
    return bool(_LONG.search(call.prose)) or bool(call.segments and not _JOBS.isdisjoint(words(call.segments[-1])))


def meeting(design: Design) -> Iterator[Observation]:
    """Updates that overwrite each other without a word."""
    for api in apis(design):
        for call in api.calls:
            if call.method in ("put", "patch") and call.is_item and not _is_guarded(call):
                yield Observation(
                    "resilience/lost-update",
                    call.spot(),
                    f"{call.symbol} takes neither If-Match nor a version.",
                    many="{count} updates take neither If-Match nor a version",
                )


def _is_guarded(call: Call) -> bool:
    if any(each in ("if-match", "if-unmodified-since") or "etag" in each for each in call.names) or "412" in call.codes:
        return True
    return any(
        each.name.lower().replace("_", "") in _VERSIONED for _, body in call.bodies for each in call.api.fields(body)
    )


def deliveries(design: Design) -> Iterator[Observation]:
    """Webhooks and callbacks that are sent once, or so it seems."""
    for api in apis(design):
        sent = outgoing(api)
        if not sent or "retr" in api.prose or "redeliver" in api.prose:
            continue
        for each in sent:
            if "retr" not in each.text and "redeliver" not in each.text and "at least once" not in each.text:
                yield Observation(
                    "resilience/delivery-unstated",
                    Spot(each.node.document, each.node.pointer, symbol=each.symbol),
                    f"Nothing says what happens when the receiver of {each.symbol} is down.",
                    many="{count} webhooks and callbacks do not say what happens when the receiver is down",
                )


CHECKS: tuple[Check, ...] = (repeated, waiting, meeting, deliveries)
