"""One turn at one review: whatever happens, it ends in one transition.

What GitHub cannot give or take now goes back to the queue, for as long as GitHub asks, else for longer and longer; that
is no attempt, and it ends after a day only. What a lost worker left counts as one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from time import perf_counter
from typing import Final

import structlog

from faultline.core.errors import FaultlineError
from faultline.platform.database import Tenant, UnitOfWork
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs.lease import Lease, LeaseLost, lost
from faultline.service.analyses.backlog import TooMuchWaits
from faultline.service.github.errors import GitHubUnavailable, HeadMoved
from faultline.service.parts import Parts
from faultline.service.reviews import states
from faultline.service.reviews.ci import explain, fetch_logs
from faultline.service.reviews.fetch import fetch_change
from faultline.service.reviews.publish import publish
from faultline.service.reviews.states import ReviewStatus, Trigger, Why
from faultline.service.reviews.step import Ended, Held, Step, place_of
from faultline.service.reviews.tables import Review

GIVE_UP_AFTER: Final = timedelta(days=1)
"""How long GitHub may be away; the longest outage on its status page of the last years took less than that."""
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=10)
HELD: Final = timedelta(seconds=30)
"""How long a review waits that our own side cannot take further now: a full queue, a database that is busy."""
PAUSES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to record; the last one is repeated."""
_log = structlog.get_logger()


class Stop(Enum):
    """Why a turn is stopped."""

    LEASE_LOST = auto()
    GOING_DOWN = auto()


class Job:
    """See the module.

    Args:
        parts: of this process.
        review: claimed by this worker.

    """

    def __init__(self, parts: Parts, review: Review) -> None:
        self.review = review
        self.lease = Lease.of(review)
        self._parts = parts
        self._stop: Stop | None = None
        self._work = asyncio.create_task(self._act())

    def stop(self, why: Stop) -> None:
        """End the turn, unless it has ended."""
        if self._stop is None:
            self._stop = why
            self._work.cancel()

    async def run(self) -> None:
        """See it to its end."""
        structlog.contextvars.bind_contextvars(review_id=str(self.review.id), tenant_id=str(self.review.tenant_id))
        start, at = perf_counter(), self.review.status
        outcome = "lost"
        try:
            outcome = await self._run()
        except LeaseLost:
            _log.info("a review was superseded, cancelled or given away while it was worked on")
        finally:
            self._work.cancel()
            self._parts.relay.nudge()
        if outcome in (ReviewStatus.COMPLETED, ReviewStatus.FAILED):
            waited = (self._parts.clock() - self.review.queued_at).total_seconds()
            self._parts.metrics.review(self.review.trigger, outcome, waited)
        _log.info("review taken further", step=at, outcome=outcome, seconds=round(perf_counter() - start, 3))

    async def _run(self) -> str:
        try:
            record = await self._work
            return await self._recorded(record)
        except asyncio.CancelledError:
            if self._stop is Stop.GOING_DOWN:
                return await self._released(timedelta(), Why.HELD)
            if self._stop is Stop.LEASE_LOST:
                raise lost() from None
            raise
        except Held as held:
            return await self._released(held.pause, Why.HELD)
        except Ended as ended:
            return await self._failed(ended.code, str(ended), ended.status)
        except HeadMoved:
            return await self._released(FIRST_PAUSE, Why.HELD)
        except GitHubUnavailable as error:
            return await self._outage(error)
        except TryAgainLater:
            return await self._released(HELD, Why.HELD)
        except LeaseLost:
            raise
        except FaultlineError as error:
            return await self._failed(error.code, str(error))
        except Exception:
            _log.exception("a review crashed")
            return await self._failed("internal", "the review crashed; the service's log says where")

    async def _act(self) -> Step:
        """What the review's status asks for, up to what is to be recorded of it."""
        explains = self.review.trigger == Trigger.WORKFLOW
        if self.review.status == ReviewStatus.FETCHING:
            return await (fetch_logs if explains else fetch_change)(self._parts, self.review, self.lease)
        return await (explain if explains else publish)(self._parts, self.review, self.lease)

    async def _outage(self, error: GitHubUnavailable) -> str:
        """Wait as long as GitHub says, else twice as long as the last time; give up after a day."""
        now = self._parts.clock()
        self._parts.metrics.github_call("unavailable")
        if now - self.review.queued_at > GIVE_UP_AFTER:
            return await self._failed(error.code, f"GitHub could not be reached for a day: {error}")
        _log.warning("GitHub cannot be asked now", error=str(error), retry_at=str(error.retry_at))
        if error.retry_at is not None:
            return await self._released(max(error.retry_at - now, timedelta()), Why.OUTAGE)
        return await self._released(min(FIRST_PAUSE * 2 ** min(self.review.outages, 10), LONGEST_PAUSE), Why.OUTAGE)

    async def _released(self, after: timedelta, why: Why) -> str:
        async def write(unit: UnitOfWork, now: datetime) -> str:
            await states.release(unit, self.lease, now, now + after, why=why)
            if not after:
                unit.after_commit(self._parts.reviews.nudge)
            return why.value

        return await self._recorded(write)

    async def _failed(self, code: str, detail: str, status: ReviewStatus = ReviewStatus.FAILED) -> str:
        async def write(unit: UnitOfWork, now: datetime) -> str:
            await states.fail(unit, self.lease, code, detail, now, status=status)
            return status

        outcome = await self._recorded(write)
        await self._say_so(detail)
        return outcome

    async def _say_so(self, detail: str) -> None:
        """Conclude the check that says that a review is under way; nothing hangs on it."""
        if self.review.check_run_id is None:
            return
        with contextlib.suppress(FaultlineError, Ended):
            place = await place_of(self._parts, self.review)
            await place.installation.update_check_run(
                place.name,
                self.review.check_run_id,
                conclusion="neutral",
                title="Not reviewed",
                summary=f"Faultline could not review this: {detail}",
            )

    async def _recorded(self, write: Callable[[UnitOfWork, datetime], Awaitable[str]]) -> str:
        """Write in a transaction; try again as long as the database is out of order and the lease may hold."""
        attempt = 0
        while True:
            try:
                async with self._parts.database.unit(Tenant(self.review.tenant_id)) as unit:
                    return await write(unit, await unit.now())
            except TooMuchWaits:
                raise
            except TryAgainLater as error:
                if attempt == 0:
                    _log.warning("what became of a review cannot be recorded yet", error=str(error))
                await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
                attempt += 1


async def give_up_or_retry(unit: UnitOfWork, lease: Lease, now: datetime, *, attempts: int) -> None:
    """Queue a review again whose worker was lost, or give it up when that was the last attempt.

    Raises:
        LeaseLost: it is not ours any more.

    """
    if lease.attempt >= attempts:
        detail = f"the worker that was at it was lost, {lease.attempt} times"
        await states.fail(unit, lease, states.WORKER_LOST, detail, now)
    else:
        await states.release(unit, lease, now, now + FIRST_PAUSE * lease.attempt, why=Why.LOST)
