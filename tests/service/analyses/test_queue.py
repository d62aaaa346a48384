from __future__ import annotations

from collections import Counter, deque
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import SYSTEM, new_id
from faultline.platform.errors import TryAgainLater
from faultline.service.analyses.backlog import Backlog
from faultline.service.analyses.queue import Seen, Turns, Waiting, depth, look, waiting
from faultline.service.analyses.tables import Analysis
from faultline.service.analyses.tasks import Outlook
from tests.service.analyses.conftest import Queue


def lot(tenant: UUID, weight: int, count: int = 100) -> deque[Waiting]:
    return deque(Waiting(new_id(), tenant, weight) for _ in range(count))


async def next_ids(
    session: AsyncSession,
    turns: Turns,
    places: int,
    now: datetime,
    *,
    express: bool = False,
    besides: frozenset[UUID] = frozenset(),
) -> list[UUID]:
    """Look and deal."""
    seen = await look(session, turns, places + len(besides), now, express=express)
    return [row.id for row in turns.deal(seen, places, besides)]


def serve(turns: Turns, queues: Seen, rounds: int, places: int = 1) -> Counter[UUID]:
    """Deal that often."""
    served: Counter[UUID] = Counter()
    for _ in range(rounds):
        for chosen in turns.deal(queues, places):
            served[chosen.tenant_id] += 1
    return served


def test_with_one_place_turns_go_by_weight_and_nobody_starves() -> None:
    free, starter, enterprise = new_id(), new_id(), new_id()
    queues = {free: lot(free, 1), starter: lot(starter, 2), enterprise: lot(enterprise, 8)}
    assert serve(Turns(), queues, 88) == {free: 8, starter: 16, enterprise: 64}


def test_several_places_are_shared_by_weight_too() -> None:
    free, enterprise = new_id(), new_id()
    served = serve(Turns(), {free: lot(free, 1), enterprise: lot(enterprise, 8)}, 18, places=4)
    assert served == {free: 8, enterprise: 64}


def test_a_flood_delays_another_tenants_one_analysis_by_one_turn_at_most() -> None:
    flood, other = new_id(), new_id()
    turns, queues = Turns(), {flood: lot(flood, 1, 1000)}
    serve(turns, queues, 500)
    queues[other] = lot(other, 1, 1)
    assert serve(turns, queues, 2)[other] == 1


def test_nobody_saves_turns_up_while_away() -> None:
    busy, lazy = new_id(), new_id()
    turns, queues = Turns(), {busy: lot(busy, 1, 1000)}
    serve(turns, queues, 500)
    queues[lazy] = lot(lazy, 1, 100)
    assert serve(turns, queues, 20) == {busy: 10, lazy: 10}


def test_turns_forget_tenants_that_have_nothing_to_wait_for() -> None:
    turns, busy = Turns(), new_id()
    for _ in range(1500):
        turns.take(new_id(), 1)
        turns.take(busy, 1)
    assert len(turns._finish) < 1100


async def test_an_outlook_is_good_for_a_moment_and_not_for_tenants_it_has_not_seen() -> None:
    moment = 100.0
    outlook, turns = Outlook(lambda: moment), Turns()
    seen, other = new_id(), new_id()
    outlook.see({seen: lot(seen, 1, 3)})
    assert len(outlook.deal(turns, 1, ())) == 1
    outlook.hear(seen)
    assert len(outlook.deal(turns, 1, ())) == 1
    outlook.hear(other)
    assert outlook.deal(turns, 1, ()) == []
    outlook.see({seen: lot(seen, 1, 3)})
    moment += 1
    assert outlook.deal(turns, 1, ()) == []


async def test_the_oldest_of_a_tenant_goes_first_and_an_empty_queue_gives_nothing(queue: Queue) -> None:
    async with queue.parts.database.unit(SYSTEM, write=False) as unit:
        assert await next_ids(unit.session, Turns(), 2, await unit.now()) == []
    tenant = await queue.tenant()
    keys = await queue.put(tenant, count=3)
    small = await queue.one(tenant, express=True)
    async with queue.parts.database.unit(SYSTEM, write=False) as unit:
        now = await unit.now()
        assert await next_ids(unit.session, Turns(), 2, now) == keys[:2]
        assert await next_ids(unit.session, Turns(), 9, now) == [*keys, small]
        assert await next_ids(unit.session, Turns(), 9, now, express=True) == [small]
        assert await next_ids(unit.session, Turns(), 2, now, besides=frozenset(keys[:2])) == [keys[2], small]


async def test_tenants_take_turns_and_one_whose_work_has_to_wait_takes_no_place(queue: Queue) -> None:
    first, second, third = [await queue.tenant() for _ in range(3)]
    ours, theirs = await queue.put(first, count=3), await queue.put(second, count=3)
    (late,) = await queue.put(third)
    async with queue.parts.database.unit(SYSTEM) as unit:
        later = await unit.now() + timedelta(hours=1)
        await unit.session.execute(update(Analysis).where(Analysis.id == late).values(available_at=later))
    async with queue.parts.database.unit(SYSTEM, write=False) as unit:
        assert set(await next_ids(unit.session, Turns(), 2, await unit.now())) == {ours[0], theirs[0]}
        assert await waiting(unit.session) == 7
        found = await depth(unit.session)
    assert (found.waiting, found.oldest) == (7, (await queue.get(ours[0])).created_at)


def test_a_full_queue_refuses_until_it_is_measured_shorter() -> None:
    backlog = Backlog(2)
    backlog.admit()
    backlog.admit()
    with pytest.raises(TryAgainLater) as refused:
        backlog.admit()
    assert (refused.value.status, refused.value.code, refused.value.retry_after) == (503, "too-much-waits", 30)
    backlog.measured(1)
    backlog.admit()
