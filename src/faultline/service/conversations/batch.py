"""Batch: the conversations that this process took at once, from their claim to their end.

They are understood in a task of their own, which is all that is ever cancelled. What was found is recorded in one
transaction, again and again while the database is out of order: only the rows themselves can say that they are not
ours any more.

The same words are understood once: what an earlier conversation of the tenant was understood as, with the same
analyzer, taxonomy and models, is what this one is (the exact cache), and within a batch the first of several alike
speaks for all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from time import perf_counter
from typing import Any
from uuid import UUID

import structlog

from faultline.ai.ledger import Account
from faultline.core.errors import FaultlineError
from faultline.core.model import Brief, Consultation
from faultline.platform.database import Tenant, UnitOfWork
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs.pool import PoolClosed, ProcessSlots, WorkerDied, WorkerTimeout
from faultline.service.analyses.job import SPARE_SECONDS
from faultline.service.analyses.service import route_of
from faultline.service.conversations import states
from faultline.service.conversations.states import Claim, Claimed, ConversationStatus
from faultline.service.conversations.store import ConversationStore
from faultline.service.conversations.understanding import KIND, Asked, Understood, Whole, conclude, look, understand
from faultline.service.parts import Parts

RETRY_AFTER = timedelta(seconds=5)
"""How long a batch waits whose process died or that made the analyzer crash, before its conversations go alone."""
PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to record; the last one is repeated."""
Columns = Mapping[str, Any]
_log = structlog.get_logger()


class Why(Enum):
    """Why a batch is stopped."""

    LEASE_LOST = auto()
    GOING_DOWN = auto()


class Version:
    """What conversations are understood with now, so far as this process knows; None before the first batch.

    The children say which analyzer they have, as only they load it.
    """

    def __init__(self) -> None:
        self.analyzer: str | None = None

    def of(self, taxonomy: UUID | None, route: str) -> str | None:
        """The words that say it in a row: analyzer, taxonomy, and the models that may be asked."""
        intents = taxonomy.hex if taxonomy else "built-in"
        return self.analyzer and "/".join(filter(None, (self.analyzer, intents, route)))


class Batch:
    """See the module.

    Args:
        parts: of this process.
        slots: the processes to understand it in.
        claim: what was taken.
        version: of this worker.
        on_understood: called once its slot is free.

    """

    def __init__(
        self,
        parts: Parts,
        slots: ProcessSlots,
        claim: Claim,
        version: Version,
        on_understood: Callable[[], None] = lambda: None,
    ) -> None:
        self.claim = claim
        self._parts = parts
        self._slots = slots
        self._version = version
        self._why: Why | None = None
        self._consulting = False
        self._freed = on_understood
        self._work = asyncio.create_task(self._understand())
        self._work.add_done_callback(lambda _: on_understood())

    @property
    def working(self) -> bool:
        """Whether it needs a slot; while models are asked it does not."""
        return not self._work.done() and not self._consulting

    def stop(self, why: Why) -> None:
        """End the work on it, unless that has ended; its process is killed."""
        self._why = self._why or why
        self._work.cancel()

    async def run(self) -> None:
        """See it to its end."""
        structlog.contextvars.bind_contextvars(tenant_id=str(self.claim.tenant_id))
        start, outcomes = perf_counter(), Counter[str]()
        try:
            outcomes = await self._run()
        finally:
            self._work.cancel()
            seconds = perf_counter() - start
            for outcome, count in outcomes.items():
                self._parts.metrics.conversations(outcome, count)
            self._parts.metrics.job(KIND, "batch", seconds)
        _log.info("conversations ended", **outcomes, seconds=round(seconds, 3))

    async def _run(self) -> Counter[str]:
        try:
            results = await self._work
        except asyncio.CancelledError:
            if self._why is Why.GOING_DOWN:
                return await self._released(counted=False)
            if self._why is Why.LEASE_LOST:
                return Counter(lost=len(self.claim.rows))
            raise  # it was this task that was cancelled
        except WorkerDied:
            return await self._again(states.WORKER_DIED, "the process that read it was killed")
        except WorkerTimeout:
            seconds = self._parts.settings.job_seconds
            return await self._again(states.TIMED_OUT, f"it took over {seconds:g} seconds", final=True)
        except (PoolClosed, TryAgainLater):
            return await self._released(counted=False)
        except FaultlineError as error:
            return await self._again(error.code, str(error), final=True)
        except Exception:
            _log.exception("a batch of conversations crashed")
            return await self._again("internal", "the analyzer crashed; the service's log says where", final=True)
        return await self._recorded(lambda unit, now: self._complete(unit, results, now))

    async def _understand(self) -> dict[UUID, Columns]:
        """The columns of each conversation."""
        tenant = self.claim.tenant_id
        async with self._parts.database.unit(Tenant(tenant), write=False) as unit:
            route = await route_of(unit, self._parts, tenant) if self._parts.gateway else ""
            taxonomy = await ConversationStore(unit.session).taxonomy_in_use()
            known = await self._known(unit, self._version.of(taxonomy.id if taxonomy else None, route))
        first: dict[str, Claimed] = {}
        for row in self.claim.rows:
            first.setdefault(row.content_hash, row)
        fresh = [row for row in first.values() if row.content_hash not in known]
        found: dict[str, Columns] = {}
        if fresh:
            self._parts.metrics.conversation_batch(len(fresh))
            understood = await self._asked(fresh, taxonomy.model if taxonomy else None, route)
            self._version.analyzer = understood.version
            version = self._version.of(taxonomy.id if taxonomy else None, route) if understood.shared else None
            found = _by_content(fresh, understood, version)
        results: dict[UUID, Columns] = {}
        for row in self.claim.rows:
            columns = known.get(row.content_hash) or found[row.content_hash]
            cached = row.content_hash in known or first[row.content_hash] is not row
            results[row.id] = {**columns, "cached": cached and columns["status"] == ConversationStatus.DONE}
        return results

    async def _known(self, unit: UnitOfWork, version: str | None) -> Mapping[str, Columns]:
        if version is None:
            return {}
        hashes = {row.content_hash for row in self.claim.rows}
        return await ConversationStore(unit.session).understood(hashes, version)

    async def _asked(self, rows: Sequence[Claimed], taxonomy: bytes | None, route: str) -> Understood:
        deadline = asyncio.get_running_loop().time() + self._parts.settings.job_seconds
        whole: list[Whole] = [(row.id.hex, row.channel, row.text, row.turns) for row in rows]
        if not route:
            return await self._slots.run(understand, whole, taxonomy, timeout=_left(deadline))
        found = await self._slots.run(look, whole, taxonomy, timeout=_left(deadline))
        if isinstance(found, Asked):
            said = await self._consult(found.questions, _left(deadline))
            found = await self._slots.run(conclude, whole, taxonomy, found.draft, said, timeout=_left(deadline))
        return found

    async def _consult(self, questions: list[tuple[str, Brief]], seconds: float) -> Consultation:
        """Ask the models; whatever goes wrong with them, the batch goes on without, and is not shared."""
        assert self._parts.gateway
        self._consulting = True
        self._freed()
        try:
            async with asyncio.timeout(min(seconds, self._parts.settings.model_seconds + SPARE_SECONDS)):
                return await self._parts.gateway.consult(Account(KIND, self.claim.tenant_id), questions)
        except FaultlineError:
            raise
        except Exception:
            _log.exception("no model could be asked about conversations")
        finally:
            self._consulting = False
        return Consultation([None] * len(questions), ("the models could not be asked",))

    async def _complete(self, unit: UnitOfWork, results: Mapping[UUID, Columns], now: datetime) -> Counter[str]:
        written = await states.record(unit, self.claim, results, now)
        outcomes = Counter(str(results[key]["status"]) for key in written)
        if lost := len(results) - len(written):
            _log.warning("late results were refused: the lease was lost", count=lost)
            outcomes["lost"] = lost
        unit.after_commit(lambda: self._count(results, written))
        return outcomes

    def _count(self, results: Mapping[UUID, Columns], written: set[UUID]) -> None:
        metrics = self._parts.metrics
        for key in written:
            if results[key].get("cached"):
                metrics.cache_lookup(KIND, True)
            if reason := results[key].get("skip_reason"):
                metrics.prefilter_skip(reason)

    async def _released(self, *, counted: bool, after: timedelta = timedelta()) -> Counter[str]:
        async def write(unit: UnitOfWork, now: datetime) -> Counter[str]:
            await states.release(unit, self.claim, now, after=after, counted=counted)
            return Counter(released=len(self.claim.rows))

        return await self._recorded(write)

    async def _again(self, code: str, detail: str, *, final: bool = False) -> Counter[str]:
        """Queue what is lost again, each conversation alone; one that was alone already is given up in the end.

        Args:
            code: what happened.
            detail: in a sentence.
            final: whether it would happen again to a conversation that is alone.

        """
        alone, attempts = len(self.claim.rows) == 1, self.claim.rows[0].attempts
        if not alone or not (final or attempts >= self._parts.settings.job_attempts):
            return await self._released(counted=True, after=RETRY_AFTER * attempts)
        failed = {
            "status": ConversationStatus.FAILED.value,
            "error_code": code,
            "error_detail": detail.replace("\0", ""),
        }
        results = dict.fromkeys(self.claim.ids, failed)
        return await self._recorded(lambda unit, now: self._complete(unit, results, now))

    async def _recorded(self, write: Callable[[UnitOfWork, datetime], Awaitable[Counter[str]]]) -> Counter[str]:
        """Write in a transaction; try again as long as the database is out of order.

        Where a commit was done and only its answer was lost, the next attempt finds the lease gone: recorded once.
        """
        attempt = 0
        while True:
            await self._parts.courtesy.wait()
            try:
                async with self._parts.database.unit(Tenant(self.claim.tenant_id)) as unit:
                    return await write(unit, await unit.now())
            except TryAgainLater as error:
                if attempt == 0:
                    _log.warning("the end of conversations cannot be recorded yet", error=str(error))
                await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
                attempt += 1


def _left(deadline: float) -> float:
    return max(0.0, deadline - asyncio.get_running_loop().time())


def _by_content(rows: Sequence[Claimed], understood: Understood, version: str | None) -> dict[str, Columns]:
    """The columns by content; what repeats another of the batch is understood as that one is."""
    found: dict[str, Columns] = {}
    for row in rows:
        key = row.id.hex
        columns = understood.columns[key]
        original = understood.columns.get(understood.duplicates.get(key, ""))
        if original and original["status"] == ConversationStatus.DONE:
            columns = original
        found[row.content_hash] = {**columns, "version": version}
    return found
