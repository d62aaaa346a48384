"""Facts of texts: a figure in a sentence, what kind of figure the words beside it make it, and whom it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.consistency.facts.fact import (
    Fact,
    Quantity,
    roots,
    spoken_words,
)
from faultline.analyzers.design.consistency.facts.measures import DEAD, figures, has_figure
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import DiagramDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import System
from faultline.analyzers.design.system.speech import Vocabulary, carried
from faultline.core.results.design import ComponentRole


@dataclass(frozen=True, slots=True)
class Said:
    """A fact of a text with what stands around it.

    Args:
        fact: the figure; its `component` is whom the sentence begins with.
        components: all that the sentence names; where it names none, whose section it stands in.
        words: those of the sentence and of the titles above it.
        text: the sentence.
        own: its own words.
        home: whose section it stands in; empty for nobody's.

    """

    fact: Fact
    components: tuple[str, ...]
    words: frozenset[str]
    text: str
    own: frozenset[str]
    home: str = ""


_OTHERWISE: Final = re.compile(r"\bunless \w{1,20} otherwise\b", re.IGNORECASE)


def said(design: Design, vocabulary: Vocabulary) -> Iterator[Said]:
    """The facts that texts state of the system as it is: no history, no alternatives, no proposals."""
    for drawing in design.of(DiagramDocument):
        yield from _drawn(drawing, vocabulary)
    for document in design.of(MarkdownDocument):
        yield from _drawn(document, vocabulary)
        if document.void:
            continue
        queues = {each.block for each in document.sentences if each.block and _OF_QUEUE.search(each.text)}
        for each, subject in zip(document.sentences, carried(document.sentences, vocabulary), strict=True):
            if each.block in queues and not subject and _QUEUED.match(each.text) and not DEAD.search(each.text):
                subject = _only(design.system, ComponentRole.QUEUE)
            aside = document.adr and each.section.lower().startswith(("context", "problem", "decision drivers"))
            if aside or len(each.text) > MAX_WORDS or not has_figure(each.text):
                continue
            if not apart(_OTHERWISE.sub("", each.text)) and not elsewhere(each):
                spot = Spot(document, line=each.line, end_line=each.end_line)
                yield from _of(each, spot, vocabulary, design.system, subject)


def _drawn(document: MarkdownDocument | DiagramDocument, vocabulary: Vocabulary) -> Iterator[Said]:
    """The timeouts that the arrows of diagrams are labelled with."""
    for diagram in document.diagrams:
        names = {each.id: each.name for each in diagram.boxes}
        for arrow in diagram.arrows if diagram.dialect not in ("class", "er", "state") else ():
            if not has_figure(arrow.label) or arrow.reply:
                continue
            ends = [names.get(each, each) for each in (arrow.source, arrow.target)]
            ids = tuple(filter(None, map(vocabulary.find, ends)))
            for quantity, values, words, bound in figures(arrow.label[:MAX_WORDS]):
                if quantity is Quantity.TIMEOUT and len(ids) == 2:
                    spot = Spot(document, line=arrow.line, symbol=f"timeout of {ids[0]} to {ids[1]}")
                    fact = Fact(quantity, ids[0], frozenset(), values, words, spot, bound)
                    own = spoken_words(arrow.label)
                    yield Said(fact, ids, own | spoken_words(" ".join(ends)), arrow.label, own)


def _of(sentence: Sentence, spot: Spot, vocabulary: Vocabulary, system: System, subject: str) -> Iterator[Said]:
    text = sentence.text
    if sentence.column > 0 and sentence.column < len(sentence.headers):
        # A cell says its figure only together with the heading of its column: | Timeout | 3 s |
        text = f"{sentence.headers[sentence.column]}: {sentence.text}"
    components = _components(sentence, text, vocabulary, system)
    if subject and system.by_id[subject].role != ComponentRole.CLIENT:
        components = tuple(dict.fromkeys((subject, *components)))
    around = " ".join((text, *sentence.row, sentence.lead, *sentence.trail[1:]))
    known = spoken_words(around) | roots(around) | (_TOKEN if "jwt" in text.lower() else frozenset())
    home = next(filter(None, (vocabulary.find(title) for title in sentence.trail[:0:-1])), "")
    for quantity, values, words, bound in figures(text):
        symbol = f"{quantity.name.lower()} {' '.join(text.lower().split())[:140]}"
        at = Spot(spot.document, line=spot.line, end_line=spot.end_line, symbol=symbol)
        fact = Fact(quantity, components[0] if components else "", frozenset(), values, words, at, bound)
        yield Said(fact, components, known, text, spoken_words(text), home or "")


def _components(sentence: Sentence, text: str, vocabulary: Vocabulary, system: System) -> tuple[str, ...]:
    """Whom a sentence is about: those that it names, the first one first; below the heading of a component, that one.

    People and other clients set nothing. What is only kept in a store or asked of somebody outside is done by whom the
    section is about.
    """
    named = [each for each in vocabulary.spoken(text) if system.by_id[each.component].role != ComponentRole.CLIENT]
    if not named and sentence.row and sentence.column > 0:
        row = " | ".join(sentence.row)
        return tuple(dict.fromkeys(each.component for each in vocabulary.spoken(row) if each.start < 200))
    found = list(dict.fromkeys(each.component for each in named))
    home = next(filter(None, (vocabulary.find(title) for title in sentence.trail[:0:-1])), None)
    if home is None and not found and (kind := _KIND.fullmatch(sentence.section)):
        only = _only(system, _ROLES[kind[1].lower()])
        return (only,) if only else ()
    if home is None or system.by_id[home].role == ComponentRole.CLIENT:
        return tuple(found)
    aside = bool(named) and named[0].start > 4 and all(system.by_id[each].role in PASSIVE for each in found)
    if not found or aside or _PRONOUN.match(text):
        return tuple(dict.fromkeys((home, *found)))
    return tuple(found)


def _only(system: System, role: ComponentRole) -> str:
    """The only component of a kind, queues of what could not be handled not counted; empty where there are several."""
    found = [each.id for each in system.components if each.role == role and not re.search(r"dlq|dead", each.id)]
    return found[0] if len(found) == 1 else ""


_OF_QUEUE: Final = re.compile(r"\b(?:visibility time-?out|dead[ -]?letter|receives)\b", re.IGNORECASE)
_QUEUED: Final = re.compile(
    r"[\W\d]*(?:the )?(?:(?:message )?retention|visibility time-?out|messages (?:are|is) (?:kept|retained))\b",
    re.IGNORECASE,
)
"""How a sentence begins that is of the queue which its paragraph is about."""
_KIND: Final = re.compile(r"[\W\d]*(?:the |our )?(?:message )?(queue|broker|database|cache)\W*", re.IGNORECASE)
_ROLES: Final = {
    "queue": ComponentRole.QUEUE,
    "broker": ComponentRole.QUEUE,
    "database": ComponentRole.STORE,
    "cache": ComponentRole.CACHE,
}
_TOKEN: Final = frozenset({"token"})
_PRONOUN: Final = re.compile(
    r"(?:it|its|they|their|each (?:instance|pod|replica|container)|every (?:instance|pod|replica|container))\b",
    re.IGNORECASE,
)
PASSIVE: Final = frozenset(
    {ComponentRole.EXTERNAL, ComponentRole.STORE, ComponentRole.QUEUE, ComponentRole.CACHE, ComponentRole.CLIENT}
)
