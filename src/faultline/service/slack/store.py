"""Queries of channels."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.slack.tables import SlackChannel


class SlackStore:
    """Reads channels in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, channel_id: UUID) -> SlackChannel | None:
        """One channel."""
        query = select(SlackChannel).where(SlackChannel.id == channel_id)
        found: SlackChannel | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[SlackChannel]:
        """Some channels, newest first."""
        return await page(self._session, select(SlackChannel), SlackChannel.id, cursor=cursor, limit=limit)

    async def count(self) -> int:
        """How many channels there are."""
        return (await self._session.execute(select(func.count(SlackChannel.id)))).scalar_one()

    async def enabled(self, tenant_id: UUID) -> Sequence[SlackChannel]:
        """The channels of a tenant that are told of reviews; in any scope."""
        query = select(SlackChannel).where(SlackChannel.tenant_id == tenant_id, SlackChannel.enabled.is_(True))
        return (await self._session.execute(query.order_by(SlackChannel.id))).scalars().all()
