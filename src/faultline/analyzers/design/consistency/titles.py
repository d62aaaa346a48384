"""What a decision chooses, held against its own title: "Kafka for events", and then the choice is RabbitMQ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import decision_of
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.technologies import Technology, in_text
from faultline.core.patterns import regex

_FAMILIES: Final = ("sql", "document", "broker", "search")
_AGAINST: Final = regex(r"\b(?:instead of|rather than|over|not|no|without|away from|from)\b", re.IGNORECASE)
_UNDECIDED: Final = regex(
    r"\b(?:or|vs|versus|and|between(?! (?:the |our |all )?(?:services|components|modules)\b)|replac\w+|both"
    r"|evaluat\w+|compar\w+)\b|[,/?]",
    re.IGNORECASE,
)
_DENIED: Final = regex(
    r"\b(?:not|never|no longer|without|instead of|rather than|rejected|dropped|away from|from|over|too|replac\w+)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_LEFT: Final = regex(r"\b(?:not|never|rejected|dropped|too|was|were)\b|n't\b", re.IGNORECASE)
_QUEUES: Final = regex(r"\b(?:pub/?sub|streams?|lists?|queues?)\b", re.IGNORECASE)
_DECIDES: Final = regex(r"(?:decision|decided|chosen option|we chose|choice)\b[^:]{0,20}:", re.IGNORECASE)
_FOLLOWS: Final = regex(
    r"[\W\d]*(?:(?:positive|negative|expected) )?"
    r"(?:consequences|implications|what follows|confirmation|pros|good|bad|outlook)\b",
    re.IGNORECASE,
)
"""Sections inside that of the decision that do not decide."""
_AS: Final = regex(
    r"\b(?:as|for) (?:the |our |an? )?(?:[\w-]{1,30} ){0,2}?(queue|cache|broker|bus|lock|store)\b", re.IGNORECASE
)
_IS: Final = (
    r"^(?:the|our) (?:[\w-]{{1,30}} )?{noun} (?:is|lives|sits|stays) "
    r"(?:(?:kept|held|stored|implemented|an?|the|one|two|sorted|simple|plain|single|lists?|streams?|sets?|tables?|hash"
    r"|key|collection) ){{0,4}}(?:in|on) (?:the |our )?$"
)
_SYNCHRONOUS: Final = regex(
    r"\b(?:services|components|modules|they)\b[^.;,]{0,20}\b(?:talk\w*|call\w*|communicat\w*)\b[^.;,]{0,30}"
    r"\b(?:by|over|through|via|with|using)\b[^.;,]{0,20}\b(?:synchronous|rest|http|grpc)\b",
    re.IGNORECASE,
)
_BETWEEN: Final = regex(r"\b(?:between|for (?:all )?(?:communication|messag|event)|services talk)", re.IGNORECASE)
_SAME: Final = ({"mysql", "mariadb"}, {"elasticsearch", "opensearch"}, {"mongodb", "documentdb"})


def beside_the_title(design: Design) -> Iterator[Observation]:
    """Decisions that choose another product than their titles name."""
    for document in design.of(MarkdownDocument):
        adr = document.adr
        if document.void:
            continue
        several = _several(document)
        if adr is not None and len(several) < 2:
            head = next((each for each in document.sections if each.level <= 2), None)
            said = [each for each in decision_of(document) if not _FOLLOWS.match(each.section)]
            groups = [(adr.title, head.line if head else 1, said)]
        else:
            groups = several
        for title, line, said in groups:
            wanted = _of_title(title)
            if wanted and (other := _unlike(title, wanted, said)):
                sentence, product = other
                yield Observation(
                    "consistency/technology-mismatch",
                    Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=f"decision {title}"[:120]),
                    f"The title of the decision says {wanted.id}, and what is chosen is {product}.",
                    cause=f"decision {line}",
                    also=(Spot(document, line=line, symbol=title[:120]),),
                )


def _several(document: MarkdownDocument) -> list[tuple[str, int, list[Sentence]]]:
    """The decisions of a text that holds many: sections with a sentence `Decision: ...`."""
    found: list[tuple[str, int, list[Sentence]]] = []
    for section in document.sections:
        said = [each for each in document.sentences if section.line <= each.line <= section.end_line]
        at = next((place for place, each in enumerate(said) if _DECIDES.match(each.text)), None)
        if at is not None and len(section.trail) > 1:
            found.append((section.title, section.line, said[at : at + 2]))
    return found


def _of_title(title: str) -> Technology | None:
    """The product that a title decides for; None where it names none, or several."""
    chosen = _AGAINST.split(title, maxsplit=1)[0]
    if _UNDECIDED.search(chosen):
        return None
    named = {each.id: each for each, _, _ in in_text(chosen) if each.family in _FAMILIES}
    return next(iter(named.values())) if len(named) == 1 else None


def _unlike(title: str, wanted: Technology, said: Sequence[Sentence]) -> tuple[Sentence, str] | None:
    """The sentence that chooses another thing than the title, and what that is."""
    if wanted.family == "broker" and _BETWEEN.search(title):
        # A broker between services, and then they call each other: what else the broker is for changes nothing.
        for each in said[:3]:
            found = _SYNCHRONOUS.search(each.text)
            if found and not _DENIED.search(each.text[: found.end()]) and not _DIRECT_ASIDE.search(each.text):
                return each, "synchronous calls"
    purpose = _AS.search(title)
    for each in said if purpose else ():
        wanted_for = re.compile(_IS.format(noun=purpose[1].lower() if purpose else ""), re.IGNORECASE)
        for product, _, start in in_text(each.text):
            named = {one.id for one, _, _ in in_text(each.text)}
            denied = _DENIED.search(each.text[: start + 20]) or wanted.id in named or _alike(product.id, wanted.id)
            if product.family in (*_FAMILIES, "cache") and not denied and wanted_for.match(each.text[:start]):
                return each, product.id
    other = _other(wanted, said)
    return (other[0], other[1].id) if other else None


_DIRECT_ASIDE: Final = regex(
    r"\b(?:except|only where|unless|besides|queries|reads|until|where an answer|some|few|both)\b", re.IGNORECASE
)


def _other(wanted: Technology, said: Sequence[Sentence]) -> tuple[Sentence, Technology] | None:
    """The sentence that chooses another product of the same kind, where none affirms the wanted one."""
    found: tuple[Sentence, Technology] | None = None
    for each in said:
        for product, _, start in in_text(each.text):
            clause = re.split(r"[;.,:] ", each.text[:start])[-1]
            after = re.split(r"[;.,] ", each.text[start:])[0]
            denied = bool(_DENIED.search(clause) or _LEFT.search(after[:60]))
            if product.id == wanted.id and not denied:
                return None
            like = product.family == wanted.family or (
                wanted.family == "broker" and product.id == "redis" and bool(_QUEUES.search(each.text))
            )
            if like and not denied and found is None and not _alike(product.id, wanted.id):
                found = (each, product)
    return found


def _alike(one: str, other: str) -> bool:
    return one == other or any({one, other} <= each for each in _SAME)


CHECKS: tuple[Check, ...] = (beside_the_title,)
