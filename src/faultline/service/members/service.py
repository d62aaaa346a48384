"""What can be done with the members of an organization.

Nobody grants, changes or takes away a role that may do more than they may do themselves. That one rule holds for people
and for API keys: a key acts as the role whose scopes it has all of.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal, Role
from faultline.service.errors import Conflict, NotAllowed, NotFound
from faultline.service.members.people import INVITATION
from faultline.service.members.store import MemberStore
from faultline.service.members.tables import Invitation, Membership, User
from faultline.service.parts import Parts

INVITED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Member:
    """A membership and whose it is."""

    membership: Membership
    user: User


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its code, which nobody sees again."""

    invitation: Invitation
    code: str = field(repr=False)


class Members:
    """Members of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> MemberStore:
        return MemberStore(self._unit.session)

    async def list(self, *, cursor: str | None, limit: int) -> Page[Member]:
        """Some members, who joined last first."""
        found = await self._store.list(cursor=cursor, limit=limit)
        users = await self._store.users(row.user_id for row in found.items)
        return Page([Member(row, users[row.user_id]) for row in found.items], found.next_cursor)

    async def get(self, member_id: UUID) -> Member:
        """One member.

        Raises:
            NotFound: there is none of this id.

        """
        row = await self._find(member_id)
        return Member(row, (await self._store.users([row.user_id]))[row.user_id])

    async def has_user(self, user_id: UUID) -> bool:
        """Whether somebody is a member."""
        return await self._store.has_user(user_id)

    async def invitations(self, *, cursor: str | None, limit: int) -> Page[Invitation]:
        """Some invitations that wait, newest first."""
        return await self._store.invitations(self._parts.clock(), cursor=cursor, limit=limit)

    async def invite(self, email: str, role: Role, *, by: Principal, origin: Origin) -> Invited:
        """Invite whoever opens the link, or signs in with this address; an earlier invitation is void from now on.

        The answer does not tell whether the address is known to us from other organizations.

        Raises:
            NotAllowed: the role may do more than who invites.
            Conflict: a member has this address.

        """
        _may_grant(by, role)
        email = email.lower()
        if await self._store.has_email(email):
            raise Conflict("a member has this address already")
        await self._unit.queue_up(f"members:{by.tenant_id}")
        if (earlier := await self._store.invitation_of(email)) is not None:
            await self._unit.session.delete(earlier)
            await self._unit.session.flush()
        code, now = secrets.token_urlsafe(32), self._parts.clock()
        row = Invitation(
            id=new_id(),
            tenant_id=by.tenant_id,
            email=email,
            role=role,
            hash=self._parts.secrets.hash(INVITATION, code),
            invited_by=by.actor,
            created_at=now,
            expires_at=now + INVITED_FOR,
        )
        self._unit.session.add(row)
        await self._unit.session.flush()
        await Audit(self._unit, self._parts).record(
            "member.invited", "invitation", row.id, by=by, origin=origin, changes={"email": email, "role": role.value}
        )
        return Invited(row, code)

    async def withdraw(self, invitation_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Take an invitation back.

        Raises:
            NotFound: there is none of this id.
            NotAllowed: it is for a role that may do more than who takes it back.

        """
        row = await self._store.invitation(invitation_id)
        if row is None:
            raise NotFound(f"there is no invitation {invitation_id}")
        _may_grant(by, Role(row.role))
        await self._unit.session.delete(row)
        await Audit(self._unit, self._parts).record(
            "invitation.withdrawn", "invitation", row.id, by=by, origin=origin, changes={"email": row.email}
        )

    async def change_role(self, member_id: UUID, role: Role, *, by: Principal, origin: Origin) -> Member:
        """Give a member another role.

        Raises:
            NotFound: there is none of this id.
            NotAllowed: the old or the new role may do more than who changes it.
            Conflict: they are the last owner.

        """
        await self._unit.queue_up(f"members:{by.tenant_id}")
        member = await self.get(member_id)
        row, old = member.membership, Role(member.membership.role)
        _may_grant(by, old)
        _may_grant(by, role)
        if role is old:
            return member
        await self._not_the_last_owner(old)
        row.role = role
        await self._unit.session.flush()
        self._forget(row)
        await Audit(self._unit, self._parts).record(
            "member.role-changed",
            "member",
            row.id,
            by=by,
            origin=origin,
            changes={"user": str(row.user_id), "from": old.value, "to": role.value},
        )
        return member

    async def remove(self, member_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Remove a member; the keys that they made stay, for programs run by them.

        Raises:
            NotFound: there is none of this id.
            NotAllowed: their role may do more than who removes them.
            Conflict: they are the last owner.

        """
        await self._unit.queue_up(f"members:{by.tenant_id}")
        row = await self._find(member_id)
        role = Role(row.role)
        _may_grant(by, role)
        await self._not_the_last_owner(role)
        await self._unit.session.delete(row)
        await self._unit.session.flush()
        self._forget(row)
        await Audit(self._unit, self._parts).record(
            "member.removed",
            "member",
            row.id,
            by=by,
            origin=origin,
            changes={"user": str(row.user_id), "role": role.value},
        )

    async def _find(self, member_id: UUID) -> Membership:
        found = await self._store.find(member_id)
        if found is None:
            raise NotFound(f"there is no member {member_id}")
        return found

    async def _not_the_last_owner(self, role: Role) -> None:
        if role is Role.OWNER and await self._store.owners() < 2:
            raise Conflict("this is the last owner; make somebody else an owner first")

    def _forget(self, row: Membership) -> None:
        user_id = row.user_id
        self._unit.after_commit(lambda: self._parts.principals.forget_user(user_id))


def _may_grant(by: Principal, role: Role) -> None:
    if not by.may_grant(role):
        raise NotAllowed(f"only who may do all that the role {role.value} may do can grant it or take it away")
