"""Queries of API keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.api_keys.tables import ApiKey


class ApiKeyStore:
    """Reads and changes API keys in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, key_id: UUID) -> ApiKey | None:
        """One key."""
        found: ApiKey | None = (
            await self._session.execute(select(ApiKey).where(ApiKey.id == key_id))
        ).scalar_one_or_none()
        return found

    async def with_prefix(self, prefix: str) -> ApiKey | None:
        """The key of a prefix."""
        found: ApiKey | None = (
            await self._session.execute(select(ApiKey).where(ApiKey.prefix == prefix))
        ).scalar_one_or_none()
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[ApiKey]:
        """Some keys, newest first."""
        return await page(self._session, select(ApiKey), ApiKey.id, cursor=cursor, limit=limit)

    async def retire(self, key_id: UUID, successor: UUID, expires_at: datetime) -> bool:
        """Point a key to the one that takes its place; False when it has a successor or was revoked meanwhile."""
        changed = await self._session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.rotated_to.is_(None), ApiKey.revoked_at.is_(None))
            .values(rotated_to=successor, expires_at=expires_at)
            .returning(ApiKey.id)
            .execution_options(synchronize_session=False)
        )
        return changed.scalar_one_or_none() is not None

    async def note_used(self, last: Mapping[UUID, datetime]) -> None:
        """Say when keys were used last; ids that are no keys are passed over."""
        if not last:
            return
        known = (await self._session.execute(select(ApiKey.id).where(ApiKey.id.in_(last)))).scalars()
        for key_id in sorted(known):
            await self._session.execute(
                update(ApiKey)
                .where(ApiKey.id == key_id)
                .values(last_used_at=last[key_id])
                .execution_options(synchronize_session=False)
            )
