"""Components: what diagrams and texts show, and what is deployed.

These, and those of calls (`arrows`), speak only where documents are about one system: most of what one names must be in
the other. A diagram of another scope, or a deployment of a part, contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from faultline.analyzers.design.consistency.expected import ENOUGH, Evidence
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DATA, DEPLOYMENTS, RUNS, Component, System
from faultline.analyzers.design.system.naming import words
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.analyzers.design.system.technologies import TECHNOLOGIES
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

MOST: Final = 60
"""So many that are only drawn say that the files are about something else; each is looked at one by one."""
SHARE: Final = 0.6
"""How much of one document must be in the other before what is not counts."""
_INSIDE: Final = DATA | RUNS | {ComponentRole.GATEWAY}
_FRONT: Final = frozenset(
    {"web", "frontend", "website", "site", "storefront", "portal", "mobile", "ios", "android", "spa", "browser"}
)
# What stands beside what a system does: nobody draws it.
_TOOLS: Final = frozenset(
    {
        *(
            "exporter",
            "replica",
            "backup",
            "pooler",
            "pgbouncer",
            "sidecar",
            "agent",
            "shipper",
            "dead",
            "dlq",
            "audit",
        ),
        *("log", "logs", "state", "lock", "artifact", "probe", "canary", "smoke", "dump", "archive", "cert", "acme"),
        *(
            "proxy",
            "vector",
            "cleanup",
            "cleaner",
            "janitor",
            "rotator",
            "migrator",
            "migration",
            "snapshot",
            "standby",
        ),
    }
)
_LATER: Final = regex(
    r"\b(?:planned|plan to|future|later|not yet|tbd|todo|phase \d|roadmap|upcoming|proposed|will"
    r"|retired|removed|deprecated"
    r"|legacy|no longer|instead of|replaced|formerly|decommission\w*|optional)\b",
    re.IGNORECASE,
)
_COPY: Final = frozenset({"replica", "read", "reader", "standby", "secondary", "follower", "mirror"})
_PHRASE: Final = regex(
    r"\b(?:((?:[A-Z][a-z]{2,20} ){0,1}[A-Z][a-z]{2,20}) [Ss]ervice"
    r"|([a-z]{3,20}(?:-[a-z]{3,20}){0,2}-(?:service|svc|worker)))\b"
)
_NO_NAMES: Final = frozenset(
    {
        "each",
        "this",
        "the",
        "every",
        "other",
        "another",
        "our",
        "that",
        "all",
        "any",
        "one",
        "some",
        "new",
        "simple",
        "queue",
        "key",
    }
    | {
        "both",
        "web",
        "micro",
        "rest",
        "management",
        "external",
        "customer",
        "managed",
        "cloud",
        "container",
        "which",
        "per",
    }
)


def undeployed(design: Design) -> Iterator[Observation]:
    """What is drawn, and deployed nowhere."""
    system = design.system
    deployed = [each for each in system.components if each.said_by(*DEPLOYMENTS)]
    drawn = [each for each in system.components if each.said_by("diagram") and each.role in _INSIDE]
    both = [each for each in drawn if each in deployed]
    evidence = Evidence(design, deployed)
    missing = [each for each in drawn if not each.said_by(*DEPLOYMENTS) and _expected(each, deployed, system)]
    if len(missing) > MOST:
        return
    missing = [each for each in missing if evidence.of(each) >= ENOUGH]
    if not _one_system(both, missing):
        return
    there = both[0].declared(*DEPLOYMENTS)
    for each in missing:
        at = each.declared("diagram")
        if not _LATER.search(_line(at)) and not _spoken_as_later(each):
            files = ", ".join(_paths(deployed))
            yield Observation(
                "consistency/undeployed-component",
                at,
                f"`{each.name}` is in the diagram of {at.document.path}, and {files} does not deploy it.",
                cause=each.id,
                also=(there,),
            )


def _expected(component: Component, deployed: Sequence[Component], system: System) -> bool:
    """Whether the files that are here would deploy it."""
    named = set(words(component.name))
    if component.plumbing or named & _FRONT or words(component.name)[-1:] in (("system",), ("platform",), ("suite",)):
        return False
    whole = not any(each.said_by("kubernetes", "terraform") for each in deployed)
    if component.role in DATA:
        alike = [each for each in deployed if each.role == component.role]
        if alike and (not component.technology or component.technology in {each.technology for each in alike}):
            return False  # one server may hold several databases, one broker several topics
        created = [each for each in deployed if each.role in DATA and each.said_by("diagram")]
        return bool(alike) or (whole and any(each.role in DATA for each in deployed)) or len(created) > 2
    if component.role == ComponentRole.GATEWAY:
        return whole and named & {"gateway"} != set()
    # Terraform often creates only what the services need, and another tool runs them.
    part = not any(each.said_by("compose", "kubernetes") for each in deployed)
    if part and sum(each.role in RUNS and each.said_by("diagram") for each in deployed) < 2:
        return False
    return not _others(component, system)


def _others(component: Component, system: System) -> bool:
    """Whether it may be the system of others that its callers' settings lead to under another name."""
    if any(call.source == component.id for call in system.calls):
        return False
    callers = {call.source for call in system.calls if call.target == component.id}
    others = {
        call.target
        for call in system.calls
        if call.source in callers and system.by_id[call.target].role == ComponentRole.EXTERNAL
    }
    drawn = {each for each in others if system.by_id[each].said_by("diagram")}
    named = {each for each in others if any(said.source in DEPLOYMENTS for said in system.by_id[each].mentions)}
    return len(named - drawn) > len(drawn - named)


def undocumented(design: Design) -> Iterator[Observation]:
    """What is deployed, and neither drawn nor spoken of."""
    system = design.system
    drawn = [each for each in system.components if each.said_by("diagram")]
    evidence = Evidence(design, [each for each in system.components if each.said_by(*DEPLOYMENTS)])
    loose = [
        each
        for each in drawn
        if not each.said_by(*DEPLOYMENTS)
        and (each.role in DATA or len(drawn) > MOST * 5 or evidence.of(each) >= ENOUGH)
    ]
    deployed = [
        each
        for each in system.components
        if each.said_by(*DEPLOYMENTS)
        and each.role in _INSIDE
        and not each.plumbing
        and not _door(each)
        and not (each.technology in TECHNOLOGIES and TECHNOLOGIES[each.technology].family == "objects")
        and not _TOOLS & set(words(each.name))
        and (each in drawn or not (_holds_others(each, loose) or _is_copy(each, drawn)))
    ]
    known = [each for each in deployed if each in drawn]
    missing = [
        each
        for each in deployed
        if each not in drawn
        and not any(mention.source in ("text", "adr") for mention in each.mentions)
        and not evidence.written(each)
        and (each.role in RUNS or (any(other.role == each.role for other in known)))
        and (each.role != ComponentRole.GATEWAY)
    ]
    if not _one_system(known, missing) or len(known) < SHARE * len(deployed):
        return
    pictures = known[0].declared("diagram")
    for each in missing:
        at = each.declared(*DEPLOYMENTS)
        yield Observation(
            "consistency/undocumented-component",
            at,
            f"{at.document.path} deploys `{each.name}`; "
            f"the diagram in {pictures.document.path} does not show it, and no text names it.",
            cause=each.id,
            also=(Spot(pictures.document, line=_diagram_line(pictures)),),
        )


def _holds_others(component: Component, loose: Sequence[Component]) -> bool:
    """Whether it may be what is drawn under another name, or the server of databases that are drawn one by one."""
    return any(each.role == component.role and each.technology in ("", component.technology) for each in loose)


def _is_copy(component: Component, drawn: Sequence[Component]) -> bool:
    """Whether it is the replica of one that is drawn."""
    named = set(words(component.name))
    return bool(named & _COPY) and any(named - _COPY <= set(words(each.name)) for each in drawn)


def _door(component: Component) -> bool:
    return component.managed and component.role == ComponentRole.GATEWAY


def unknown_in_text(design: Design) -> Iterator[Observation]:
    """Services that a text names, and that nothing deploys or draws."""
    system = design.system
    declared = [each for each in system.components if each.said_by(*DEPLOYMENTS, "diagram")]
    if len(declared) < 2:
        return
    vocabulary = Vocabulary(system.components)
    deploys = [each for each in declared if each.said_by(*DEPLOYMENTS)]
    for document in design.of(MarkdownDocument):
        if document.adr:
            continue
        known: set[str] = set()
        unknown: dict[str, tuple[Spot, str]] = {}
        titles = [Sentence(each.title, each.line, each.line) for each in document.sections if each.level > 1]
        for sentence in [*titles, *document.sentences]:
            for match in _PHRASE.finditer(sentence.text):
                name = match[1] or match[2]
                first, *more = name.split(" ")
                if more and first.lower() in _NO_NAMES:
                    name = " ".join(more)
                if name.lower() in _NO_NAMES or (not more and first.lower() in _NO_NAMES):
                    continue
                found = vocabulary.find(name) or vocabulary.find(f"{name} service") or _part_of(name, declared)
                if found:
                    known.add(found)
                elif not _LATER.search(sentence.text):
                    spot = Spot(
                        document, line=sentence.line, end_line=sentence.end_line, symbol=f"component {name}".lower()
                    )
                    unknown.setdefault(name.lower(), (spot, match[0]))
        if len(known) >= 2 and len(known) >= SHARE * (len(known) + len(unknown)):
            for name, (spot, said) in unknown.items():
                where = "no deployment has it" if deploys else "no diagram shows it"
                yield Observation(
                    "consistency/undeployed-component" if deploys else "consistency/undrawn-component",
                    spot,
                    f"{document.path} speaks of `{said}`, and {where}.",
                    cause=name,
                    also=((deploys or declared)[0].declared(*DEPLOYMENTS, "diagram"),),
                )


def _part_of(name: str, components: Collection[Component]) -> str | None:
    wanted = set(words(name))
    return next((each.id for each in components if wanted & set(words(each.name))), None)


def _one_system(both: Sequence[Component], missing: Sequence[Component]) -> bool:
    return (
        bool(missing)
        and len(both) >= 2
        and len(both) >= SHARE * (len(both) + len(missing))
        and len(missing) <= max(2, len(both) // 2)
    )


def _diagram_line(spot: Spot) -> int:
    return next(
        (
            diagram.line
            for diagram in getattr(spot.document, "diagrams", ())
            if diagram.line <= spot.lines[0] <= diagram.end_line
        ),
        spot.lines[0],
    )


def _line(spot: Spot) -> str:
    number = spot.lines[0]
    return spot.document.lines[number - 1] if number <= len(spot.document.lines) else ""


def _sentence(spot: Spot) -> str:
    return " ".join(spot.document.lines[spot.lines[0] - 1 : spot.lines[1]])


def _spoken_as_later(component: Component) -> bool:
    return any(_LATER.search(_sentence(each.spot)) for each in component.mentions if each.source in ("text", "adr"))


def _paths(components: Sequence[Component]) -> list[str]:
    paths = {each.spot.document.path for one in components for each in one.mentions if each.source in DEPLOYMENTS}
    return sorted(paths)[:3]


CHECKS: tuple[Check, ...] = (undeployed, undocumented, unknown_in_text)
