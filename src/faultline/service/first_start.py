"""The first start: an organization with its owner, and a first API key, so that the printed curl line works."""

from __future__ import annotations

from sqlalchemy import select

from faultline.platform.database import SYSTEM, new_id
from faultline.service.api_keys.service import ApiKeys
from faultline.service.auth.links import new_link
from faultline.service.auth.principal import Role
from faultline.service.members.tables import Membership, User
from faultline.service.organizations.service import Organizations
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.tiers import Tier


async def first_start(parts: Parts) -> str | None:
    """Make the owner's organization when there is none at all.

    Returns:
        The first API key, which is shown once; None when this is not the first start.

    """
    async with parts.database.unit(SYSTEM) as unit:
        await unit.queue_up("first-start")
        if (await unit.session.execute(select(Organization.id).limit(1))).first():
            return None
        now = parts.clock()
        owner = User(id=new_id(), name="owner", created_at=now)
        unit.session.add(owner)
        await unit.session.flush()
        organization = await Organizations(unit, parts).create("Default", owner, tier=Tier.ENTERPRISE)
        made = ApiKeys(unit, parts).add(organization.id, "first key", Role.OWNER.scopes, created_by=f"user:{owner.id}")
        return made.plain


async def owner_link(parts: Parts) -> str:
    """A one-time token that signs the owner of the first organization in."""
    async with parts.database.unit(SYSTEM) as unit:
        first = (
            await unit.session.execute(
                select(Membership).where(Membership.role == Role.OWNER).order_by(Membership.id).limit(1)
            )
        ).scalar_one()
        return await new_link(unit, parts, first.user_id, first.tenant_id)
