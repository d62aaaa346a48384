"""What texts promise of a deployment: what is not reachable, keeps nothing, and talks over TLS only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faultline.analyzers.design.consistency.facts.configured import owners_of
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.cluster import Cluster
from faultline.analyzers.design.documents.compose import ComposeDocument
from faultline.analyzers.design.documents.kubernetes import KubernetesDocument
from faultline.analyzers.design.documents.markdown import MarkdownDocument, Sentence
from faultline.analyzers.design.documents.statements import MAX_WORDS, apart, elsewhere
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.model import DEPLOYMENTS, Component, System
from faultline.analyzers.design.system.speech import ALL_SERVICES, Vocabulary
from faultline.core.results.design import ComponentRole

_INSIDE: Final = re.compile(
    r"\b(?:internal only|internal to the (?:cluster|network|host)|only internal|not (?:be )?(?:reachable"
    r"|exposed|published|accessible"
    r"|visible)(?! yet)|(?:never|neither) (?:\w+ )?(?:reachable|exposed|published|accessible)"
    r"|(?:reachable|accessible|available|visible) only (?:from )?(?:inside|within|in)"
    r"|(?:reachable|accessible|available|visible) (?:from )?(?:inside|within) [\w ]{2,30}?only"
    r"|only (?:reachable|accessible|available|visible) (?:from )?(?:inside|within|internally)"
    r"|(?:cannot|can not|can't|can never|may not|must not|must never) be (?:reached|accessed|called"
    r"|seen)(?: directly)? (?:from|over|by)"
    r"|is an internal (?:service|component)|no ingress (?:leads|routes|points)"
    r"|no public (?:port|address|ip|endpoint)|no published port|publishes no port|has no ingress|cluster-internal)\b",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(
    r"^(?:only (?:the |our )?(?P<before>[\w -]{2,40}?) (?:can be|is|are|has|have) (?:\w+ )?(?:reachable"
    r"|reached|exposed|public\w*|published"
    r"|accessible|a public|an open port)"
    r"|(?:the |our )?(?P<after>[\w -]{2,40}?) is the only\b[^.]{0,60}?\b(?:public\w*|reachable|reached"
    r"|exposed|published|outside"
    r"|internet|way in|entry)\b)",
    re.IGNORECASE,
)
_OUTSIDE: Final = re.compile(
    r"\b(?:outside|internet|public\w*|published|exposed|reachable|reached|internal\w*|accessible|inside|ingress)\b",
    re.IGNORECASE,
)
_STATELESS: Final = re.compile(
    r"\b(?:is|are) (?:fully |completely )?stateless\b|\b(?:keeps?|holds?|has|have|stores?) no (?:local )?state\b"
    r"|\bstores? nothing (?:locally|on disk)\b|\bno local state\b",
    re.IGNORECASE,
)
_SECURE: Final = re.compile(
    r"\b(?:all|every|each|any) (?:[\w-]+ ){0,4}?(?:traffic|connections?|calls?|communication|links?|requests?|hops?)\b"
    r"[^.;]{0,60}\b(?:tls|https|encrypted|mtls)\b|\b(?:tls|https|encryption) (?:is used )?everywhere\b"
    r"|\bno (?:plain ?text|unencrypted|plain http)\b",
    re.IGNORECASE,
)
_EDGE: Final = re.compile(
    r"\b(?:outside|external\w*|clients?|users?|browsers?|public|internet|edge|ingress|terminat\w*|mesh"
    r"|sidecar|istio|linkerd"
    r"|at rest|visitors?|devices?|customers?|except|unless|partners?|incoming|inbound)\b",
    re.IGNORECASE,
)
_MESH: Final = re.compile(
    r"\b(?:service mesh|istio|linkerd|sidecars?|consul connect|wireguard|cilium)\b", re.IGNORECASE
)
_UNSURE: Final = re.compile(
    r"\b(?:except|unless|if|when|would|should|could|may|might|will|planned|later|today|yet|other than"
    r"|apart from|besides"
    r"|development|locally|but|optional\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """A way in from outside to a component."""

    component: str
    how: str
    spot: Spot


def sentences(design: Design) -> Iterator[tuple[MarkdownDocument, Sentence]]:
    """The sentences that state something of the system as it is."""
    for document in design.of(MarkdownDocument):
        kept = vars(document)
        if _KEPT not in kept:  # eight checks ask for them, and judging 100 KB takes 20 ms
            kept[_KEPT] = list(_stated(document))
        yield from ((document, each) for each in kept[_KEPT])


def _stated(document: MarkdownDocument) -> Iterator[Sentence]:
    if document.void:
        return
    for each in document.sentences:
        aside = document.adr and each.section.lower().startswith(("context", "problem", "decision drivers"))
        if len(each.text) <= MAX_WORDS and not aside and not apart(each.text) and not elsewhere(each):
            yield each


_KEPT: Final = "_stated"


def spot_of(document: MarkdownDocument, sentence: Sentence, symbol: str) -> Spot:
    """Where a sentence stands."""
    return Spot(document, line=sentence.line, end_line=sentence.end_line, symbol=symbol)


def openings(design: Design) -> list[Opening]:
    """The ways in: ports of the host, services with an address outside, and what an ingress leads to."""
    owners = owners_of(design.system)
    found: list[Opening] = []
    for document in design.of(ComposeDocument):
        for own in document.services:
            service = own.whole
            id = owners.get((service.document.path, service.name))
            if own.partial or not id or document.stage == "development":
                continue
            for port in service.ports:
                if not port.local and port.published:
                    found.append(Opening(id, f"publishes port {port.published}", port.spot))
    cluster = Cluster(design.of(KubernetesDocument))
    for workload in cluster.workloads:
        path = workload.object.document.path if workload.object.document else ""
        id = owners.get((path, workload.name))
        for each in cluster.services_of(workload) if id else ():
            kind = each.get("spec", "type")
            inner = any("internal" in key.lower() for key in each.annotations)
            if kind in ("LoadBalancer", "NodePort") and not inner:
                found.append(Opening(id or "", f"has a service of type {kind}", each.spot("spec", "type")))
    for call in design.system.calls:
        for said in call.said_by("kubernetes"):
            if said.how == "route":
                found.append(Opening(call.target, "is what a route from outside leads to", said.spot))
    return found


def exposed(design: Design) -> Iterator[Observation]:
    """What a text says nobody reaches from outside, and a deployment opens."""
    system = design.system
    if not design.of(MarkdownDocument):
        return
    ways: list[Opening] | None = None
    vocabulary = Vocabulary(system.components)
    told: set[tuple[str, str]] = set()
    for document, sentence in sentences(design):
        text = sentence.text
        if not _OUTSIDE.search(text) or _UNSURE.search(text):
            continue
        closed = _closed(text, vocabulary, system, sentence)
        if not closed:
            continue
        ways = openings(design) if ways is None else ways
        for way in ways:
            if way.component in closed and (way.component, document.path) not in told:
                told.add((way.component, document.path))
                name = system.by_id[way.component].name
                yield Observation(
                    "consistency/exposure-mismatch",
                    spot_of(document, sentence, f"exposure of {way.component}"),
                    f"{document.path} says that `{name}` is not reached from outside; "
                    f"in {way.spot.document.path} it {way.how}.",
                    cause=way.component,
                    also=(way.spot,),
                )


def _closed(text: str, vocabulary: Vocabulary, system: System, sentence: Sentence) -> set[str]:
    """The components that a sentence says are not reached from outside."""
    if only := _ONLY.search(text):
        open_ = {each.component for each in vocabulary.spoken(only["before"] or only["after"] or "")}
        if len(open_) != 1:
            return set()
        (door,) = open_
        return {
            each.id
            for each in system.components
            if each.id != door
            and each.said_by(*DEPLOYMENTS)
            and each.role != ComponentRole.GATEWAY
            and not each.plumbing
        }
    match = _INSIDE.search(text)
    if not match:
        return set()
    named = vocabulary.spoken(text[: match.start()])
    before = {each.component for each in named if not _PART.search(text[: each.start])}
    if not named and (id := vocabulary.find(sentence.section)):
        before = {id}
    return before


_PART: Final = re.compile(r"\b(?:of|in|for) (?:the |our )?`?$", re.IGNORECASE)
"""What stands before a component where a sentence is about a part of it: its console, its metrics."""


def stateless(design: Design) -> Iterator[Observation]:
    """What a text calls stateless, and a deployment gives a disk."""
    if not design.of(MarkdownDocument):
        return
    vocabulary = Vocabulary(design.system.components)
    disks: dict[str, Spot] | None = None
    for document, sentence in sentences(design):
        match = _STATELESS.search(sentence.text)
        if not match or _UNSURE.search(sentence.text):
            continue
        disks = _disks(design) if disks is None else disks
        named = list(dict.fromkeys(each.component for each in vocabulary.spoken(sentence.text[: match.start()])))
        if not named and ALL_SERVICES.match(sentence.text):
            named = [each.id for each in design.system.components if each.ours]
        if not named and (id := vocabulary.find(sentence.section)):
            named = [id]
        for id in named:
            if id in disks:
                yield Observation(
                    "consistency/state-mismatch",
                    spot_of(document, sentence, f"state of {id}"),
                    f"{document.path} calls `{design.system.by_id[id].name}` stateless; "
                    f"{disks[id].document.path} gives it a volume.",
                    cause=id,
                    also=(disks[id],),
                )


def _disks(design: Design) -> dict[str, Spot]:
    """The volumes that keep something, by component."""
    owners = owners_of(design.system)
    found: dict[str, Spot] = {}
    for document in design.of(ComposeDocument):
        for own in document.services:
            service = own.whole
            id = owners.get((service.document.path, service.name))
            for volume in service.volumes if id and not own.partial else ():
                if (
                    volume.kind == "volume"
                    and volume.source
                    and not volume.read_only
                    and not _PASSING.search(volume.target)
                ):
                    found.setdefault(id or "", volume.spot)
    for workload in Cluster(design.of(KubernetesDocument)).workloads:
        path = workload.object.document.path if workload.object.document else ""
        id = owners.get((path, workload.name))
        if not id:
            continue
        if workload.object.items("spec", "volumeClaimTemplates"):
            found.setdefault(id, workload.object.spot("spec", "volumeClaimTemplates"))
        volumes = workload.pod.get("volumes")
        for place, volume in enumerate(volumes if isinstance(volumes, list) else ()):
            if isinstance(volume, dict) and {"persistentVolumeClaim", "hostPath"} & volume.keys():
                found.setdefault(id, workload.spot("volumes", place))
    return found


_PASSING: Final = re.compile(r"tmp|cache|run|log|static|certs?|ssl|tls", re.IGNORECASE)


def encrypted(design: Design) -> Iterator[Observation]:
    """Settings that lead somewhere over plain HTTP where a text says that everything is encrypted."""
    texts = list(sentences(design)) if design.of(MarkdownDocument) else []
    if any(_MESH.search(each.text) for _, each in texts):
        return
    for document, sentence in texts:
        if not _SECURE.search(sentence.text) or _EDGE.search(sentence.text) or _UNSURE.search(sentence.text):
            continue
        plain = [
            (call, said)
            for call in design.system.calls
            for said in call.said_by(*DEPLOYMENTS)
            if said.how == "url" and said.protocol == "http"
        ]
        for call, said in plain[:20]:
            yield Observation(
                "consistency/encryption-mismatch",
                spot_of(document, sentence, f"encryption {call.source} {call.target}"),
                f"{document.path} says that everything goes over TLS; in {said.spot.document.path} "
                f"`{call.source}` reaches `{call.target}` over http://.",
                cause=f"{call.source} {call.target}",
                also=(said.spot,),
            )
        return


def handed(design: Design) -> Iterator[Observation]:
    """What a text says is reached through a queue only, and a setting calls."""
    system = design.system
    vocabulary = Vocabulary(system.components)
    urls = {
        (call.source, call.target): said
        for call in system.calls
        for said in call.said_by(*DEPLOYMENTS)
        if said.how == "url" and said.protocol in ("http", "https", "grpc")
    }
    for document, sentence in sentences(design) if urls else ():
        match = _HANDED.search(sentence.text)
        if not match or _UNSURE.search(sentence.text):
            continue
        named = _services(vocabulary.spoken(sentence.text), system)
        never = bool(_NEVER.search(sentence.text))
        if not named and never and (id := vocabulary.find(sentence.section)):
            named = [id]
        pairs: Sequence[tuple[str, str]] = ()
        if never and len(named) == 1:
            pairs = [
                pair for pair in urls if pair[1] == named[0] and system.by_id[pair[0]].role == ComponentRole.SERVICE
            ]
        elif len(named) == 2:
            pairs = [(named[0], named[1]), *([(named[1], named[0])] if _TAKES.search(sentence.text) else [])]
        for pair in pairs:
            if pair in urls:
                said = urls[pair]
                yield Observation(
                    "consistency/protocol-mismatch",
                    spot_of(document, sentence, f"{pair[0]} to {pair[1]}"),
                    f"{document.path} says that `{pair[0]}` reaches `{pair[1]}` through a queue; "
                    f"{said.spot.document.path} sets it up with {said.protocol}://.",
                    cause=f"{pair[0]} {pair[1]}",
                    also=(said.spot,),
                )
                break


def _services(spoken: Sequence[object], system: System) -> list[str]:
    found: list[str] = []
    for each in spoken:
        id = getattr(each, "component", "")
        component: Component | None = system.component(id)
        if component and component.role in (ComponentRole.SERVICE, ComponentRole.JOB) and id not in found:
            found.append(id)
    return found


_NEVER: Final = re.compile(
    r"\b(?:never|not) (?:be )?(?:called|reached|asked|invoked) (?:directly|synchronously|by http)", re.IGNORECASE
)
_HANDED: Final = re.compile(
    _NEVER.pattern
    + r"|\b(?:asynchronous\w*|(?:only )?(?:through|via|over) (?:the |a |our )?(?:\w+ )?(?:queue|broker|bus"
    r"|events?|messages|rabbitmq|kafka)"
    r"|by (?:an? |way of )?(?:events?|messages?))\b",
    re.IGNORECASE,
)
_TAKES: Final = re.compile(r"\b(?:consum\w*|takes?|receives?|reads?|listens?|subscrib\w*|from)\b", re.IGNORECASE)

CHECKS: tuple[Check, ...] = (exposed, stateless, encrypted, handed)
