"""Queries of usage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.usage.tables import UsagePeriod

TENANT = UUID(int=0)
"""Stands in place of a key for the whole tenant."""


class UsageStore:
    """Reads usage in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def total(self, period: date) -> UsagePeriod | None:
        """The tenant's own row of a month."""
        query = select(UsagePeriod).where(UsagePeriod.period == period, UsagePeriod.key_id == TENANT)
        found: UsagePeriod | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def callers(self, period: date, *, cursor: str | None, limit: int) -> Page[UsagePeriod]:
        """The rows of keys and people in a month, the newest first."""
        query = select(UsagePeriod).where(UsagePeriod.period == period, UsagePeriod.key_id != TENANT)
        return await page(self._session, query, UsagePeriod.id, cursor=cursor, limit=limit)

    async def months(self, limit: int) -> Sequence[UsagePeriod]:
        """The tenant's own rows, the latest month first."""
        query = select(UsagePeriod).where(UsagePeriod.key_id == TENANT).order_by(UsagePeriod.period.desc())
        return (await self._session.execute(query.limit(limit))).scalars().all()
