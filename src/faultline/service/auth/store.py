"""Queries of sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.service.auth.tables import SigningKey, SignInLink


class SigningKeyStore:
    """Reads and retires signing keys; they belong to no tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def current(self) -> SigningKey | None:
        """The key that signs: the newest that is not retired."""
        found: SigningKey | None = (
            await self._session.execute(
                select(SigningKey).where(SigningKey.retired_at.is_(None)).order_by(SigningKey.id.desc()).limit(1)
            )
        ).scalar_one_or_none()
        return found

    async def find(self, key_id: UUID) -> SigningKey | None:
        """One key."""
        found: SigningKey | None = await self._session.get(SigningKey, key_id)
        return found

    async def valid(self, now: datetime) -> Sequence[SigningKey]:
        """All keys that verify, newest first."""
        query = select(SigningKey).where(SigningKey.expires_at.is_(None) | (SigningKey.expires_at > now))
        found: Sequence[SigningKey] = (
            (await self._session.execute(query.order_by(SigningKey.id.desc()))).scalars().all()
        )
        return found

    async def retire(self, now: datetime, expires_at: datetime) -> None:
        """Let the keys that sign only verify, until `expires_at`."""
        await self._session.execute(
            update(SigningKey)
            .where(SigningKey.retired_at.is_(None))
            .values(retired_at=now, expires_at=expires_at)
            .execution_options(synchronize_session=False)
        )

    async def drop_expired(self, now: datetime) -> None:
        """Delete the keys that verify nothing any more."""
        await self._session.execute(delete(SigningKey).where(SigningKey.expires_at <= now))


class SignInLinkStore:
    """Redeems one-time links."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def use(self, hashed: bytes, now: datetime) -> SignInLink | None:
        """Use a link up; None when there is none, or it was used, or it has expired.

        One statement finds and marks it, so of two that come at once one gets nothing.
        """
        found: SignInLink | None = (
            await self._session.execute(
                update(SignInLink)
                .where(SignInLink.hash == hashed, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
                .values(used_at=now)
                .returning(SignInLink)
                .execution_options(synchronize_session=False)
            )
        ).scalar_one_or_none()
        return found

    async def drop_expired(self, now: datetime) -> None:
        """Delete the links that can be used no more."""
        await self._session.execute(
            delete(SignInLink).where(SignInLink.expires_at <= now).execution_options(synchronize_session=False)
        )
