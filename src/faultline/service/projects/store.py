"""Queries of projects."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.projects.tables import Project


class ProjectStore:
    """Reads projects in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, project_id: UUID) -> Project | None:
        """One project."""
        found: Project | None = (
            await self._session.execute(select(Project).where(Project.id == project_id))
        ).scalar_one_or_none()
        return found

    async def find_named(self, name: str) -> Project | None:
        """The project of a name."""
        found: Project | None = (
            await self._session.execute(select(Project).where(Project.name == name))
        ).scalar_one_or_none()
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[Project]:
        """Some projects, newest first."""
        return await page(self._session, select(Project), Project.id, cursor=cursor, limit=limit)
