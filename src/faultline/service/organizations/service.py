"""What can be done with organizations."""

from __future__ import annotations

import base64
import os
import re
import secrets
from uuid import UUID

from faultline.platform.database import UnitOfWork, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal, Role
from faultline.service.members.tables import Membership, User
from faultline.service.organizations.store import OrganizationStore
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.tiers import Tier

CALLBACK_SECRET = "callback-secret"  # noqa: S105 - a purpose, no secret


class Organizations:
    """Organizations: all of them in the system's scope, else the tenant's own."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> OrganizationStore:
        return OrganizationStore(self._unit.session)

    async def create(self, name: str, owner: User, *, tier: Tier | None = None) -> Organization:
        """A new organization with its first member; the scope is the system's."""
        now = self._parts.clock()
        organization = Organization(
            id=new_id(),
            name=name,
            slug=await self._free_slug(name),
            tier=tier or self._parts.settings.default_tier,
            callback_secret=self._sealed(new_secret()),
            created_at=now,
        )
        self._unit.session.add(organization)
        await self._unit.session.flush()
        self._unit.session.add(
            Membership(id=new_id(), tenant_id=organization.id, user_id=owner.id, role=Role.OWNER, created_at=now)
        )
        await self._unit.session.flush()
        return organization

    async def get(self, organization_id: UUID) -> Organization:
        """The organization of a principal."""
        return await self._store.get(organization_id)

    async def tier_of(self, organization_id: UUID) -> Tier:
        """What an organization pays for."""
        return Tier((await self._store.get(organization_id)).tier)

    async def rename(self, name: str, *, by: Principal, origin: Origin) -> Organization:
        """Give the organization another name; its short name stays, for links hang on it."""
        organization = await self._store.get(by.tenant_id)
        old, organization.name = organization.name, name
        if old != name:
            await Audit(self._unit, self._parts).record(
                "organization.changed",
                "organization",
                organization.id,
                by=by,
                origin=origin,
                changes={"name": [old, name]},
            )
        return organization

    async def models_on(self, organization_id: UUID) -> bool:
        """Whether models may see what an organization has analyzed."""
        return (await self._store.get(organization_id)).models_off_at is None

    async def switch_models(self, on: bool, *, by: Principal, origin: Origin) -> None:
        """Have models asked, or none from the next analysis on."""
        organization = await self._store.get(by.tenant_id)
        if on == (organization.models_off_at is None):
            return
        organization.models_off_at = None if on else self._parts.clock()
        await Audit(self._unit, self._parts).record(
            "organization.models-switched", "organization", organization.id, by=by, origin=origin, changes={"on": on}
        )

    async def callback_secret(self, *, by: Principal, origin: Origin) -> str:
        """The secret that signs calls to callback URLs; that it was shown is written down."""
        organization = await self._store.get(by.tenant_id)
        await Audit(self._unit, self._parts).record(
            "callback-secret.shown", "organization", organization.id, by=by, origin=origin
        )
        return self._parts.secrets.decrypt(CALLBACK_SECRET, organization.callback_secret).decode()

    async def rotate_callback_secret(self, *, by: Principal, origin: Origin) -> str:
        """Sign calls to callback URLs with a new secret from now on."""
        organization = await self._store.get(by.tenant_id)
        secret = new_secret()
        organization.callback_secret = self._sealed(secret)
        await Audit(self._unit, self._parts).record(
            "callback-secret.rotated", "organization", organization.id, by=by, origin=origin
        )
        return secret

    async def signing_secret(self, organization_id: UUID) -> str:
        """The secret that signs calls to callback URLs, for whoever makes them."""
        organization = await self._store.get(organization_id)
        return self._parts.secrets.decrypt(CALLBACK_SECRET, organization.callback_secret).decode()

    def _sealed(self, secret: str) -> bytes:
        return self._parts.secrets.encrypt(CALLBACK_SECRET, secret.encode())

    async def _free_slug(self, name: str) -> str:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "organization"
        return f"{slug}-{secrets.token_hex(3)}" if await self._store.has_slug(slug) else slug


def new_secret() -> str:
    """A secret as Standard Webhooks has them: `whsec_` and the base64 of 32 random bytes."""
    return "whsec_" + base64.b64encode(os.urandom(32)).decode()
