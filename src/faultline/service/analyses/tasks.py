"""What runs later: the analyses themselves, and the reaper of lost ones."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from time import perf_counter

import structlog
from sqlalchemy import select

from faultline.core.errors import ArtifactRejected, FaultlineError, UsageError
from faultline.core.report import Report
from faultline.platform.database import SYSTEM, Tenant
from faultline.platform.jobs.pool import ProcessSlots, WorkerDied, WorkerTimeout
from faultline.service.analyses import states
from faultline.service.analyses.examine import examine
from faultline.service.analyses.queue import next_ids
from faultline.service.analyses.service import Analyses
from faultline.service.analyses.states import Lease, LeaseLost, Status
from faultline.service.analyses.tables import Analysis
from faultline.service.parts import Parts

RETRY_AFTER = timedelta(seconds=5)
"""How long lost work waits, times the attempts so far, before it is begun again."""
_log = structlog.get_logger()


class Runner:
    """Takes analyses from the queue as long as there are free processes, and sees each to its end.

    Args:
        parts: of this process.
        slots: the processes.
        below_bytes: take only analyses with less content than this; None for any.

    """

    def __init__(self, parts: Parts, slots: ProcessSlots, *, below_bytes: int | None = None) -> None:
        self._parts = parts
        self._slots = slots
        self._below_bytes = below_bytes
        self._lease = timedelta(seconds=parts.settings.lease_seconds)
        self._running: set[asyncio.Task[None]] = set()
        self._wake: Callable[[], None] = lambda: None

    @property
    def busy(self) -> int:
        """How many analyses run."""
        return len(self._running)

    async def take(self) -> int:
        """Begin as many as there are free processes; returns how many."""
        free = self._slots.count - self.busy
        if free <= 0:
            return 0
        database = self._parts.database
        async with database.unit(SYSTEM, write=False) as unit:
            wanted = await next_ids(unit.session, free, await unit.now(), below_bytes=self._below_bytes)
        if not wanted:
            return 0
        leases = []
        async with database.unit(SYSTEM) as unit:
            now = await unit.now()
            for analysis_id in wanted:
                if lease := await states.claim(unit, analysis_id, self._lease, now):
                    leases.append(lease)
        for lease in leases:
            task = asyncio.create_task(self._see_through(lease))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return len(leases)

    def on_free(self, callback: Callable[[], None]) -> None:
        """Call back whenever a process becomes free."""
        self._wake = callback

    async def stop(self, seconds: float) -> None:
        """Let what runs end, for so long; give the rest back to the queue."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake()
        if not task.cancelled() and (error := task.exception()):
            _log.error("an analysis was left to the reaper", exc_info=error)

    async def _see_through(self, lease: Lease) -> None:
        structlog.contextvars.bind_contextvars(job_id=str(lease.analysis_id), tenant_id=str(lease.tenant_id))
        tenant = Tenant(lease.tenant_id)
        async with self._parts.database.unit(tenant, write=False) as unit:
            analysis, inline = await Analyses(unit, self._parts).with_content(lease.analysis_id)
        start, outcome = perf_counter(), "lost"
        try:
            outcome = await self._run(analysis, inline, lease)
        except LeaseLost:
            _log.warning("a late result was refused: the lease was lost")
        except asyncio.CancelledError:
            async with self._parts.database.unit(tenant) as unit:
                await states.release(unit, lease, await unit.now(), counted=False)
            outcome = "released"
        finally:
            self._parts.metrics.job(analysis.kind, outcome, perf_counter() - start)
            self._parts.relay.nudge()
            self._parts.endings.announce(lease.analysis_id)
        _log.info("analysis ended", kind=analysis.kind, outcome=outcome, attempt=lease.attempt)

    async def _run(self, analysis: Analysis, inline: bytes | None, lease: Lease) -> str:
        """Run it and record what became of it; answers with the outcome in one word."""
        tenant = Tenant(lease.tenant_id)
        try:
            report = await self._examined(analysis, inline, lease)
        except _Stopped:
            async with self._parts.database.unit(tenant) as unit:
                await states.stop(unit, lease, await unit.now())
            return Status.CANCELLED
        except WorkerDied:
            return await give_up_or_retry(self._parts, lease, "worker-died", "the process that analyzed it was killed")
        except WorkerTimeout:
            return await self._failed(lease, "timed-out", f"it took over {self._parts.settings.job_seconds:g} seconds")
        except (ArtifactRejected, UsageError) as error:
            return await self._failed(lease, error.code, str(error))
        except FaultlineError as error:
            if error.status in (503, 507):
                return await give_up_or_retry(self._parts, lease, error.code, str(error))
            return await self._failed(lease, error.code, str(error))
        except Exception:
            _log.exception("an analysis crashed")
            return await self._failed(lease, "internal", "the analyzer crashed; the service's log says where")
        async with self._parts.database.unit(tenant) as unit:
            await Analyses(unit, self._parts).record(lease, report, await unit.now())
        return Status.SKIPPED if report.status == "skipped" else Status.COMPLETED

    async def _failed(self, lease: Lease, code: str, detail: str) -> str:
        async with self._parts.database.unit(Tenant(lease.tenant_id)) as unit:
            await states.fail(unit, lease, code, detail, await unit.now())
        return Status.FAILED

    async def _examined(self, analysis: Analysis, inline: bytes | None, lease: Lease) -> Report:
        """The report, made in a child process while the lease is kept alive."""
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(self._kept_alive(lease))
            source: bytes | str = inline or b""
            if analysis.blob is not None:
                source = str(await stack.enter_async_context(self._parts.blobs.local(analysis.blob)))
            report: Report = await self._slots.run(
                examine,
                analysis.kind,
                analysis.name,
                source,
                (analysis.sha256, analysis.bytes),
                analysis.details,
                analysis.options,
                timeout=self._parts.settings.job_seconds,
            )
            return report

    @contextlib.asynccontextmanager
    async def _kept_alive(self, lease: Lease) -> AsyncIterator[None]:
        """Send heartbeats while the body runs; stop the body when the lease is lost or somebody asked for it."""
        body = asyncio.current_task()
        assert body is not None
        why: list[Exception] = []

        async def beat() -> None:
            with self._parts.endings.cancellations(lease.analysis_id) as asked:
                while not why:
                    stop = await asked.wait(self._lease.total_seconds() / 3)
                    try:
                        async with self._parts.database.unit(Tenant(lease.tenant_id)) as unit:
                            stop |= await states.renew(unit, lease, self._lease, await unit.now())
                    except LeaseLost as error:
                        why.append(error)
                    except FaultlineError as error:
                        _log.warning("a heartbeat failed", error=str(error))
                        continue
                    if stop:
                        why.append(_Stopped())
            body.cancel()

        heart = asyncio.create_task(beat())
        try:
            yield
        except asyncio.CancelledError:
            if not why:
                raise
            body.uncancel()
            raise why[0] from None
        finally:
            heart.cancel()


class _Stopped(Exception):
    """Somebody asked for the analysis to be cancelled."""


async def give_up_or_retry(parts: Parts, lease: Lease, code: str, detail: str) -> str:
    """Queue lost work again, or make a dead letter of it when that was the last attempt."""
    async with parts.database.unit(Tenant(lease.tenant_id)) as unit:
        now = await unit.now()
        if lease.attempt >= parts.settings.job_attempts:
            await states.fail(unit, lease, code, f"{detail}, {lease.attempt} times", now)
            return Status.FAILED
        await states.release(unit, lease, now, after=RETRY_AFTER * lease.attempt, counted=True)
        return "retried"


async def reap_lost(parts: Parts) -> int:
    """Give work whose worker has been silent for longer than its lease to others; returns how much it was."""
    async with parts.database.unit(SYSTEM, write=False) as unit:
        now = await unit.now()
        query = select(Analysis).where(Analysis.status == Status.RUNNING, Analysis.lease_expires_at <= now).limit(100)
        lost = (await unit.session.execute(query)).scalars().all()
    reaped = 0
    for analysis in lost:
        assert analysis.lease_token is not None
        lease = Lease(analysis.id, analysis.tenant_id, analysis.lease_token, analysis.attempts)
        with contextlib.suppress(LeaseLost):
            await give_up_or_retry(parts, lease, "worker-lost", "the worker that analyzed it was lost")
            reaped += 1
            parts.endings.announce(analysis.id)
    return reaped
