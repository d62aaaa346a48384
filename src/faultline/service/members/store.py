"""Queries of users, memberships and invitations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.auth.principal import Role
from faultline.service.members.tables import Invitation, Membership, User


class PeopleStore:
    """Reads people in the system's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def user(self, user_id: UUID) -> User | None:
        """One user."""
        found: User | None = await self._session.get(User, user_id)
        return found

    async def of_github(self, github_id: str) -> User | None:
        """The user of a GitHub account."""
        found: User | None = (
            await self._session.execute(select(User).where(User.github_id == github_id))
        ).scalar_one_or_none()
        return found

    async def has_email(self, email: str) -> bool:
        """Whether somebody has this address."""
        return (await self._session.execute(select(User.id).where(User.email == email))).first() is not None

    async def membership(self, user_id: UUID, tenant_id: UUID) -> Membership | None:
        """Somebody's membership in an organization."""
        found: Membership | None = (
            await self._session.execute(
                select(Membership).where(Membership.tenant_id == tenant_id, Membership.user_id == user_id)
            )
        ).scalar_one_or_none()
        return found

    async def memberships(self, user_id: UUID) -> Sequence[Membership]:
        """Somebody's memberships, the oldest first."""
        query = select(Membership).where(Membership.user_id == user_id).order_by(Membership.id)
        found: Sequence[Membership] = (await self._session.execute(query)).scalars().all()
        return found

    async def take_invitation(self, hashed: bytes, now: datetime) -> Invitation | None:
        """Take the invitation of a link away, so that nobody else can; None when there is none."""
        return next(iter(await self._take(Invitation.hash == hashed, now)), None)

    async def take_invitations(self, email: str, now: datetime) -> Sequence[Invitation]:
        """Take the invitations of an address away."""
        return await self._take(Invitation.email == email, now)

    async def drop_expired(self, now: datetime) -> None:
        """Delete the invitations that nobody accepted in time."""
        await self._session.execute(
            delete(Invitation).where(Invitation.expires_at <= now).execution_options(synchronize_session=False)
        )

    async def _take(self, which: object, now: datetime) -> Sequence[Invitation]:
        taken: Sequence[Invitation] = (
            (
                await self._session.execute(
                    delete(Invitation)
                    .where(which, Invitation.expires_at > now)  # type: ignore[arg-type]
                    .returning(Invitation)
                    .execution_options(synchronize_session=False)
                )
            )
            .scalars()
            .all()
        )
        return taken


class MemberStore:
    """Reads the members of one organization."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, member_id: UUID) -> Membership | None:
        """One membership."""
        found: Membership | None = (
            await self._session.execute(select(Membership).where(Membership.id == member_id))
        ).scalar_one_or_none()
        return found

    async def has_user(self, user_id: UUID) -> bool:
        """Whether somebody is a member."""
        query = select(Membership.id).where(Membership.user_id == user_id)
        return (await self._session.execute(query)).first() is not None

    async def list(self, *, cursor: str | None, limit: int) -> Page[Membership]:
        """Some memberships, newest first."""
        return await page(self._session, select(Membership), Membership.id, cursor=cursor, limit=limit)

    async def users(self, user_ids: Iterable[UUID]) -> dict[UUID, User]:
        """The users of memberships."""
        found = (await self._session.execute(select(User).where(User.id.in_(set(user_ids))))).scalars()
        return {user.id: user for user in found}

    async def has_email(self, email: str) -> bool:
        """Whether a member has this address."""
        query = select(Membership.id).join(User, User.id == Membership.user_id).where(User.email == email)
        return (await self._session.execute(query)).first() is not None

    async def owners(self) -> int:
        """How many owners there are."""
        query = select(func.count(Membership.id)).where(Membership.role == Role.OWNER)
        count: int = (await self._session.execute(query)).scalar_one()
        return count

    async def invitation(self, invitation_id: UUID) -> Invitation | None:
        """One invitation."""
        found: Invitation | None = (
            await self._session.execute(select(Invitation).where(Invitation.id == invitation_id))
        ).scalar_one_or_none()
        return found

    async def invitation_of(self, email: str) -> Invitation | None:
        """The invitation of an address."""
        found: Invitation | None = (
            await self._session.execute(select(Invitation).where(Invitation.email == email))
        ).scalar_one_or_none()
        return found

    async def invitations(self, now: datetime, *, cursor: str | None, limit: int) -> Page[Invitation]:
        """Some invitations that can be accepted, newest first."""
        query = select(Invitation).where(Invitation.expires_at > now)
        return await page(self._session, query, Invitation.id, cursor=cursor, limit=limit)
