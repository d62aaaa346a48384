"""Organizations over HTTP, and who is asking."""

from __future__ import annotations

from typing import Annotated

from faultline.platform.database import SYSTEM
from faultline.service.api_keys.service import ApiKeys
from faultline.service.auth.access import NoStore, OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.members.people import People
from faultline.service.organizations.schemas import (
    Me,
    ModelsOut,
    ModelsRequest,
    MyKey,
    MyOrganization,
    MyUser,
    OrganizationOut,
    OrganizationRequest,
    SecretOut,
)
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts
from faultline.service.routing import PartsOf, router, service

routes = router("/v1", "organizations")

Known = Annotated[Principal, requires()]
ModelsWriter = Annotated[Principal, requires(Scope.BUDGETS_WRITE)]
Owner = Annotated[Principal, requires(Scope.ORGANIZATION_WRITE)]
SecretReader = Annotated[Principal, requires(Scope.WEBHOOKS_WRITE, write=True)]
OrganizationsOf = Annotated[Organizations, service(Organizations)]
KeysOf = Annotated[ApiKeys, service(ApiKeys)]
From = Annotated[Origin, OriginOf]


@routes.get("/me")
async def me(who: Known, organizations: OrganizationsOf, keys: KeysOf, parts: PartsOf) -> Me:
    """Get who you are, and what you may do."""
    own = MyOrganization.model_validate(await organizations.get(who.tenant_id))
    user, key, others = None, None, [own]
    if who.key_id is not None:
        key = MyKey.model_validate(await keys.get(who.key_id))
    if who.user_id is not None:
        async with parts.database.unit(SYSTEM, write=False) as unit:
            people, everywhere = People(unit, parts), Organizations(unit, parts)
            user = MyUser.model_validate(await people.get(who.user_id))
            others = [
                MyOrganization.model_validate(await everywhere.get(each.tenant_id))
                for each in await people.memberships(who.user_id)
            ]
    return Me(organization=own, user=user, key=key, role=who.role, scopes=sorted(who.scopes), organizations=others)


@routes.get("/organization")
async def get(who: Known, organizations: OrganizationsOf) -> OrganizationOut:
    """Get your organization."""
    return OrganizationOut.model_validate(await organizations.get(who.tenant_id))


@routes.patch("/organization")
async def rename(
    wanted: OrganizationRequest, who: Owner, organizations: OrganizationsOf, origin: From
) -> OrganizationOut:
    """Rename your organization."""
    return OrganizationOut.model_validate(await organizations.rename(wanted.name, by=who, origin=origin))


@routes.get("/organization/models")
async def models(who: Known, organizations: OrganizationsOf, parts: PartsOf) -> ModelsOut:
    """Get which language models are asked for your organization."""
    return _models(await organizations.models_on(who.tenant_id), parts)


@routes.put("/organization/models")
async def set_models(
    wanted: ModelsRequest, who: ModelsWriter, organizations: OrganizationsOf, origin: From, parts: PartsOf
) -> ModelsOut:
    """Let language models see what your organization has analyzed, or not, from the next analysis on."""
    await organizations.switch_models(wanted.enabled, by=who, origin=origin)
    return _models(wanted.enabled, parts)


@routes.get("/organization/callback-secret", dependencies=[NoStore])
async def callback_secret(who: SecretReader, organizations: OrganizationsOf, origin: From) -> SecretOut:
    """Get the secret that signs calls to callback URLs; the audit log says that you did."""
    return SecretOut(secret=await organizations.callback_secret(by=who, origin=origin))


@routes.post("/organization/callback-secret/rotate", dependencies=[NoStore])
async def rotate_callback_secret(who: SecretReader, organizations: OrganizationsOf, origin: From) -> SecretOut:
    """Make a new secret; the old one signs nothing from now on."""
    return SecretOut(secret=await organizations.rotate_callback_secret(by=who, origin=origin))


def _models(enabled: bool, parts: Parts) -> ModelsOut:
    # Without the address: where a model of one's own is served is nothing for everybody.
    return ModelsOut(enabled=enabled, route=[name.partition("@")[0] for name in parts.settings.models])
