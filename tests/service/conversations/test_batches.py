"""Batches: how large they are, and that every conversation comes to one end whatever happens meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from faultline.platform.database import SYSTEM, Tenant
from faultline.platform.errors import DatabaseUnavailable
from faultline.service.conversations import batch, states, tasks
from faultline.service.conversations.batching import CROWDED, LARGEST, batch_size
from faultline.service.conversations.reaper import reap_lost_conversations
from faultline.service.conversations.retention import forget_old_conversations
from faultline.service.conversations.store import ConversationStore
from faultline.service.conversations.tables import Conversation
from faultline.service.conversations.tasks import BatchRunner
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.worker import Worker
from tests.fixtures.front_door import SQLITE
from tests.platform.jobs.test_pool import alive
from tests.service.conftest import MovableClock
from tests.service.conversations.conftest import Running, Talks
from tests.until import PATIENCE, until


def test_a_batch_grows_with_the_queue_and_halves_when_it_is_crowded() -> None:
    assert [batch_size(waiting, 2) for waiting in (0, 1, 2, 3, 40)] == [1, 1, 1, 2, 20]
    assert batch_size(2 * LARGEST, 2) == batch_size(CROWDED, 2) == LARGEST
    assert batch_size(CROWDED + 1, 2) == batch_size(100_000, 2) == LARGEST // 2
    sizes = [batch_size(waiting, 1) for waiting in range(CROWDED)]
    assert sizes == sorted(sizes)


async def test_what_waits_is_understood_once_each(talks: Talks, running: Running) -> None:
    who = await talks.tenant()
    keys = await talks.put(who, *(f"intent-{n % 3} number {n}" for n in range(60)), "hm")
    async with running(talks.parts):
        assert await talks.until_all_ended() == {"done": 60, "skipped": 1}
    row = await talks.get(keys[4])
    assert (row.intent, row.mood, row.summary) == ("intent-1", "neutral", "intent-1 number 4")
    assert (row.attempts, row.cached, row.version) == (1, False, "toy/built-in")
    assert (await talks.get(keys[-1])).skip_reason == "too-short"


async def test_two_workers_on_one_database_share_the_work(
    talks: Talks, running: Running, make_settings: Callable[..., Settings]
) -> None:
    who = await talks.tenant()
    keys = await talks.put(who, *(f"number {n}" for n in range(40)))
    other = Parts.of(make_settings(workers=2, lease_seconds=60.0))
    try:
        async with running(talks.parts), running(other):
            assert await talks.until_all_ended() == {"done": 40}
    finally:
        await other.close()
    assert {(await talks.get(key)).attempts for key in keys} == {1}


async def test_a_late_result_is_refused_and_the_rest_of_its_batch_is_recorded(talks: Talks) -> None:
    who = await talks.tenant()
    stays, gone, given = await talks.put(who, "stays", "gone", "given")
    (changed,) = await talks.put(who, "begun", external_id="1")
    claim = await talks.claim(who)
    assert claim is not None
    assert len(claim.rows) == 4
    await talks.put(who, "begun, and gone on", external_id="1")
    async with talks.parts.database.unit(Tenant(who.tenant_id)) as unit:
        await ConversationStore(unit.session).delete(gone)
        await unit.session.execute(update(Conversation).where(Conversation.id == given).values(lease_token=UUID(int=1)))
    results = {row.id: {"status": "done", "intent": "late"} for row in claim.rows}
    for expected in ({stays}, set()):
        async with talks.parts.database.unit(Tenant(who.tenant_id)) as unit:
            assert await states.record(unit, claim, results, await unit.now()) == expected
    assert (await talks.get(stays)).intent == "late"
    assert (await talks.get(given)).intent is None
    row = await talks.get(changed)
    assert (row.status, row.intent, row.attempts) == ("queued", None, 0)


@SQLITE
async def test_a_conversation_that_kills_its_process_is_given_up_alone(
    talks: Talks, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "RETRY_AFTER", timedelta(milliseconds=10))
    who = await talks.tenant()
    keys = await talks.put(who, "one", "kill me", "two", "crash", "three")
    async with running(talks.parts):
        assert await talks.until_all_ended() == {"done": 3, "failed": 2}
    dead, crashed = await talks.get(keys[1]), await talks.get(keys[3])
    assert (dead.error_code, dead.attempts) == (states.WORKER_DIED, 3)
    assert (crashed.error_code, crashed.error_detail) == (
        "internal",
        "the analyzer crashed; the service's log says where",
    )


@SQLITE
async def test_a_killed_process_loses_nothing(talks: Talks, running: Running, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(batch, "RETRY_AFTER", timedelta(milliseconds=10))
    began = tmp_path / "began"
    who = await talks.tenant()
    (key,) = await talks.put(who, f"stay {began}")
    async with running(talks.parts):
        await until(began.exists)
        pid = int(began.read_text())
        began.unlink()
        os.kill(pid, signal.SIGKILL)
        await until(began.exists)
        assert int(began.read_text()) != pid
    assert (await talks.get(key)).status == "queued"


@SQLITE
async def test_a_worker_that_stops_gives_back_what_is_not_done(talks: Talks, running: Running, tmp_path: Path) -> None:
    began = tmp_path / "began"
    who = await talks.tenant()
    await talks.put(who, f"stay {began}", "two", "three")
    async with running(talks.parts):
        await until(began.exists)
        pid = int(began.read_text())
    assert not alive(pid)
    found = await talks.statuses()
    assert found.keys() <= {"queued", "done"}
    assert found["queued"] >= 1
    async with talks.parts.database.unit(SYSTEM, write=False) as unit:
        rows = await unit.session.execute(select(Conversation.attempts).where(Conversation.status == "queued"))
        assert set(rows.scalars()) == {0}


async def test_what_a_lost_worker_held_is_given_away_and_given_up_in_the_end(talks: Talks, clock: MovableClock) -> None:
    who = await talks.tenant()
    (key,) = await talks.put(who, "one")
    for attempt in (1, 2, 3):
        async with talks.parts.database.unit(SYSTEM) as unit:
            await unit.session.execute(update(Conversation).values(available_at=talks.parts.clock()))
        claim = await talks.claim(who, seconds=-1)
        assert claim is not None
        assert claim.rows[0].attempts == attempt
        assert await reap_lost_conversations(talks.parts) == 1
        assert await reap_lost_conversations(talks.parts) == 0
    row = await talks.get(key)
    assert (row.status, row.error_code) == ("failed", states.WORKER_LOST)


async def test_a_held_lease_is_renewed_and_a_lost_one_stops_its_batch(talks: Talks, toy: None, tmp_path: Path) -> None:
    began = tmp_path / "began"
    who = await talks.tenant()
    (key,) = await talks.put(who, f"stay {began}")
    worker = Worker(talks.parts)
    runner: BatchRunner = worker._conversations
    await runner.beat()
    assert await runner.take() == 1
    await until(began.exists)
    before = (await talks.get(key)).lease_expires_at
    await runner.beat()
    after = (await talks.get(key)).lease_expires_at
    assert before
    assert after
    assert after > before
    async with talks.parts.database.unit(SYSTEM) as unit:
        await unit.session.execute(update(Conversation).values(lease_token=UUID(int=1)))
    await runner.beat()
    await until(lambda: not runner.batches)
    await until(lambda: not alive(int(began.read_text())))
    await worker.stop(0)


@SQLITE
async def test_results_wait_for_a_database_that_is_out_of_order(
    talks: Talks, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failures = states.record, iter(range(3))

    async def broken(*args: Any) -> set[UUID]:
        if next(failures, None) is not None:
            raise DatabaseUnavailable("away")
        return await real(*args)

    monkeypatch.setattr(states, "record", broken)
    who = await talks.tenant()
    (key,) = await talks.put(who, "one")
    async with running(talks.parts):
        assert (await talks.until(key, "done", "failed")).status == "done"
    assert next(failures, None) is None


async def test_the_same_words_are_understood_once(
    talks: Talks, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "batch_size", lambda *_: 100)
    who = await talks.tenant()
    other = await talks.tenant()
    first, same = [(await talks.put(who, "twice", external_id=name))[0] for name in ("1", "2")]
    async with running(talks.parts):
        await talks.until_all_ended()
        (later,) = await talks.put(who, "twice", external_id="3")
        (foreign,) = await talks.put(other, "twice", external_id="3")
        await talks.until_all_ended()
    found = [await talks.get(key) for key in (first, same, later, foreign)]
    assert [row.cached for row in found] == [False, True, True, False]
    assert {(row.intent, row.summary) for row in found} == {("refund", "twice")}
    page = talks.parts.metrics.render()[0].decode()
    assert 'faultline_analysis_cache_hits_total{kind="conversation"} 2.0' in page


@SQLITE
async def test_tenants_take_turns_at_batches(talks: Talks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "batch_size", lambda *_: 5)
    flood, small = await talks.tenant(), await talks.tenant()
    await talks.put(flood, *(f"number {n}" for n in range(20)))
    await talks.put(small, "one")
    worker = Worker(talks.parts)
    claims = [await worker._conversations._claim(1) for _ in range(3)]
    assert [claim and claim.tenant_id for claim in claims][:2].count(small.tenant_id) == 1
    await worker.stop(0)


@SQLITE
async def test_a_batch_holds_no_more_text_than_it_may(talks: Talks) -> None:
    who = await talks.tenant()
    await talks.put(who, *("x" * 400_000 + str(n) for n in range(5)))
    claim = await talks.claim(who)
    assert claim is not None
    assert len(claim.rows) == 2


async def test_old_conversations_are_forgotten(talks: Talks) -> None:
    who = await talks.tenant()
    old, waits, _ = await talks.put(who, "old", "old and waiting", "young")
    long_ago = talks.parts.clock() - timedelta(days=31)
    async with talks.parts.database.unit(SYSTEM) as unit:
        await unit.session.execute(
            update(Conversation).where(Conversation.id.in_([old, waits])).values(created_at=long_ago)
        )
        await unit.session.execute(update(Conversation).where(Conversation.id != waits).values(status="done"))
    assert await forget_old_conversations(talks.parts) == 1
    assert await talks.statuses() == {"queued": 1, "done": 1}


@SQLITE
async def test_the_backlog_knows_how_many_wait(talks: Talks) -> None:
    who = await talks.tenant()
    await talks.put(who, "one", "two")
    worker = Worker(talks.parts)
    await worker._conversations.measure()
    assert talks.parts.conversation_backlog._waiting == 2
    await worker.stop(0)


@SQLITE
async def test_the_queue_of_conversations_is_seen_from_outside(talks: Talks, real_client: Any) -> None:
    who = await talks.tenant()
    await talks.put(who, "one", "two")
    assert (await real_client.get("/health")).json()["conversation_queue_size"] == 2
    page = (await real_client.get("/metrics")).text
    assert 'faultline_processing_queue_depth{queue="conversations"} 2.0' in page


def test_statements_made_at_import_know_their_types_whatever_is_imported_first() -> None:
    code = (
        "from faultline.service.conversations.states import _WAITING as waiting\n"
        "print({name: type(bind.type).__name__ for name, bind in waiting.compile().binds.items()}['tenant'])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert said.stdout.strip() == "Uuid"
