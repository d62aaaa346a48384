"""What records and decisions rule out, held against what texts and diagrams show beside them.

Four forms: one product rather than another for a purpose; a thing that is held in one product; an option that was not
taken; a store that nobody but one touches. And a call that a text makes directly, where the diagram has a queue.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from faultline.analyzers.design.consistency.decisions import recorded
from faultline.analyzers.design.consistency.promises import sentences, spot_of
from faultline.analyzers.design.consistency.referring import Referring
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import decision_of
from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument, Sentence
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DEPLOYMENTS, System
from faultline.analyzers.design.system.technologies import Technology, in_text
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

_I: Final = re.IGNORECASE
_KEEPS: Final = frozenset({"sql", "document", "broker", "cache", "search", "graph", "series", "objects"})
_RATHER: Final = regex(r"\b(?:rather than|instead of|over|and not|, not|not)\b", _I)
_FOR: Final = regex(r"\b(?:for|to (?:hold|keep|store)) (?:the |our |all )?([\w -]{3,60})", _I)
_DECIDED: Final = regex(r"\bdecisions?\b|\bdecided\b|\bchoices?\b", _I)
_OTHERWISE: Final = regex(
    r"\b(?:instead|rather|not|no|never|without|unlike|formerly|previously|legacy|old|external|could|may|might|would|will"
    r"|planned|future|later|before|was|were|had|moved|migrat\w*|left|until|rejected|versus|vs|compar\w*|alternative\w*"
    r"|import\w*|export\w*|mirror\w*|copy|copies|copied|report\w*|archiv\w*|also|too|sold|besides|except|after"
    r"|then|synced|replicated|written through|falls? back|when|if)\b|n't\b",
    _I,
)
_HELD: Final = regex(
    r"\b(hold|keep|store|put|save|cache|lock|reserve|queue)(?:s|ing)? (?:the |our |all )?([a-z][\w -]{2,40}?)"
    r" (?:in|on|with) ",
    _I,
)
_OF_VERB: Final = frozenset({"hold", "cache", "lock", "reserve", "queue"})
"""Verbs whose noun is what is held: who holds seats has holds."""
_IS: Final = regex(
    r"^\W{0,3}(?:the |our |all |every |each )?((?:[\w-]{3,25} ){0,3}?[\w-]{3,25}) (?:is|are|lives?|stays?|sits?) ",
    _I,
)
_WHAT: Final = r"(?: (?:from|to|and writes?))? (?:the )?([\w-]{2,30}(?: [\w-]{2,30}){0,3}?)(?=[.,;:]|$| - )"
_BUT: Final = regex(
    r"\b(?:nobody|no one|nothing|no other \w{3,20})(?: else)? (?:but|except|other than|besides) (?:the )?"
    r"([\w-]{2,30}(?: [\w-]{2,20}){0,2}?) (?:may |can |ever )?(?:touch|read|write|open|access|quer|use)\w{0,3}"
    + _WHAT
    + r"|^only (?:the )?([\w-]{2,30}(?: [\w-]{2,20}){0,2}?) (?:may |can )?(?:touch|read|write|open|access|quer)\w{0,3}"
    + _WHAT,
    _I,
)
_STORE: Final = regex(r"\b(?:database|db|schema|tables?|store)\b", _I)
_TOUCHES: Final = (
    r"\b(?:reads?|writes?|polls?|queries|joins?|updates?|touches|opens?|accesses|selects?)\b[^.;]{{0,40}}?\b{store}"
)
_OPTION: Final = regex(r"\boptions? (\d|[a-e])\b", _I)
_OPTIONS: Final = regex(r"[\W\d]*(?:considered )?options(?: considered)?\W*", _I)
_REJECTED: Final = regex(r"^\W*(?:rejected|turned down|decided against|not chosen|discarded|dismissed)\b", _I)
_WAITS: Final = regex(
    r"\b(?:calls?|asks?|invokes?|posts? to|requests?)\b.{0,80}\b(?:synchronous(?:ly)?|directly)\b"
    r"|\b(?:synchronous(?:ly)?|directly) (?:calls?|asks?|invokes?|posts? to)\b"
    r"|\b(?:calls?|asks?|invokes?|posts? to)\b.{0,80}\bwaits? (?:for|until|till)\b",
    _I,
)
_NO: Final = regex(
    r"\b(?:not|no|never|without|instead|rather|was|were|until|before|would|could|may|might|if|unless)\b|n't\b", _I
)
_UNLIKE: Final = regex(r"\b(?:instead|rather|not|never|no longer|if|unless|would|could|may|might)\b|n't\b", _I)
MOST: Final = 8


def _stems(text: str) -> frozenset[str]:
    return frozenset(each.rstrip("s") for each in re.findall(r"[a-z]{3,30}", text.lower()))


_WEAK: Final = frozenset(
    {"the", "all", "our", "data", "every", "each", "new", "table", "row", "key", "store", "and", "for"}
)


def _kept(text: str) -> dict[str, Technology]:
    return {each.id: each for each, _, _ in in_text(text) if each.family in _KEEPS}


_Named = tuple[MarkdownDocument, Sentence, dict[str, int]]


def _naming(design: Design) -> list[_Named]:
    """The sentences that name a product that keeps something, and where in them each one stands."""
    found = []
    for document, each in sentences(design):
        named = {one.id: start for one, _, start in in_text(each.text) if one.family in _KEEPS}
        if named and not _OTHERWISE.search(each.text):
            found.append((document, each, named))
    return found


def _decisions(design: Design) -> Iterator[tuple[MarkdownDocument, str, Spot]]:
    """What is decided, in a sentence each: titles and decisions of records, and rows and items below such a heading."""
    for document, adr in recorded(design):
        if adr.in_force:
            line = document.sections[0].line if document.sections else 1
            yield document, adr.title, Spot(document, line=line, symbol=adr.title[:120])
            for each in list(decision_of(document))[:3]:
                yield document, each.text, spot_of(document, each, adr.title[:120])
    for document, each in sentences(design):
        heads = " ".join((*each.trail[1:], *each.headers))
        if not document.adr and _DECIDED.search(heads):
            yield document, each.text, spot_of(document, each, "decision")


def rather(design: Design) -> Iterator[Observation]:
    """A part that is the product which a decision turned down for what it is."""
    naming: list[_Named] | None = None
    for document, text, at in _decisions(design):
        found = _RATHER.search(text)
        scope = _FOR.search(text)
        if not found or not scope:
            continue
        wanted, refused = _kept(text[: found.start()]), _kept(text[found.end() :])
        purpose = _stems(scope[1]) - _WEAK
        if len(wanted) != 1 or len(refused) != 1 or set(wanted) & set(refused) or not purpose:
            continue
        ((product, _),), ((other, _),) = wanted.items(), refused.items()
        naming = _naming(design) if naming is None else naming
        for place, name, spot in _parts(design, naming, other, product):
            if purpose & _stems(name) and (place is not document or spot.lines != at.lines):
                yield _broken(spot, f"decides for {product} rather than {other}", document, at, f"`{name}` is {other}")
                break


def _parts(
    design: Design, naming: Sequence[_Named], product: str, not_with: str
) -> Iterator[tuple[MarkdownDocument | None, str, Spot]]:
    """What a product is said or drawn to be: where, and by which name."""
    for document, each, named in naming:
        if product in named and not_with not in named and not any(not_with in _kept(cell) for cell in each.row):
            head = each.row[0] if each.row and each.column > 0 else each.text[: named[product]]
            if len(head) <= 60:
                yield document, head.strip(" :*-`,") or each.section, spot_of(document, each, f"technology {product}")
    for component in design.system.components:
        for claim in component.claimed("technology", "diagram"):
            if claim.value == product:
                yield None, component.name, claim.spot


def _broken(spot: Spot, decides: str, document: MarkdownDocument, at: Spot, what: str) -> Observation:
    return Observation(
        "consistency/decision-broken",
        spot,
        f"{document.path} {decides}, but {spot.document.path} says that {what}.",
        cause=f"{document.path} {at.lines[0]}",
        also=(at,),
    )


def held(design: Design) -> Iterator[Observation]:
    """A thing that one record holds in one product, and another text in another one."""
    naming: list[_Named] | None = None
    for document, text, at in _decisions(design):
        match = _HELD.search(text) if document.adr else None
        clause = _RATHER.split(text, maxsplit=1)[0]
        products = _kept(clause)
        if match is None or len(products) != 1 or match.end() > len(clause) + 2:
            continue
        ((product, known),) = products.items()
        verb, noun = match[1].lower(), _stems(match[2]) - _WEAK
        naming = _naming(design) if naming is None else naming
        for other, each, named in naming:
            if other is document or product in named or len(named) != 1 or not (said := _IS.match(each.text)):
                continue
            subject = _stems(said[1]) - _WEAK
            same = (
                (verb in subject and subject <= noun | {verb}) if verb in _OF_VERB else subject == noun and bool(noun)
            )
            if same and not known.id.startswith(tuple(named)):
                spot = spot_of(other, each, f"{' '.join(sorted(subject))} in {next(iter(named))}")
                yield _broken(
                    spot, f"puts them into {product}", document, at, f"`{said[1]}` are in {next(iter(named))}"
                )
                break


def refused(design: Design) -> Iterator[Observation]:
    """A product that is drawn or deployed although it was only ever an option that a record did not take."""
    records = [(document, adr, _refused(document, adr)) for document, adr in recorded(design) if adr.in_force]
    wanted = {product for _, _, gone in records for product in gone}
    said: dict[str, set[str]] = {}
    for other in design.of(MarkdownDocument) if wanted else ():
        for each in other.sentences:
            for product in _kept(each.text):
                said.setdefault(product, set()).add(other.path)
    for document, adr, gone in records:
        for component in design.system.components if gone else ():
            for claim in component.claimed("technology", "diagram", *DEPLOYMENTS):
                if claim.value in gone and not said.get(claim.value, set()) - {document.path}:
                    at = gone[claim.value]
                    yield Observation(
                        "consistency/decision-broken",
                        claim.spot,
                        f"{document.path} did not take {claim.value}, but `{component.name}` is one.",
                        cause=f"refused {component.id}",
                        also=(spot_of(document, at, adr.title[:120]),),
                    )
                    break


def _refused(document: MarkdownDocument, adr: Adr) -> dict[str, Sentence]:
    """The products that only the options name which were not taken."""
    listed = [each for each in document.sentences if _OPTIONS.fullmatch(each.section) and each.list]
    decided = list(decision_of(document))
    chosen = next((match for each in decided for match in _OPTION.finditer(each.text)), None)
    items = list(dict.fromkeys(each.item for each in listed))
    if chosen is not None:
        place = "abcde".find(chosen[1].lower()) if chosen[1].isalpha() else int(chosen[1]) - 1
        taken = {items[place]} if 0 <= place < len(items) else None
    else:
        taken = None
    against = [each for each in listed if taken is not None and each.item not in taken]
    against += [
        each
        for each in document.sentences
        if _REJECTED.match(each.text) or (_REJECTED.match(each.section) and each.list)
    ]
    kept = set(_kept(adr.title)) | {
        product
        for each in document.sentences
        if each not in against and not _NO.search(each.text)
        for product in _kept(each.text)
    }
    return {product: each for each in reversed(against) for product in _kept(each.text) if product not in kept}


def untouched(design: Design) -> Iterator[Observation]:
    """A store that nobody but one touches, and a text that has another one read or write it."""
    rules: list[tuple[MarkdownDocument, Sentence, str, str]] = []
    for document, each in sentences(design):
        if match := _BUT.search(each.text):
            who, what = match[1] or match[3], match[2] or match[4]
            if _STORE.search(what) and len(what.split()) > 1:
                rules.append((document, each, who, what))
    for document, rule, who, what in rules[:MOST]:
        pattern = re.compile(_TOUCHES.format(store=r"[ -]".join(map(re.escape, what.lower().split()))), _I)
        owner = _stems(who)
        for other, each in sentences(design):
            match = pattern.search(each.text) if each is not rule else None
            if match is None or _NO.search(each.text) or re.match(r"\W*only\b", each.text, _I):
                continue
            subject = each.row[0] if each.row and each.column > 0 else each.text[: match.start()]
            name = " ".join(subject.split()[:5]).strip(" ,;:")
            if name and not owner & _stems(subject) and (_stems(name) - _WEAK) and not _BUT.search(each.text):
                yield Observation(
                    "consistency/decision-broken",
                    spot_of(other, each, f"{name} {what}".lower()),
                    f"{document.path} says that nobody but `{who}` touches the {what}; here `{name}` does.",
                    cause=f"{name} {what}".lower(),
                    also=(spot_of(document, rule, what.lower()),),
                )


def bypassed(design: Design) -> Iterator[Observation]:
    """A text that has one wait for another, where the diagram has a queue on the only way between the two."""
    system = design.system
    queues = {each.id for each in system.components if each.role == ComponentRole.QUEUE and each.said_by("diagram")}
    if not queues:
        return
    referring = Referring([each for each in system.components if each.said_by("diagram")])
    for document, each in sentences(design):
        match = _WAITS.search(each.text)
        if match is None or _NO.search(each.text[: match.start()]) or _UNLIKE.search(each.text) or document.adr:
            continue
        before = referring.named(each.text[: match.start()])
        after = referring.named(each.text[match.start() :])
        if len(before) == 1 and len(after) == 1 and not queues & {*before, *after}:
            source, target = before[0], after[0]
            if source != target and (queue := _queue_between(system, source, target, queues)):
                names = system.by_id[source].name, system.by_id[target].name, system.by_id[queue].name
                yield Observation(
                    "consistency/protocol-mismatch",
                    spot_of(document, each, f"{source} to {target}"),
                    f"{document.path} has `{names[0]}` call `{names[1]}` and wait; "
                    f"the diagram has `{names[2]}` between them.",
                    cause=f"{source} {target}",
                    also=(system.by_id[queue].declared("diagram"),),
                )


def _queue_between(system: System, source: str, target: str, queues: Collection[str]) -> str:
    """The queue on the way from one to the other that is drawn; empty where a way without one is, or none at all."""
    following: dict[str, list[str]] = {}
    for call in system.calls:
        if call.said_by("diagram"):
            following.setdefault(call.source, []).append(call.target)
    seen = {source: ""}
    now: Sequence[str] = [source]
    for _ in range(MOST):
        after = []
        for id in now:
            for other in following.get(id, ()):
                if other == target and not seen[id] and id not in queues:
                    return ""
                if other not in seen:
                    seen[other] = seen[id] or (other if other in queues else "")
                    after.append(other)
        now = after
    return seen.get(target, "")


CHECKS: tuple[Check, ...] = (rather, held, refused, untouched, bypassed)
