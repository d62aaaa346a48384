"""From documents to the one system: what each says of components and calls, joined by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from faultline.analyzers.design.documents.openapi import OpenApiDocument, Operation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system import interfaces
from faultline.analyzers.design.system.failure import kills
from faultline.analyzers.design.system.model import (
    DEPLOYMENTS,
    Call,
    Claim,
    Component,
    Endpoint,
    Mention,
    Opening,
    Saying,
    System,
)
from faultline.analyzers.design.system.naming import slug
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

if TYPE_CHECKING:
    from faultline.analyzers.design.design import Design
    from faultline.analyzers.design.system.joining import Joined
    from faultline.analyzers.design.system.parts import Unit

_WITHOUT_PARTS: Final = frozenset({"openapi", "data", "environment"})
"""Kinds of documents that say nothing of parts of a system beside what they are about."""
_NEEDED_CACHE: Final = regex(
    r"\b(?:sessions?|required|mandatory|source of truth|primary|persist\w*|locks?)\b", re.IGNORECASE
)
_SERVES: Final = regex(r"(?:service|svc|api|server|worker|backend)s?\b", re.IGNORECASE)
_OPTIONAL: Final = regex(
    r"\b(?:optional\w*|fallback|falls back|best[- ]effort|if available|degrad\w*)\b", re.IGNORECASE
)

_BY: Final = regex(r"\b(?:by|via|through|calls?|uses?|asks?|needs?|requires?|from)\s+(?:the\s+)?$", re.IGNORECASE)


def build(design: Design) -> System:
    """The system that a design describes."""
    units: list[Unit] = []
    joined: list[Joined] = []
    if any(each.kind not in _WITHOUT_PARTS for each in design.documents):
        from faultline.analyzers.design.system import parting  # here, for it costs a specification alone 0.01 s

        units, joined = parting.parts(design)
    ids = _ids(joined)
    components = [_component(ids[id(each)], each) for each in joined]
    specs = design.of(OpenApiDocument)
    servings = interfaces.served(specs, components)
    components, servings = _with_interfaces(components, servings)
    ids_of_parts = {id(part): ids[id(each)] for each in joined for part in each.parts}
    told: dict[tuple[str, str], list[Saying]] = {}
    unknown: list[tuple[str, str, Saying]] = []
    for unit in units:
        for link in unit.links:
            source = ids_of_parts[id(link.source)]
            if link.target is not None:
                told.setdefault((source, ids_of_parts[id(link.target)]), []).append(link.saying)
            elif link.host not in unit.hosts and "." not in link.host and not unit.open:
                unknown.append((source, link.host, link.saying))
    opened = [Opening(ids_of_parts[id(part)], store, saying) for unit in units for part, store, saying in unit.opened]
    far = [(ids_of_parts[id(part)], host) for unit in units for part, host in unit.far]
    components = _with_users(components, told)
    optional: set[tuple[str, str]] = set()
    if any(each.kind == "markdown" for each in design.documents):
        from faultline.analyzers.design.system import texts  # here, for it costs a specification alone 0.03 s

        components, optional = texts.read(design, components, told)
    components.sort(key=lambda each: each.id)
    system = System(components, _calls(components, told, optional), (), unknown, opened, far)
    return replace(system, endpoints=_endpoints(servings, system))


def _ids(joined: Sequence[Joined]) -> dict[int, str]:
    found: dict[int, str] = {}
    taken: set[str] = set()
    for each in joined:
        name = slug(each.parts[0].name)
        number = 2
        unique = name
        while unique in taken:
            unique = f"{name}-{number}"
            number += 1
        taken.add(unique)
        found[id(each)] = unique
    return found


def _component(id: str, joined: Joined) -> Component:
    claims = [claim for part in joined.parts for claim in part.claims]
    mentions = [
        mention
        for part in joined.parts
        for mention in (
            Mention(
                part.spot, part.source, part.name, defines=not (part.role == _EXTERNAL and part.source in DEPLOYMENTS)
            ),
            *part.mentions,
        )
    ]
    deployed = [part for part in joined.parts if part.source in DEPLOYMENTS]
    role = joined.role or ComponentRole.SERVICE
    return Component(
        id,
        joined.parts[0].name,
        role,
        joined.technology,
        _replicas(claims),
        tuple(mentions),
        tuple(claims),
        next((part.app for part in joined.parts if part.app), ""),
        any(part.managed for part in deployed),
        any(part.plumbing for part in joined.parts),
    )


_EXTERNAL: Final = ComponentRole.EXTERNAL


def _replicas(claims: Iterable[Claim]) -> int | None:
    """How many instances there are: what the deployment runs at least, else what a diagram or a text says."""
    said = [each for each in claims if each.about == "replicas"]
    for source in ("kubernetes", "terraform", "compose"):
        if deployed := [each.low for each in said if each.source == source]:
            return min(deployed)
    return min((each.low for each in said), default=None)


def _with_users(components: Sequence[Component], told: Mapping[tuple[str, str], list[Saying]]) -> list[Component]:
    """Who is drawn in front of what is deployed, calls it, and is called by none, uses it: `Sensors`, `Creators`."""
    deployed = {each.id for each in components if each.said_by(*DEPLOYMENTS)}
    called = {target for _, target in told}
    inner = {
        target
        for (source, target), said in told.items()
        if source in deployed and any(each.source == "diagram" for each in said)
    }
    targets: dict[str, set[str]] = {}
    for source, target in told:
        targets.setdefault(source, set()).add(target)
    return [
        replace(each, role=ComponentRole.CLIENT)
        if each.role == ComponentRole.SERVICE
        and each.id not in deployed | called
        and each.id in targets
        and targets[each.id] <= deployed - inner
        and not _SERVES.search(each.name)
        else each
        for each in components
    ]


def _with_interfaces(
    components: Sequence[Component], servings: Sequence[interfaces.Serving]
) -> tuple[list[Component], list[interfaces.Serving]]:
    found = {each.id: each for each in components}
    done = []
    for serving in servings:
        document = serving.document
        spot = Spot(
            document, ("info", "title") if document.root.child("info", "title").value else (), symbol="info title"
        )
        title = interfaces.title_of(document)
        if serving.component is None:
            name = slug(title)
            while name in found and not found[name].said_by("openapi"):
                name += "-api"
            component = found.get(name) or Component(name, title, ComponentRole.SERVICE)
        else:
            component = found[serving.component.id]
        mention = Mention(spot, "openapi", title, defines=serving.component is None)
        component = replace(component, mentions=(*component.mentions, mention))
        found[component.id] = component
        done.append(serving._replace(component=component))
    return list(found.values()), done


def _calls(
    components: Sequence[Component], told: dict[tuple[str, str], list[Saying]], optional: set[tuple[str, str]]
) -> list[Call]:
    by_id = {each.id: each for each in components}
    for source, target in list(told):
        # Both ends of a queue open it with the same URL; which end one is, only others say.
        said_of_end = all(each.how in ("url", "depends", "reference") for each in told[source, target])
        if (target, source) in told and said_of_end and by_id[target].role == ComponentRole.QUEUE:
            told[target, source] += told.pop((source, target))
    calls = []
    for (source, target), said in sorted(told.items()):
        if source == target:
            continue
        roles = (by_id[source].role, by_id[target].role)
        label = next((each.label for each in said if each.label and each.how in ("arrow", "message")), "")
        words = " ".join(each.label for each in said).replace("_", " ")
        without = (source, target) in optional or bool(_OPTIONAL.search(words))
        kept = any(each.how == "sentence" and each.label == "stores" for each in said)
        kept |= bool(_NEEDED_CACHE.search(f"{words} {by_id[target].name}"))
        without |= roles[1] == ComponentRole.CACHE and not kept
        waits = None
        if ComponentRole.QUEUE in roles:
            waits = False
        else:
            # Whoever drew or wrote it knows whether the caller waits; an address only makes it likely.
            stated = [each.synchronous for each in said if each.source not in DEPLOYMENTS]
            likely = [each.synchronous for each in said]
            for known in (stated, likely):
                if waits is None and any(each is not None for each in known):
                    waits = True in known
        calls.append(Call(source, target, said[0].spot, waits, label, without, tuple(said)))
    return calls


def _endpoints(servings: Sequence[interfaces.Serving], system: System) -> list[Endpoint]:
    vocabulary = Vocabulary(system.components)
    needed: dict[str, list[str]] = {}
    for call in system.calls:
        if kills(call, system):
            needed.setdefault(call.source, []).append(call.target)
    routed = {call.target for call in system.calls if system.by_id[call.source].role == ComponentRole.GATEWAY}
    found: list[Endpoint] = []
    for serving in servings:
        assert serving.component is not None
        operations = [each for each in serving.document.operations if not each.webhook]
        said: list[tuple[list[str] | None, set[str]]] = []
        for operation in operations:
            names = interfaces.stated(operation)
            stated = None if names is None else [id for name in names if (id := vocabulary.find(name))]
            mentioned = _mentioned(operation, vocabulary) if needed else set()
            said.append((stated, mentioned | set(stated or ())))
        everything = {id for _, each in said for id in each}
        everything -= {each.id for each in system.components if each.role == ComponentRole.STORE}
        for operation, (stated, these) in zip(operations, said, strict=True):
            component = serving.component
            behind = interfaces.owner(operation, system.components)
            if behind and (serving.spread or {behind.id, component.id} <= routed):
                component = behind
            needs = None
            able = needed.get(component.id, [])
            theirs = everything - these
            if stated is not None:
                stores = [each for each in able if system.by_id[each].role == ComponentRole.STORE]
                needs = tuple(dict.fromkeys([*stated, *([] if _stores(stated, system) else stores)]))
            elif theirs & set(able):
                needs = tuple(each for each in able if each not in theirs)
            spot = Spot(operation.node.document, operation.node.pointer, symbol=operation.symbol)
            found.append(Endpoint(operation.symbol, component.id, spot, needs))
    return found


def _mentioned(operation: Operation, vocabulary: Vocabulary) -> set[str]:
    """The components that an operation says it works with."""
    words = interfaces.spoken(operation)
    return {
        each.component
        for each in vocabulary.spoken(words)
        if each.sure or _BY.search(words[max(0, each.start - 24) : each.start])
    }


def _stores(ids: Iterable[str], system: System) -> bool:
    return any(system.by_id[each].role == ComponentRole.STORE for each in ids)
