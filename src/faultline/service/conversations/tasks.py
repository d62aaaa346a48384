"""The batch runner: takes conversations from the queue while there are free processes, and keeps their leases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.nudges import Nudge
from faultline.platform.jobs.pool import ProcessSlots
from faultline.service.analyses.queue import Turns
from faultline.service.conversations import states
from faultline.service.conversations.batch import Batch, Version, Why
from faultline.service.conversations.batching import CROWDED, LARGEST_BYTES, batch_size
from faultline.service.conversations.queue import waiting, waiting_up_to, whose_turn
from faultline.service.conversations.states import Claim
from faultline.service.parts import Parts

RELEASE_SECONDS = 5.0
"""How long giving work back may take once the time to finish it is over."""
_log = structlog.get_logger()


class BatchRunner:
    """Runs batches of conversations.

    Args:
        parts: of this process.
        slots: the processes they run in.

    """

    def __init__(self, parts: Parts, slots: ProcessSlots) -> None:
        self._parts = parts
        self._slots = slots
        self._turns = Turns()
        self._version = Version()
        self._lease = timedelta(seconds=parts.settings.lease_seconds)
        self._tasks: set[asyncio.Task[None]] = set()
        self.batches: set[Batch] = set()
        self.freed = Nudge()
        """Rung when a process becomes free."""

    async def take(self) -> int:
        """Begin as many batches as there are free processes and work for; returns how many."""
        begun = 0
        while (free := self._slots.count - sum(batch.working for batch in self.batches)) > 0:
            await self._parts.courtesy.wait()
            claim = await self._claim(free)
            if claim is None:
                break
            self._begin(Batch(self._parts, self._slots, claim, self._version, self.freed.nudge))
            begun += 1
        return begun

    async def _claim(self, free: int) -> Claim | None:
        async with self._parts.database.unit(SYSTEM, write=False) as unit:
            now = await unit.now()
            chosen = await whose_turn(unit.session, self._turns, now)
            if chosen is None:
                return None
            size = batch_size(await waiting_up_to(unit.session, CROWDED + 1), free)
        async with self._parts.database.unit(SYSTEM) as unit:
            claim = await states.claim(unit, chosen.tenant_id, size, LARGEST_BYTES, self._lease, now)
        if claim is not None:
            self._turns.take(chosen.tenant_id, chosen.weight)
        return claim

    async def beat(self) -> None:
        """Renew the leases of all that runs here; stop a batch of which nothing is ours any more."""
        batches = list(self.batches)
        if not batches:
            return
        async with self._parts.database.unit(SYSTEM) as unit:
            held = await states.renew(unit, [batch.claim for batch in batches], self._lease, await unit.now())
        for batch in batches:
            if batch.claim.token not in held:
                batch.stop(Why.LEASE_LOST)

    async def measure(self) -> None:
        """Tell the backlog how much waits."""
        async with self._parts.database.unit(SYSTEM, write=False) as unit:
            self._parts.conversation_backlog.measured(await waiting(unit.session))

    async def stop(self, seconds: float) -> None:
        """Let what runs end, for so long; give the rest back to the queue."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for batch in self.batches:
            batch.stop(Why.GOING_DOWN)
        if self._tasks:
            _, stuck = await asyncio.wait(self._tasks, timeout=RELEASE_SECONDS)
            for task in stuck:
                task.cancel()  # its lease will end
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, batch: Batch) -> None:
        self.batches.add(batch)
        task = asyncio.create_task(batch.run())
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self.batches.discard(batch)
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()):
                _log.error("a batch of conversations was left to the reaper", exc_info=error)

        task.add_done_callback(ended)
