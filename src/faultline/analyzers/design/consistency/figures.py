"""Figures in texts: what each is of, in one unit, and which two say different things of the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere
from faultline.analyzers.design.spot import Spot

_SECONDS = {
    "ms": 0.001,
    "millisecond": 0.001,
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "m": 60.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "d": 86400.0,
    "day": 86400.0,
    "week": 604800.0,
    "month": 2592000.0,
    "year": 31536000.0,
}
_BYTES = {
    "kb": 1e3,
    "kib": 1024.0,
    "mb": 1e6,
    "mib": 1048576.0,
    "gb": 1e9,
    "gib": 1073741824.0,
    "tb": 1e12,
    "tib": 1099511627776.0,
}
_N = r"(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,4})?)"
_TIME = r"(ms|milliseconds?|s|secs?|seconds?|mins?|minutes?|h|hours?|days?|weeks?|months?|years?)"
_EVERY = r"(?: ?/ ?| (?:per|a|an|each|every) )(ms|s|sec|second|m|min|minute|h|hour|d|day)\b"
_RATE = re.compile(
    rf"\b{_N} ?(?:requests?|req|calls|messages|events|orders|logins?|attempts|transactions){_EVERY}", re.IGNORECASE
)
_RPS = re.compile(rf"\b{_N} ?(rps|tps|qps)\b", re.IGNORECASE)
_SPAN = re.compile(rf"\b{_N}[ -]?{_TIME}\b", re.IGNORECASE)
_SIZE = re.compile(rf"\b{_N} ?([kmgt]i?b)\b", re.IGNORECASE)
_SHARE = re.compile(rf"\b{_N} ?(?:%|percent\b)", re.IGNORECASE)
_COUNT = re.compile(
    rf"\b{_N} (?:times|attempts|retries|tries|entries|items|records|results|rows|messages|jobs)\b(?! ?(?:/|per|a second|a minute))",
    re.IGNORECASE,
)
# What a span of time is of; a figure of none of these is of no interest.
_KINDS = (
    ("timeout", re.compile(r"\btime-?outs?|times? out|timed out|deadlines?\b", re.IGNORECASE)),
    (
        "retention",
        re.compile(
            r"\b(?:kept|retained|retention|stored|deleted|purged|removed|archived) .{0,20}?(?:for|after|of|is)?\b",
            re.IGNORECASE,
        ),
    ),
    ("lifetime", re.compile(r"\b(?:expires?|expiry|valid|lifetime|ttl|live)\b", re.IGNORECASE)),
    ("objective", re.compile(r"\b(?:rpo|rto|recovery (?:point|time) objective)\b", re.IGNORECASE)),
    ("latency", re.compile(r"\b(?:latency|answers?|responds?|response times?|p9[059])\b", re.IGNORECASE)),
    ("interval", re.compile(r"\b(?:every|interval|each)\b", re.IGNORECASE)),
)
_LIMIT = re.compile(
    r"\b(?:limit\w*|max\w*|at most|up to|no more than|larger|bigger|exceed\w*|only|allow\w*|accept\w*|restricted|cap(?:ped)?|bounded)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\b(?:availability|slo|sla|uptime|available)\b", re.IGNORECASE)
_PLAIN = frozenset(
    "a an the is are be been was of to in on at by for with from and or its it their this that each every all any per as than then so has have will"
    " can may must should shall not no up most more least within about around only also currently after before over under into out until when"
    " time times timeout timeouts deadline limit limits limited maximum max minimum min rate allow allows allowed accept accepts accepted permit permits"
    " permitted handle handles set uses use configured default value kept retained retention stored deleted purged removed archived expire expires expiry"
    " expiration valid lifetime live lives ttl size large larger larger bigger exceed exceeds capped cap bounded restricted second seconds minute minutes"
    " hour hours day days week weeks month months year years ms s h m d min sec mb kb gb kib mib gib tb rps tps qps requests request req calls"
    " target targets slo sla goal objective guarantee guaranteed guarantees availability available uptime percent service services system there here"
    " if one we our they send sends answer answers respond responds response latency interval runs run taken made done long longer holds hold file files"
    " refused rejected beyond above below total number entries items records results rows attempts retries tries retried messages jobs given get gets waits wait".split()
)
_QUALIFIED = re.compile(
    r"\b(?:burst\w*|peak|average|median|p50|p90|p95|p99|soft|hard|warning|alert\w*|free|pro|enterprise|premium|anonymous|authenticated|admin\w*|internal|external|staging|development|test\w*|example|e\.g|between|first|second attempt|initial\w*|then|unless|except|default|read|write|connect\w*|idle|ingress|egress|daily|weekly|hot|cold|warm|minimum|at least|target\w*|would|about|roughly|measured|currently|today|was)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what it is of (words that are left when all that speaks of figures is gone), its kind, and its value."""

    kind: str
    about: frozenset[str]
    qualified: frozenset[str]
    value: float
    words: str
    spot: Spot

    @property
    def subject(self) -> str:
        """What it is of, in one text."""
        return f"{self.kind} {' '.join(sorted(self.about))}"


def figures(document: MarkdownDocument) -> Iterator[Figure]:
    """The figures of a text; those in tables and of rejected alternatives are left out, and sentences with several of a kind."""
    withdrawn = document.adr is not None and document.adr.status.startswith(
        ("superseded", "deprecated", "rejected", "proposed", "draft")
    )
    for each in document.sentences if not withdrawn else ():
        if each.column < 0 and len(each.text) <= MAX_WORDS and any(map(str.isdigit, each.text)):
            if not apart(each.text) and not elsewhere(each):
                yield from _of(document, each)


def _of(document: MarkdownDocument, said: Sentence) -> Iterator[Figure]:
    text = said.text
    found: list[tuple[str, float, str]] = []
    rates = list(_RATE.finditer(text))
    found += [("rate", _number(each[1]) / _SECONDS[_unit(each[2])], each[0]) for each in rates]
    found += [("rate", _number(each[1]), each[0]) for each in _RPS.finditer(text)]
    if not found:
        spans = [each for each in _SPAN.finditer(text)]
        kind = next((name for name, pattern in _KINDS if pattern.search(text)), "")
        if kind:
            found += [(kind, _number(each[1]) * _SECONDS[_unit(each[2])], each[0]) for each in spans]
        if _LIMIT.search(text):
            found += [("size", _number(each[1]) * _BYTES[each[2].lower()], each[0]) for each in _SIZE.finditer(text)]
            found += [("count", _number(each[1]), each[0]) for each in _COUNT.finditer(text)]
        if _TARGET.search(text):
            found += [("availability", _number(each[1]), each[0]) for each in _SHARE.finditer(text)]
    kinds = [kind for kind, _, _ in found]
    spot = Spot(document, line=said.line, end_line=said.end_line, symbol=" ".join(text.lower().split())[:160])
    for kind, value, words in found:
        about = frozenset(_stem(each) for each in re.findall(r"[a-z][a-z-]+", text.lower()) if each not in _PLAIN)
        qualified = frozenset(each.lower() for each in _QUALIFIED.findall(text))
        if kinds.count(kind) == 1 and about:
            yield Figure(kind, about - qualified, qualified, value, words, spot)


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _unit(text: str) -> str:
    text = text.lower()
    return text if text in _SECONDS else text.rstrip("s")


def contradictions(documents: Sequence[MarkdownDocument]) -> Iterator[tuple[Figure, Figure]]:
    """Pairs of figures of one thing that differ: the later one, and the first that it contradicts."""
    known: dict[tuple[str, frozenset[str], frozenset[str]], Figure] = {}
    for document in documents:
        for each in figures(document):
            key = each.kind, each.about, each.qualified
            other = known.setdefault(key, each)
            if abs(other.value - each.value) > 1e-9 * max(other.value, each.value):
                yield each, other
