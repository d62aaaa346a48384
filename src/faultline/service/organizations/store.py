"""Queries of organizations."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.service.organizations.tables import Organization


class OrganizationStore:
    """Reads organizations, always by their own id: they are no rows of a tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, organization_id: UUID) -> Organization:
        """One organization; that there is none is a defect, for all that is a tenant's goes with it."""
        found: Organization = (
            await self._session.execute(select(Organization).where(Organization.id == organization_id))
        ).scalar_one()
        return found

    async def has_slug(self, slug: str) -> bool:
        """Whether an organization has this short name."""
        return (
            await self._session.execute(select(Organization.id).where(Organization.slug == slug))
        ).first() is not None
