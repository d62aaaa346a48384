"""Job: one analysis that this process runs, from its claim to its end.

The content is examined in a task of its own, which is all that is ever cancelled. What has been found is recorded
whatever happens meanwhile, and again and again while the database is out of order: only the row itself can say that
the lease is lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from time import perf_counter
from typing import TypeVar

import structlog

from faultline.core.errors import FaultlineError
from faultline.platform.database import Tenant, UnitOfWork
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs.pool import PoolClosed, ProcessSlots, WorkerDied, WorkerTimeout
from faultline.service.analyses import states
from faultline.service.analyses.examine import Examined, examine
from faultline.service.analyses.service import Analyses
from faultline.service.analyses.states import Lease, LeaseLost, Status, StopRequested
from faultline.service.analyses.tables import Analysis
from faultline.service.parts import Parts

RETRY_AFTER = timedelta(seconds=5)
"""How long lost work waits, times the attempts so far, before it is begun again."""
OUTAGE = timedelta(seconds=30)
"""How long work waits whose content could not be read, as the storage is out of order. It is no attempt."""
PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to record; the last one is repeated."""
_log = structlog.get_logger()
_T = TypeVar("_T")


class Why(Enum):
    """Why an examination is stopped."""

    CANCELLED = auto()
    LEASE_LOST = auto()
    GOING_DOWN = auto()


class Job:
    """See the module.

    Args:
        parts: of this process.
        slots: the processes to examine it in.
        analysis: claimed by this worker.
        on_examined: called once its slot is free.

    """

    def __init__(
        self, parts: Parts, slots: ProcessSlots, analysis: Analysis, on_examined: Callable[[], None] = lambda: None
    ) -> None:
        self.analysis = analysis
        self.lease = Lease.of(analysis)
        self._parts = parts
        self._slots = slots
        self._why: Why | None = None
        self._examination = asyncio.create_task(self._examine())
        self._examination.add_done_callback(lambda _: on_examined())

    @property
    def examining(self) -> bool:
        """Whether it needs a slot."""
        return not self._examination.done()

    def stop(self, why: Why) -> None:
        """End the examination, unless it has ended; its process is killed."""
        self._why = self._why or why
        self._examination.cancel()

    async def run(self) -> None:
        """See it to its end."""
        structlog.contextvars.bind_contextvars(job_id=str(self.lease.analysis_id), tenant_id=str(self.lease.tenant_id))
        start, outcome = perf_counter(), "lost"
        try:
            outcome = await self._run()
        except LeaseLost:
            _log.warning("a late result was refused: the lease was lost")
        finally:
            self._examination.cancel()
            self._parts.metrics.job(self.analysis.kind, outcome, perf_counter() - start)
            self._parts.relay.nudge()
            self._parts.endings.announce(self.lease.analysis_id)
        _log.info("analysis ended", kind=self.analysis.kind, outcome=outcome, attempt=self.lease.attempt)

    async def _run(self) -> str:
        """Examine it and record what became of it; answers with the outcome in one word."""
        try:
            found = await self._examination
        except asyncio.CancelledError:
            return await self._stopped()
        except WorkerDied:
            return await self._again(states.WORKER_DIED, "the process that analyzed it was killed")
        except WorkerTimeout:
            seconds = self._parts.settings.job_seconds
            return await self._failed(states.TIMED_OUT, f"it took over {seconds:g} seconds")
        except PoolClosed:
            return await self._released(timedelta())
        except TryAgainLater:
            return await self._released(OUTAGE)
        except FaultlineError as error:
            return await self._failed(error.code, str(error))
        except Exception:
            return await self._crashed()
        try:
            return await self._recorded(lambda unit, now: self._complete(unit, found, now))
        except FaultlineError:
            raise
        except Exception:
            return await self._crashed()

    async def _stopped(self) -> str:
        match self._why:
            case Why.CANCELLED:
                await self._recorded(self._stop)
                return Status.CANCELLED
            case Why.GOING_DOWN:
                return await self._released(timedelta())
            case Why.LEASE_LOST:
                raise LeaseLost("somebody else works on this analysis by now")
        raise asyncio.CancelledError  # it was this task that was cancelled

    async def _complete(self, unit: UnitOfWork, found: Examined, now: datetime) -> str:
        return await Analyses(unit, self._parts).record(self.analysis, self.lease, found, now)

    async def _stop(self, unit: UnitOfWork, now: datetime) -> str:
        await states.stop(unit, self.lease, now)
        return Status.CANCELLED

    async def _crashed(self) -> str:
        _log.exception("an analysis crashed")
        return await self._failed("internal", "the analyzer crashed; the service's log says where")

    async def _failed(self, code: str, detail: str) -> str:
        async def write(unit: UnitOfWork, now: datetime) -> str:
            await states.fail(unit, self.lease, code, detail.replace("\0", "\N{REPLACEMENT CHARACTER}"), now)
            return Status.FAILED

        return await self._recorded(write)

    async def _released(self, after: timedelta) -> str:
        async def write(unit: UnitOfWork, now: datetime) -> str:
            await states.release(unit, self.lease, now, after=after, counted=False)
            return "released"

        return await self._recorded(write)

    async def _again(self, code: str, detail: str) -> str:
        attempts = self._parts.settings.job_attempts
        return await self._recorded(
            lambda unit, now: give_up_or_retry(unit, self.lease, code, detail, now, attempts=attempts)
        )

    async def _recorded(self, write: Callable[[UnitOfWork, datetime], Awaitable[str]]) -> str:
        """Write in a transaction; try again as long as the database is out of order and the lease may hold.

        Where a commit was done and only its answer was lost, the next attempt finds the lease gone: recorded once.
        """
        attempt = 0
        while True:
            await self._parts.courtesy.wait()
            try:
                async with self._parts.database.unit(Tenant(self.lease.tenant_id)) as unit:
                    return await write(unit, await unit.now())
            except StopRequested:
                write = self._stop
            except TryAgainLater as error:
                if attempt == 0:
                    _log.warning("the end of an analysis cannot be recorded yet", error=str(error))
                await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
                attempt += 1

    async def _examine(self) -> Examined:
        analysis = self.analysis
        async with contextlib.AsyncExitStack() as stack:
            source: bytes | str = analysis.content or b""
            if analysis.blob is not None:
                source = str(await stack.enter_async_context(self._parts.blobs.local(analysis.blob)))
            return await self._slots.run(
                examine,
                analysis.kind,
                analysis.name,
                source,
                (analysis.sha256, analysis.bytes),
                analysis.details,
                analysis.options,
                timeout=self._parts.settings.job_seconds,
            )


async def give_up_or_retry(
    unit: UnitOfWork, lease: Lease, code: str, detail: str, now: datetime, *, attempts: int
) -> str:
    """Queue lost work again, or make a dead letter of it when that was the last attempt; answers which.

    Raises:
        LeaseLost: it is not ours any more.
        StopRequested: somebody asked for its cancellation before.

    """
    if lease.attempt >= attempts:
        await states.fail(unit, lease, code, f"{detail}, {lease.attempt} times", now)
        return Status.FAILED
    await states.release(unit, lease, now, after=RETRY_AFTER * lease.attempt, counted=True)
    return "retried"
