"""What sentences say of components that files and diagrams declare: how many, which product, who calls whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.relations import Relation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import clustered, composed
from faultline.analyzers.design.system.drawings import counted, counts
from faultline.analyzers.design.system.fenced import shown
from faultline.analyzers.design.system.model import Claim, Component, Mention, Saying
from faultline.analyzers.design.system.parts import Unit
from faultline.analyzers.design.system.speech import ALL_SERVICES, Spoken, Vocabulary, carried
from faultline.analyzers.design.system.technologies import in_text
from faultline.core.results.design import ComponentRole

if TYPE_CHECKING:
    from faultline.analyzers.design.design import Design

MAX_MENTIONS: Final = 20
"""Places of one text that speak of a component and are kept."""
_CALLS: Final = {"calls": None, "uses": None, "depends": None, "stores": True, "reads": True, "publishes": False}
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
    "ten": 10,
}
_LISTENS: Final = re.compile(
    r"\b(?:listens|served|exposed|reachable|runs|available|answers)\b[\w ]{0,30}?\bport `?(\d{2,5})\b", re.IGNORECASE
)
_PREPOSITION: Final = re.compile(
    r"\b(?:behind|by|with|from|via|after|to|at|in|on|of|for|through|into|over|before|beside|and"
    r"|or)\s+(?:the |an? |our )?`?$",
    re.IGNORECASE,
)
_RELATIVE: Final = re.compile(r"`?,? (?:which|that)\b")
_SEVERAL: Final = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3})?(?:\+| (?:or|and) (?:later|newer|higher|above|up|\d)|, \d| to \d|-\d)|(?:>=?|\u2265) ?\d"
    r"|\b(?:minimum|supports?|supported|compatible|works with|tested)\b",
    re.IGNORECASE,
)
"""A range of versions, or such as would do as well."""
_BETWEEN: Final = re.compile(
    r"\b(?:between|from) (\d{1,3}|one|two|three|four|five|six|seven|eight) (?:and|to) (\d{1,3}|[a-z]{3,5}) "
    r"(?:\w{1,20} )?(?:replicas?|instances?|pods?|copies|tasks?|containers?)\b",
    re.IGNORECASE,
)
_OF: Final = re.compile(r" of (?:the |our )?`?")
_TOGETHER: Final = re.compile(r"[,/&+]| and ")
_COLUMN: Final = re.compile(r"\b(?:replicas?|instances?|pods?|tasks?|count|copies)\b", re.IGNORECASE)
_RANGE: Final = re.compile(r"\d{1,4}(?:\s*(?:-|to)\s*\d{1,4})?(?:\s+(?:replicas?|instances?|pods?|tasks?))?")
_UNSURE: Final = re.compile(
    r"\b(?:at least|up to|at most|not|no longer|instead of|will|would|could|should|may|planned|future|before|was"
    r"|were|had|staging|development|locally|sandbox|demo|read replicas?|replicas? lag|if|when|unless|than)\b",
    re.IGNORECASE,
)
# What is done with one of them, how many there are of something else, for a while, or were: no number of instances.
_OF_ELSE: Final = re.compile(
    r"^(?:restart|kill|stop|drain)\b|\b(?:one|a single|1) (?:[\w-]+ ){0,3}(?:dies|died|fails?|failed|crash\w*"
    r"|is lost|restarts)\b"
    r"|\b(?:restart|kill|stop|drain|take out|takes out|remov|add|los)(?:e|es|t|s|ed|ing)? (?:one|a|an|1)\b"
    r"|\b(?:one (?:\w+ )?at a time|at a time|another|further|extra|additional|for each|per (?:shard|zone|node"
    r"|tenant|host"
    r"|region|site|server|partition|customer|cell)|each (?:shard|zone|node|host|region|site|server|cell)"
    r"|try(?:ing)? \w+ out"
    r"|locally|laptops?|developers?|for development|in (?:dev|development|staging|test)|staging|demo|pilot"
    r"|small installations?|optional\w*|until|used to|ran|started|began|in the beginning|initially|originally"
    r"|at first|minimum|enough"
    r"|needs?|of which|would do|suffices?)\b|(?<!since )\b(?:in |since \w{1,9} )?(?:19|20)\d\d\b(?!-\d\d)",
    re.IGNORECASE,
)
_CLAUSES: Final = re.compile(r"; |, (?:and|but) ")
_IN_TURN: Final = re.compile(r"\b(?:one|1) at a time\b", re.IGNORECASE)
"""How they are taken away or renewed says nothing of how many there are."""
_EVENTS: Final = re.compile(
    r"\b(?:fail\w*|outages?|alerts?|alarms?|incidents?|history|runbooks?|restart\w*|maintenance|changelog|changes"
    r"|post-?mortems?|lessons|what (?:if|happens)|local(?:ly)?|development|troubleshooting|symptoms?)\b",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(rf"{_UNSURE.pattern}|\b(?:metrics|admin\w*|management|debug\w*|profil\w*)\b", re.IGNORECASE)
_ONE_OF_THEM: Final = re.compile(
    r"\b(?:restart|stop|kill|drain|delete|remove|lose|losing|loss of|replace|ran|fails?|dies"
    r"|crashes) (?:as )?(?:an?|one|1)\b"
    r"|\bin the beginning\b|^\W*20\d\d\b",
    re.IGNORECASE,
)
_REPLICA: Final = re.compile(r"\breplicas?\b", re.IGNORECASE)


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
        if document.void:
            continue
        item, item_of = 0, set[str]()
        for sentence, subject in zip(document.sentences, carried(document.sentences, vocabulary), strict=True):
            spoken = vocabulary.spoken(sentence.text)
            about = {each.component for each in spoken} or ({subject} if subject else set())
            if not about and sentence.item and sentence.item == item:
                about = item_of  # "- tours knows guided tours. Two containers."
            elif sentence.item and sentence.item != item:
                item, item_of = sentence.item, {each.component for each in spoken if each.start == 0}
            if not about and (id := vocabulary.find(sentence.section)) and sentence.column < 0:
                about = {id}  # "It runs 3 replicas" below the heading of whom it speaks of
            if len(about) == 1 and not _UNSURE.search(_clause(sentence.text)):
                (id,) = about
                spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=id)
                if between := _BETWEEN.search(sentence.text):
                    ends = [
                        _NUMBERS.get(each.lower()) or (int(each) if each.isdecimal() else 0)
                        for each in between.groups()
                    ]
                    if 0 < ends[0] < ends[1]:
                        value = f"{ends[0]} to {ends[1]}"
                        claims.setdefault(id, []).append(Claim("replicas", value, spot, source, ends[0], ends[1]))
                elif not (_told_of_one(sentence) or _of_else(sentence)) and (count := counted(sentence.text)):
                    stores = by_id[id].role in (ComponentRole.STORE, ComponentRole.CACHE)
                    # A store has a primary beside its replicas, or counts it in.
                    most = count + 1 if stores and _REPLICA.search(sentence.text) else count
                    claims.setdefault(id, []).append(Claim("replicas", str(count), spot, source, count, most))
            elif not _UNSURE.search(sentence.text) and not _of_else(sentence):
                spot = Spot(document, line=sentence.line, end_line=sentence.end_line)
                everyone = [each.id for each in components if each.ours] if ALL_SERVICES.match(sentence.text) else []
                for count, ids in _counts(sentence.text, spoken, everyone):
                    for each_id in ids:
                        said = Claim("replicas", str(count), spot, source, count, count)
                        claims.setdefault(each_id, []).append(said)
            if port := _LISTENS.search(sentence.text) if not document.adr else None:
                alone = min(about) if len(about) == 1 else ""
                listener = _subject(sentence.text[: port.start()], spoken) or alone
                if listener and not _ASIDE.search(sentence.text):
                    spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=listener)
                    claims.setdefault(listener, []).append(Claim("port", port[1], spot, source))
            if (
                sentence.row
                and (claim := _cell(document, sentence, source))
                and not _TOGETHER.search(sentence.row[0])
                and (id := vocabulary.find(sentence.row[0]))
            ):
                claims.setdefault(id, []).append(claim)
            if not _UNSURE.search(sentence.text):
                for id, claim in _versions(document, sentence, source, components, spoken):
                    claims.setdefault(id, []).append(claim)
            for each in spoken:
                known = mentions.setdefault(each.component, [])
                before = sentence.text[max(0, each.start - 4) : each.start].lower()
                first = each.start == 0 and (sentence.item or sentence.column == 0)  # `- search: ...`
                if len(known) < MAX_MENTIONS and (first or each.sure or before == "the "):  # "to search" is no name
                    spot = Spot(document, line=sentence.line, end_line=sentence.end_line)
                    known.append(Mention(spot, source, sentence.text[each.start : each.end]))
        for section in document.sections:
            if (id := vocabulary.find(section.title)) is not None:
                spot = Spot(document, line=section.line, symbol=section.title)
                mentions.setdefault(id, []).append(Mention(spot, source, section.title))
        told_aside = {
            line for each in document.sentences if _of_else(each) for line in range(each.line, each.end_line + 1)
        }
        for id, claim in _fenced(document, source, vocabulary):
            claims.setdefault(id, []).append(claim)
        for relation in document.relations:
            several = relation.verb == "replicas" and _TOGETHER.search(relation.subject)
            if several or (relation.verb in ("replicas", "port") and _known(relation, vocabulary, claims)):
                continue
            if relation.verb == "replicas" and relation.line in told_aside:
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


def _clause(text: str) -> str:
    """The clause of a sentence that counts; all of it where none does, or several do."""
    found = [each for each in _CLAUSES.split(text) if counted(each)]
    return found[0] if len(found) == 1 else text


def _of_else(sentence: Sentence) -> bool:
    """Whether a number in it is of something else than how many instances there are."""
    around = " ".join((sentence.section, *sentence.headers))
    said = _IN_TURN.sub("", " ".join((*sentence.row, sentence.text)))
    return bool(_OF_ELSE.search(said) or _EVENTS.search(around))


def _counts(text: str, spoken: Sequence[Spoken], everyone: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """How many instances of whom a sentence says there are that names several components, or all of them."""
    for count, start, end in counts(text):
        inside = [each.component for each in spoken if start <= each.start < end]
        behind = [each.component for each in spoken if _OF.fullmatch(text[end : each.start])]
        ids = inside or behind or (everyone if not spoken else [])
        if ids and count:
            yield count, ids


def _subject(before: str, spoken: Sequence[Spoken]) -> str:
    """Whom the verb behind a text is of: the last one named before it that stands behind no preposition."""
    for each in reversed(spoken):
        aside = _PREPOSITION.search(before[: each.start]) and not _RELATIVE.match(before[each.end :])
        if each.end <= len(before) and not aside:
            return each.component
    return ""


def _told_of_one(sentence: Sentence) -> bool:
    """Whether a sentence speaks of one of several ("restart one pod"), of what was, or of what might be."""
    from faultline.analyzers.design.documents.statements import apart, elsewhere  # here: a specification has no texts

    heading = sentence.headers[sentence.column] if 0 <= sentence.column < len(sentence.headers) else ""
    return bool(
        _ONE_OF_THEM.search(_IN_TURN.sub("", sentence.text))
        or apart(sentence.text)
        or elsewhere(sentence)
        or (heading and not _COLUMN.search(heading) and re.search(r"\bone\b", sentence.text, re.IGNORECASE))
    )


def _cell(document: MarkdownDocument, sentence: Sentence, source: str) -> Claim | None:
    """What a cell of a table says of how many instances the component of its row has."""
    if not (0 < sentence.column < len(sentence.headers)) or not _COLUMN.search(sentence.headers[sentence.column]):
        return None
    numbers = [int(each) for each in re.findall(r"\d{1,4}", sentence.text)]
    if not numbers or len(numbers) > 2 or not min(numbers) or not _RANGE.fullmatch(sentence.text.strip()):
        return None
    spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=sentence.row[0])
    return Claim("replicas", sentence.text.strip(), spot, source, min(numbers), max(numbers))


def _versions(
    document: MarkdownDocument,
    sentence: Sentence,
    source: str,
    components: Sequence[Component],
    spoken: Sequence[Spoken],
) -> Iterator[tuple[str, Claim]]:
    """The versions of products that a sentence names, where it is plain which component runs the product."""
    for product, version, _ in in_text(sentence.text):
        if not version or _SEVERAL.search(sentence.text):
            continue
        ids = [each.id for each in components if each.technology == product.id]
        named = [each for each in ids if any(one.component == each for one in spoken)]
        for id in named or (ids if len(ids) == 1 else ()):
            spot = Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=id)
            yield id, Claim("version", version, spot, source)


def _fenced(document: MarkdownDocument, source: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Claim]]:
    """What the compose files and Kubernetes objects in a text's fences say of components that there are."""
    for each in shown(document) if document.fences else ():
        inner = each.document
        units_: Iterator[Unit] = iter(())
        if isinstance(inner, ComposeDocument):
            units_ = composed.units([inner])
        elif isinstance(inner, KubernetesDocument):
            units_ = clustered.units([inner])
        for unit in units_:
            for part in unit.parts:
                id = vocabulary.find(part.name)
                for claim in part.claims if id else ():
                    if claim.explicit and claim.about in ("replicas", "technology", "version", "port"):
                        yield id or "", claim._replace(spot=each.at(claim.spot), source=source)


def _known(relation: Relation, vocabulary: Vocabulary, claims: Mapping[str, Sequence[Claim]]) -> bool:
    said = claims.get(vocabulary.find(relation.subject) or "", ())
    said = [each for each in said if each.about == relation.verb]
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
        numbers = [int(each) for each in re.findall(r"\d{1,4}", value)]
        numbers = numbers or [count for word, count in _NUMBERS.items() if re.search(rf"\b{word}\b", value)]
        if not numbers or not min(numbers):
            return None
        return Claim("replicas", value, spot, source, min(numbers), max(numbers))
    if relation.verb == "technology":
        known = in_text(relation.object)
        return Claim("technology", known[0][0].id, spot, source) if len(known) == 1 else None
    return Claim(relation.verb, value, spot, source)
