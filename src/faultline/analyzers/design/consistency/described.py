"""What a text describes one by one, held against what is drawn and deployed: the one that only one of them has.

A diagram shows people, partners and tools that no text has to explain, and a text explains what nobody draws; so a
difference says little by itself. But where a text describes all that is drawn but one, or a table names all that runs
but one, that one was forgotten, or is no more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from faultline.analyzers.design.consistency.expected import ELSEWHERE, Evidence
from faultline.analyzers.design.consistency.series import Entry, Series, series_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.diagram import Box, Diagram, DiagramDocument
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import roles
from faultline.analyzers.design.system.drawings import counted, shows_parts
from faultline.analyzers.design.system.model import DEPLOYMENTS, Component
from faultline.analyzers.design.system.naming import Words, bare, words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.analyzers.design.system.technologies import in_text
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

MOST: Final = 100
"""A drawing of more boxes is no overview that a text goes through."""
LEAST: Final = 3
"""So many must be described before the one that is not is odd."""
MANY: Final = 8
"""Of so many drawn components two may be left out."""
_RUNS: Final = frozenset({ComponentRole.SERVICE, ComponentRole.JOB})
_ACTORS: Final = frozenset({"person", "actor", "external", "circle", "cloud", "boundary", "choice", "decision"})
_WORD: Final = regex(r"[A-Za-z]{2,40}|\d{1,6}")
# Words that say what sort of thing it is: who has a name besides is not known by them.
_SORTS: Final = frozenset(
    {
        *("service", "svc", "api", "app", "application", "server", "database", "db", "store", "storage", "queue"),
        *("topic", "cache", "broker", "bus", "worker", "job", "task", "backend", "frontend", "gateway", "system"),
        *("platform", "component", "module", "engine", "cluster", "bucket", "portal", "ui", "web", "site", "website"),
        *("data", "provider", "external", "internal", "main", "primary", "public", "private", "the", "our", "new"),
        *("adapter", "client", "process", "node", "core", "manager", "management", "layer", "hub", "program", "of"),
        *("and", "in", "for", "from", "to", "on", "at", "by", "with", "instance", "instances", "replica", "replicas"),
    }
)
# Who is outside, or whom everybody has: no text explains them.
_ANYBODY: Final = frozenset(
    {
        *("user", "customer", "client", "browser", "phone", "mobile", "internet", "people", "person", "visitor"),
        *("operator", "admin", "administrator", "staff", "clerk", "engineer", "developer", "team", "desk", "office"),
        *("reader", "member", "guest", "student", "patient", "citizen", "partner", "supplier", "vendor", "caller"),
        *("device", "sensor", "app", "web", "site", "page", "screen", "cdn", "dns", "balancer", "ingress", "firewall"),
        *("proxy", "waf", "vpn", "lb", "monitoring", "log", "metric", "prometheus", "grafana", "vault", "mail"),
        *("email", "smtp", "sms", "idp", "sso", "bank", "carrier", "other", "anybody", "everyone", "world", "public"),
        *("consumer", "subscriber", "downstream", "upstream", "source", "sink", "start", "end", "tool", "cli", "ui"),
    }
)
_BY_ITSELF: Final = regex(
    r"(?:^|[.:;(,*`|-] {0,2}|\b(?:the|our|an?|its|to|of|from|by|in|with|and|or|for|each|this|that|via|into|on|all"
    r"|every) )[*`]{0,3}([A-Za-z]{3,40})\b",
    re.IGNORECASE | re.MULTILINE,
)
"""Words that stand where a name would, with none before them that narrows it."""
_NAMES: Final = regex(
    r"\W*(?:service|component|container|name|app(?:lication)?|part|process|program|workload|deployment|piece|module"
    r"|building block|block|box|node|unit|subsystem|element|who|what|system)s?\W*",
    re.IGNORECASE,
)
_LATER: Final = regex(
    r"\b(?:planned|plan|future|later|not yet|tbd|phase \d|roadmap|proposed|will|retired|removed|deprecated|legacy"
    r"|no longer|instead of|replaced|formerly|decommission\w*|optional|elsewhere|separate\w*|outside|optional\w*)\b",
    re.IGNORECASE,
)
_DATA_OF: Final = regex(r"\b(?:primary|standby|operator|failover|database|rows|shards?|topic|bucket)\b", re.IGNORECASE)
_IDENTIFIER: Final = regex(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+){0,6}")
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ions", "ers", "ors", "ion", "ies", "ed", "er", "or", "es")


def undescribed(design: Design) -> Iterator[Observation]:
    """What is drawn, and what a text that describes all else that is drawn never names."""
    texts = design.of(MarkdownDocument)
    drawings = list(_drawings(design)) if texts else []
    if not drawings:
        return
    told: set[str] = set()
    known = [_Described(each) for each in texts]
    runs = {name for each in design.system.components if each.said_by(*DEPLOYMENTS) for name in _names_of(each)}
    for document, diagram in drawings:
        beside = [each for each in known if each.document is document] if document in texts else known
        boxes = _own(diagram)
        if not LEAST < len(boxes) <= MOST:
            continue
        missing = [each for each in boxes if not any(one.names(each) for one in beside)]
        if not missing or len(missing) > (2 if len(boxes) >= MANY else 1):
            continue
        described = {each.id for each in boxes for one in beside if one.describes(each)}
        if len(described) < LEAST or 2 * len(described) < len(boxes) - len(missing):
            continue
        for each in missing:
            name = bare(each.name or each.id)
            if _anybody(each, diagram) or name.lower() in told or _LATER.search(document.lines[each.line - 1]):
                continue
            if words(name) in runs or _proper(each, diagram):
                continue
            few = bool(runs) or len(described) < len(boxes) - 1
            if _only_product(name) and few and (runs or any(one.has_sort(each) for one in beside)):
                continue
            told.add(name.lower())
            yield Observation(
                "consistency/undescribed-component",
                Spot(document, line=each.line, symbol=name),
                f"The diagram of {document.path} shows `{name}`; "
                f"the text describes {len(described)} of the others and never names it.",
                cause=name.lower(),
            )


def _proper(box: Box, diagram: Diagram) -> bool:
    """Whether it is called by a proper name at the border, while all who call it have names in small letters."""
    callers = {each.source for each in diagram.arrows if each.target == box.id}
    names = [bare(each.name or each.id) for each in diagram.boxes if each.id in callers]
    own = bare(box.name or box.id)
    leaf = not any(each.source == box.id for each in diagram.arrows)
    return leaf and not box.shape and own[:1].isupper() and bool(names) and all(each.islower() for each in names)


_SORTS_OF: Final = {
    ComponentRole.STORE: frozenset({"database", "databas", "db", "store", "storag", "table", "schema"}),
    ComponentRole.CACHE: frozenset({"cache", "cach", "memory", "session"}),
    ComponentRole.QUEUE: frozenset({"queue", "queu", "broker", "brok", "topic", "messag", "event", "bus", "stream"}),
}


def _names_of(component: Component) -> Iterator[Words]:
    return (words(each.name) for each in component.mentions)


def _only_product(name: str) -> bool:
    """Whether a box is called by what it runs: a text may speak of "the database", and mean it."""
    named = in_text(name)
    spelled = {word for each, _, _ in named for word in (each.id, *re.findall(r"[a-z]+", each.id))}
    return bool(named) and all(
        each in _SORTS or each in spelled or in_text(each) for each in map(str.lower, _WORD.findall(name))
    )


def _drawings(design: Design) -> Iterator[tuple[Document, Diagram]]:
    for document in design.documents:
        if isinstance(document, MarkdownDocument | DiagramDocument):
            if isinstance(document, MarkdownDocument) and document.adr:
                continue
            for diagram in document.diagrams:
                if shows_parts(diagram):
                    yield document, diagram


def _own(diagram: Diagram) -> list[Box]:
    """The boxes but for people, frames, and those with whom a sequence begins."""
    around = {name for box in diagram.boxes for name in box.group}
    first = diagram.arrows[0].source if diagram.dialect == "sequence" and diagram.arrows else ""
    return [
        each
        for each in diagram.boxes
        if each.shape not in _ACTORS
        and each.id != first
        and each.name not in around
        and words(each.name or each.id)
        and roles.by_name(bare(each.name or each.id)) is not ComponentRole.CLIENT
    ]


def _anybody(box: Box, diagram: Diagram) -> bool:
    """Whether nobody would explain it: a person, a partner, a thing that every system has."""
    name = bare(box.name or box.id)
    named = [each.lower() for each in _WORD.findall(name)]
    outside = any(re.search(r"(?i)extern|outside|third|partner|client|user", each) for each in box.group)
    role = roles.by_name(name)
    called = any(each.target == box.id and not each.reply for each in diagram.arrows)
    return (
        outside
        or not called
        or role in (ComponentRole.CLIENT, ComponentRole.EXTERNAL, ComponentRole.GATEWAY)
        or not {_stem(each) for each in named}.isdisjoint(_anybody_stems())
        or roles.is_plumbing(name)
        or all(each in _SORTS for each in named)
        or len(named) > 4
    )


class _Described:
    """One text: its words, and what it describes."""

    def __init__(self, document: MarkdownDocument) -> None:
        self.document = document
        drawn = {line for each in document.diagrams for line in range(each.line, each.end_line + 1)}
        lines = [line for number, line in enumerate(document.lines, 1) if number not in drawn]
        text = "\n".join(lines)
        self._stems = {_stem(each) for each in chain.from_iterable(map(_parts, _WORD.findall(text)))}
        self._alone = {_stem(each[1]) for each in _BY_ITSELF.finditer(text)}
        self._products = {each.id for each, _, _ in in_text(text)}
        entries = [entry.name for series in series_of(document) for entry in series.entries]
        self._heads = [set(_stems_of(each)) for each in entries]
        self._whole = [{_stem(part) for word in _WORD.findall(each) for part in _parts(word)} for each in entries]
        self._entries = {stem for head in self._heads for stem in head}
        self._kin: dict[str, list[str]] = {}
        for stem in self._stems:
            self._kin.setdefault(stem[:3], []).append(stem)
        self._starts: dict[str, set[tuple[str, ...]]] = {}
        for each in document.sentences:
            begun = tuple(map(_stem, _starts(each)))
            for stem in begun:
                self._starts.setdefault(stem, set()).add(begun)
        self._letters = set(re.findall(r"\b[A-Z][A-Za-z]{1,5}\b", text))

    def names(self, box: Box) -> bool:
        """Whether the text has the word that the box is called by, or may mean it by another."""
        label = bare(box.name or box.id)
        own = _stems_of(label)
        initials = "".join(each[0] for each in _WORD.findall(label)).upper()
        if not own or any(each.upper() == initials for each in self._letters):
            return True
        if own[-1] in self._stems and (len(own) == 1 or not own[-2:-1] or own[-1] in self._alone):
            return True
        if set(own) <= self._stems:
            return True
        if any(each.id in self._products for each, _, _ in in_text(f"{box.name} {box.technology}")):
            return True
        kin = [each for each in self._kin.get(own[-1][:3], ()) if each != own[-1]]
        if any(each.startswith(own[-1]) or (own[-1].startswith(each) and len(each) > 4) for each in kin):
            return True
        return not self._entries.isdisjoint(own)

    def has_sort(self, box: Box) -> bool:
        """Whether the text has the word for what sort of thing a product is: "the database" may be it."""
        roles_of = {each.role for each, _, _ in in_text(box.name or box.id)}
        return not roles_of or any(not self._stems.isdisjoint(_SORTS_OF.get(role, self._stems)) for role in roles_of)

    def describes(self, box: Box) -> bool:
        """Whether a heading, an item, a row or a paragraph begins with it."""
        label = bare(box.name or box.id)
        if own := set(_stems_of(label)):
            size = len(_WORD.findall(label))
            begun = any(own <= set(start[:size]) for start in self._starts.get(min(own), ()))
            return begun or any(own <= head or (head and head <= own) for head in self._heads)
        whole = {_stem(part) for word in _WORD.findall(label) for part in _parts(word)}
        return any(whole <= head for head in self._whole)


def _starts(sentence: Sentence) -> list[str]:
    """The first words of a sentence outside tables, without the article."""
    found = _WORD.findall(sentence.text[:80]) if sentence.column < 0 else []
    return found[1:6] if found and found[0].lower() in ("the", "our") else found[:5]


def _stems_of(name: str) -> list[str]:
    """The stems of the words of a name that are no sort of thing."""
    found = [each.lower() for one in _WORD.findall(name) for each in _parts(one)]
    own = [each for each in found if each not in _SORTS and not each.isdigit()]
    return [_stem(each) for each in own if len(own) == 1 or not in_text(each)]


def _parts(word: str) -> list[str]:
    """The words of one that is written together: `MediaStore`."""
    split = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", word)
    return split if len(split) < 2 else [*split, word]


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    """What is left of a word without its ending: that of `rendering`, `renderer` and `renders` is one."""
    word = word.lower().replace("ise", "ize").replace("isa", "iza")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    word = word.removesuffix("s") if len(word) > 3 and not word.endswith(("ss", "us", "is")) else word
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=1)
def _anybody_stems() -> frozenset[str]:
    return frozenset(map(_stem, _ANYBODY))


def listed(design: Design) -> Iterator[Observation]:
    """The one that a table or a list of what runs has, and no deployment; and the reverse."""
    system = design.system
    deployed = [each for each in system.components if each.said_by(*DEPLOYMENTS)]
    drawn = [each for each in system.components if each.said_by("diagram")]
    told: set[str] = set()
    vocabulary = Vocabulary(system.components)
    for declared, sources in ((deployed, DEPLOYMENTS), (drawn, ("diagram",))):
        ids = {each.id for each in declared}
        if len(ids) < LEAST or (sources == ("diagram",) and deployed):
            continue
        for document in design.of(MarkdownDocument):
            for series in series_of(document) if not document.adr else ():
                found = [(entry, vocabulary.find(entry.name)) for entry in series.entries]
                known = [entry for entry, id in found if id in ids]
                unknown = [entry for entry, id in found if id not in ids]
                if len(known) < LEAST or len(unknown) > 1:
                    continue
                names = {id for _, id in found if id}
                for entry in unknown:
                    if entry.name.lower() not in told and _like(entry, known, series, document):
                        told.add(entry.name.lower())
                        yield _undeclared(document, entry, system.by_id[min(names & ids)], sources)
                if sources == DEPLOYMENTS and not unknown:
                    for each in _unlisted(design, deployed, names):
                        if each.id not in told:
                            told.add(each.id)
                            yield _unnamed(document, series, each)


def _like(entry: Entry, known: Sequence[Entry], series: Series, document: MarkdownDocument) -> bool:
    """Whether an entry is of the same kind as the others: a name that is written as theirs are, of what is ours."""
    line = document.lines[entry.line - 1]
    if _LATER.search(line) or ELSEWHERE.search(line) or " and " in entry.name or "," in entry.name:
        return False
    if roles.by_name(entry.name) not in (None, *_RUNS) or _DATA_OF.search(line):
        return False
    if roles.is_plumbing(entry.name) or in_text(entry.name):
        return False
    if any(each.mark != entry.mark for each in known):
        return False
    ids = bool(_IDENTIFIER.fullmatch(entry.name)) and all(_IDENTIFIER.fullmatch(each.name) for each in known)
    named = series.kind == "table" and bool(_NAMES.fullmatch(series.head))
    counts = series.kind in ("list", "paragraphs") and entry.mark != "" and counted(line) is not None
    return (
        counts
        or (named and (ids or not _IDENTIFIER.fullmatch(known[0].name)))
        or (ids and (entry.mark == "code" or "-" in entry.name))
    )


def _undeclared(document: MarkdownDocument, entry: Entry, there: Component, sources: Collection[str]) -> Observation:
    runs = sources == DEPLOYMENTS
    place = next((each.spot for each in there.mentions if each.source in sources and each.defines), there.spot)
    lacks = f"{place.document.path} deploys the others and not this one" if runs else "the diagram shows the others"
    return Observation(
        "consistency/undeployed-component" if runs else "consistency/undrawn-component",
        Spot(document, line=entry.line, symbol=f"component {entry.name}".lower()),
        f"{document.path} lists `{entry.name}` among what runs; {lacks}.",
        cause=entry.name.lower(),
        also=(place,),
    )


def _unlisted(design: Design, deployed: Sequence[Component], names: Collection[str]) -> list[Component]:
    """The one service of our own that no text names where a text names all others."""
    evidence = Evidence(design, deployed)
    products = any(each.technology for each in deployed if each.id in names)
    own = [each for each in deployed if not each.plumbing and (each.id in names or products or not each.technology)]
    missing = [each for each in own if each.id not in names]
    if len(own) < LEAST + 1 or len(missing) != 1 or missing[0].managed or missing[0].role == ComponentRole.GATEWAY:
        return []
    return [
        each
        for each in missing
        if not evidence.written(each) and not any(one.source in ("text", "adr", "diagram") for one in each.mentions)
    ]


def _unnamed(document: MarkdownDocument, series: Series, component: Component) -> Observation:
    at = next((each.spot for each in component.mentions if each.source in DEPLOYMENTS and each.defines), component.spot)
    return Observation(
        "consistency/undocumented-component",
        at,
        f"{at.document.path} deploys `{component.name}`; {document.path} lists the others, and no text names it.",
        cause=component.id,
        also=(Spot(document, line=series.line),),
    )


CHECKS: tuple[Check, ...] = (undescribed, listed)
