from __future__ import annotations

from datetime import timedelta

import pytest

from faultline.platform.database import SYSTEM, new_id
from faultline.platform.jobs.lease import Lease, LeaseLost, is_lost
from faultline.service.analyses import states
from faultline.service.analyses.reaper import reap_lost
from faultline.service.analyses.states import Status, StopRequested
from faultline.service.analyses.tables import Analysis
from tests.service.analyses.conftest import Queue

LEASE = timedelta(seconds=30)


async def _lease(queue: Queue) -> Lease:
    key = await queue.one(await queue.tenant())
    return Lease.of((await queue.claim(key))[0])


async def test_an_analysis_is_claimed_once_and_comes_with_its_content(queue: Queue) -> None:
    keys = await queue.put(await queue.tenant(), count=3)
    claimed = await queue.claim(*keys)
    assert {row.id for row in claimed} == set(keys)
    assert all(row.content and row.attempts == 1 and row.status == Status.RUNNING for row in claimed)
    assert await queue.claim(*keys) == []


async def test_an_analysis_that_is_not_available_yet_is_not_claimed(queue: Queue) -> None:
    lease = await _lease(queue)
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.release(unit, lease, await unit.now(), after=timedelta(minutes=1), counted=True)
    assert await queue.claim(lease.id) == []


async def test_a_late_result_is_refused_after_the_lease_is_lost(queue: Queue) -> None:
    lease = await _lease(queue)
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.release(unit, lease, await unit.now(), counted=True)
    (again,) = await queue.claim(lease.id)
    with pytest.raises(LeaseLost):
        await _end(queue, lease, "complete")
    row = await queue.get(lease.id)
    assert (row.status, row.lease_token, row.attempts) == (Status.RUNNING, again.lease_token, 2)


async def test_a_heartbeat_renews_what_is_held_and_leaves_out_what_is_lost(queue: Queue) -> None:
    held, lost = await _lease(queue), await _lease(queue)
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.release(unit, lost, await unit.now(), counted=True)
        later = await unit.now() + timedelta(hours=1)
        found = await states.renew(unit, [held, lost], LEASE, later)
    assert found == {(held.id, held.token): False}
    assert (await queue.get(held.id)).lease_expires_at == later + LEASE


async def _end(queue: Queue, lease: Lease, end: str) -> None:
    async with queue.parts.database.unit(SYSTEM) as unit:
        now = await unit.now()
        match end:
            case "complete":
                await states.complete(unit, lease, Status.COMPLETED, now)
            case "fail":
                await states.fail(unit, lease, "x", "x", now)
            case _:
                await states.release(unit, lease, now, counted=True)


@pytest.mark.parametrize("end", ["complete", "fail", "release"])
async def test_a_cancellation_that_came_before_the_end_wins_over_it(queue: Queue, end: str) -> None:
    lease = await _lease(queue)
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.cancel(unit, await queue.get(lease.id), await unit.now())
    with pytest.raises(StopRequested):
        await _end(queue, lease, end)
    assert (await queue.get(lease.id)).status == Status.RUNNING
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.stop(unit, lease, await unit.now())
    assert (await queue.get(lease.id)).status == Status.CANCELLED


async def _expire(queue: Queue, lease: Lease) -> None:
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.renew(unit, [lease], LEASE, await unit.now() - timedelta(hours=1))


async def test_lost_work_is_queued_again_and_is_a_dead_letter_after_the_last_attempt(queue: Queue) -> None:
    key = await queue.one(await queue.tenant())
    for attempt in (1, 2, 3):
        async with queue.parts.database.unit(SYSTEM) as unit:
            (row,) = await states.claim(unit, [key], LEASE, await unit.now() + timedelta(hours=1))
        assert row.attempts == attempt
        await _expire(queue, Lease.of(row))
        assert await reap_lost(queue.parts) == 1
        assert await reap_lost(queue.parts) == 0
        assert (await queue.get(key)).status == ("queued" if attempt < 3 else "failed")
    assert (await queue.get(key)).error_code == states.WORKER_LOST
    async with queue.parts.database.unit(SYSTEM) as unit:
        assert await states.redrive(unit, 10, await unit.now()) == [key]
    row = await queue.get(key)
    assert (row.status, row.attempts, row.error_code) == ("queued", 0, None)


async def test_lost_work_that_somebody_wanted_cancelled_is_not_begun_again(queue: Queue) -> None:
    lease = await _lease(queue)
    async with queue.parts.database.unit(SYSTEM) as unit:
        await states.cancel(unit, await queue.get(lease.id), await unit.now())
    await _expire(queue, lease)
    assert await reap_lost(queue.parts) == 1
    assert (await queue.get(lease.id)).status == Status.CANCELLED


async def test_the_reaper_leaves_alone_what_is_held_and_what_a_heartbeat_reached_in_time(queue: Queue) -> None:
    lease = await _lease(queue)
    assert await reap_lost(queue.parts) == 0
    async with queue.parts.database.unit(SYSTEM) as unit:
        assert not await is_lost(unit, Analysis, lease, await unit.now())
        assert not await is_lost(unit, Analysis, Lease(lease.id, lease.tenant_id, new_id(), 1), await unit.now())
