"""What dies with what: failure spreads along calls that wait for an answer and have no second to turn to.

The model, in the words of docs/guide/design-failures.md: who waits for what is dead is dead. A caller goes on, worse
than before, where it need not wait (a queue between, a dashed arrow) or can do without (a cache, a described
fallback). A gateway with several backends lives on without one of them; what it alone leads to is out of reach when it
dies. Clients and systems of others are outside and die of nothing here.

Sets of components are bits of one integer. The calls' strongly connected components (Tarjan, 1972) come out callees
first; read backwards, each joins what its callers take along, in one pass: calls times a machine's words, cycles or
not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from faultline.analyzers.design.system.model import OUTSIDE, Call, Component, Endpoint, System
from faultline.core.results.design import ComponentRole, Failure

MAX_STEPS = 100_000
"""Calls that are walked for chains, in all; failures beyond have none. 50 components with 200 calls need 10,000."""
_BITS = bytes(each & 1 for each in range(256))  # the digits of a binary number are 48 and 49
_CHECKS_ALL = ("auth", "token", "jwt", "session", "login", "identity", "verif")


def failures(system: System) -> tuple[Failure, ...]:
    """For each component what its death takes along.

    Those come first that die with one instance, as far as anybody knows; then the largest radius.
    """
    spread = Spread.of(system)
    ids = [each.id for each in system.components]
    symbols = [each.symbol for each in system.endpoints]
    found = []
    for place, each in enumerate(system.components):
        dead = spread.dead[place]
        found.append(
            Failure.model_construct(  # checked by construction: validating 4,000,000 names would take half a second
                component=each.id,
                components=_chosen(ids, dead & ~(1 << place)),
                endpoints=_chosen(symbols, spread.gone[place]),
                degraded=_chosen(ids, spread.suffering[place] & ~dead),
                radius=spread.radius(place),
                single=each.replicas == 1 and not each.managed,
                because=(),
            )
        )
    by_id = system.by_id
    found.sort(key=lambda each: (by_id[each.component].redundant, -each.radius, -len(each.components), each.component))
    return tuple(_with_chains(spread, found))


def kills(call: Call, system: System) -> bool:
    """Whether the caller dies with what it calls."""
    source, target = system.by_id[call.source], system.by_id[call.target]
    return not (
        call.synchronous is False
        or call.optional
        or source.role in OUTSIDE
        or target.role in (ComponentRole.CLIENT, ComponentRole.QUEUE)
        or (source.role == ComponentRole.QUEUE)
        or source.id == target.id
    )


@dataclass(frozen=True)
class Spread:
    """Who takes whom along, by the place of who dies in `system.components`; a set is an integer, bit n for the n-th.

    Args:
        system: whose.
        places: of the components by id.
        callers: the places of those that die with it in one step.
        dead: the components that die with it, itself included.
        gone: the endpoints that die with it: what it serves or leads to, and what needs something dead.
        suffering: the components one step beyond the dead that go on, worse than before; maybe some of the dead.

    """

    system: System
    places: Mapping[str, int]
    callers: Sequence[Sequence[int]]
    dead: Sequence[int]
    gone: Sequence[int]
    suffering: Sequence[int]

    @classmethod
    def of(cls, system: System) -> Spread:
        """The spread of failure in a system."""
        places = {each.id: place for place, each in enumerate(system.components)}
        killing, others = sorted_by_harm(system)
        callers: list[list[int]] = [[] for _ in places]
        for call in killing:
            callers[places[call.target]].append(places[call.source])
        degrades = [0] * len(places)
        for call in others:
            source, target = system.by_id[call.source], system.by_id[call.target]
            if source.role not in OUTSIDE and target.role != ComponentRole.CLIENT:
                degrades[places[call.target]] |= 1 << places[call.source]
            # What a queue hands on is work that its consumer no longer gets.
            if target.role not in OUTSIDE and source.role == ComponentRole.QUEUE:
                degrades[places[call.source]] |= 1 << places[call.target]
        served, needing = _endpoints(system, places)
        done = groups(callers)
        gone = _gathered(done, callers, needing)
        return cls(
            system,
            places,
            callers,
            _gathered(done, callers, [1 << place for place in range(len(places))]),
            [its | others for its, others in zip(served, gone, strict=True)],
            _gathered(done, callers, degrades),
        )

    def radius(self, place: int) -> float:
        """The share of all endpoints that die with a component; of all others inside where no endpoint is known."""
        if self.system.endpoints:
            return round(self.gone[place].bit_count() / len(self.system.endpoints), 4)
        inside = sum(each.role not in OUTSIDE for each in self.system.components)
        itself = self.system.components[place].role not in OUTSIDE
        others = (self.dead[place] & ~(1 << place)).bit_count()
        return round(min(1.0, others / max(inside - itself, 1)), 4)


def sorted_by_harm(system: System) -> tuple[list[Call], list[Call]]:
    """The calls that kill, and the others."""
    killing: list[Call] = []
    others: list[Call] = []
    backends: dict[str, set[str]] = {}
    for call in system.calls:
        if kills(call, system):
            backends.setdefault(call.source, set()).add(call.target)
    for call in system.calls:
        if call.source == call.target:
            continue
        routed = (
            system.by_id[call.source].role == ComponentRole.GATEWAY
            and len(backends.get(call.source, ())) > 1
            and not _checks_all(call, system.by_id[call.target])
        )
        (killing if kills(call, system) and not routed else others).append(call)
    return killing, others


def _checks_all(call: Call, target: Component) -> bool:
    """Whether a gateway asks this one about every request."""
    said = f"{target.id} {call.label}".lower()
    return any(each in said for each in _CHECKS_ALL)


def _endpoints(system: System, places: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """By component the endpoints that die with itself only, and those that die where it is among the dead."""
    served, needing = [0] * len(places), [0] * len(places)
    doors: dict[str, set[str]] = {}
    direct = set()
    for call in system.calls:
        role = system.by_id[call.source].role
        if role == ComponentRole.GATEWAY and call.synchronous is not False:
            doors.setdefault(call.target, set()).add(call.source)
        elif role == ComponentRole.CLIENT and any(each.how != "message" for each in call.said):
            direct.add(call.target)
    for place, each in enumerate(system.endpoints):
        if each.component not in places:
            continue
        bit = 1 << place
        served[places[each.component]] |= bit
        for need in _needs(each):
            if need in places:
                needing[places[need]] |= bit
        entries = doors.get(each.component, set())
        if len(entries) == 1 and each.component not in direct:
            needing[places[next(iter(entries))]] |= bit
    return served, needing


def _needs(endpoint: Endpoint) -> tuple[str, ...]:
    return (endpoint.component,) if endpoint.needs is None else endpoint.needs


def groups(callers: Sequence[Sequence[int]]) -> list[list[int]]:
    """The strongly connected components of a graph of numbered nodes, each after all those that it leads to."""
    order, low = [-1] * len(callers), [0] * len(callers)
    waiting: list[int] = []
    since = [0] * len(callers)
    inside = [False] * len(callers)
    groups: list[list[int]] = []
    count = 0
    for root in range(len(callers)):
        work = [(root, 0)] if order[root] < 0 else []
        while work:
            node, step = work.pop()
            if step == 0:
                order[node] = low[node] = count
                count += 1
                since[node] = len(waiting)
                waiting.append(node)
                inside[node] = True
            following = callers[node]
            while step < len(following):
                other = following[step]
                step += 1
                if order[other] < 0:
                    work += [(node, step), (other, 0)]
                    break
                if inside[other]:
                    low[node] = min(low[node], low[other])
            else:
                if low[node] == order[node]:
                    groups.append(waiting[since[node] :])
                    del waiting[since[node] :]
                    for member in groups[-1]:
                        inside[member] = False
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
    return groups


def _gathered(groups: Sequence[Sequence[int]], callers: Sequence[Sequence[int]], own: Sequence[int]) -> list[int]:
    """By node what it and all that it takes along have together."""
    found = [0] * len(callers)
    for group in groups:
        bits = 0
        for member in group:
            bits |= own[member]
            for other in callers[member]:
                bits |= found[other]
        for member in group:
            found[member] = bits
    return found


def _with_chains(spread: Spread, found: Sequence[Failure]) -> list[Failure]:
    left = MAX_STEPS
    done = []
    for each in found:
        if each.components and left > 0:
            chains, steps = _chains(spread, spread.places[each.component])
            left -= steps
            each = each.model_copy(update={"because": chains})
        done.append(each)
    return done


def _chains(spread: Spread, start: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """For each that dies with a component the shortest way from it, in the order of ids; and what that cost."""
    before = {start: start}
    now = [start]
    steps = 0
    while now:
        following = []
        for node in now:
            steps += 1 + len(spread.callers[node])
            for other in sorted(spread.callers[node]):
                if other not in before:
                    before[other] = node
                    following.append(other)
        now = following
    chains = []
    for node in sorted(before):
        if node != start:
            way = [node]
            while way[-1] != start:
                way.append(before[way[-1]])
            steps += len(way)
            chains.append(tuple(spread.system.components[place].id for place in way))
    return tuple(chains), steps


def _chosen(texts: Sequence[str], bits: int) -> tuple[str, ...]:
    return tuple(compress(texts, bin(bits)[:1:-1].encode().translate(_BITS)))
