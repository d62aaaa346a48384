"""What to work on next, and how much waits.

Tenants share the workers by weight: a tenant with `priority` 8 may have eight times as much running as one with 1
before the other goes first. Within a tenant the oldest goes first. So a flood from one tenant delays that tenant, and a
larger tier waits less without ever keeping the others out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.service.analyses.states import Status
from faultline.service.analyses.tables import Analysis


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits, and since when the oldest does."""

    waiting: int
    oldest: datetime | None


async def next_ids(session: AsyncSession, free: int, now: datetime, *, below_bytes: int | None = None) -> list[UUID]:
    """The analyses to take next.

    Args:
        session: of a unit of the system.
        free: how many at most.
        now: the time.
        below_bytes: only those with less content; None for any.

    """
    ready = [Analysis.status == Status.QUEUED, Analysis.available_at <= now]
    if below_bytes is not None:
        ready.append(Analysis.bytes < below_bytes)
    waiting = (
        await session.execute(
            select(Analysis.tenant_id, func.max(Analysis.priority), func.min(cast(Analysis.id, String)), func.count())
            .where(*ready)
            .group_by(Analysis.tenant_id)
        )
    ).all()
    if not waiting:
        return []
    runs = select(Analysis.tenant_id, func.count()).where(Analysis.status == Status.RUNNING)
    running = Counter({row[0]: row[1] for row in await session.execute(runs.group_by(Analysis.tenant_id))})
    turns = shares({row[0]: (row[1], UUID(row[2]), row[3]) for row in waiting}, running, free)
    found: list[UUID] = []
    for tenant, count in turns.items():
        query = select(Analysis.id).where(Analysis.tenant_id == tenant, *ready).order_by(Analysis.id).limit(count)
        found += (await session.execute(query)).scalars()
    return found


def shares(waiting: dict[UUID, tuple[int, UUID, int]], running: Counter[UUID], free: int) -> dict[UUID, int]:
    """How many of the free places each tenant gets.

    Args:
        waiting: for each tenant with work its weight, its oldest analysis and how many it has.
        running: how many each has running.
        free: how many places there are.

    """
    given: Counter[UUID] = Counter()
    for _ in range(free):
        hungry = [tenant for tenant, (_, _, count) in waiting.items() if given[tenant] < count]
        if not hungry:
            break
        first = min(
            hungry, key=lambda tenant: ((running[tenant] + given[tenant] + 1) / waiting[tenant][0], waiting[tenant][1])
        )
        given[first] += 1
    return dict(given)


async def depth(session: AsyncSession) -> Depth:
    """How much waits in all."""
    row = (
        await session.execute(
            select(func.count(), func.min(Analysis.created_at)).where(Analysis.status == Status.QUEUED)
        )
    ).one()
    return Depth(row[0], row[1])
