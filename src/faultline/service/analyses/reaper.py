"""The reaper of analyses whose worker has been silent for longer than its lease."""

from __future__ import annotations

from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.lease import Lease, LeaseLost, is_lost
from faultline.service.analyses import states
from faultline.service.analyses.job import give_up_or_retry
from faultline.service.analyses.states import Status, StopRequested, in_status
from faultline.service.analyses.tables import Analysis
from faultline.service.parts import Parts

BATCH = 100


async def reap_lost(parts: Parts) -> int:
    """Give work whose worker was lost to others; returns how much it was. Run by two at once, one finds nothing."""
    async with parts.database.unit(SYSTEM, write=False) as unit:
        now = await unit.now()
        query = select(Analysis).where(in_status(Status.RUNNING), Analysis.lease_expires_at <= now).limit(BATCH)
        lost = [Lease.of(analysis) for analysis in (await unit.session.execute(query)).scalars()]
    return sum([await _reaped(parts, lease) for lease in lost])


async def _reaped(parts: Parts, lease: Lease) -> bool:
    detail = "the worker that analyzed it was lost"
    try:
        async with parts.database.unit(SYSTEM) as unit:
            # A heartbeat may have come since the look, from a worker that was only slow.
            if not await is_lost(unit, Analysis, lease, now := await unit.now()):
                return False
            attempts = parts.settings.job_attempts
            await give_up_or_retry(unit, lease, states.WORKER_LOST, detail, now, attempts=attempts)
            unit.after_commit(parts.relay.nudge)
    except StopRequested:
        async with parts.database.unit(SYSTEM) as unit:
            await states.stop(unit, lease, await unit.now())
    except LeaseLost:
        return False
    parts.endings.announce(lease.id)
    return True
