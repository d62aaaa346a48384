"""Decision records: whether each is whole, whether they agree, and whether what is built keeps to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from faultline.analyzers.design.consistency import chosen, figures
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import decision_of, numbers_in, parts_of, unnamed_of
from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DEPLOYMENTS
from faultline.analyzers.design.system.technologies import in_text
from faultline.core.finding import Severity

_OPEN = ("proposed", "draft", "pending", "in review", "under discussion", "wip")
_CLOSED = ("superseded", "deprecated", "rejected", "replaced", "obsolete", "withdrawn")
MAX_LINES = 20_000
_NAMES = {"context": "why (its context)", "decision": "what was decided", "consequences": "what follows (consequences)"}


def records(design: Design) -> list[tuple[MarkdownDocument, Adr]]:
    """The decision records, by path."""
    return [(each, each.adr) for each in design.of(MarkdownDocument) if each.adr]


def in_force(adr: Adr) -> bool:
    """Whether a record is neither open nor closed."""
    return not adr.status.startswith((*_OPEN, *_CLOSED)) and not adr.superseded_by


def title_line(document: MarkdownDocument) -> int:
    """The line of the first heading."""
    return document.sections[0].line if document.sections else 1


def _spot(document: MarkdownDocument, line: int, adr: Adr) -> Spot:
    return Spot(document, line=line, symbol=f"ADR {adr.number if adr.number is not None else adr.title}")


def incomplete(design: Design) -> Iterator[Observation]:
    """Records without a status, a context, a decision or consequences."""
    for document, adr in records(design):
        has = parts_of(document)
        missing = [] if adr.status else ["its status"]
        if not adr.status.startswith((*_OPEN, *_CLOSED)):
            absent = [words for part, words in _NAMES.items() if part not in has]
            missing += absent if len(absent) > unnamed_of(document) else []
        if missing and len(missing) < 4:
            told = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
            line = adr.status_line if missing == ["its status"] and adr.status_line else title_line(document)
            yield Observation(
                "consistency/decision-incomplete", _spot(document, line, adr), f"The record does not say {told}."
            )


def superseded(design: Design) -> Iterator[Observation]:
    """Records that another one supersedes, and that do not say so."""
    there = records(design)
    for document, adr in there:
        for number in adr.supersedes:
            for older, old in _numbered(there, number, document):
                if not old.status.startswith((*_CLOSED, *_OPEN)) and not old.superseded_by:
                    yield Observation(
                        "consistency/decision-superseded",
                        _spot(older, old.status_line, old),
                        f"{document.path} supersedes this record, whose status is still “{old.status or 'not given'}”.",
                        also=(_spot(document, adr.status_line, adr),),
                    )


def _numbered(
    known: Sequence[tuple[MarkdownDocument, Adr]], number: int, near: MarkdownDocument
) -> list[tuple[MarkdownDocument, Adr]]:
    folder = PurePosixPath(near.path).parent
    return [(doc, adr) for doc, adr in known if adr.number == number and PurePosixPath(doc.path).parent == folder]


def missing(design: Design) -> Iterator[Observation]:
    """References to records that are not there, where the others are: a folder with gaps is a part of one."""
    there = records(design)
    known = {adr.number for _, adr in there if adr.number is not None}
    if len(there) < 2 or not known:
        return
    first, last = min(known), max(known)
    whole = len(known) >= 0.75 * (last - first + 1)

    def gone(number: int) -> bool:
        return number not in known and whole and (number > first or first <= 2)

    for document in design.of(MarkdownDocument):
        told: set[int] = set()
        adr = document.adr
        status = document.lines[adr.status_line - 1] if adr and 0 < adr.status_line <= len(document.lines) else ""
        for number in (*adr.supersedes, *adr.superseded_by) if adr and not _ELSEWHERE.search(status) else ():
            if gone(number):
                told.add(number)
                yield _unknown(
                    _spot(document, adr.status_line if adr else 1, adr) if adr else Spot(document, line=1), number
                )
        for each in document.sentences:
            if "ADR" in each.text and not _ELSEWHERE.search(each.text):
                for number in numbers_in(" ".join(re.findall(r"ADR[- #]?\d{1,5}", each.text))):
                    if gone(number) and number not in told:
                        told.add(number)
                        yield _unknown(
                            Spot(document, line=each.line, end_line=each.end_line, symbol=f"ADR {number}"), number
                        )
    yield from _dangling(design, there)


_ELSEWHERE = re.compile(
    r"\b(?:wiki|confluence|archived?|old (?:log|folder|repository)|another (?:team|repository)"
    r"|(?:platform|other|security|infrastructure|data|[A-Z]\w+) team'?s?|their ADR|company[- ]wide|group[- ]wide"
    r"|withdrawn|deleted)\b"
)
_LINK = re.compile(r"\]\(([^()\s#]{1,200}\.md)(?:#[^()\s]{0,200})?\)")


def _dangling(design: Design, known: Sequence[tuple[MarkdownDocument, Adr]]) -> Iterator[Observation]:
    """Links to files of a folder of records that are not in it, where most links lead to one that is."""
    paths = {each.path for each in design.documents}
    folders = {str(PurePosixPath(document.path).parent) for document, _ in known}
    links: list[tuple[MarkdownDocument, int, str]] = []
    for document in design.of(MarkdownDocument):
        for line, text in enumerate(document.lines[:MAX_LINES], 1):
            for found in _LINK.finditer(text[:2000]) if "](" in text else ():
                path = _joined(PurePosixPath(document.path).parent, found[1])
                if (
                    path
                    and str(PurePosixPath(path).parent) in folders
                    and re.match(r"\D{0,5}\d", path.rpartition("/")[2])
                ):
                    links.append((document, line, path))
    gone = [each for each in links if each[2] not in paths]
    if len(gone) * 3 <= len(links):
        for document, line, path in gone:
            yield Observation(
                "consistency/decision-missing",
                Spot(document, line=line, symbol=path),
                f"There is no record {path}.",
                cause=path,
            )


def _joined(folder: PurePosixPath, path: str) -> str | None:
    """A relative path from a folder, inside the design."""
    parts = list(folder.parts)
    for part in PurePosixPath(path).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) if "://" not in path and not path.startswith("/") else None


def _unknown(spot: Spot, number: int) -> Observation:
    return Observation(
        "consistency/decision-missing", spot, f"There is no record with the number {number}.", cause=str(number)
    )


def numbered_twice(design: Design) -> Iterator[Observation]:
    """Records of one folder with one number."""
    first: dict[tuple[str, int], tuple[MarkdownDocument, Adr]] = {}
    for document, adr in records(design):
        if adr.number is None:
            continue
        key = str(PurePosixPath(document.path).parent), adr.number
        if key in first:
            other, other_adr = first[key]
            yield Observation(
                "consistency/decision-number-twice",
                _spot(document, title_line(document), adr),
                f"{other.path} has the number {adr.number} as well.",
                also=(_spot(other, title_line(other), other_adr),),
            )
        else:
            first[key] = document, adr


_FAMILIES: dict[str, dict[str, str]] = {
    "interface": {"REST": r"rest(?:ful)?", "gRPC": r"grpc", "GraphQL": r"graphql", "SOAP": r"soap"},
    "shape": {"a monolith": r"(?:modular )?monolith\w*", "microservices": r"micro-?services?"},
    "platform": {
        "Kubernetes": r"kubernetes|k8s|eks|gke|aks",
        "Nomad": r"nomad",
        "Docker Swarm": r"(?:docker )?swarm",
        "virtual machines": r"vms|virtual machines|bare metal",
        "serverless functions": r"serverless|lambdas?|cloud functions",
    },
    "cloud": {"AWS": r"aws|amazon web services", "Azure": r"azure", "Google Cloud": r"gcp|google cloud"},
    "communication": {
        "asynchronous communication": r"asynchronous(?:ly)?|async|event[- ]driven|messaging|message queues?|events",
        "synchronous communication": r"synchronous(?:ly)?",
    },
    "repository": {
        "one repository": r"mono-?repo",
        "several repositories": r"poly-?repo|multi-?repo|multiple repositories",
    },
    "session": {"JWTs": r"jwts?|stateless tokens", "server-side sessions": r"server-side sessions?|session cookies?"},
    "identifier": {
        "UUIDs": r"uuids?|ulids?",
        "sequential numbers": r"auto-?increment\w*|sequential (?:ids|numbers|integers)|serial ids",
    },
    "tenancy": {
        "a database per tenant": r"(?:database|schema) per tenant",
        "one shared schema": r"shared (?:schema|database|tables)",
    },
    "deletion": {"soft deletion": r"soft[- ]delet\w+", "hard deletion": r"hard[- ]delet\w+"},
    "front end": {"React": r"react", "Vue": r"vue(?:\.?js)?", "Angular": r"angular", "Svelte": r"svelte\w*"},
}
_COMPILED = {
    family: {name: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE) for name, words in members.items()}
    for family, members in _FAMILIES.items()
}
PRODUCTS = {
    "sql": "database",
    "document": "database",
    "broker": "message broker",
    "cache": "cache",
    "search": "search",
}
_AGAINST = re.compile(
    r"\b(?:instead of|rather than|over|not|no|without|replac\w+|away from|drop|avoid|reject\w*|migrate from|from)\b.*$",
    re.IGNORECASE,
)
_SCOPE = re.compile(r"\b(?:for|in|between|of|across|within|to store|to hold|on the|behind)\s+(.{2,80})$", re.IGNORECASE)
_GENERAL = frozenset(
    """
    a across all an and any api apis application applications as backend between broker by cache caching
    communication data database databases datastore default deployment each every everything for from
    general in infrastructure main message messages messaging microservices new of on or our persistence
    persistent platform primary production purpose queue queues relational service services single
    standard storage store stores system systems team teams the to use we with within workloads
    """.split()  # noqa: SIM905 - a list of two hundred strings is not easier to read
)


@dataclass(frozen=True)
class Choice:
    """What a record decides for: a family's member, and for what; `scope` are the words that narrow it."""

    family: str
    name: str
    scope: frozenset[str]
    line: int


def choices(document: MarkdownDocument, adr: Adr) -> list[Choice]:
    """What a record decides for: by its title, else by the first sentences of its decision."""
    texts = [(adr.title, title_line(document))]
    texts += [(each.text, each.line) for each in list(decision_of(document))[:3]]
    found: dict[str, Choice] = {}
    several: set[str] = set()
    for text, line in texts:
        chosen = _AGAINST.sub("", text)
        scope = _SCOPE.search(chosen)
        words = frozenset(re.findall(r"[a-z][\w-]+", scope[1].lower())) - _GENERAL if scope else frozenset()
        named = [(family, name) for family, name in _named(chosen)]
        for family, name in named:
            if family in found and found[family].name != name and found[family].line == line:
                several.add(family)
            found.setdefault(family, Choice(family, name, _singular(words), line))
    return [each for each in found.values() if each.family not in several]


def _singular(words: frozenset[str]) -> frozenset[str]:
    return frozenset(each[:-1] if each.endswith("s") and len(each) > 4 else each for each in words)


def _named(text: str) -> list[tuple[str, str]]:
    found = [(PRODUCTS[each.family], each.id) for each, _, _ in in_text(text) if each.family in PRODUCTS]
    for family, members in _COMPILED.items():
        found += [(family, name) for name, pattern in members.items() if pattern.search(text)]
    if ("communication", "synchronous communication") in found and (
        "communication",
        "asynchronous communication",
    ) in found:
        found = [each for each in found if each[0] != "communication"]
    return list(dict.fromkeys(found))


def contradicting(design: Design) -> Iterator[Observation]:
    """Records in force that decide two ways about one thing."""
    chosen = [(doc, adr, each) for doc, adr in records(design) if in_force(adr) for each in choices(doc, adr)]
    for place, (document, adr, one) in enumerate(chosen):
        for other_document, other_adr, other in chosen[:place]:
            if one.family != other.family or one.name == other.name or document is other_document:
                continue
            related = adr.number in other_adr.supersedes or other_adr.number in adr.supersedes
            same = bool(one.scope & other.scope) if one.scope or other.scope else True
            if same and not related:
                yield Observation(
                    "consistency/decisions-contradict",
                    _spot(document, one.line, adr),
                    f"This record decides for {one.name}, {other_document.path} for {other.name}.",
                    cause=f"{one.family} {other_document.path}",
                    also=(_spot(other_document, other.line, other_adr),),
                )


def broken(design: Design) -> Iterator[Observation]:
    """Products that are deployed although a record in force decides for another one of their kind."""
    system = None
    for document, adr in records(design):
        if not in_force(adr):
            continue
        for choice in choices(document, adr):
            if choice.family not in PRODUCTS.values():
                continue
            system = system or design.system
            runs = [
                (component, claim, technology.family)
                for component in system.components
                for claim in component.claimed("technology", *DEPLOYMENTS, "diagram")
                for technology, _, _ in in_text(claim.value)
                if PRODUCTS.get(technology.family) == choice.family
            ]
            if not runs or any(claim.value == choice.name for _, claim, _ in runs):
                continue
            component, claim, _ = runs[0]
            if choice.scope and not choice.scope & frozenset(re.findall(r"[a-z]+", component.id)) and len(runs) > 1:
                continue
            yield Observation(
                "consistency/decision-broken",
                claim.spot,
                f"{document.path} decides for {choice.name}, but `{component.name}` is {claim.value}.",
                cause=f"{choice.family} {component.id}",
                also=(_spot(document, choice.line, adr),),
            )


_BAN = (
    re.compile(
        r"\bno (?:direct |synchronous )*(?:calls?|access|communication|connections?|dependenc\w+) "
        r"(?:is allowed )?(?:between|from) (?:the )?([\w -]{2,40}?) (?:and|to) (?:the )?([\w -]{2,40}?)"
        r"(?:[.,;]| is| are|$)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:^|[,;] |\band )(?:the )?([\w -]{2,40}?) (?:must not|must never|never|may not|shall not|does not"
        r"|do not|cannot) (?:directly |synchronously )?(?:call|calls|access|accesses|talk to|talks to"
        r"|connect to|connects to|query|queries|depend on|depends on|read from|reads from|use)"
        r"(?: directly)? (?:the )?([\w -]{2,40}?)(?: directly| synchronously)?(?:[.,;:]| but| - | in| over"
        r"| for|$)",
        re.IGNORECASE,
    ),
)


def banned(design: Design) -> Iterator[Observation]:
    """Calls that a text forbids, and a diagram or a deployment has."""
    for document in design.of(MarkdownDocument):
        if document.adr and not in_force(document.adr):
            continue
        for each in document.sentences:
            for pattern in _BAN:
                for match in pattern.finditer(each.text) if len(each.text) < 600 else ():
                    spot = Spot(
                        document, line=each.line, end_line=each.end_line, symbol=f"{match[1]} {match[2]}".lower()
                    )
                    both = pattern is _BAN[0] and " and " in match[0]
                    yield from _calls(design, spot, match[1], match[2], both)


def _calls(design: Design, said: Spot, source: str, target: str, both: bool) -> Iterator[Observation]:
    system = design.system
    callers, called = _components(design, source), _components(design, target)
    for call in system.calls:
        forth = call.source in callers and call.target in called
        back = both and call.source in called and call.target in callers
        waits = [
            saying
            for saying in call.said
            if saying.source != "text" and saying.source != "adr" and saying.synchronous is not False
        ]
        if (forth or back) and waits and call.synchronous is not False:
            yield Observation(
                "consistency/decision-broken",
                waits[0].spot,
                f"{said.document.path} forbids that `{call.source}` calls `{call.target}`.",
                cause=f"{call.source} {call.target}",
                also=(said,),
            )


def _components(design: Design, words: str) -> set[str]:
    wanted = _singular(frozenset(re.findall(r"[a-z][a-z0-9]*", words.lower()))) - {
        "service",
        "component",
        "the",
        "other",
        "directly",
    }
    found = set()
    for each in design.system.components:
        own = _singular(frozenset(re.findall(r"[a-z][a-z0-9]*", f"{each.id} {each.name}".lower()))) - {"service"}
        if wanted and wanted <= own | {each.technology}:
            found.add(each.id)
    return found


def contradicted(design: Design) -> Iterator[Observation]:
    """Two figures for one thing in texts."""
    for one, other in figures.contradictions(design.of(MarkdownDocument)):
        yield Observation(
            "consistency/statements-contradict",
            one.spot,
            f"Here it is {one.words}, in {other.spot.document.path} line {other.spot.line} it is {other.words}.",
            cause=one.subject,
            also=(other.spot,),
            severity=Severity.MEDIUM,
        )


CHECKS: tuple[Check, ...] = (
    incomplete,
    superseded,
    missing,
    numbered_twice,
    contradicting,
    broken,
    banned,
    contradicted,
    *chosen.CHECKS,
)
