"""Queries of installations."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.github.tables import GitHubInstallation
from faultline.service.organizations.tables import Organization


class InstallationStore:
    """Reads and writes installations in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def list(self, *, cursor: str | None, limit: int) -> Page[GitHubInstallation]:
        """Some installations, newest first."""
        return await page(self._session, select(GitHubInstallation), GitHubInstallation.id, cursor=cursor, limit=limit)

    async def find(self, row_id: UUID) -> GitHubInstallation | None:
        """One installation, by our id."""
        found: GitHubInstallation | None = (
            await self._session.execute(select(GitHubInstallation).where(GitHubInstallation.id == row_id))
        ).scalar_one_or_none()
        return found

    async def numbered(self, installation_id: int) -> GitHubInstallation | None:
        """One installation, by its number at GitHub."""
        query = select(GitHubInstallation).where(GitHubInstallation.installation_id == installation_id)
        found: GitHubInstallation | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def set_suspended(self, installation_id: int, suspended: bool) -> None:
        """Note whether GitHub lets the App see anything of it."""
        await self._session.execute(
            update(GitHubInstallation)
            .where(GitHubInstallation.installation_id == installation_id)
            .values(suspended=suspended)
        )

    async def remove(self, installation_id: int) -> None:
        """Forget an installation."""
        await self._session.execute(
            delete(GitHubInstallation).where(GitHubInstallation.installation_id == installation_id)
        )

    async def only_organization(self) -> UUID | None:
        """The one organization of the server; None where there are several."""
        found = (await self._session.execute(select(Organization.id).limit(2))).scalars().all()
        return found[0] if len(found) == 1 else None
