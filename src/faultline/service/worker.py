"""The worker: everything that runs beside the requests.

Loops, each woken by a nudge or by its interval: the relay of the outbox, the runners that take analyses from the queue,
the sender of webhooks, and the periodic chores.
"""

from __future__ import annotations

import asyncio

from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.platform.jobs.periodic import Periodic
from faultline.platform.jobs.pool import ProcessSlots
from faultline.platform.jobs.relay import Relay
from faultline.service.analyses import states
from faultline.service.analyses.tasks import Runner, reap_lost
from faultline.service.auth.upkeep import INTERVAL_SECONDS, tidy_sign_in
from faultline.service.parts import Parts
from faultline.service.usage.requests import FLUSH_SECONDS
from faultline.service.usage.service import flush_requests

PRELOAD = ("faultline.service.analyses.examine", "faultline.analyzers.ci.analyzer")
MAINTENANCE_SECONDS = 2.0
POLL_SECONDS = 1.0
"""How long a lost nudge can delay anything."""


class Worker:
    """All that runs later, in this process and its children."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self._parts = parts
        self._slots = ProcessSlots(settings.workers, preload=PRELOAD)
        self._express_slots = ProcessSlots(1, preload=PRELOAD)
        self._runners = [
            Runner(parts, self._express_slots, below_bytes=settings.express_bytes),
            Runner(parts, self._slots),
        ]
        self._relay = Relay(parts.database, {states.WAITING: self._on_waiting, states.FINISHED: self._on_finished})
        self._take = Periodic("take analyses", POLL_SECONDS, self._take_all)
        self._loops = [
            Periodic("relay the outbox", POLL_SECONDS, self._relay.relay),
            self._take,
            Periodic("maintain the database", MAINTENANCE_SECONDS, parts.database.maintain),
            Periodic("reap lost analyses", settings.lease_seconds / 3, lambda: reap_lost(parts)),
            Periodic("store request counts", FLUSH_SECONDS, lambda: flush_requests(parts)),
            Periodic("tidy sign-in", INTERVAL_SECONDS, lambda: tidy_sign_in(parts)),
        ]
        for runner in self._runners:
            runner.on_free(self._take.nudge)
        parts.relay.hear(self._loops[0].nudge)

    async def start(self) -> None:
        """Start the loops."""
        for loop in self._loops:
            loop.start()
        self._parts.worker_runs = True

    async def stop(self, seconds: float) -> None:
        """Take nothing new; let what runs end, for so long; give the rest back to the queue."""
        self._parts.worker_runs = False
        await self._take.stop()
        await asyncio.gather(*(runner.stop(seconds) for runner in self._runners))
        for loop in self._loops:
            await loop.stop()
        await self._relay.relay()
        await flush_requests(self._parts)
        await self._slots.close()
        await self._express_slots.close()

    async def _take_all(self) -> None:
        for runner in self._runners:
            await runner.take()

    async def _on_waiting(self, unit: UnitOfWork, _message: OutboxMessage) -> None:
        unit.after_commit(self._take.nudge)

    async def _on_finished(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        """Webhooks hear of it."""
