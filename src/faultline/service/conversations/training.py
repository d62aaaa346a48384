"""Learns taxonomies: one at a time, in a child process, with a lease as every job has one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
import zstandard
from sqlalchemy import select
from sqlalchemy.orm import undefer

from faultline.core.errors import FaultlineError
from faultline.platform.database import SYSTEM, Tenant
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs.lease import Lease, take_rows, write_row
from faultline.platform.jobs.pool import PoolClosed, ProcessSlots, WorkerDied, WorkerTimeout
from faultline.service.conversations.tables import ConversationTaxonomy
from faultline.service.parts import Parts

_UNPACK = zstandard.ZstdDecompressor()
_log = structlog.get_logger()


class Learned(NamedTuple):
    """What a child has learned: the taxonomy's bytes, its labels, and what cross-validation says of it."""

    model: bytes
    labels: list[str]
    scores: dict[str, Any]


def learn(examples: bytes) -> Learned:
    """Learn from labelled examples, compressed JSON. Called in a child.

    Raises:
        UsageError: nothing can be learned from them.
        MissingExtra: the embedded models are not installed.

    """
    from faultline.analyzers.conversation import taxonomy

    pairs = json.loads(_UNPACK.decompress(examples))
    trained = taxonomy.train([text for text, _ in pairs], [label for _, label in pairs])
    scores = {**asdict(trained.scores), "warnings": list(trained.warnings)}
    return Learned(trained.taxonomy.to_bytes(), list(trained.taxonomy.labels), scores)


class Trainer:
    """Has what waits learned, one taxonomy after the other.

    Args:
        parts: of this process.
        slots: the processes it is done in.

    """

    def __init__(self, parts: Parts, slots: ProcessSlots) -> None:
        self._parts = parts
        self._slots = slots
        self._lease = timedelta(seconds=parts.settings.lease_seconds)

    async def train(self) -> int:
        """Learn all that waits; returns how many taxonomies it was."""
        learned = 0
        while (row := await self._claim()) is not None:
            await self._learn(row)
            learned += 1
        return learned

    async def _claim(self) -> ConversationTaxonomy | None:
        """The oldest that waits, or that was lost while it was learned."""
        async with self._parts.database.unit(SYSTEM, write=False) as unit:  # mostly none does: look before locking
            waits = select(ConversationTaxonomy.id).where(
                ConversationTaxonomy.finished_at.is_(None), ConversationTaxonomy.available_at <= await unit.now()
            )
            if (await unit.session.execute(waits.limit(1))).first() is None:
                return None
        async with self._parts.database.unit(SYSTEM) as unit:
            now = await unit.now()
            # While one is learned its time is that of the end of the lease.
            free = (ConversationTaxonomy.finished_at.is_(None), ConversationTaxonomy.available_at <= now)
            oldest = select(ConversationTaxonomy.id).order_by(ConversationTaxonomy.available_at).limit(1)
            examples = undefer(ConversationTaxonomy.examples)
            times = {"available_at": now + self._lease}
            taken = await take_rows(
                unit, ConversationTaxonomy, oldest, free, self._lease, now, examples, status="running", **times
            )
            return taken[0] if taken else None

    async def _learn(self, row: ConversationTaxonomy) -> None:
        if row.attempts > self._parts.settings.job_attempts:
            await self._end(row, error_code="worker-lost", error_detail="the worker that learned it was lost")
            return
        work = asyncio.create_task(
            self._slots.run(learn, row.examples or b"", timeout=self._parts.settings.job_seconds)
        )
        try:
            while not work.done():
                await asyncio.wait([work], timeout=self._lease.total_seconds() / 3)
                if not work.done() and not await self._write(row, finished=False):
                    return  # somebody else has it, or it was deleted
            found = work.result()
        except (PoolClosed, WorkerDied, asyncio.CancelledError) as error:
            await self._write(row, finished=False, status="queued", available_at=self._parts.clock())
            if isinstance(error, asyncio.CancelledError):
                raise
        except WorkerTimeout:
            await self._end(row, error_code="timed-out", error_detail="it took too long")
        except FaultlineError as error:
            await self._end(row, error_code=error.code, error_detail=str(error)[:500])
        except Exception:
            _log.exception("a taxonomy could not be learned")
            await self._end(row, error_code="internal", error_detail="learning crashed; the service's log says where")
        else:
            await self._end(row, model=found.model, labels=found.labels, scores=found.scores)
        finally:
            work.cancel()

    async def _end(self, row: ConversationTaxonomy, **values: Any) -> None:
        """Write what became of it; the examples are not needed any more."""
        status = "failed" if "error_code" in values else "ready"
        while True:
            try:
                await self._write(row, finished=True, status=status, examples=None, **values)
            except TryAgainLater:
                await asyncio.sleep(1.0)
            else:
                break
        _log.info("taxonomy learned", status=status, examples=row.example_count)

    async def _write(self, row: ConversationTaxonomy, *, finished: bool, **values: Any) -> bool:
        """Write while the lease holds; whether it does."""
        async with self._parts.database.unit(Tenant(row.tenant_id)) as unit:
            now = await unit.now()
            times: dict[str, datetime] = {"finished_at": now} if finished else {"lease_expires_at": now + self._lease}
            if not finished:
                values.setdefault("available_at", now + self._lease)
            return await write_row(unit, ConversationTaxonomy, Lease.of(row), **values, **times) is not None
