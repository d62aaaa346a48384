"""GitHub goes away, and workers die, at every step: a review is retried later and not lost, and nothing said twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.lease import Lease, LeaseLost
from faultline.service.reviews import job, publish, states
from faultline.service.reviews.reaper import reap_lost_reviews
from faultline.service.reviews.states import Why
from faultline.service.reviews.tables import Review
from faultline.service.reviews.tasks import ReviewRunner
from tests.service.reviews.conftest import Pulls, Running
from tests.until import PATIENCE, until

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
BASE = "x = 1\n" * 5
FLAW = {"a.py": BASE + "one()  # FLAW one\n"}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub is asked again soon."""
    monkeypatch.setattr(job, "FIRST_PAUSE", timedelta(milliseconds=20))


@ON_SQLITE
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("lost", ["/access_tokens", "/check-runs", "/reviews", "/issues/1/comments"])
async def test_an_answer_that_is_lost_costs_time_and_nothing_else(lost: str, pulls: Pulls, running: Running) -> None:
    pulls.hub.lose = lost
    async with running(pulls.parts):
        await pulls.push(FLAW)
        assert await pulls.done() == ["completed"]
    assert pulls.comments == ["one"]
    assert pulls.duplicates == 0
    assert await pulls.ledger() == {"one": "open"}


@ON_SQLITE
@pytest.mark.usefixtures("quick")
async def test_a_github_that_is_down_for_a_while_is_asked_again_and_no_attempt_is_counted(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "LONGEST_PAUSE", timedelta(milliseconds=50))
    pulls.hub.outage = 3
    async with running(pulls.parts):
        await pulls.push(FLAW)
        assert await pulls.done() == ["completed"]
    assert pulls.hub.outage == 0
    assert (await pulls.reviews())[0].attempts <= 1
    assert pulls.comments == ["one"]


@ON_SQLITE
async def test_a_rate_limit_is_waited_for_as_long_as_github_says(pulls: Pulls, running: Running) -> None:
    pulls.hub.limited = {"Retry-After": "120"}
    async with running(pulls.parts):
        await pulls.push(FLAW)
        await until(lambda: pulls.hub.calls)
        review = await pulls.until("queued")
        async with asyncio.timeout(PATIENCE):
            while not (review := (await pulls.reviews())[0]).outages:
                await asyncio.sleep(0.02)
    assert (review.status, review.attempts) == ("queued", 0)
    assert timedelta(seconds=100) < review.available_at - review.queued_at < timedelta(seconds=140)


@ON_SQLITE
async def test_after_a_day_without_github_a_review_is_given_up(pulls: Pulls, running: Running) -> None:
    await pulls.push(FLAW)
    async with pulls.parts.database.unit(SYSTEM) as unit:
        await unit.session.execute(update(Review).values(queued_at=await unit.now() - timedelta(days=2)))
    pulls.hub.outage = 1_000
    async with running(pulls.parts):
        review = await pulls.until("failed")
    assert review.error_code == "github-unavailable"


@pytest.mark.usefixtures("quick")
async def test_a_worker_that_dies_between_posting_and_recording_leaves_nothing_to_be_posted_twice(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted, go_on, real = asyncio.Event(), asyncio.Event(), publish.post
    turns: list[int] = []

    async def post(*arguments: Any) -> Any:
        answer = await real(*arguments)
        turns.append(1)
        if len(turns) == 1:  # the first one falls silent here
            posted.set()
            await go_on.wait()
        return answer

    monkeypatch.setattr(publish, "post", post)
    async with running(pulls.parts):
        await pulls.push(FLAW)
        async with asyncio.timeout(PATIENCE):
            await posted.wait()
        # The worker's own reaper may be quicker, and a heartbeat may come in between.
        reaped = 0
        async with asyncio.timeout(PATIENCE):
            while not reaped and len(turns) < 2:
                async with pulls.parts.database.unit(SYSTEM) as unit:
                    past = await unit.now() - timedelta(seconds=1)
                    await unit.session.execute(update(Review).values(lease_expires_at=past))
                reaped = await reap_lost_reviews(pulls.parts)
        pulls.parts.reviews.nudge()
        assert await pulls.done() == ["completed"]
        go_on.set()  # its late result is refused
        await asyncio.sleep(0.05)
    assert len(turns) == 2
    assert pulls.comments == ["one"]
    assert pulls.duplicates == 0
    assert (await pulls.rules())["one"].shown == 1
    assert len(pulls.at.checks) == 1


@ON_SQLITE
async def test_a_push_while_an_older_head_is_being_posted_waits_for_it_and_repeats_nothing(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting, go_on, real = asyncio.Event(), asyncio.Event(), publish.post

    async def post(*arguments: Any) -> Any:
        if not posting.is_set():
            posting.set()
            await go_on.wait()
        return await real(*arguments)

    monkeypatch.setattr(publish, "post", post)
    monkeypatch.setattr(publish, "AFTER_ANOTHER", timedelta(milliseconds=20))
    async with running(pulls.parts):
        await pulls.push(FLAW)
        async with asyncio.timeout(PATIENCE):
            await posting.wait()
        await pulls.push({"a.py": "# moved\n" + BASE + "one()  # FLAW one\ntwo()  # FLAW two\n"})
        await pulls.until("publishing")
        await asyncio.sleep(0.1)
        assert pulls.comments == []
        go_on.set()
        assert await pulls.done() == ["completed", "completed"]
    assert pulls.comments == ["one", "two"]
    assert pulls.duplicates == 0


@ON_SQLITE
async def test_an_app_that_was_removed_at_github_ends_the_review_with_words(pulls: Pulls, running: Running) -> None:
    pulls.hub.installations.clear()
    async with running(pulls.parts):
        await pulls.push(FLAW)
        review = await pulls.until("failed")
    assert review.error_code == "github-gone"


@ON_SQLITE
async def test_a_full_queue_of_analyses_holds_a_review_up_and_is_no_attempt(pulls: Pulls) -> None:
    await pulls.push(FLAW)
    pulls.parts.backlog.measured(10**9)
    runner = ReviewRunner(pulls.parts)
    assert await runner.take() == 1
    await runner.stop(10)
    review = (await pulls.reviews())[0]
    assert (review.status, review.attempts) == ("queued", 0)
    assert review.available_at > review.queued_at


@ON_SQLITE
async def test_a_review_whose_worker_is_lost_too_often_is_a_dead_letter_that_can_be_tried_again(pulls: Pulls) -> None:
    await pulls.push(FLAW)
    for attempt in range(1, 4):
        async with pulls.parts.database.unit(SYSTEM) as unit:
            later = await unit.now() + timedelta(hours=attempt)
            ids = [(await pulls.reviews())[0].id]
            taken = await states.claim(unit, ids, timedelta(days=-1), later)
        assert [row.attempts for row in taken] == [attempt]
        await reap_lost_reviews(pulls.parts)
    review = (await pulls.reviews())[0]
    assert (review.status, review.error_code) == ("failed", "worker-lost")
    async with pulls.parts.database.unit(SYSTEM) as unit:
        await states.retry(unit, review, await unit.now())
    review = (await pulls.reviews())[0]
    assert (review.status, review.attempts, review.error_code) == ("queued", 0, None)


async def test_a_late_result_is_refused_after_the_lease_is_lost(pulls: Pulls) -> None:
    await pulls.push(FLAW)
    async with pulls.parts.database.unit(SYSTEM) as unit:
        now = await unit.now()
        (taken,) = await states.claim(unit, [(await pulls.reviews())[0].id], timedelta(seconds=30), now)
        assert await states.claim(unit, [taken.id], timedelta(seconds=30), now) == []
    lease = Lease.of(taken)
    async with pulls.parts.database.unit(SYSTEM) as unit:
        await states.check(unit, lease)
        assert await states.renew(unit, [lease], timedelta(seconds=30), now) == {taken.id}
        await states.release(unit, lease, now, now, why=Why.HELD)
    for late in (
        lambda unit: states.check(unit, lease),
        lambda unit: states.complete(unit, lease, now),
        lambda unit: states.fail(unit, lease, "x", "x", now),
        lambda unit: states.release(unit, lease, now, now, why=Why.LOST),
    ):
        with pytest.raises(LeaseLost):
            async with pulls.parts.database.unit(SYSTEM) as unit:
                await late(unit)
    async with pulls.parts.database.unit(SYSTEM) as unit:
        assert await states.renew(unit, [lease], timedelta(seconds=30), now) == set()
    assert (await pulls.reviews())[0].status == "queued"


@ON_SQLITE
async def test_a_worker_that_goes_down_gives_its_review_back_and_that_is_no_attempt(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def never(*_: Any) -> Any:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(job, "fetch_change", never)
    async with running(pulls.parts):
        await pulls.push(FLAW)
        async with asyncio.timeout(PATIENCE):
            await began.wait()
    review = (await pulls.reviews())[0]
    assert (review.status, review.attempts, review.lease_token) == ("queued", 0, None)


@ON_SQLITE
async def test_a_head_that_moves_while_it_is_fetched_is_fetched_again(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    from faultline.service.github.errors import HeadMoved

    real, calls = job.fetch_change, []

    async def moved(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise HeadMoved("somebody pushed")
        return await real(*arguments)

    monkeypatch.setattr(job, "FIRST_PAUSE", timedelta(milliseconds=10))
    monkeypatch.setattr(job, "fetch_change", moved)
    async with running(pulls.parts):
        await pulls.push(FLAW)
        assert await pulls.done() == ["completed"]
    assert len(calls) == 2


@ON_SQLITE
async def test_an_end_that_the_outbox_did_not_tell_is_found_all_the_same(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(*_: Any) -> list[Any]:
        return []

    monkeypatch.setattr(states, "analyzed", deaf)
    monkeypatch.setattr(states, "LOOK_AGAIN", timedelta(milliseconds=300))
    async with running(pulls.parts):
        await pulls.push(FLAW)
        assert await pulls.done() == ["completed"]
    assert pulls.comments == ["one"]


@ON_SQLITE
async def test_a_defect_ends_the_review_and_says_where_to_look(
    pulls: Pulls, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(job, "fetch_change", broken)
    async with running(pulls.parts):
        await pulls.push(FLAW)
        review = await pulls.until("failed")
    assert review.error_code == "internal"
