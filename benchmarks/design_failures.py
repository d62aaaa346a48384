"""What dies with what: our spread of failure beside one that tries each component by itself, and its time.

The reference below knows nothing of groups and bits: it kills one component, and marks callers dead until nobody more
dies. Systems are made at random from a fixed seed, circles included; both must tell the same of every component. The
large one has 2,000 components and 10,000 calls. The median of five runs counts, in CPU time.
"""

from __future__ import annotations

import random
import statistics
import sys
from time import process_time

from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.system.failure import failures, kills
from faultline.analyzers.design.system.model import Call, Component, Endpoint, Mention, System
from faultline.core.results.design import ComponentRole
from measure import row

SEED = 20_260_301
SYSTEMS = 200
LIMIT_S = 0.5
_ROLES = (
    *([ComponentRole.SERVICE] * 6),
    ComponentRole.STORE,
    ComponentRole.CACHE,
    ComponentRole.QUEUE,
    ComponentRole.EXTERNAL,
)
_AT = Spot(Document("made.md", ""), line=1)


def made(chance: random.Random, components: int, calls: int, endpoints: int) -> System:
    """A system at random."""
    ids = [f"c{number:04}" for number in range(components)]
    parts = [
        Component(
            id, id, chance.choice(_ROLES), replicas=chance.choice((None, 1, 2)), mentions=(Mention(_AT, "text", id),)
        )
        for id in ids
    ]
    pairs = sorted({(chance.choice(ids), chance.choice(ids)) for _ in range(calls)})
    links = [
        Call(source, target, _AT, chance.choice((True, True, None, False)), optional=chance.random() < 0.1)
        for source, target in pairs
        if source != target
    ]
    served = [Endpoint(f"GET /{number}", chance.choice(ids), _AT) for number in range(endpoints)]
    return System(parts, links, served)


def by_trying(system: System) -> dict[str, tuple[set[str], set[str]]]:
    """For each component who else dies with it, and which endpoints, one component at a time."""
    found = {}
    for each in system.components:
        dead = {each.id}
        while True:
            more = {call.source for call in system.calls if call.target in dead and kills(call, system)} - dead
            if not more:
                break
            dead |= more
        gone = {endpoint.symbol for endpoint in system.endpoints if endpoint.component in dead}
        found[each.id] = (dead - {each.id}, gone)
    return found


def main() -> int:
    """Print the figures; 1 where a limit is missed."""
    chance = random.Random(SEED)
    different = 0
    components = 0
    for _ in range(SYSTEMS):
        size = chance.randint(2, 40)
        system = made(chance, size, chance.randint(1, 3 * size), chance.randint(0, 20))
        expected = by_trying(system)
        components += size
        for failure in failures(system):
            different += (set(failure.components), set(failure.endpoints)) != expected[failure.component]
    print(f"{SYSTEMS} systems of 2 to 40 components, {components} in all")
    kept = row("told otherwise than by trying", different, "", at_most=0)
    large = made(chance, 2_000, 10_000, 2_000)
    times = []
    for _ in range(5):
        begun = process_time()
        failures(large)
        times.append(process_time() - begun)
    begun = process_time()
    sample = System(
        large.components[:300], [each for each in large.calls if each.source < "c0300" and each.target < "c0300"]
    )
    by_trying(sample)
    print(f"2,000 components, {len(large.calls):,} calls")
    kept &= row("all failures", statistics.median(times), "s CPU", at_most=LIMIT_S)
    row("by trying, of 300 of these alone", process_time() - begun, "s CPU")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
