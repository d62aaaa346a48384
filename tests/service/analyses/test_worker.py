"""The worker with its real children: every analysis that was queued comes to one end, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from faultline.platform.blobs import Stored
from faultline.platform.database import SYSTEM, Database, Tenant
from faultline.platform.errors import DatabaseUnavailable
from faultline.platform.jobs.lease import Lease
from faultline.service.analyses import job, states
from faultline.service.analyses.service import Analyses
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.worker import Worker
from tests.platform.jobs.test_pool import alive
from tests.service.analyses.conftest import Queue, Running
from tests.until import PATIENCE, until

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


async def drained(queue: Queue, running: Running, count: int) -> None:
    tenant = await queue.tenant()
    await queue.put(tenant, count=count)
    async with running(queue.parts):
        assert await queue.until_all_ended(PATIENCE + count) == {"completed": count}
    assert await queue.counts() == {"reports": count, "agent_runs": count, "findings": count}


async def test_what_is_queued_is_analyzed_once_each(queue: Queue, running: Running) -> None:
    await drained(queue, running, 20)


@pytest.mark.slow
async def test_a_thousand_drain_without_loss(queue: Queue, running: Running) -> None:
    await drained(queue, running, 1000)


async def test_two_workers_on_one_database_share_the_work_without_doubles(
    queue: Queue, running: Running, make_settings: Callable[..., Settings]
) -> None:
    tenant = await queue.tenant()
    await queue.put(tenant, count=40)
    other = Parts.of(make_settings(workers=2, lease_seconds=60.0))
    try:
        async with running(queue.parts), running(other):
            assert await queue.until_all_ended() == {"completed": 40}
    finally:
        await other.close()
    assert await queue.counts() == {"reports": 40, "agent_runs": 40, "findings": 40}


async def test_content_with_nul_characters_is_recorded_on_every_database(queue: Queue, running: Running) -> None:
    key = await queue.one(await queue.tenant(), content=b"npm ERR! code ELIFE\0CYCLE\nnpm ERR! \0 x\n")
    async with running(queue.parts):
        assert (await queue.until(key, "completed", "failed")).status == "completed"


@ON_SQLITE
async def test_poison_becomes_a_dead_letter_while_others_go_on(
    queue: Queue, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "RETRY_AFTER", timedelta(milliseconds=10))
    tenant = await queue.tenant()
    poison = await queue.one(tenant, "poison")
    others = await queue.put(tenant, count=10)
    async with running(queue.parts):
        dead = await queue.until(poison, "failed")
        assert (dead.error_code, dead.attempts) == (states.WORKER_DIED, 3)
        for key in others:
            assert (await queue.until(key, "completed")).attempts == 1


async def staying(queue: Queue, tmp_path: Path) -> tuple[UUID, Path]:
    """An analysis that never ends, and the file that will hold the process id of its child."""
    began = tmp_path / "began"
    return await queue.one(await queue.tenant(), "stay", details={"began": str(began)}), began


async def cancel(queue: Queue, key: UUID) -> None:
    async with queue.parts.database.unit(Tenant((await queue.get(key)).tenant_id)) as unit:
        await Analyses(unit, queue.parts).cancel(key)


@ON_SQLITE
async def test_cancelling_a_running_analysis_kills_its_child_alone(
    make_settings: Callable[..., Settings], running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At once, that is: neither poll nor heartbeat comes before the test has given up.
    monkeypatch.setattr("faultline.service.worker.POLL_SECONDS", 3600.0)
    parts = Parts.of(make_settings(workers=2, lease_seconds=3600.0))
    queue = Queue(parts)
    key, began = await staying(queue, tmp_path)
    async with running(parts):
        await until(began.exists)
        await cancel(queue, key)
        row = await queue.until(key, "cancelled")
        assert row.lease_token is None
        await until(lambda: not alive(int(began.read_text())))
        after = await queue.one(row.tenant_id)
        assert (await queue.until(after, "completed")).attempts == 1
    await parts.close()


@ON_SQLITE
async def test_a_waiting_analysis_that_is_cancelled_never_runs(queue: Queue, running: Running) -> None:
    key = await queue.one(await queue.tenant())
    await cancel(queue, key)
    async with running(queue.parts):
        after = await queue.one((await queue.get(key)).tenant_id)
        await queue.until(after, "completed")
    row = await queue.get(key)
    assert (row.status, row.attempts) == ("cancelled", 0)


@ON_SQLITE
async def test_a_child_that_is_killed_costs_one_attempt(
    queue: Queue, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "RETRY_AFTER", timedelta(milliseconds=10))
    key, began = await staying(queue, tmp_path)
    async with running(queue.parts):
        for attempt in (1, 2):
            await until(began.exists)
            assert (await queue.until(key, "running")).attempts == attempt
            pid = int(began.read_text())
            began.unlink()
            os.kill(pid, signal.SIGKILL)


@ON_SQLITE
async def test_what_runs_when_the_service_stops_goes_back_to_the_queue_uncounted(
    queue: Queue, running: Running, tmp_path: Path
) -> None:
    key, began = await staying(queue, tmp_path)
    async with running(queue.parts):
        await until(began.exists)
    row = await queue.get(key)
    assert (row.status, row.attempts, row.lease_token) == ("queued", 0, None)
    assert row.available_at <= queue.parts.clock()


@ON_SQLITE
async def test_work_that_takes_too_long_is_stopped(
    make_settings: Callable[..., Settings], running: Running, tmp_path: Path
) -> None:
    parts = Parts.of(make_settings(workers=1, job_seconds=0.5))
    queue = Queue(parts)
    key, _ = await staying(queue, tmp_path)
    async with running(parts):
        row = await queue.until(key, "failed")
    assert (row.error_code, row.error_detail) == (states.TIMED_OUT, "it took over 0.5 seconds")
    await parts.close()


@ON_SQLITE
async def test_missing_content_and_a_defect_fail_with_a_code_of_their_own(queue: Queue, running: Running) -> None:
    tenant = await queue.tenant()
    gone = await queue.one(tenant, content=b"", blob="artifacts/none", bytes=5)
    crash = await queue.one(tenant, "crash")
    async with running(queue.parts):
        assert (await queue.until(gone, "failed")).error_code == "blob-not-found"
        assert (await queue.until(crash, "failed")).error_code == "internal"


@ON_SQLITE
async def test_content_in_the_blob_store_is_analyzed(queue: Queue, running: Running) -> None:
    async def once() -> Any:
        yield b"npm ERR! code ELIFECYCLE\n"

    stored: Stored = await queue.parts.blobs.put("artifacts/x/y", once(), max_bytes=100)
    row = {"blob": "artifacts/x/y", "sha256": stored.sha256, "bytes": stored.size, "content": b""}
    key = await queue.one(await queue.tenant(), **row)
    async with running(queue.parts):
        assert (await queue.until(key, "completed", "failed")).finding_count == 1


@ON_SQLITE
async def test_a_report_is_recorded_once_the_database_answers_again(
    queue: Queue, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = 4
    original = Analyses.record

    async def record(self: Analyses, *args: Any) -> Any:
        nonlocal outage
        outage -= 1
        if outage >= 0:
            raise DatabaseUnavailable("gone for a moment")
        return await original(self, *args)

    monkeypatch.setattr(Analyses, "record", record)
    key = await queue.one(await queue.tenant())
    async with running(queue.parts):
        assert (await queue.until(key, "completed")).attempts == 1
    assert outage == -1
    assert (await queue.counts())["reports"] == 1


@ON_SQLITE
async def test_a_lost_lease_stops_the_work_at_the_next_heartbeat(
    queue: Queue, running: Running, tmp_path: Path
) -> None:
    key, began = await staying(queue, tmp_path)
    worker: Worker
    async with running(queue.parts) as worker:
        await until(began.exists)
        lease = Lease.of(await queue.get(key))
        async with queue.parts.database.unit(SYSTEM) as unit:
            await states.release(unit, lease, await unit.now(), after=timedelta(hours=1), counted=True)
        await worker._runner.beat()
        await until(lambda: not worker.busy)
    assert (await queue.get(key)).status == "queued"


@ON_SQLITE
async def test_while_long_work_holds_all_slots_small_work_takes_the_express_lane(
    queue: Queue, running: Running, tmp_path: Path
) -> None:
    tenant = await queue.tenant()
    for number in range(2):
        await queue.one(tenant, "stay", details={"began": str(tmp_path / str(number))})
    async with running(queue.parts):
        await until(lambda: (tmp_path / "0").exists() and (tmp_path / "1").exists())
        small = await queue.one(tenant, express=True)
        await queue.until(small, "completed")


@ON_SQLITE
async def test_an_idle_worker_writes_nothing(queue: Queue, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[object] = []
    original = Database.unit

    def unit(self: Database, scope: Any, *, write: bool = True) -> Any:
        if write:
            writes.append(scope)
        return original(self, scope, write=write)

    monkeypatch.setattr(Database, "unit", unit)
    async with running(queue.parts):
        after = await queue.one(await queue.tenant())
        await queue.until(after, "completed")
        for _ in range(20):  # its message goes, and the chores of the start are done, soon or late
            writes.clear()
            await asyncio.sleep(1.2)  # over one round of every poll
            if not writes:
                break
        assert writes == []
