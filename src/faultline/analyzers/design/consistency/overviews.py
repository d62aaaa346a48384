"""What texts say of one part, held against each other where nothing is deployed beside them.

An overview that names another product than a record decides for, and two texts that count the instances of one part
otherwise. Records count with their title and their decision only: what stands around it is of the time before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.consistency.choices import PRODUCTS, Choice, choices
from faultline.analyzers.design.consistency.decisions import recorded, title_line
from faultline.analyzers.design.consistency.series import series_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import decision_of
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import apart, elsewhere
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DEPLOYMENTS
from faultline.analyzers.design.system.naming import stem, words
from faultline.analyzers.design.system.technologies import in_text
from faultline.core.patterns import regex

_OTHERWISE: Final = regex(
    r"\b(?:instead of|rather than|not|no longer|never|without|no|migrat\w*|compar\w*|consider\w*|unlike|alternative\w*"
    r"|formerly|previously|legacy|old|external|could|may|might|would|will|planned|future|later|before|was|were|moved"
    r"|switched|left|or|versus|vs|compatible|like|replac\w*|tests?|partners?|theirs?|other teams?|rejected|until"
    r"|used to|except|besides|beside|also|too|additionally|analytics|reports?|reporting|warehouse|archive\w*|import\w*"
    r"|export\w*|mirror\w*|connector|bridge\w*|api|protocol|clients? of)\b",
    re.IGNORECASE,
)
_NUMBERS: Final = {
    "one": 1,
    "single": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_COUNT: Final = regex(
    r"(?<![\w.,-])(\d{1,3}|one|single|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ -]"
    r"(?:(?!per |an? |each |every )[a-z]{2,20} )?"
    r"(?:replicas?|instances?|pods?|nodes?|process(?:es)?|copies|containers?|brokers?|members?)\b",
    re.IGNORECASE,
)
_OF_ELSE: Final = regex(
    r"\b(?:on|across|over|at least|up to|at most|most|least|one of|of which|of the|with|another|further|extra|than"
    r"|until|after|when|if|while|per|from|between|to|quorum of|majority|maximum|minimum|min|max|an?)[ \W]*$",
    re.IGNORECASE,
)
_ASIDE: Final = regex(
    r"\b(?:staging|test\w*|dev\w*|laptop|local\w*|each|every|per|region\w*|zones?|sites?|fails?|dies|lost|lose|losing"
    r"|restart\w*|drain\w*|until|will|would|could|should|may|might|if|when|unless|peak|scal\w+|autoscal\w+|nights?"
    r"|days?|season\w*|planned|later|first|initial\w*|pilot|standby|replica of)\b",
    re.IGNORECASE,
)
_LABEL: Final = regex(r"(?:decision|decided|chosen option|outcome)\s?:\s*", re.IGNORECASE)
_HEAD: Final = regex(r"^\W{0,3}(?:the |our )?", re.IGNORECASE)


def otherwise_decided(design: Design) -> Iterator[Observation]:
    """A product that a text names for what a record in force decides another one for, which no text names."""
    if any(each.claimed("technology", *DEPLOYMENTS) for each in design.system.components):
        return  # what runs is held against records and texts elsewhere
    texts = [each for each in design.of(MarkdownDocument) if not each.adr]
    for document, adr in recorded(design) if texts else ():
        decided = [each for each in choices(document, adr) if each.family in PRODUCTS.values()]
        for choice in decided if adr.in_force else ():
            named: dict[str, tuple[MarkdownDocument, Sentence]] = {}
            for text in texts:
                for sentence in text.sentences:
                    for product, _, _ in in_text(" ".join((*sentence.row, sentence.text))):
                        if PRODUCTS.get(product.family) == choice.family:
                            named.setdefault(product.id, (text, sentence))
            if len(named) == 1 and choice.name not in named:
                ((name, (text, sentence)),) = named.items()
                if not _beside(choice, sentence):
                    yield Observation(
                        "consistency/decision-broken",
                        Spot(
                            text, line=sentence.line, end_line=sentence.end_line, symbol=f"technology {choice.family}"
                        ),
                        f"{document.path} decides for {choice.name}, and {text.path} names {name}.",
                        cause=f"{choice.family} {name}",
                        also=(Spot(document, line=choice.line or title_line(document), symbol=adr.title[:120]),),
                    )


def _beside(choice: Choice, said: Sentence) -> bool:
    """Whether a sentence may speak of something else than the record, or not of what is."""
    said_of = " ".join((*said.row, said.text, *said.trail))
    if _OTHERWISE.search(" ".join((*said.row, said.text))) or apart(said.text) or elsewhere(said):
        return True
    spoken = {each.rstrip("s") for each in re.findall(r"[a-z]+", said_of.lower())}
    return bool(choice.scope) and not {each.rstrip("s") for each in choice.scope} & spoken


@dataclass(frozen=True, slots=True)
class _Counted:
    number: int
    words: str
    spot: Spot


def counted(design: Design) -> Iterator[Observation]:
    """Two texts that say of one part, by name, that there are so many of it, and mean different numbers."""
    if any(each.claimed("replicas", *DEPLOYMENTS) for each in design.system.components):
        return
    texts = [each for each in design.of(MarkdownDocument) if not each.adr or each.adr.in_force]
    names = _names(texts) if len(texts) > 1 else {}
    known: dict[tuple[str, ...], dict[str, list[_Counted]]] = {}
    for document in texts if names else ():
        said = list(decision_of(document)) if document.adr else document.sentences
        for each in said:
            if found := _count(document, each, names):
                known.setdefault(found[0], {}).setdefault(document.path, []).append(found[1])
    for name, by_text in known.items():
        firsts = [each[0] for each in by_text.values() if len({one.number for one in each}) == 1]
        if len(firsts) == 2 and len(by_text) == 2 and firsts[0].number != firsts[1].number:
            decided, other = sorted(firsts, key=lambda each: not _is_record(each.spot))
            yield Observation(
                "consistency/replicas-mismatch",
                other.spot,
                f"{other.spot.document.path} says `{names[name]}` has {other.words}, "
                f"{decided.spot.document.path} says {decided.words}.",
                cause=" ".join(name),
                also=(decided.spot,),
            )


def _is_record(spot: Spot) -> bool:
    return isinstance(spot.document, MarkdownDocument) and spot.document.adr is not None


def _names(texts: list[MarkdownDocument]) -> Mapping[tuple[str, ...], str]:
    """What entries in bold, as code, or of tables are called, by the words of their names."""
    found: dict[tuple[str, ...], str] = {}
    for document in texts:
        for series in series_of(document):
            for each in series.entries if series.kind != "headings" else ():
                if (each.mark in ("bold", "code") or series.kind == "table") and 0 < len(words(each.name)) <= 4:
                    found.setdefault(stem(words(each.name)), each.name)
    return found


def _count(
    document: MarkdownDocument, said: Sentence, names: Mapping[tuple[str, ...], str]
) -> tuple[tuple[str, ...], _Counted] | None:
    """Of whom a sentence begins to speak, and how many there are."""
    text = _LABEL.sub("", said.text, count=1)
    matches = list(_COUNT.finditer(text))
    if said.column > 0 or not matches or apart(text) or elsewhere(said) or _ASIDE.search(text):
        return None
    text = _HEAD.sub("", text, count=1)
    parts = re.findall(r"[\w./-]+", text[:120])
    for length in (4, 3, 2, 1):
        name = stem(words(" ".join(parts[:length])))
        first = _COUNT.search(text)
        if length <= len(parts) and name in names and first and not _OF_ELSE.search(text[: first.start()]):
            value = first[1].lower()
            number = _NUMBERS.get(value) or int(value)
            spot = Spot(document, line=said.line, end_line=said.end_line, symbol=f"replicas of {' '.join(name)}")
            return (name, _Counted(number, first[0], spot)) if number else None
    return None


CHECKS: tuple[Check, ...] = (otherwise_decided, counted)
