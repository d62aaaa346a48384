"""Signs people in: by a one-time link, by an invitation, by GitHub; and from one of their organizations to another."""

from __future__ import annotations

from uuid import UUID

from faultline.platform.database import UnitOfWork
from faultline.service.audit.service import Audit
from faultline.service.auth import tokens
from faultline.service.auth.github import Profile
from faultline.service.auth.links import use_link
from faultline.service.auth.principal import Origin, Principal
from faultline.service.auth.tokens import Session
from faultline.service.errors import NotFound, NotSignedIn
from faultline.service.members.people import People
from faultline.service.members.tables import User
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts


class SignIn:
    """Signs in; the scope is the system's, for nobody is known yet."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts
        self._people = People(unit, parts)

    async def by_code(self, code: str, origin: Origin, *, who: Principal | None = None) -> Session:
        """Redeem a one-time link or an invitation.

        Args:
            code: the link's token.
            origin: where the request came from.
            who: the person who is signed in already and accepts an invitation; None makes a new one of an invitation.

        Raises:
            NotSignedIn: the link was used before, or has expired, or never was.

        """
        await self._parts.signing.ready()
        if link := await use_link(self._unit, self._parts, code):
            return await self._begin(link.user_id, link.tenant_id, origin, "link")
        user = None if who is None or who.user_id is None else await self._people.get(who.user_id)
        joined = await self._people.accept(code, user, origin)
        if joined is None:
            raise NotSignedIn("this link was used before, or has expired; ask for a new one")
        return await self._begin(joined.user_id, joined.tenant_id, origin, "invitation")

    async def by_github(self, profile: Profile, origin: Origin) -> Session:
        """Sign in whom GitHub vouches for; who comes for the first time joins whoever invited them, or begins anew."""
        await self._parts.signing.ready()
        await self._unit.queue_up(f"github:{profile.id}")
        user = await self._people.of_github(profile.id, profile.name or profile.login, profile.email)
        joined = [] if profile.email is None else await self._people.accept_all(profile.email, user, origin)
        tenant_id = joined[0].tenant_id if joined else await self._home(user, profile)
        return await self._begin(user.id, tenant_id, origin, "github")

    async def switch(self, who: Principal, organization_id: UUID, origin: Origin) -> Session:
        """Go to another organization of the same person.

        Raises:
            NotFound: they are not in it.

        """
        await self._parts.signing.ready()
        assert who.user_id
        if await self._people.role_of(who.user_id, organization_id) is None:
            raise NotFound(f"there is no organization {organization_id}")
        return await self._begin(who.user_id, organization_id, origin, "switch")

    async def _home(self, user: User, profile: Profile) -> UUID:
        memberships = await self._people.memberships(user.id)
        if memberships:
            return memberships[0].tenant_id
        return (await Organizations(self._unit, self._parts).create(profile.login, user)).id

    async def _begin(self, user_id: UUID, tenant_id: UUID, origin: Origin, how: str) -> Session:
        now = self._parts.clock()
        role = await self._people.role_of(user_id, tenant_id)
        if role is None:
            raise NotSignedIn("you are no longer a member of this organization")
        await self._people.note_seen(user_id, now)
        who = Principal(
            tenant_id=tenant_id,
            tier=await Organizations(self._unit, self._parts).tier_of(tenant_id),
            scopes=role.scopes,
            key_id=None,
            user_id=user_id,
            role=role,
        )
        await Audit(self._unit, self._parts).record(
            "user.signed-in", "user", user_id, by=who, origin=origin, changes={"how": how}
        )
        return tokens.issue(self._parts.signing, user_id, tenant_id, now)
