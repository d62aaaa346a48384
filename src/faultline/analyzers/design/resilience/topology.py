"""What the system as a whole shows: who stands alone, who waits in a circle, who shares what should be one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.failure import Spread, groups, kills
from faultline.analyzers.design.system.model import DEPLOYMENTS, Call, Claim, Component, Saying, System
from faultline.analyzers.design.system.naming import words
from faultline.core.finding import Severity
from faultline.core.patterns import regex
from faultline.core.results.design import ComponentRole

LONG_CHAIN: Final = 5
"""Calls in a row that are worth a word: at 99.9 % each, five lose four hours a month more than one."""
_SERVERS: Final = frozenset({ComponentRole.SERVICE, ComponentRole.GATEWAY})
_TAKERS: Final = frozenset(
    {"worker", "consumer", "mailer", "notifier", "processor", "listener", "subscriber", "indexer"}
)
_MANY_HOSTS: Final = regex(
    r"\b(?:each|every|both|all|two|three|four|five|six|\d{1,2})(?: of the)?(?: \w+){0,2} (?:hosts?|nodes?"
    r"|machines?|servers?|vms?|sites|data cent(?:er|re)s)\b.{0,80}\b(?:run|runs|carr(?:y|ies)|have|has|hold|holds"
    r"|behind)\b"
    r"|\b(?:compose|stack|everything|same file|containers?|instances?)\b.{0,60}\b(?:run|runs|up|started|deployed"
    r"|once) on (?:each|every|both|all|two|three|four|five|six|\d{1,2})\b",
    re.IGNORECASE,
)
_SURVIVES: Final = regex(
    r"\b(?:time[- ]?outs?|fall(?:s|ing)?[- ]?backs?|circuit|retr(?:y|ies)|back[- ]?off|degrad\w*|waits? at most)\b",
    re.IGNORECASE,
)


def single_points_of_failure(design: Design) -> Iterator[Observation]:
    """Components with one instance that others wait for."""
    system = design.system
    if not system.components:
        return
    spread = Spread.of(system)
    many = any(_MANY_HOSTS.search(sentence.text) for each in design.of(MarkdownDocument) for sentence in each.sentences)
    replicated = [each for each in system.components if (each.replicas or 0) > 1 and not each.plumbing]
    found: list[tuple[float, Component, Claim | None, int, int]] = []
    for place, each in enumerate(system.components):
        if each.managed or each.plumbing or each.role not in (*_SERVERS, ComponentRole.STORE, ComponentRole.CACHE):
            continue
        claim = _alone(each, replicated, system)
        if many and claim and (claim[0] is None or claim[0].source == "compose"):
            continue  # one in a compose file is one on each host
        if claim is None or (claim[0] and claim[0].source in ("text", "adr")):
            continue  # who reads the text says it there
        dying = (spread.dead[place] & ~(1 << place)).bit_count()
        gone = spread.gone[place].bit_count()
        if dying or (gone and any(call.target == each.id for call in system.calls)):
            found.append((spread.radius(place), each, claim[0], dying, gone))
    if not replicated:  # nothing has a second instance: the worst one stands for all
        found = sorted(found, key=lambda each: (-each[0], -each[3], each[1].id))[:1]
    for radius, each, said, dying, gone in found:
        dead = spread.dead[spread.places[each.id]]
        names = [other.name for place, other in enumerate(system.components) if dead >> place & 1 and other is not each]
        at = said.spot if said else each.spot
        effects = []
        if names:
            effects.append(_listed(names) + (" die" if dying > 1 else " dies") + " with it")
        if gone:
            effects.append(f"{gone} of {len(system.endpoints)} endpoints are gone")
        yield Observation(
            "resilience/single-point-of-failure",
            Spot(at.document, at.pointer, at.tree, at.line, at.end_line, f"component {each.id}"),
            f"`{each.name}` runs one instance; when it dies, {' and '.join(effects)}.",
            cause=each.id,
            also=tuple(call.spot for call in _killed_by(system, each)[:5]),
            severity=Severity.HIGH if radius >= 0.5 and len(system.components) > 3 else Severity.MEDIUM,
        )


def _alone(component: Component, replicated: Sequence[Component], system: System) -> tuple[Claim | None] | None:
    """What says that it has one instance; a claim of None where its siblings have more and it says nothing."""
    said = component.claimed("replicas")
    for sources in (("kubernetes", "terraform"), ("compose",), ("text", "adr", "diagram")):
        claims = [each for each in said if each.source in sources]
        if not claims:
            continue
        if any(each.high > 1 for each in claims):
            return None
        explicit = [each for each in claims if each.explicit]
        if explicit:
            return (explicit[0],)
        alike = [each for each in replicated if each.said_by(*sources) and each.role in _SERVERS]
        return (claims[0],) if alike and component.role in _SERVERS else None
    if component.role in _SERVERS and component.said_by("compose"):
        beside = [
            each
            for each in system.components
            if each.role in _SERVERS and each.said_by("compose") and not each.plumbing
        ]
        more = [each for each in beside if any(claim.low > 1 for claim in each.claimed("replicas", "compose"))]
        if len(more) * 2 > len(beside) - 1 and more:
            return (None,)
    return None


def _killed_by(system: System, component: Component) -> list[Call]:
    return [call for call in system.calls if call.target == component.id and kills(call, system)]


def synchronous_cycles(design: Design) -> Iterator[Observation]:
    """Services that wait for one another in a circle."""
    system = design.system
    places = {each.id: place for place, each in enumerate(system.components)}
    waiting = {(call.source, call.target): call for call in system.calls if _waits(call, system)}
    following: list[list[int]] = [[] for _ in places]
    for source, target in waiting:
        following[places[source]].append(places[target])
    depth = _depths(system)
    for group in groups(following):
        if len(group) < 2:
            continue
        ids = sorted(system.components[place].id for place in group)
        ring = _ring(ids, waiting)
        calls = [waiting[source, target] for source, target in zip(ring, [*ring[1:], ring[0]], strict=True)]
        back = max(
            calls,
            key=lambda call: (depth.get(call.source, 0) - depth.get(call.target, 0), call.spot.lines, call.source),
        )
        turn = calls.index(back)
        ordered = [*calls[turn:], *calls[:turn]]
        if len(ordered) == 2 and _flows_back(*ordered):
            continue
        names = [system.by_id[call.source].name for call in ordered]
        way = " -> ".join(f"`{name}`" for name in (*names, names[0]))
        more = f" {len(ids) - len(ring)} more are part of it." if len(ids) > len(ring) else ""
        yield Observation(
            "resilience/synchronous-cycle",
            _strong(back).spot,
            f"Each of these waits for the next one: {way}.{more}",
            cause=" ".join(ids[:20]),
            also=tuple(_strong(call).spot for call in ordered[1:6])
            + tuple(each.spot for each in back.said if each is not _strong(back))[:3],
        )


def _flows_back(one: Call, other: Call) -> bool:
    """Whether one is only an arrow without a word, the other only a setting: what is fetched is drawn as it flows."""
    hows = [{(each.how, bool(each.label)) for each in call.said if each.how != "depends"} for call in (one, other)]
    return any(
        drawn == {("arrow", False)} and {how for how, _ in set_} <= {"url", "reference", "sentence"}
        for drawn, set_ in (hows, hows[::-1])
    )


def _waits(call: Call, system: System) -> bool:
    source, target = system.by_id[call.source], system.by_id[call.target]
    return (
        call.synchronous is not False
        and source.role in _SERVERS
        and target.role in _SERVERS
        and any(each.how != "depends" for each in call.said)
    )


def _strong(call: Call) -> Saying:
    """The place that says best that a call is made."""
    return next((each for each in call.said if each.how in ("arrow", "url", "message")), call.said[0])


def _depths(system: System) -> dict[str, int]:
    """How many calls each component is behind what users reach."""
    served = {each.component for each in system.endpoints}
    called = {call.target for call in system.calls}
    first = [each.id for each in system.components if each.role in (ComponentRole.CLIENT, ComponentRole.GATEWAY)]
    first = first or [each.id for each in system.components if each.id in served]
    first = first or [each.id for each in system.components if each.id not in called]
    following: dict[str, list[str]] = {}
    for call in system.calls:
        following.setdefault(call.source, []).append(call.target)
    depth = dict.fromkeys(first, 0)
    now = first
    while now:
        after = []
        for id in now:
            for other in following.get(id, ()):
                if other not in depth:
                    depth[other] = depth[id] + 1
                    after.append(other)
        now = after
    return depth


def _ring(ids: Sequence[str], waiting: Mapping[tuple[str, str], Call]) -> list[str]:
    """The shortest circle through the first of them that is in one of the shortest length."""
    inside = set(ids)
    following: dict[str, list[str]] = {each: [] for each in ids}
    for source, target in sorted(waiting):
        if source in inside and target in inside:
            following[source].append(target)
    best: list[str] = []
    for start in ids[:200]:
        before: dict[str, str] = {}
        now = [start]
        while now and start not in before:
            after = []
            for id in now:
                for other in following[id]:
                    if other not in before:
                        before[other] = id
                        after.append(other)
            now = after
        way = [before[start]]
        while way[-1] != start:
            way.append(before[way[-1]])
        if not best or len(way) < len(best):
            best = way[::-1]
        if len(best) == 2:
            break
    return best


def long_chains(design: Design) -> Iterator[Observation]:
    """The longest row of calls that wait for each other."""
    system = design.system
    places = {each.id: place for place, each in enumerate(system.components)}
    following: list[list[int]] = [[] for _ in places]
    waiting = {(call.source, call.target): call for call in system.calls if _waits(call, system)}
    for source, target in waiting:
        following[places[source]].append(places[target])
    longest: dict[int, tuple[int, ...]] = {}
    for group in groups(following):
        for node in group:  # those it calls are done; others of its own circle count for nothing
            ways = [longest[other] for other in following[node] if other in longest and other not in group]
            longest[node] = (node, *max(ways, key=lambda way: (len(way), way), default=()))[:50]
    way = max(longest.values(), key=lambda each: (len(each), each), default=())
    if len(way) <= LONG_CHAIN:
        return
    ids = [system.components[place].id for place in way]
    calls = [waiting[pair] for pair in pairwise(ids)]
    yield Observation(
        "resilience/long-call-chain",
        calls[0].spot,
        f"{len(calls)} calls wait for one another: {' -> '.join(f'`{system.by_id[each].name}`' for each in ids)}.",
        also=tuple(call.spot for call in calls[1:]),
    )


_DEAD: Final = regex(
    r"(?:^|[-_. ])(?:dlq|dlx|dlt|dead(?:[-_ ]?letters?)?|parking[-_ ]?lot|poison|parked|quarantine|failed"
    r"|rejected)(?:$|[-_. ])",
    re.IGNORECASE,
)
"""Names of queues that people look into: nothing is meant to take from them."""


def lonely_queues(design: Design) -> Iterator[Observation]:
    """Queues into which somebody puts and from which nobody takes, and the reverse."""
    system = design.system
    for queue in system.components:
        if queue.role != ComponentRole.QUEUE or _DEAD.search(queue.name):
            continue  # a person looks at what nobody could take
        into = [call for call in system.calls if call.target == queue.id]
        out = [call for call in system.calls if call.source == queue.id]
        drawn = [call for call in into if any(each.how in ("arrow", "message", "sentence") for each in call.said)]
        takers = [call for call in into if _takes(system.by_id[call.source])]
        unsaid = [call for call in into if call not in drawn]  # a URL to a broker does not tell which end it is
        if len(drawn) == 1 and not out and not takers and not unsaid and not _is_said_to_be_read(design, queue):
            who = system.by_id[drawn[0].source].name
            yield Observation(
                "resilience/queue-without-consumer",
                queue.spot,
                f"`{who}` puts into `{queue.name}`, and nothing takes from it.",
                cause=queue.id,
                also=(drawn[0].spot,),
                severity=Severity.INFO if _of_others(queue) else None,
            )
        elif out and not into and not _is_fed_from_outside(design, queue):
            who = _listed([system.by_id[call.target].name for call in out])
            yield Observation(
                "resilience/queue-without-producer",
                queue.spot,
                f"{who} waits for what comes from `{queue.name}`, and nothing puts into it.",
                cause=queue.id,
                also=tuple(call.spot for call in out),
                severity=None if queue.said_by(*DEPLOYMENTS) else Severity.INFO,
            )


_LOGS: Final = frozenset({"log", "audit", "feed", "metric", "analytic", "trace", "history", "archive", "telemetry"})


def _of_others(queue: Component) -> bool:
    """Whether it may be read by whom nobody draws: a log, or a thing of others that is only called a broker."""
    if queue.said_by(*DEPLOYMENTS):
        return False
    named = set(words(queue.name))
    partner = not queue.technology and queue.name.lower().endswith(" broker")
    return bool(named & _LOGS) or partner


_FED: Final = regex(
    r"\b(?:exists|existing|already|publish\w*|writes?|written|puts?|sends?|sent|feeds?|fed|fills?|filled|produc\w+|emits?"
    r"|comes? from|upstream|external|owned by|belongs to|other teams?|another team)\b",
    re.IGNORECASE,
)


def _is_fed_from_outside(design: Design, queue: Component) -> bool:
    """Whether a text says who fills it, or the drawing begins with what is only read: another source stands beside."""
    system = design.system
    filled = {call.target for call in system.calls if system.by_id[call.source].role != ComponentRole.STORE}
    read = {call.target for call in system.calls} | {call.source for call in system.calls}
    sources = [
        each
        for each in system.components
        if each is not queue and each.role == ComponentRole.STORE and each.id in read and each.id not in filled
    ]
    name = re.compile(rf"(?<![\w-]){re.escape(queue.name)}(?![\w-])", re.IGNORECASE)
    return bool(sources) or any(
        name.search(said) and _FED.search(said)
        for document in design.of(MarkdownDocument)
        for each in document.sentences
        for said in (" ".join((*each.row, each.text)),)
    )


_TAKEN: Final = regex(
    r"\b(?:takes?|consumes?|reads?|receives?|polls?|drains?|picks? up|process(?:es)?|handles?|subscribes?|listens?)\b",
    re.IGNORECASE,
)


def _is_said_to_be_read(design: Design, queue: Component) -> bool:
    """Whether a sentence has what is in a queue taken from it, whoever does."""
    name = re.compile(rf"(?<![\w-]){re.escape(queue.name)}(?![\w-])", re.IGNORECASE)
    return any(
        name.search(each.text) and _TAKEN.search(each.text)
        for document in design.of(MarkdownDocument)
        for each in document.sentences
    )


def _takes(component: Component) -> bool:
    return component.role == ComponentRole.JOB or bool(_TAKERS & set(words(component.name)))


def unguarded_externals(design: Design) -> Iterator[Observation]:
    """Systems of others that calls wait for, with no word on what happens when they do not answer."""
    system = design.system
    spoken = _sentences(design, _SURVIVES)
    for call in system.calls:
        target = system.by_id[call.target]
        if target.role == ComponentRole.EXTERNAL and kills(call, system):
            name = target.name.lower()
            if not any(name in text for text in spoken) and not _SURVIVES.search(call.label):
                yield Observation(
                    "resilience/external-without-fallback",
                    call.spot,
                    f"`{system.by_id[call.source].name}` waits for `{target.name}`.",
                    cause=target.id,
                )


def _sentences(design: Design, pattern: re.Pattern[str]) -> list[str]:
    return [
        sentence.text.lower()
        for document in design.of(MarkdownDocument)
        for sentence in document.sentences
        if pattern.search(sentence.text)
    ]


def _listed(names: Iterable[str]) -> str:
    quoted = [f"`{each}`" for each in names]
    if len(quoted) > 4:
        quoted = [*quoted[:3], f"{len(quoted) - 3} others"]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


CHECKS: tuple[Check, ...] = (
    single_points_of_failure,
    synchronous_cycles,
    long_chains,
    lonely_queues,
    unguarded_externals,
)
