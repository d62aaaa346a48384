"""Which facts speak of the same thing, and differ.

What a text says is held against what is set only where it is surely about the same: the component is named, or the
setting's own words (`CARRIER_TIMEOUT_MS`: carrier) all stand in the sentence. What agrees with anything that is set for
the component is never told, and what is set is never told where any sentence agrees with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from faultline.analyzers.design.consistency.facts.configured import configured
from faultline.analyzers.design.consistency.facts.fact import DEFAULT, MOST, Fact, Quantity, agree, roots
from faultline.analyzers.design.consistency.facts.shown import differing
from faultline.analyzers.design.consistency.facts.specified import specified
from faultline.analyzers.design.consistency.facts.spoken import PASSIVE, Said, said
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.system.interfaces import served
from faultline.analyzers.design.system.model import DEPLOYMENTS, System
from faultline.analyzers.design.system.naming import words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.results.design import ComponentRole

RULES: Final = {
    Quantity.TIMEOUT: ("consistency/timeout-mismatch", "a timeout"),
    Quantity.RETENTION: ("consistency/retention-mismatch", "how long something is kept"),
    Quantity.LIFETIME: ("consistency/lifetime-mismatch", "how long something is valid"),
    Quantity.RATE: ("consistency/rate-limit-mismatch", "a rate limit"),
    Quantity.PAGE: ("consistency/page-size-mismatch", "the size of a page"),
    Quantity.UPLOAD: ("consistency/size-limit-mismatch", "how large a body may be"),
    Quantity.MEMORY: ("consistency/resource-limit-mismatch", "a limit of memory"),
    Quantity.PROCESSORS: ("consistency/resource-limit-mismatch", "a limit of processors"),
    Quantity.ATTEMPTS: ("consistency/retry-mismatch", "how often something is tried"),
    Quantity.RECEIVES: ("consistency/retry-mismatch", "how often a message is received before it is put aside"),
}
MAX_SAID: Final = 3_000
MAX_FACTS: Final = 1_000
"""Figures of texts, and of settings of one kind, that are compared: more are no system that somebody described."""
_NARROW: Final = frozenset(
    """
    login signin logon password reset search export import report batch job bulk websocket socket admin anonymous
    health probe check start startup shutdown drain connection handshake lock transaction statement session cache
    token link invitation code webhook replay snapshot log backup trace metric audit dns keepalive idle read write
    visibility test download photo avatar thumbnail video
    """.split()  # noqa: SIM905 - a list of fifty strings is not easier to read
)
"""Words that make a figure one of something narrower; both sides must have them, or neither."""
_CALLED: Final = re.compile(
    r"\b(?:calls?|requests?|connections?|queries|time-?outs?) (?:to|for|of|towards)\b", re.IGNORECASE
)
_OF_REQUESTS: Final = re.compile(
    r"\b(?:gateway|proxy|edge|ingress|load balancer|clients?|callers?|requests?|responses?|answers?)\b", re.IGNORECASE
)
_MESSAGE: Final = frozenset({"message"})
_DEAD: Final = re.compile(r"[-_. ]?(?:dlq|dead[-_ ]?letters?(?:[-_ ]queue)?)$", re.IGNORECASE)
_EACH_PART: Final = re.compile(r"\b(?:each|every|all) (?:services?|containers?|pods?|components?)\b", re.IGNORECASE)


def mismatches(design: Design) -> Iterator[Observation]:
    """Figures of texts that a deployment or a specification contradicts, and pages that these two do."""
    system = design.system
    vocabulary = Vocabulary(system.components)
    spoken = list(islice(said(design, vocabulary), MAX_SAID))
    servings = served(design.of(OpenApiDocument), system.components)
    quantities = {each.fact.quantity for each in spoken}
    set_ = configured(design)
    specs: list[Fact] = []
    for serving in servings:
        component = serving.component
        known = component is not None and not serving.spread and component.said_by(*DEPLOYMENTS, "diagram")
        wanted = spoken or any(each.quantity is Quantity.PAGE for each in set_)
        if wanted and (known or len(servings) == 1):
            specs += specified(serving.document, component.id if component and known else "")
    for facts in (set_, specs) if quantities else ():
        yield from _held(spoken, facts, system)
    yield from _pages(set_, specs)
    yield from (_told(one, other) for one, other in differing(design, vocabulary, set_))


def _held(spoken: Sequence[Said], facts: Sequence[Fact], system: System) -> Iterator[Observation]:
    alike: dict[Quantity, list[Fact]] = {}
    for fact in facts:
        alike.setdefault(fact.quantity, []).append(fact)
    about = [
        (each, [fact for fact in near if _same(each, fact, near, system)])
        for each in spoken
        if (near := alike.get(each.fact.quantity, [])[:MAX_FACTS])
    ]
    explained: dict[int, list[Said]] = {}
    for each, found in about:
        for fact in found:
            if agree(each.fact, fact):
                explained.setdefault(id(fact), []).append(each)
    for each, fits in about:
        inner = [fact for fact in fits if not _through(fact, system)]
        groups = [inner, [fact for fact in fits if fact not in inner]]
        if not each.components and _EACH_PART.search(each.text):
            groups = [[fact] for fact in fits]
        for found in groups:
            if not found or any(agree(each.fact, fact) for fact in found):
                continue
            owners = {fact.component for fact in found}
            beside = [fact for fact in facts if fact.quantity is each.fact.quantity and fact.component in owners]
            if any(agree(each.fact, fact) for fact in beside):
                continue  # it is of another setting of the same component
            most = max(len(fact.about) for fact in found)
            wrong = [
                fact for fact in found if len(fact.about) == most and _open(each, fact, explained.get(id(fact), ()))
            ]
            wrong = [fact for fact in wrong if not (_through(fact, system) and _behind(each.fact, fact, each, system))]
            if wrong:
                yield _told(each.fact, wrong[0])
                break


def _open(text: Said, fact: Fact, agreeing: Sequence[Said]) -> bool:
    """Whether a setting may be told against a sentence although others agree with it.

    They may speak of two things. They do not where each names what the setting is called after, and they stand in two
    documents: whoever writes two figures into one text knows why.
    """
    if not agreeing:
        return True
    narrow = _NARROW & text.own
    return (
        bool(fact.about)
        and fact.about <= text.own
        and not fact.passing
        and all(
            each.fact.spot.document is not text.fact.spot.document
            and fact.about & (each.own | roots(each.text))
            and _NARROW & each.own == narrow
            for each in agreeing
        )
    )


def _is_door(fact: Fact, system: System) -> bool:
    component = system.component(fact.component)
    return component is not None and component.role == ComponentRole.GATEWAY


def _through(fact: Fact, system: System) -> bool:
    """Whether it limits what passes through a door."""
    return fact.passing or (fact.quantity is Quantity.UPLOAD and _is_door(fact, system))


def _behind(one: Fact, other: Fact, text: Said, system: System) -> bool:
    """Whether a door lets through more than the text allows to what stands behind it, which may refuse by itself."""
    named = {system.by_id[id].role for id in text.components}
    return ComponentRole.GATEWAY not in named and max(other.values) > max(one.values)


def _same(text: Said, fact: Fact, facts: Sequence[Fact], system: System) -> bool:
    """Whether a sentence is surely about what is set."""
    one = text.fact
    if one.quantity is not fact.quantity or (one.bound and fact.bound and one.bound != fact.bound):
        return False
    listed = one.quantity is Quantity.PAGE and _of_spec(fact)
    if one.quantity is Quantity.RECEIVES:
        # The queue that is named may be the one that they end up in.
        ends = [system.by_id[id].name for id in text.components]
        return fact.component in text.components or bool(
            fact.component and ends and all(_DEAD.sub("", each) == system.by_id[fact.component].name for each in ends)
        )
    kept = one.quantity is Quantity.RETENTION and fact.about == _MESSAGE and text.components == (fact.component,)
    if not listed and not kept and not fact.about <= text.words:
        return False
    named = [*text.components, fact.component]
    own = (_NARROW & text.own).difference(*(words(system.by_id[id].name) for id in named if id))
    if fact.passing or _is_door(fact, system):
        own -= {"read", "write"}
    narrow = one.quantity in (Quantity.TIMEOUT, Quantity.RATE, Quantity.ATTEMPTS)
    if own - fact.about and (narrow or (one.quantity is Quantity.LIFETIME and not fact.about)):
        return False
    if listed:
        return _of_list(text, fact, facts)
    if one.quantity in (Quantity.MEMORY, Quantity.PROCESSORS):
        return text.components == (fact.component,) or (not text.components and bool(_EACH_PART.search(text.text)))
    if one.quantity is Quantity.RETENTION:
        return (bool(fact.about) and (not text.components or _concerns(text, fact, system))) or (
            text.components == (fact.component,) and not own
        )
    if one.quantity is Quantity.LIFETIME and not fact.about:
        return text.components == (fact.component,)
    if not text.components:
        alone = len({each.values for each in facts if each.quantity is fact.quantity and not each.about}) == 1
        door = fact.passing or _is_door(fact, system)
        if door and one.quantity is Quantity.TIMEOUT and not fact.about and not _OF_REQUESTS.search(text.text):
            return False
        general = one.quantity in (Quantity.RATE, Quantity.UPLOAD, Quantity.PAGE) or door
        return bool(fact.about) or (alone and general) or _of_spec(fact)
    if fact.component in text.components:
        first = text.components[0] == fact.component
        if fact.about or len(text.components) == 1:
            return first or bool(fact.about)
        return first and (fact.outward or fact.passing or one.quantity is not Quantity.TIMEOUT)
    if _of_spec(fact):
        return not fact.component or system.by_id[text.components[0]].role == ComponentRole.GATEWAY
    if _through(fact, system):
        return system.by_id[text.components[0]].role in (ComponentRole.GATEWAY, ComponentRole.SERVICE)
    kept = all(system.by_id[id].role in PASSIVE for id in text.components)
    called = len(text.components) == 1 and bool(_CALLED.search(text.text))
    sure = called or kept or text.home == fact.component
    return sure and bool(fact.about) and fact.about <= text.own


def _concerns(text: Said, fact: Fact, system: System) -> bool:
    """Whether a sentence on how long something is kept can be about a component: it names it, or only where it lies."""
    data = (ComponentRole.STORE, ComponentRole.QUEUE, ComponentRole.CACHE)
    return fact.component in text.components or all(system.by_id[id].role in data for id in text.components)


def _of_spec(fact: Fact) -> bool:
    return fact.spot.document.kind in ("openapi", "data")


def _of_list(text: Said, fact: Fact, facts: Sequence[Fact]) -> bool:
    """Whether a sentence on pages is about a list: about that of its noun, else about all where all are alike."""
    if text.components and fact.component and fact.component not in text.components:
        return False
    lists = [
        each
        for each in facts
        if each.quantity is Quantity.PAGE and each.bound == fact.bound and each.component == fact.component
    ]
    named = [each for each in lists if each.about and each.about <= text.words]
    if named:
        return fact in named
    return len({each.values for each in lists}) == 1


def _pages(set_: Sequence[Fact], specs: Sequence[Fact]) -> Iterator[Observation]:
    """How long a page may be: what the service is told, and what its specification says."""
    for fact in set_:
        if fact.quantity is not Quantity.PAGE or not fact.bound or fact.about:
            continue
        lists = [
            each
            for each in specs
            if each.quantity is Quantity.PAGE and each.bound == fact.bound and each.component == fact.component
        ]
        if lists and len({each.values for each in lists}) == 1 and not agree(fact, lists[0]):
            yield _told(lists[0], fact)


def _told(one: Fact, other: Fact) -> Observation:
    rule, what = RULES[one.quantity]
    which = {DEFAULT: " (the default)", MOST: " (the most)"}.get(one.bound or other.bound, "")
    return Observation(
        rule,
        one.spot,
        f"{one.spot.document.path} says {one.words}, {other.spot.document.path} has {other.words}: "
        f"two values of {what}{which}.",
        cause=one.spot.symbol,
        also=(other.spot,),
    )


CHECKS: tuple[Check, ...] = (mismatches,)
