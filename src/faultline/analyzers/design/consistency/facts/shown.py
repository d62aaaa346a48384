"""Facts of the settings that a text shows in its fences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from faultline.analyzers.design.consistency.facts.configured import of_document
from faultline.analyzers.design.consistency.facts.fact import Fact, agree
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.system.fenced import shown
from faultline.analyzers.design.system.speech import Vocabulary


def differing(design: Design, vocabulary: Vocabulary, facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """What a text shows of a component, and what the same setting is where it is deployed; each pair differs."""
    set_: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        set_.setdefault(_key(fact), []).append(fact)
    for document in design.of(MarkdownDocument):
        for each in shown(document) if document.fences else ():
            for fact in of_document(each.document, vocabulary):
                there = set_.get(_key(fact), [])
                if there and not any(agree(fact, other) for other in there):
                    yield replace(fact, spot=each.at(fact.spot)), there[0]


def _key(fact: Fact) -> tuple[str, str]:
    name, equals, _ = fact.words.partition("=")
    return fact.component, name if equals else fact.quantity.name
