"""Job: one analysis that this process runs, from its claim to its end.

The content is examined in a task of its own, which is all that is ever cancelled. Where agents have questions to
models, that takes two calls of a child process, and the gateway is asked between them, from here: who waits for a model
holds no process. What has been found is recorded whatever happens meanwhile, and again and again while the database is
out of order: only the row itself can say that the lease is lost.
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

from faultline.ai.ledger import Account, BudgetExhausted
from faultline.core.errors import FaultlineError
from faultline.core.model import Brief, Consultation
from faultline.platform.database import Tenant, UnitOfWork
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs.lease import Lease, LeaseLost, lost
from faultline.platform.jobs.pool import PoolClosed, ProcessSlots, WorkerDied, WorkerTimeout
from faultline.service.analyses import states
from faultline.service.analyses.examine import Asked, Examined, Subject, examine, finish, look
from faultline.service.analyses.service import Analyses, route_of
from faultline.service.analyses.states import Status, StopRequested
from faultline.service.analyses.tables import Analysis
from faultline.service.auth.principal import caller_of
from faultline.service.parts import Parts

RETRY_AFTER = timedelta(seconds=5)
"""How long lost work waits, times the attempts so far, before it is begun again."""
OUTAGE = timedelta(seconds=30)
"""How long work waits whose content could not be read, as the storage is out of order. It is no attempt."""
HELD = timedelta(seconds=5)
"""How long work waits for which a budget has no room as long as others' calls are in flight. It is no attempt."""
SPARE_SECONDS = 5.0
"""How much longer than its deadline a gateway may take, before nobody waits for it."""
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
        on_examined: called when its slot is free, for as long as it waits for models or for good.

    """

    def __init__(
        self, parts: Parts, slots: ProcessSlots, analysis: Analysis, on_examined: Callable[[], None] = lambda: None
    ) -> None:
        self.analysis = analysis
        self.lease = Lease.of(analysis)
        self._parts = parts
        self._slots = slots
        self._why: Why | None = None
        self._freed = on_examined
        self.consulting = False
        """Whether it waits for models."""
        self._examination = asyncio.create_task(self._examine())
        self._examination.add_done_callback(lambda _: on_examined())

    @property
    def examining(self) -> bool:
        """Whether it needs a slot."""
        return not (self._examination.done() or self.consulting)

    def stop(self, why: Why) -> None:
        """End the examination, unless it has ended; its process is killed, and nobody waits for models any more."""
        if self._why is None:
            self._why = why
            self._examination.cancel()

    async def run(self) -> None:
        """See it to its end."""
        structlog.contextvars.bind_contextvars(job_id=str(self.lease.id), tenant_id=str(self.lease.tenant_id))
        start, outcome = perf_counter(), "lost"
        try:
            outcome = await self._run()
        except LeaseLost:
            _log.warning("a late result was refused: the lease was lost")
        finally:
            self._examination.cancel()
            self._parts.metrics.job(self.analysis.kind, outcome, perf_counter() - start)
            self._parts.relay.nudge()
            self._parts.endings.announce(self.lease.id)
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
        except BudgetExhausted as error:
            if error.held:
                return await self._released(HELD)
            return await self._failed(error.code, str(error))
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
                raise lost()
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
        analysis, deadline = self.analysis, asyncio.get_running_loop().time() + self._parts.settings.job_seconds
        async with contextlib.AsyncExitStack() as stack:
            source: bytes | str = analysis.content or b""
            if analysis.blob is not None:
                source = str(await stack.enter_async_context(self._parts.blobs.local(analysis.blob)))
            digest = analysis.sha256, analysis.bytes
            subject = Subject(analysis.kind, analysis.name, source, digest, analysis.details, analysis.options)
            if not (route := await self._route()):
                return await self._slots.run(examine, subject, timeout=_left(deadline))
            found = await self._slots.run(look, subject, timeout=_left(deadline))
            if isinstance(found, Asked):
                said = await self._consult(found.questions, _left(deadline))
                found = await self._slots.run(finish, subject, found.draft, said, timeout=_left(deadline))
            return found._replace(route=route)

    async def _route(self) -> str:
        """The models that may be asked; empty for none."""
        if not self._parts.gateway:
            return ""
        async with self._parts.database.unit(Tenant(self.lease.tenant_id), write=False) as unit:
            return await route_of(unit, self._parts, self.lease.tenant_id)

    async def _consult(self, questions: list[tuple[str, Brief]], seconds: float) -> Consultation:
        """Ask the models; whatever goes wrong with them, the analysis goes on, with a note."""
        gateway, patience = self._parts.gateway, self._parts.settings.model_seconds + SPARE_SECONDS
        assert gateway
        account = Account(
            self.analysis.kind, self.lease.tenant_id, caller_of(self.analysis.submitted_by), self.lease.id
        )
        self.consulting = True
        self._freed()
        try:
            async with asyncio.timeout(min(seconds, patience)):
                return await gateway.consult(account, questions)
        except TimeoutError:
            if seconds < patience:
                raise WorkerTimeout("models took all the time there was") from None
            note = f"no model answered within {patience:g} seconds"
        except FaultlineError:
            raise
        except Exception:
            _log.exception("the model gateway failed")
            note = "the models could not be asked; the service's log says why"
        finally:
            self.consulting = False
        return Consultation([None] * len(questions), (f"{note}; this is the answer without a model",))


def _left(deadline: float) -> float:
    return max(0.0, deadline - asyncio.get_running_loop().time())


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
