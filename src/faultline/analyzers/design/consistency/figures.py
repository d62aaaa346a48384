"""Figures in texts: what each is of, in one unit, and which two say different things of the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere
from faultline.analyzers.design.documents.units import BYTES, SECONDS, unit
from faultline.analyzers.design.spot import Spot

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
    rf"\b{_N} (?:times|attempts|retries|tries|entries|items|records|results|rows|messages|jobs)\b(?! ?(?:/"
    rf"|per|a second|a minute))",
    re.IGNORECASE,
)
# What a span of time is of; a figure of none of these is of no interest.
_KINDS = (
    ("timeout", re.compile(r"\btime-?outs?|times? out|timed out|deadlines?\b", re.IGNORECASE)),
    (
        "retention",
        re.compile(
            r"\b(?:kept|keeps?|retained|retention|stored|deleted|purged|removed|archived) .{0,20}?(?:for|after|of"
            r"|is)?\b",
            re.IGNORECASE,
        ),
    ),
    ("lifetime", re.compile(r"\b(?:expires?|expiry|valid|lifetime|ttl|live)\b", re.IGNORECASE)),
    ("objective", re.compile(r"\b(?:rpo|rto|recovery (?:point|time) objective)\b", re.IGNORECASE)),
    ("latency", re.compile(r"\b(?:latency|answers?|responds?|response times?|p9[059])\b", re.IGNORECASE)),
    ("interval", re.compile(r"\b(?:every|interval|each)\b", re.IGNORECASE)),
)
_LIMIT = re.compile(
    r"\b(?:limit\w*|max\w*|at most|up to|no more than|larger|bigger|exceed\w*|only|allow\w*|accept\w*"
    r"|restricted|cap(?:ped)?|bounded)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\b(?:availability|slo|sla|uptime|available)\b", re.IGNORECASE)
_PLAIN = frozenset(
    """
    a about above accept accepted accepts after all allow allowed allows also an and answer answers any
    archived are around as at attempts availability available be been before below beyond bigger bounded
    by calls can cap capped configured currently d day days deadline default deleted done each entries
    every exceed exceeds expiration expire expires expiry file files for from gb get gets gib given goal
    guarantee guaranteed guarantees h handle handles has have here hold holds hour hours if in interval
    into is it items its jobs kb keep keeps kept kib large larger latency least lifetime limit limited limits live
    lives long longer m made max maximum may mb messages mib min minimum minute minutes month months
    more most ms must no not number objective of on one only or our out over per percent permit permits
    permitted purged qps rate records refused rejected removed req request requests respond responds
    response restricted results retained retention retried retries rows rps run runs s sec second
    seconds send sends service services set shall should size sla slo so stored system taken target
    targets tb than that the their then there they this time timeout timeouts times to total tps tries
    ttl under until up uptime use uses valid value wait waits was we week weeks when will with within
    year years
    """.split()  # noqa: SIM905 - a list of two hundred strings is not easier to read
)
_CLAUSE = re.compile(r"[;:(]| - | \u2014 |, (?:and|but|beyond|so|then|which|after)\b|\. ")
_QUALIFIED = re.compile(
    r"\b(?:burst\w*|peak|average|median|p50|p90|p95|p99|soft|hard|warning|alert\w*|free|pro|enterprise"
    r"|premium|anonymous|authenticated|admin\w*|internal|external|staging|development|test\w*|example"
    r"|e\.g|between|first|second attempt|initial\w*|then|unless|except|default|read|write|connect\w*|idle"
    r"|ingress|egress|daily|weekly|hot|cold|warm|minimum|at least|would|about|roughly|measured"
    r"|currently|today|was)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its kind, its value, and what it is of: the words that are left without those about figures."""

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
    """The figures of a text; tables, rejected alternatives and sentences with several of a kind are left out."""
    for each in document.sentences if not document.void else ():
        short = each.column < 0 and len(each.text) <= MAX_WORDS and any(map(str.isdigit, each.text))
        if short and not apart(each.text) and not elsewhere(each):
            yield from _of(document, each)


def _of(document: MarkdownDocument, said: Sentence) -> Iterator[Figure]:
    clauses = _CLAUSE.split(said.text)
    at = next((place for place, each in enumerate(clauses) if any(map(str.isdigit, each))), None)
    text = clauses[at] if at is not None else ""
    if at and said.text.startswith(f"{clauses[0]}:"):
        text = f"{clauses[0]} {text}"  # "orders to stock: timeout 2 s" is of both
    found: list[tuple[str, float, str]] = []
    rates = list(_RATE.finditer(text))
    found += [("rate", _number(each[1]) / SECONDS[unit(each[2])], each[0]) for each in rates]
    found += [("rate", _number(each[1]), each[0]) for each in _RPS.finditer(text)]
    if not found:
        spans = list(_SPAN.finditer(text))
        kind = next((name for name, pattern in _KINDS if pattern.search(text)), "")
        if kind:
            found += [(kind, _number(each[1]) * SECONDS[unit(each[2])], each[0]) for each in spans]
        if _LIMIT.search(text):
            found += [("size", _number(each[1]) * BYTES[each[2].lower()], each[0]) for each in _SIZE.finditer(text)]
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


def contradictions(documents: Sequence[MarkdownDocument]) -> Iterator[tuple[Figure, Figure]]:
    """Pairs of figures of one thing that differ: the later one, and the first that it contradicts."""
    known: dict[tuple[str, frozenset[str], frozenset[str]], Figure] = {}
    for document in documents:
        for each in figures(document):
            key = each.kind, each.about, each.qualified
            other = known.setdefault(key, each)
            if abs(other.value - each.value) > 1e-9 * max(other.value, each.value):
                yield each, other
