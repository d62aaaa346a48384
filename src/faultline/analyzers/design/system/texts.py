"""What sentences say of components that files and diagrams declare: how many, which product, who calls whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.relations import Relation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.drawings import counted
from faultline.analyzers.design.system.model import Claim, Component, Mention, Saying
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.analyzers.design.system.technologies import in_text
from faultline.core.results.design import ComponentRole

if TYPE_CHECKING:
    from faultline.analyzers.design.design import Design

MAX_MENTIONS: Final = 20
"""Places of one text that speak of a component and are kept."""
_CALLS: Final = {"calls": None, "uses": None, "depends": None, "stores": True, "reads": True, "publishes": False}
_NUMBERS: Final = {"one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_UNSURE: Final = re.compile(
    r"\b(?:at least|up to|at most|not|no longer|instead of|will|would|could|should|may|planned|future|before|was|were|had"
    r"|read replicas?|replicas? lag|if|when|unless|than)\b",
    re.IGNORECASE,
)
_VOID: Final = ("superseded", "rejected", "deprecated", "proposed", "draft", "withdrawn")


def read(
    design: Design, components: Sequence[Component], told: dict[tuple[str, str], list[Saying]]
) -> tuple[list[Component], set[tuple[str, str]]]:
    """Add what the texts say to the components and to what is told of calls.

    Returns:
        The components, and which calls are optional.

    """
    vocabulary = Vocabulary(components)
    mentions: dict[str, list[Mention]] = {}
    claims: dict[str, list[Claim]] = {}
    optional: set[tuple[str, str]] = set()
    by_id = {each.id: each for each in components}
    for document in design.of(MarkdownDocument):
        source = "adr" if document.adr else "text"
        if document.adr and document.adr.status.startswith(_VOID):
            continue
        for sentence in document.sentences:
            spoken = vocabulary.spoken(sentence.text)
            count = counted(sentence.text) if len({each.component for each in spoken}) == 1 else None
            if count and not _UNSURE.search(sentence.text):
                spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=spoken[0].component)
                claims.setdefault(spoken[0].component, []).append(
                    Claim("replicas", str(count), spot, source, count, count)
                )
            for each in spoken:
                known = mentions.setdefault(each.component, [])
                if len(known) < MAX_MENTIONS:
                    spot = Spot(document, line=sentence.line, end_line=sentence.end_line)
                    known.append(Mention(spot, source, sentence.text[each.start : each.end]))
        for section in document.sections:
            if (id := vocabulary.find(section.title)) is not None:
                spot = Spot(document, line=section.line, symbol=section.title)
                mentions.setdefault(id, []).append(Mention(spot, source, section.title))
        for relation in document.relations:
            if relation.verb == "replicas" and _known(relation, vocabulary, claims):
                continue
            _relate(document, source, relation, vocabulary, by_id, told, claims, optional)
    done = [
        replace(
            each,
            mentions=(*each.mentions, *mentions.get(each.id, ())),
            claims=(*each.claims, *claims.get(each.id, ())),
        )
        for each in components
    ]
    return [_counted(each) for each in done], optional


def _known(relation: Relation, vocabulary: Vocabulary, claims: Mapping[str, Sequence[Claim]]) -> bool:
    said = claims.get(vocabulary.find(relation.subject) or "", ())
    return any(each.spot.line <= relation.line <= (each.spot.end_line or each.spot.line) for each in said)


def _counted(component: Component) -> Component:
    said = component.claimed("replicas")
    if component.replicas is not None or not said:
        return component
    return replace(component, replicas=min(each.low for each in said))


def _relate(
    document: MarkdownDocument,
    source: str,
    relation: Relation,
    vocabulary: Vocabulary,
    by_id: Mapping[str, Component],
    told: dict[tuple[str, str], list[Saying]],
    claims: dict[str, list[Claim]],
    optional: set[tuple[str, str]],
) -> None:
    subject = vocabulary.find(relation.subject)
    if subject is None:
        return
    spot = Spot(document, line=relation.line, symbol=f"{relation.subject} {relation.verb}"[:120])
    if relation.verb in ("replicas", "technology", "port", "version"):
        if (claim := _claim(relation, spot, source)) is not None:
            claims.setdefault(subject, []).append(claim)
        return
    target = vocabulary.find(relation.object)
    if target is None or target == subject:
        return
    if relation.optional:
        optional.add((subject, target))
    waits = relation.synchronous
    if relation.verb == "consumes":
        subject, target, waits = target, subject, False
    elif waits is None:
        waits = _CALLS.get(relation.verb)
    role = by_id[subject].role
    if role in (ComponentRole.STORE, ComponentRole.CACHE):
        return
    told.setdefault((subject, target), []).append(Saying(spot, source, "sentence", waits, relation.verb))


def _claim(relation: Relation, spot: Spot, source: str) -> Claim | None:
    value = relation.object.strip().lower()
    if relation.verb == "replicas":
        numbers: list[int] = [int(each) for each in re.findall(r"\d{1,4}", value)] or [
            number for word, number in _NUMBERS.items() if re.search(rf"\b{word}\b", value)
        ]
        return Claim("replicas", value, spot, source, min(numbers), max(numbers)) if numbers and min(numbers) else None
    if relation.verb == "technology":
        known = in_text(relation.object)
        return Claim("technology", known[0][0].id, spot, source) if len(known) == 1 else None
    return Claim(relation.verb, value, spot, source)
