"""What is decided, in records and in words: whether two decide alike, and whether what runs keeps to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from faultline.analyzers.design.consistency import titles
from faultline.analyzers.design.consistency.decisions import record_spot, recorded, title_line
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.adr import decision_of
from faultline.analyzers.design.documents.markdown import Adr, MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DEPLOYMENTS
from faultline.analyzers.design.system.technologies import in_text

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
    """What a record decides for: a member of a family, and for what; `scope` are the words that narrow it."""

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
    chosen = [(doc, adr, each) for doc, adr in recorded(design) if adr.in_force for each in choices(doc, adr)]
    for place, (document, adr, one) in enumerate(chosen):
        for other_document, other_adr, other in chosen[:place]:
            if one.family != other.family or one.name == other.name or document is other_document:
                continue
            related = adr.number in other_adr.supersedes or other_adr.number in adr.supersedes
            same = bool(one.scope & other.scope) if one.scope or other.scope else True
            if same and not related:
                yield Observation(
                    "consistency/decisions-contradict",
                    record_spot(document, one.line, adr),
                    f"This record decides for {one.name}, {other_document.path} for {other.name}.",
                    cause=f"{one.family} {other_document.path}",
                    also=(record_spot(other_document, other.line, other_adr),),
                )


def broken(design: Design) -> Iterator[Observation]:
    """Products that are deployed although a record in force decides for another one of their kind."""
    system = None
    for document, adr in recorded(design):
        if not adr.in_force:
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
                also=(record_spot(document, choice.line, adr),),
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
        if document.void:
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


CHECKS: tuple[Check, ...] = (contradicting, broken, banned, *titles.CHECKS)
