"""What arrows of diagrams say of a call, held against sentences: how long it may take, and whether it is encrypted.

Both sides must be of one call: the sentence names both ends of the arrow, or the called one where only one drawn call
of that one has a figure, or "the call" where the diagram beside it has a figure on one arrow only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.consistency.facts.fact import Quantity
from faultline.analyzers.design.consistency.facts.measures import figures, has_figure, number
from faultline.analyzers.design.consistency.referring import Referring
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere
from faultline.analyzers.design.documents.units import SECONDS, unit
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.drawings import shows_parts
from faultline.analyzers.design.system.naming import bare
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_IGNORE: Final = re.IGNORECASE
_ALONE: Final = regex(
    r"^(?:[^\d,;(]{0,40}[,;(] ?|(?:https?|m?tls|grpc|rest) )?(\d{1,5}(?:\.\d{1,3})?) ?(ms|s|sec|seconds?)\)?$", _IGNORE
)
_NO_WAIT: Final = regex(
    r"\b(?:every|each|per|poll\w*|interval|delay\w*|later|cach\w*|ttl|lags?|retention|window|batch\w*|p\d\d|latency"
    r"|backoff|refresh\w*|heartbeats?|retr\w+|period\w*|scrap\w*|sampl\w*|tick|cycle|stream\w*|buffer\w*|timer)\b|~",
    _IGNORE,
)
_THE_CALL: Final = regex(r"\b(?:on|of|for) (?:the|each|every) (?:call|request)s?\b", _IGNORE)
_CALLED: Final = regex(
    r"\b(?:calls?|request|requests|quer(?:y|ies)|lookups?|connections?) (?:to|towards|at)\b"
    r"|\b(?:asks?|calling|asking)\b",
    _IGNORE,
)
_REQUIRED: Final = regex(
    r"[\W\d]*(?:(?:non-?)?functional )?requirements?\b|[\W\d]*quality (?:requirements|goals)\b"
    r"|[\W\d]*what (?:we )?(?:have |has )?changed\b|[\W\d]*(?:how it (?:looks|works) )?now\b",
    _IGNORE,
)
_PLAIN: Final = regex(
    r"\b(?:plain(?:text)?|clear ?text|unencrypted|not encrypted|without tls|no tls)\b|^http://"
    r"|^\W*http(?: 80)?\W*$",
    _IGNORE,
)
_SECURED: Final = regex(r"\b(?:m?tls|https|amqps|mqtts|wss|encrypted)\b", _IGNORE)
_ALL: Final = regex(
    r"^\W*(?:all|each|every) (?:[\w-]+ ){0,2}(?:traffic|connections?|calls?|communication|links?|requests?)\b"
    r"[^.;]{0,60}\b(?:m?tls|https|encrypted)\b",
    _IGNORE,
)
_UNSURE: Final = regex(
    r"\b(?:not|no|never|without|except|unless|but|if|should|could|may|might|will|planned|later|until|outside|clients?"
    r"|users?|browsers?|public|was|were|terminat\w*|or)\b|n't\b",
    _IGNORE,
)
_SAME: Final = 0.02


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An arrow between two components, with what it is labelled with; `seconds` is None where it says no wait."""

    source: str
    target: str
    document: Document
    line: int
    label: str
    seconds: float | None
    words: str


def _arrows(design: Design, referring: Referring) -> Iterator[_Drawn]:
    system = design.system
    for document in design.documents:
        if not isinstance(document, MarkdownDocument | DiagramDocument):
            continue
        if isinstance(document, MarkdownDocument) and document.void:
            continue
        for diagram in filter(shows_parts, document.diagrams):
            names = {each.id: bare(each.name or each.id) for each in diagram.boxes}
            for arrow in diagram.arrows:
                ids = [referring.vocabulary.find(names.get(each, each)) for each in (arrow.source, arrow.target)]
                if not arrow.label or arrow.reply or ids[0] is None or ids[1] is None or ids[0] == ids[1]:
                    continue
                data = {system.by_id[each].role for each in ids if each} & {ComponentRole.QUEUE, ComponentRole.CLIENT}
                seconds, words = (None, "") if ComponentRole.QUEUE in data else _wait(arrow.label)
                yield _Drawn(ids[0], ids[1], document, arrow.line, arrow.label, seconds, words)


def _wait(label: str) -> tuple[float | None, str]:
    """How long an arrow says that is waited: a timeout by its words, or the only duration on it."""
    label = " ".join(label[:200].split())
    if not has_figure(label) or _NO_WAIT.search(label):
        return None, ""
    said = [(values[0], words) for quantity, values, words, _ in figures(label) if quantity is Quantity.TIMEOUT]
    if len(said) == 1:
        return said[0]
    alone = _ALONE.match(label) if not said else None
    return (number(alone[1]) * SECONDS[unit(alone[2])], f"{alone[1]} {alone[2]}") if alone else (None, "")


def timeouts(design: Design) -> Iterator[Observation]:
    """Two figures of how long one call may take: at an arrow, and in a sentence."""
    texts = [each for each in design.of(MarkdownDocument) if not each.void]
    if not texts or not any(each.said_by("diagram") for each in design.system.components):
        return
    referring = Referring(design.system.components)
    drawn = [each for each in _arrows(design, referring) if each.seconds is not None]
    if not drawn:
        return
    found: list[tuple[_Drawn, float, str, MarkdownDocument, Sentence]] = []
    for document in texts:
        for said in document.sentences:
            if not has_figure(said.text) or len(said.text) > MAX_WORDS or apart(said.text):
                continue
            if elsewhere(said) and not any(_REQUIRED.match(each) for each in said.trail):
                continue
            text = said.text
            if 0 < said.column < len(said.headers):
                text = f"{said.headers[said.column]}: {said.text}"
            waits = [(values[0], words) for kind, values, words, _ in figures(text) if kind is Quantity.TIMEOUT]
            arrows = _meant(document, said, drawn, referring) if len(waits) == 1 else []
            if arrows and not any(_near(each.seconds, waits[0][0]) for each in arrows):
                found.append((arrows[0], *waits[0], document, said))
            elif arrows:
                pair = arrows[0].source, arrows[0].target
                drawn = [each for each in drawn if (each.source, each.target) != pair]
    left = set(drawn)
    for arrow, _, words, document, said in found:
        if arrow in left:
            left.discard(arrow)
            call = f"{arrow.source} to {arrow.target}"
            yield Observation(
                "consistency/timeout-mismatch",
                Spot(document, line=said.line, end_line=said.end_line, symbol=f"timeout of {call}"),
                f"{document.path} says {words}, the diagram of {arrow.document.path} has {arrow.words} at this call: "
                "two values of a timeout.",
                cause=call,
                also=(Spot(arrow.document, line=arrow.line, symbol=f"timeout of {call}"),),
            )


def _near(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) <= _SAME * max(one, other)


def _meant(document: MarkdownDocument, said: Sentence, drawn: Sequence[_Drawn], referring: Referring) -> list[_Drawn]:
    """The arrows of the one call that a sentence is about; empty where it may be about another."""
    ids = referring.of(document, said)
    if len(ids) == 2:
        return [each for each in drawn if {each.source, each.target} == set(ids)]
    beside = [each for each in drawn if each.document is document]
    pairs = {(each.source, each.target) for each in beside}
    if _THE_CALL.search(said.text) and len(pairs) == 1 and set(ids) <= set(*pairs):
        return beside
    if len(ids) == 1 and _CALLED.search(said.text):
        called = [each for each in drawn if each.target == ids[0]]
        return called if len({each.source for each in called}) == 1 else []
    return []


def plain_arrows(design: Design) -> Iterator[Observation]:
    """Arrows that say that nothing is encrypted, where a sentence says that this call, or every one, is."""
    texts = [each for each in design.of(MarkdownDocument) if not each.void]
    if not texts or not any(each.said_by("diagram") for each in design.system.components):
        return
    referring = Referring(design.system.components)
    plain = [
        each for each in _arrows(design, referring) if _PLAIN.search(each.label) and not _SECURED.search(each.label)
    ]
    told: set[tuple[str, str]] = set()
    for document in texts if plain else ():
        for said in document.sentences:
            text = said.text
            if not _SECURED.search(text) or _UNSURE.search(text) or apart(text):
                continue
            if elsewhere(said) and not any(_REQUIRED.match(each) for each in said.trail):
                continue
            ids, every = referring.of(document, said), bool(_ALL.match(text))
            for arrow in plain:
                both = len(ids) == 2 and set(ids) == {arrow.source, arrow.target}
                if (both or every) and (arrow.source, arrow.target) not in told:
                    told.add((arrow.source, arrow.target))
                    yield Observation(
                        "consistency/encryption-mismatch",
                        Spot(arrow.document, line=arrow.line, symbol=f"{arrow.source} to {arrow.target}"),
                        f"The arrow says “{arrow.label[:60]}”; {document.path} says that what is sent is encrypted.",
                        cause=f"{arrow.source} {arrow.target}",
                        also=(Spot(document, line=said.line, end_line=said.end_line),),
                    )


CHECKS: tuple[Check, ...] = (timeouts, plain_arrows)
