"""The runner: takes analyses from the queue as long as there are free processes, and keeps their leases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from uuid import UUID

import structlog

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.nudges import Nudge
from faultline.platform.jobs.pool import ProcessSlots
from faultline.service.analyses import states
from faultline.service.analyses.job import Job, Why
from faultline.service.analyses.queue import Seen, Turns, Waiting, look, waiting
from faultline.service.parts import Parts

AHEAD = 32
"""How much more than there are places for a look sees."""
OUTLOOK_SECONDS = 0.25
"""How long it is good for, and so how long a tenant's retries and cancellations may go unseen."""
MAX_CONSULTING = 64
"""How many analyses of a lane may wait for models; each of them is held in memory."""
RELEASE_SECONDS = 5.0
"""How long giving work back may take once the time to finish it is over."""
_log = structlog.get_logger()


class Outlook:
    """What a lane has seen waiting, good for a moment: with a long queue, one look serves many free processes.

    What was seen may be gone; a claim finds out. What came since is of tenants that are seen, or `hear` says so.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: Seen = {}
        self._until = 0.0

    def see(self, seen: Seen) -> None:
        """This waits now."""
        self._seen, self._until = seen, self._clock() + OUTLOOK_SECONDS

    def hear(self, tenant: UUID) -> None:
        """Something of this tenant has come."""
        if tenant not in self._seen:
            self._until = 0.0

    def deal(self, turns: Turns, places: int, besides: Collection[UUID]) -> list[Waiting]:
        """Who gets the places, of what is seen; nobody when that is too old."""
        if self._clock() > self._until:
            self._seen = {}
        return turns.deal(self._seen, places, besides)


@dataclass(eq=False)
class Lane:
    """Some processes, and what they take: the express lane only what is small, so that it never waits for long work."""

    slots: ProcessSlots
    express: bool = False
    turns: Turns = field(default_factory=Turns)
    outlook: Outlook = field(default_factory=Outlook)
    jobs: set[Job] = field(default_factory=set)

    @property
    def free(self) -> int:
        """How many more analyses it has processes for; those that wait for models need none, until there are many."""
        if sum(job.consulting for job in self.jobs) >= MAX_CONSULTING:
            return 0
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
        await self._parts.courtesy.wait()
        lanes = [(lane, lane.free) for lane in self._lanes if lane.free > 0]
        if not lanes:
            return 0
        for lane, free in lanes:
            found = lane.outlook.deal(lane.turns, free, wanted)
            if len(found) < free:
                await self._look(lane, free)
                found += lane.outlook.deal(lane.turns, free - len(found), [*wanted, *(row.id for row in found)])
            wanted |= {row.id: lane for row in found}
        if not wanted:
            return 0
        async with self._parts.database.unit(SYSTEM) as unit:
            taken = await states.claim(unit, wanted, self._lease, await unit.now())
        for analysis in taken:
            self._begin(Job(self._parts, wanted[analysis.id].slots, analysis, self.freed.nudge), wanted[analysis.id])
        if len(taken) < len(wanted):  # another worker was quicker: look again
            self.freed.nudge()
        return len(taken)

    def heard_of(self, tenant: UUID) -> None:
        """Something of this tenant waits: whoever has not seen any of it looks again."""
        for lane in self._lanes:
            lane.outlook.hear(tenant)

    async def _look(self, lane: Lane, free: int) -> None:
        async with self._parts.database.unit(SYSTEM, write=False) as unit:
            places = free + AHEAD
            lane.outlook.see(await look(unit.session, lane.turns, places, await unit.now(), express=lane.express))

    async def beat(self) -> None:
        """Renew the leases of all that runs here; stop what is not ours any more, or shall be cancelled."""
        jobs = self.jobs
        if not jobs:
            return
        async with self._parts.database.unit(SYSTEM) as unit:
            held = await states.renew(unit, [job.lease for job in jobs], self._lease, await unit.now())
        for job in jobs:
            asked = held.get((job.lease.id, job.lease.token))
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
                    if job.lease.id == wanted:
                        job.stop(Why.CANCELLED)
