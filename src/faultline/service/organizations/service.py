"""What can be done with organizations."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import func, select

from faultline.platform.database import UnitOfWork, new_id
from faultline.service.auth.principal import Role
from faultline.service.members.tables import Membership, User
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.tiers import Tier

_PURPOSE = "callback"


class Organizations:
    """Organizations; the unit of work is the system's, for these are what tenants are made of."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    async def create(self, name: str, owner: User, *, tier: Tier | None = None) -> Organization:
        """A new organization with its first member."""
        now = self._parts.clock()
        secret = "whsec_" + secrets.token_urlsafe(32)
        organization = Organization(
            id=new_id(),
            name=name,
            slug=await self._free_slug(name),
            tier=tier or self._parts.settings.default_tier,
            callback_secret=self._parts.secrets.encrypt(_PURPOSE, secret.encode()),
            created_at=now,
        )
        self._unit.session.add(organization)
        await self._unit.session.flush()
        self._unit.session.add(
            Membership(id=new_id(), tenant_id=organization.id, user_id=owner.id, role=Role.OWNER, created_at=now)
        )
        return organization

    async def _free_slug(self, name: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "organization"
        taken = (
            await self._unit.session.execute(
                select(func.count()).select_from(Organization).where(Organization.slug == slug)
            )
        ).scalar_one()
        return f"{slug}-{secrets.token_hex(3)}" if taken else slug
