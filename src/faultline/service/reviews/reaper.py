"""The reaper of reviews whose worker has been silent for longer than its lease."""

from __future__ import annotations

from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.lease import Lease, LeaseLost, is_lost
from faultline.service.parts import Parts
from faultline.service.reviews.job import give_up_or_retry
from faultline.service.reviews.tables import Review

BATCH = 100


async def reap_lost_reviews(parts: Parts) -> int:
    """Give work whose worker was lost to others; returns how much it was. Run by two at once, one finds nothing."""
    async with parts.database.unit(SYSTEM, write=False) as unit:
        query = select(Review).where(Review.lease_token.is_not(None), Review.lease_expires_at <= await unit.now())
        lost = [Lease.of(review) for review in (await unit.session.execute(query.limit(BATCH))).scalars()]
    return sum([await _reaped(parts, lease) for lease in lost])


async def _reaped(parts: Parts, lease: Lease) -> bool:
    try:
        async with parts.database.unit(SYSTEM) as unit:
            now = await unit.now()
            # A heartbeat may have come since the look, from a worker that was only slow.
            if not await is_lost(unit, Review, lease, now):
                return False
            await give_up_or_retry(unit, lease, now, attempts=parts.settings.job_attempts)
            unit.after_commit(parts.relay.nudge)
    except LeaseLost:
        return False
    return True
