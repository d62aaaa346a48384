"""How texts say that errors look: one shape for all, or another one for some."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import apart, elsewhere
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.core.patterns import regex

_ABOUT: Final = regex(r"\b(?:errors?|failures?|problems?|refus\w+|reject\w*|fault)\b", re.IGNORECASE)
_PROBLEM: Final = regex(r"problem\+(?:json|xml)|\brfc ?(?:7807|9457)\b|\bproblem details?\b", re.IGNORECASE)
_OBJECT: Final = regex(
    r"\{ ?[\"'\u201c\u201d]?\w{1,30}[\"'\u201c\u201d]? ?:[^{}]{0,160}\}|\{ ?\w{1,30}(?:, ?\w{1,30}){1,8} ?\}"
)
_KEY: Final = regex(r"[{,] ?[\"'\u201c\u201d]?(\w{1,30})[\"'\u201c\u201d]? ?[:,}]")
_TEXT: Final = regex(
    r"\b(?:plain[- ]text|text/plain|bare strings?|html (?:pages?|errors?)|an? html|empty bod\w+|stack ?traces?)\b",
    re.IGNORECASE,
)
_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "instance"})
_PAST: Final = regex(
    r"\b(?:not|never|no longer|instead of|rather than|was|were|until|v0|used to|without|but for|example"
    r"|request|post|sends?|send|body of (?:the|a) request)\b|n't\b",
    re.IGNORECASE,
)


def shapes(design: Design) -> Iterator[Observation]:
    """Two sentences of one text that give errors two shapes."""
    for document in design.of(MarkdownDocument):
        first: tuple[Sentence, frozenset[str]] | None = None
        for each in document.sentences if not document.adr else ():
            if (
                "{" in each.text
                and _ABOUT.search(each.text)
                and _differ(each.text)
                and not (apart(each.text) or elsewhere(each))
            ):
                yield Observation(
                    "consistency/error-shape",
                    Spot(document, line=each.line, end_line=each.end_line, symbol="errors"),
                    "The sentence gives errors two shapes.",
                )
                break
            shape = _shape(each, beside=first is not None and first[0].block == each.block)
            if shape is None:
                continue
            if first is None:
                first = each, shape
            elif not first[1] & shape:
                yield Observation(
                    "consistency/error-shape",
                    Spot(document, line=each.line, end_line=each.end_line, symbol="errors"),
                    f"Errors are told in another shape here than in line {first[0].line}.",
                    also=(Spot(document, line=first[0].line, end_line=first[0].end_line),),
                )
                break


def _differ(text: str) -> bool:
    """Whether a sentence shows two objects without a common name, the second one as an exception."""
    found = list(_OBJECT.finditer(text))
    if len(found) != 2 or not _EXCEPT.search(text[found[0].end() : found[1].start()]):
        return False
    keys = [{name.lower() for name in _KEY.findall(each[0])} for each in found]
    return not keys[0] & keys[1]


_EXCEPT: Final = regex(r"\b(?:but|except|while|whereas|though|only)\b", re.IGNORECASE)


def _shape(said: Sentence, *, beside: bool) -> frozenset[str] | None:
    """What makes the shape that a sentence gives errors, or says `beside` one that does; None where it gives none."""
    if "{" not in said.text and not _PROBLEM.search(said.text) and not _TEXT.search(said.text):
        return None
    around = " ".join((said.section, *said.headers, *said.row, said.lead, said.text))
    if apart(said.text) or elsewhere(said) or _PAST.search(said.text):
        return None
    problem = bool(_PROBLEM.search(said.text))
    about = problem or beside or bool(_ABOUT.search(around) or re.search(r"\b[45]\d\d\b", said.text))
    if not about:
        return None
    found: set[str] = set(_MEMBERS) if problem else set()
    for match in _OBJECT.finditer(said.text):
        found.update(each.lower() for each in _KEY.findall(match[0]))
    if not found and _TEXT.search(said.text):
        found.add("text")
    return frozenset(found) or None


CHECKS: tuple[Check, ...] = (shapes,)
