"""Finds out who is asking."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.service.api_keys import keys
from faultline.service.api_keys.tables import ApiKey
from faultline.service.auth.principal import Principal, Scope
from faultline.service.errors import NotSignedIn
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.tiers import Tier


async def authenticate(request: Request, parts: Parts) -> Principal:
    """Who is asking.

    Raises:
        NotSignedIn: nobody that we know.

    """
    plain = request.headers.get("x-api-key", "")
    prefix = keys.prefix_of(plain)
    if prefix is None:
        raise NotSignedIn("send an API key in X-API-Key")
    async with parts.database.unit(SYSTEM, write=False) as unit:
        found = (
            await unit.session.execute(
                select(ApiKey, Organization)
                .join(Organization, Organization.id == ApiKey.tenant_id)
                .where(ApiKey.prefix == prefix)
            )
        ).one_or_none()
    if found is None or not keys.matches(parts.secrets, plain, found[0].hash):
        raise NotSignedIn("this API key is not valid")
    key, organization = found
    return Principal(
        tenant_id=key.tenant_id,
        tier=Tier(organization.tier),
        scopes=frozenset(Scope(scope) for scope in key.scopes),
        key_id=key.id,
        user_id=None,
        role=None,
    )
