"""One thing said differently in two documents: how many instances, which product and version, port, protocol."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.interfaces import servers_of, split
from faultline.analyzers.design.system.model import DEPLOYMENTS, Call, Claim, Component, Saying, System
from faultline.analyzers.design.system.speech import Vocabulary
from faultline.analyzers.design.system.technologies import TECHNOLOGIES, in_text, of_name, of_scheme
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

WORDS: Final = ("diagram", "text", "adr")
_SAME: Final = ({"s3", "minio"}, {"redis", "valkey"}, {"elasticsearch", "opensearch"}, {"mongodb", "documentdb"})
_FAMILIES: Final = ("sql", "document", "broker", "search")
_UNSURE: Final = regex(
    r"\b(?:instead of|rather than|not|no longer|migrat\w*|compar\w*|consider\w*|unlike|alternative\w*|formerly"
    r"|previously|legacy|external|could|may|might|would|will|planned|future|later|before|was|were|moved|switched"
    r"|left|or|versus|vs|compatible|like|replaced|tests?)\b",
    re.IGNORECASE,
)
_USES: Final = regex(
    r"\b(?:publish\w*|stor(?:es?|ed)|persist\w*|writ(?:es?|ten)|reads?|consum\w*|queue[sd]?|uses?|runs? on|keeps?|kept"
    r"|backed by|saves?|saved|in|through|via|to|from)\s+(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)
_EVENTS: Final = regex(r"\b(?:async\w*|events?|queue[sd]?|publish\w*|amqps?|kafka|message)\b", re.IGNORECASE)


def replicas(design: Design) -> Iterator[Observation]:
    """How many instances a text or a diagram says there are, and how many run."""
    scaled = {
        claim.spot.document.path for each in design.system.components for claim in each.claimed("replicas", "compose")
    }
    for each in design.system.components:
        running = each.claimed("replicas", "kubernetes", "terraform") or each.claimed("replicas", "compose")
        silent = next(
            (
                mention.spot
                for mention in each.mentions
                if mention.source == "compose" and mention.defines and mention.spot.document.path in scaled
            ),
            None,
        )
        for said in each.claimed("replicas", *WORDS):
            if running:
                if any(_counted(said, one) for one in running):
                    continue
                there, count = running[0].spot, running[0].value
            elif silent and said.low > 1:
                there, count = silent, "1"
            else:
                continue
            yield Observation(
                "consistency/replicas-mismatch",
                _named(said.spot, f"replicas of {each.id}"),
                f"{said.spot.document.path} says `{each.name}` has {_instances(said.value)}, "
                f"{there.document.path} runs {count}.",
                cause=each.id,
                also=(there,),
            )


def _counted(said: Claim, runs: Claim) -> bool:
    """Whether so many can run as are said; of two ranges both ends count."""
    if said.low < said.high and runs.low < runs.high:
        return (said.low, said.high) == (runs.low, runs.high)
    return runs.low <= said.high and said.low <= runs.high


def technologies(design: Design) -> Iterator[Observation]:
    """Which product a component is, by its image and by what others say."""
    system = design.system
    told: set[str] = set()
    for each in system.components:
        runs = each.claimed("technology", *DEPLOYMENTS)
        for said in each.claimed("technology", *WORDS) if runs else ():
            if not any(_same(said.value, one.value) for one in runs):
                told.update((said.value, runs[0].value))
                yield _technology(each, said.value, said.spot, runs[0])
                break
        for mention in each.mentions if runs else ():
            named, _ = of_name(mention.name)
            family = TECHNOLOGIES[runs[0].value].family
            if (
                mention.source in DEPLOYMENTS
                and named
                and named.family == family
                and not _same(named.id, runs[0].value)
            ):
                yield Observation(
                    "consistency/technology-mismatch",
                    _named(runs[0].spot, f"technology of {each.id}"),
                    f"`{mention.name}` runs {runs[0].value}.",
                    cause=each.id,
                    also=(mention.spot,),
                )
                break
    for call in system.calls:
        target = system.by_id[call.target]
        runs = target.claimed("technology", *DEPLOYMENTS)
        for opened in call.said if runs else ():
            known = of_scheme(opened.protocol) if opened.how == "url" else None
            if known and known.role == target.role and not any(_same(known.id, one.value) for one in runs):
                yield _technology(target, known.id, opened.spot, runs[0])
                break
    yield from _families(design, told)


def _technology(component: Component, said: str, at: Spot, runs: Claim) -> Observation:
    return Observation(
        "consistency/technology-mismatch",
        _named(at, f"technology of {component.id}"),
        f"{at.document.path} says `{component.name}` is {said}, {runs.spot.document.path} runs {runs.value}.",
        cause=component.id,
        also=(runs.spot,),
    )


def _families(design: Design, told: set[str]) -> Iterator[Observation]:
    """Products that all words name, of a family of which the deployment has other products only."""
    system = design.system
    runs: dict[str, list[Claim]] = {}
    said: dict[str, list[tuple[str, Spot]]] = {}
    for each in system.components:
        for claim in each.claimed("technology"):
            family = TECHNOLOGIES[claim.value].family
            if claim.source in DEPLOYMENTS:
                runs.setdefault(family, []).append(claim)
            elif each.role != ComponentRole.EXTERNAL:
                said.setdefault(family, []).append((claim.value, claim.spot))
    named: set[str] = set()
    used: dict[str, list[tuple[str, Spot]]] = {}
    for document in design.of(MarkdownDocument):
        for sentence in document.sentences:
            for known, _, start in in_text(sentence.text):
                named.add(known.id)
                if not document.adr and not _UNSURE.search(sentence.text):
                    spot = Spot(document, line=sentence.line, end_line=sentence.end_line)
                    said.setdefault(known.family, []).append((known.id, spot))
                    if _USES.search(sentence.text[max(0, start - 60) : start]):
                        used.setdefault(known.family, []).append((known.id, spot))
    for family in _FAMILIES:
        here, there = runs.get(family, ()), said.get(family, ())
        words = {each for each, _ in there} | {each for each in named if TECHNOLOGIES[each].family == family}
        ids = {each.value for each in here}
        if not here or not there or (ids | words) & told or len(ids) > 1:
            continue
        wrong = [each for each in used.get(family, ()) if not any(_same(each[0], one) for one in ids)]
        if wrong or not any(_same(one, other) for one in ids for other in words):
            name, at = wrong[0] if wrong else there[0]
            yield Observation(
                "consistency/technology-mismatch",
                _named(at, f"technology {family}"),
                f"{at.document.path} names {name}, {here[0].spot.document.path} runs {here[0].value}.",
                cause=family,
                also=(here[0].spot,),
            )

    yield from _stores(runs, used, named)


def _stores(
    runs: Mapping[str, Sequence[Claim]], used: Mapping[str, Sequence[tuple[str, Spot]]], named: Collection[str]
) -> Iterator[Observation]:
    """A database of another family than the only one that runs, which no text names."""
    for family, other in (("sql", "document"), ("document", "sql")):
        here = {each.value for each in runs.get(family, ())}
        said = [each for each in used.get(other, ()) if each[0] not in _PROVIDED]
        if len(here) == 1 and said and not runs.get(other) and not here & set(named):
            name, at = said[0]
            claim = runs[family][0]
            yield Observation(
                "consistency/technology-mismatch",
                _named(at, "technology database"),
                f"{at.document.path} names {name}, {claim.spot.document.path} runs {claim.value}.",
                cause="database",
                also=(claim.spot,),
            )


_PROVIDED: Final = frozenset({"dynamodb", "documentdb", "sqlite"})
"""What runs elsewhere, or nowhere at all."""


def versions(design: Design) -> Iterator[Observation]:
    """Which version of a product runs, and which is said to."""
    for each in design.system.components:
        runs = each.claimed("version", *DEPLOYMENTS)
        products = {claim.value for claim in each.claimed("technology")}
        for said in each.claimed("version", *WORDS) if runs and len(products) < 2 else ():
            if not any(_agree(said.value, one.value) for one in runs):
                yield Observation(
                    "consistency/version-mismatch",
                    _named(said.spot, f"version of {each.id}"),
                    f"{said.spot.document.path} says version {said.value} of `{each.name}`, "
                    f"{runs[0].spot.document.path} runs {runs[0].value}.",
                    cause=each.id,
                    also=(runs[0].spot,),
                )
                break


def ports(design: Design) -> Iterator[Observation]:
    """Ports that are called, drawn or published, and on which nobody listens."""
    system = design.system
    for call in system.calls:
        target = system.by_id[call.target]
        if system.by_id[call.source].role == ComponentRole.QUEUE:
            continue  # who takes from it opens it, and the port is the queue's
        for said in call.said:
            yield from _called_port(call, said, target)
    for each in system.components:
        open_ = [
            claim
            for about in ("port", "more port", "published", "service port")
            for claim in each.claimed(about, *DEPLOYMENTS)
        ]
        for said_ in each.claimed("port", *WORDS) if open_ else ():
            if all(claim.value != said_.value for claim in open_):
                yield _port(
                    said_.spot, f"{said_.spot.document.path} says port {said_.value} of `{each.name}`", each, open_
                )
    yield from _server_ports(design, system)


def _called_port(call: Call, said: Saying, target: Component) -> Iterator[Observation]:
    if said.how != "url" or said.source not in ("compose", "kubernetes"):
        return
    known = of_scheme(said.protocol)
    if known and target.technology and known.id != target.technology:
        return  # it is another product altogether, and that is said already
    about = "port" if said.source == "compose" else "service port"
    port = said.port
    if not port and said.source == "kubernetes":
        port = {"http": 80, "https": 443}.get(said.protocol, 0)
    listens = target.claimed(about, said.source)
    if any(each.value == str(port) for each in target.claimed("more port", said.source)):
        return
    if port and listens and all(each.value != str(port) for each in listens):
        yield _port(said.spot, f"`{call.source}` calls port {port} of `{target.name}`", target, listens)
        return
    usual = _DEFAULT_PORTS.get(target.technology, ())
    alone = said.source == "compose" and not listens and not target.said_by("kubernetes", "terraform")
    if port and usual and alone and port not in usual:
        runs = target.claimed("technology", "compose")
        yield _port(said.spot, f"`{call.source}` calls port {port} of `{target.name}`", target, runs)


_DEFAULT_PORTS: Final = {
    "postgresql": (5432,),
    "mysql": (3306, 33060),
    "mariadb": (3306,),
    "mongodb": (27017,),
    "redis": (6379,),
    "rabbitmq": (5672, 5671, 15672),
    "memcached": (11211,),
    "elasticsearch": (9200, 9300),
}


def _port(at: Spot, said: str, component: Component, listens: Sequence[Claim]) -> Observation:
    known = map(str, _DEFAULT_PORTS.get(component.technology, ()))
    ports_ = ", ".join(sorted({each.value for each in listens if each.about != "technology"}) or known)
    also = tuple(dict.fromkeys(each.spot for each in listens))[:3]
    return Observation(
        "consistency/port-mismatch",
        _named(at, f"port of {component.id}"),
        f"{said}; in {listens[0].spot.document.path if listens else 'the deployment'} it listens on {ports_}.",
        cause=component.id,
        also=also,
    )


def _server_ports(design: Design, system: System) -> Iterator[Observation]:
    vocabulary = Vocabulary(system.components)
    serving = {each.spot.document.path: each.component for each in system.endpoints}
    published = [claim for each in system.components for claim in each.claimed("published")]
    for document in design.of(OpenApiDocument):
        for url, spot in servers_of(document):
            host, port, _ = split(url)
            if not port:
                continue
            if host in ("localhost", "127.0.0.1"):
                component = system.component(serving.get(document.path, ""))
                own = component.claimed("published") if component else []
                listens = own or published
                if listens and all(each.value != str(port) for each in listens):
                    yield _port(spot, f"{document.path} says port {port}", component or system.components[0], listens)
            elif (id := vocabulary.find(host)) and "." not in host:
                component = system.by_id[id]
                listens = [
                    claim for about in ("port", "service port") for claim in component.claimed(about, *DEPLOYMENTS)
                ]
                if listens and all(each.value != str(port) for each in listens):
                    yield _port(spot, f"{document.path} says port {port} of `{component.name}`", component, listens)


def protocols(design: Design) -> Iterator[Observation]:
    """How a call is made: drawn with TLS and set up without, drawn through a queue and set up as a request."""
    system = design.system
    shown = {(call.source, call.target): call for call in system.calls if call.said_by("diagram")}
    for call in system.calls:
        source, target = system.by_id[call.source], system.by_id[call.target]
        urls = [
            each
            for each in call.said_by(*DEPLOYMENTS)
            if each.how == "url" and each.protocol in ("http", "https", "grpc")
        ]
        if not urls:
            continue
        drawn = [each for each in call.said if each.source in WORDS]
        for each in drawn:
            if why := _differ(each, urls[0]):
                yield _protocol(source, target, each.spot, urls[0], why)
                break
        between = [
            shown[call.source, queue.id]
            for queue in system.components
            if queue.role == ComponentRole.QUEUE
            and (call.source, queue.id) in shown
            and (queue.id, call.target) in shown
        ]
        if between and not drawn:
            queue = system.by_id[between[0].target]
            said = between[0].said_by("diagram")[0]
            yield _protocol(source, target, said.spot, urls[0], f"through `{queue.name}`")


def _differ(said: Saying, url: Saying) -> str:
    """How a call is said to be made where it is not made so; empty where it may be."""
    if said.protocol in ("https", "grpcs", "wss") and url.protocol == "http":
        return f"by {said.protocol.upper()}"
    if said.protocol in ("grpc", "grpcs") and url.protocol in ("http", "https"):
        return "by gRPC"
    if said.protocol in ("rest", "http", "https") and url.protocol == "grpc":
        return f"by {said.protocol.upper()}"
    if said.synchronous is False and _EVENTS.search(said.label):
        return "as an event"
    return ""


def _protocol(source: Component, target: Component, at: Spot, url: Saying, why: str) -> Observation:
    return Observation(
        "consistency/protocol-mismatch",
        _named(at, f"{source.id} to {target.id}"),
        f"{at.document.path} shows `{source.name}` reach `{target.name}` {why}, "
        f"{url.spot.document.path} sets it up with {url.protocol}://.",
        cause=f"{source.id} {target.id}",
        also=(url.spot,),
    )


def unknown_hosts(design: Design) -> Iterator[Observation]:
    """Settings that lead to a host that nothing is called."""
    system = design.system
    vocabulary = Vocabulary(system.components)
    for source, host, said in system.unknown:
        if not re.search(r"[A-Z]|^(?:host|hostname|server|value|example|proxy)$", host):
            meant = vocabulary.find(host)
            elsewhere = meant is not None and not system.by_id[meant].said_by(said.source)
            if elsewhere:
                continue
            also = (system.by_id[meant].spot,) if meant else ()
            nearly = f"; `{system.by_id[meant].name}` is there" if meant else ""
            yield Observation(
                "consistency/unknown-host",
                _named(said.spot, f"{source} host {host}"),
                f"A setting of `{source}` leads to `{host}`, "
                f"and nothing in {said.spot.document.path} is called so{nearly}.",
                cause=f"{source} {host}",
                also=also,
            )


def _named(spot: Spot, symbol: str) -> Spot:
    return Spot(spot.document, spot.pointer, spot.tree, spot.line, spot.end_line, symbol)


def _instances(value: str) -> str:
    return f"{value} instance{'' if value in ('1', 'one') else 's'}" if value.isdigit() else value


def _same(one: str, other: str) -> bool:
    if one == other or any({one, other} <= each for each in _SAME):
        return True
    known = TECHNOLOGIES.get(one), TECHNOLOGIES.get(other)
    return known[0] is None or known[1] is None or (known[0].role != known[1].role)


def _agree(one: str, other: str) -> bool:
    return all(a == b for a, b in zip(one.split("."), other.split("."), strict=False))


CHECKS: tuple[Check, ...] = (replicas, technologies, versions, ports, protocols, unknown_hosts)
