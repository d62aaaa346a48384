"""Queries of repositories."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.repositories.tables import Repository


class RepositoryStore:
    """Reads and writes repositories in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, repository_id: UUID) -> Repository | None:
        """One repository."""
        found: Repository | None = (
            await self._session.execute(select(Repository).where(Repository.id == repository_id))
        ).scalar_one_or_none()
        return found

    async def known_as(self, provider: str, external_id: str) -> Repository | None:
        """A repository by the provider's id."""
        query = select(Repository).where(Repository.provider == provider, Repository.external_id == external_id)
        found: Repository | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[Repository]:
        """Some repositories, newest first."""
        return await page(self._session, select(Repository), Repository.id, cursor=cursor, limit=limit)

    async def disconnect(self, installation_id: int, external_ids: Collection[str] | None) -> None:
        """Note that an installation does not see some repositories any more; None for all of its own."""
        query = update(Repository).where(Repository.installation_id == installation_id).values(installation_id=None)
        if external_ids is not None:
            query = query.where(Repository.external_id.in_(external_ids))
        await self._session.execute(query.execution_options(synchronize_session=False))
