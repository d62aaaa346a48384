"""The review runner: takes reviews further, a few at a time, and keeps their leases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.nudges import Nudge
from faultline.service.parts import Parts
from faultline.service.reviews import states
from faultline.service.reviews.job import Job, Stop
from faultline.service.reviews.store import Due, ReviewStore

AT_A_TIME = 16
"""Turns in one process: they wait for GitHub nearly all of the time, which takes 100 requests at once of an App."""
PER_TENANT = 8
"""Half of all, so that one tenant's slow GitHub leaves room for the others'."""
RELEASE_SECONDS = 5.0
"""How long giving work back may take once the time to finish it is over."""
_log = structlog.get_logger()


class ReviewRunner:
    """Takes reviews further, in this process' event loop.

    Args:
        parts: of this process.

    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lease = timedelta(seconds=parts.settings.lease_seconds)
        self._running: dict[asyncio.Task[None], Job] = {}
        self._stopping = False
        self.freed = Nudge()
        """Rung when a turn has ended."""

    @property
    def busy(self) -> int:
        """How many reviews are worked on here."""
        return len(self._running)

    async def take(self) -> int:
        """Begin as many turns as there are places for; returns how many."""
        begun = 0
        while not self._stopping and (free := AT_A_TIME - self.busy) > 0:
            async with self._parts.database.unit(SYSTEM, write=False) as unit:
                # More than there are places for, so that one tenant's crowd does not hide the others.
                due = await ReviewStore(unit.session).due(await unit.now(), AT_A_TIME * 4)
            wanted = self._admitted(due, free)
            if not wanted:
                break
            async with self._parts.database.unit(SYSTEM) as unit:
                taken = await states.claim(unit, wanted, self._lease, await unit.now())
            for review in taken:
                self._begin(Job(self._parts, review))
            begun += len(taken)
            if not taken:  # another worker was quicker
                break
        return begun

    async def beat(self) -> None:
        """Renew the leases of all that runs here; stop what is not ours any more."""
        jobs = list(self._running.values())
        if not jobs:
            return
        async with self._parts.database.unit(SYSTEM) as unit:
            held = await states.renew(unit, [job.lease for job in jobs], self._lease, await unit.now())
        for job in jobs:
            if job.lease.id not in held:
                job.stop(Stop.LEASE_LOST)

    async def stop(self, seconds: float) -> None:
        """Begin nothing new; let what runs end, for so long; give the rest back to the queue."""
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        for job in self._running.values():
            job.stop(Stop.GOING_DOWN)
        if self._running:
            _, stuck = await asyncio.wait(self._running, timeout=RELEASE_SECONDS)
            for task in stuck:
                task.cancel()  # its lease will end
        await asyncio.gather(*self._running, return_exceptions=True)

    def _admitted(self, due: Sequence[Due], free: int) -> list[UUID]:
        tenants = Counter(job.review.tenant_id for job in self._running.values())
        admitted: list[UUID] = []
        for each in due:
            if len(admitted) < free and tenants[each.tenant_id] < PER_TENANT:
                tenants[each.tenant_id] += 1
                admitted.append(each.id)
        return admitted

    def _begin(self, job: Job) -> None:
        task = asyncio.create_task(job.run())
        self._running[task] = job

        def ended(task: asyncio.Task[None]) -> None:
            del self._running[task]
            self.freed.nudge()
            if not task.cancelled() and (error := task.exception()):
                _log.error("a review was left to the reaper", exc_info=error)

        task.add_done_callback(ended)
