"""People across organizations: who they are, where they are members, and how they come in by an invitation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from faultline.platform.database import UnitOfWork, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal, Role
from faultline.service.errors import NotFound
from faultline.service.members.store import PeopleStore
from faultline.service.members.tables import Invitation, Membership, User
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts

INVITATION = "invitation"


class People:
    """People; the unit's scope is the system's, for a person may be in several organizations."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> PeopleStore:
        return PeopleStore(self._unit.session)

    async def get(self, user_id: UUID) -> User:
        """One person.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.user(user_id)
        if found is None:
            raise NotFound(f"there is no user {user_id}")
        return found

    async def role_of(self, user_id: UUID, tenant_id: UUID) -> Role | None:
        """What somebody is in an organization; None when they are not in it."""
        membership = await self._store.membership(user_id, tenant_id)
        return None if membership is None else Role(membership.role)

    async def memberships(self, user_id: UUID) -> Sequence[Membership]:
        """Where somebody is a member, the first they joined first."""
        return await self._store.memberships(user_id)

    async def note_seen(self, user_id: UUID, at: datetime) -> None:
        """Say when somebody signed in last."""
        (await self.get(user_id)).last_seen_at = at

    async def of_github(self, github_id: str, name: str, email: str | None) -> User:
        """The person behind a GitHub account, made when they come for the first time.

        They are known by the account's number alone. A verified address is noted when nobody else has it; it never
        makes two accounts one.
        """
        user = await self._store.of_github(github_id)
        if user is None:
            user = User(id=new_id(), name=name[:200], github_id=github_id, created_at=self._parts.clock())
            self._unit.session.add(user)
        if email is not None and user.email != email and not await self._store.has_email(email):
            user.email = email
        await self._unit.session.flush()
        return user

    async def accept(self, code: str, user: User | None, origin: Origin) -> Membership | None:
        """Accept the invitation of a link; None when there is none.

        Whoever opens the link becomes a person of their own unless they are signed in: an address that somebody else
        typed proves nothing about who opens it.
        """
        hashed = self._parts.secrets.hash(INVITATION, code)
        found = await self._store.take_invitation(hashed, self._parts.clock())
        if found is None:
            return None
        if user is None:
            user = User(id=new_id(), name=found.email.partition("@")[0][:200], created_at=self._parts.clock())
            self._unit.session.add(user)
            await self._unit.session.flush()
        return await self._join(found, user, origin)

    async def accept_all(self, email: str, user: User, origin: Origin) -> list[Membership]:
        """Accept the invitations of a verified address."""
        found = await self._store.take_invitations(email, self._parts.clock())
        return [await self._join(each, user, origin) for each in found]

    async def _join(self, invitation: Invitation, user: User, origin: Origin) -> Membership:
        known = await self._store.membership(user.id, invitation.tenant_id)
        if known is not None:
            return known
        role = Role(invitation.role)
        made = Membership(
            id=new_id(),
            tenant_id=invitation.tenant_id,
            user_id=user.id,
            role=role,
            created_at=self._parts.clock(),
        )
        self._unit.session.add(made)
        await self._unit.session.flush()
        tier = await Organizations(self._unit, self._parts).tier_of(invitation.tenant_id)
        who = Principal(invitation.tenant_id, tier, role.scopes, None, user.id, role)
        await Audit(self._unit, self._parts).record(
            "member.joined",
            "member",
            made.id,
            by=who,
            origin=origin,
            changes={"role": role.value, "invited_by": invitation.invited_by},
        )
        return made
