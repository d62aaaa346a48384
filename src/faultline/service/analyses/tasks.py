"""The runner: takes analyses from the queue as long as there are free processes, and keeps their leases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.nudges import Nudge
from faultline.platform.jobs.pool import ProcessSlots
from faultline.service.analyses import states
from faultline.service.analyses.job import Job, Why
from faultline.service.analyses.queue import Turns, next_ids, waiting
from faultline.service.parts import Parts

RELEASE_SECONDS = 5.0
"""How long giving work back may take once the time to finish it is over."""
_log = structlog.get_logger()


@dataclass(eq=False)
class Lane:
    """Some processes, and what they take: the express lane only what is small, so that it never waits for long work."""

    slots: ProcessSlots
    express: bool = False
    turns: Turns = field(default_factory=Turns)
    jobs: set[Job] = field(default_factory=set)

    @property
    def free(self) -> int:
        """How many more analyses it has processes for."""
        return self.slots.count - sum(job.examining for job in self.jobs)


class Runner:
    """Runs analyses in lanes.

    Args:
        parts: of this process.
        lanes: the first one chooses first.

    """

    def __init__(self, parts: Parts, lanes: Sequence[Lane]) -> None:
        self._parts = parts
        self._lanes = lanes
        self._lease = timedelta(seconds=parts.settings.lease_seconds)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None
        self.freed = Nudge()
        """Rung when a process becomes free, or when there is more to take than was got."""

    @property
    def jobs(self) -> list[Job]:
        """What has been taken and has not come to its end."""
        return [job for lane in self._lanes for job in lane.jobs]

    async def take(self) -> int:
        """Begin as many as there are free processes; returns how many."""
        wanted: dict[UUID, Lane] = {}
        lanes = [(lane, lane.free) for lane in self._lanes if lane.free > 0]
        if not lanes:
            return 0
        async with self._parts.database.unit(SYSTEM, write=False) as unit:
            now = await unit.now()
            for lane, free in lanes:
                besides = frozenset(wanted)
                found = await next_ids(unit.session, lane.turns, free, now, express=lane.express, besides=besides)
                wanted |= dict.fromkeys(found, lane)
        if not wanted:
            return 0
        async with self._parts.database.unit(SYSTEM) as unit:
            taken = await states.claim(unit, wanted, self._lease, await unit.now())
        for analysis in taken:
            self._begin(Job(self._parts, wanted[analysis.id].slots, analysis, self.freed.nudge), wanted[analysis.id])
        if len(taken) < len(wanted):  # another worker was quicker: look again
            self.freed.nudge()
        return len(taken)

    async def beat(self) -> None:
        """Renew the leases of all that runs here; stop what is not ours any more, or shall be cancelled."""
        jobs = self.jobs
        if not jobs:
            return
        async with self._parts.database.unit(SYSTEM) as unit:
            held = await states.renew(unit, [job.lease for job in jobs], self._lease, await unit.now())
        for job in jobs:
            asked = held.get((job.lease.analysis_id, job.lease.token))
            if asked is None:
                job.stop(Why.LEASE_LOST)
            elif asked:
                job.stop(Why.CANCELLED)

    async def measure(self) -> None:
        """Tell the backlog how much waits."""
        async with self._parts.database.unit(SYSTEM, write=False) as unit:
            self._parts.backlog.measured(await waiting(unit.session))

    def start(self) -> None:
        """Listen for cancellations, so that they need not wait for a heartbeat."""
        self._listener = asyncio.create_task(self._listen())

    async def stop(self, seconds: float) -> None:
        """Let what runs end, for so long; give the rest back to the queue."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for job in self.jobs:
            job.stop(Why.GOING_DOWN)
        if self._tasks:
            _, stuck = await asyncio.wait(self._tasks, timeout=RELEASE_SECONDS)
            for task in stuck:
                task.cancel()  # its lease will end
        if self._listener:
            self._listener.cancel()
        await asyncio.gather(*self._tasks, *filter(None, [self._listener]), return_exceptions=True)

    def _begin(self, job: Job, lane: Lane) -> None:
        lane.jobs.add(job)
        task = asyncio.create_task(job.run())
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            lane.jobs.discard(job)
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()):
                _log.error("an analysis was left to the reaper", exc_info=error)

        task.add_done_callback(ended)

    async def _listen(self) -> None:
        with self._parts.endings.cancellations() as cancellations:
            while True:
                wanted = await cancellations.next()
                for job in self.jobs:
                    if job.lease.analysis_id == wanted:
                        job.stop(Why.CANCELLED)
