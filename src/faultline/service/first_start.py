"""The first start: an organization with its owner, and a first API key, so that the printed curl line works."""

from __future__ import annotations

from sqlalchemy import select

from faultline.platform.database import SYSTEM, new_id
from faultline.service.api_keys import keys
from faultline.service.api_keys.tables import ApiKey
from faultline.service.auth.principal import Role
from faultline.service.members.tables import User
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
        key = keys.make(parts.secrets)
        unit.session.add(
            ApiKey(
                id=new_id(),
                tenant_id=organization.id,
                name="first key",
                prefix=key.prefix,
                hash=key.hash,
                scopes=sorted(Role.OWNER.scopes),
                created_by=f"user:{owner.id}",
                created_at=now,
            )
        )
        return key.plain
