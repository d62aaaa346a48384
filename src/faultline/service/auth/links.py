"""One-time links: whoever opens one is signed in, once.

A link carries 256 random bits, of which only a keyed hash is kept; it is found by that hash, so the time of the
look-up says nothing about the link.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from faultline.platform.database import UnitOfWork, new_id
from faultline.service.auth.store import SignInLinkStore
from faultline.service.auth.tables import SignInLink
from faultline.service.parts import Parts

PURPOSE = "sign-in-link"
PATH = "/auth/start"
LIFETIME = timedelta(minutes=15)


async def new_link(
    unit: UnitOfWork, parts: Parts, user_id: UUID, tenant_id: UUID, *, lifetime: timedelta = LIFETIME
) -> str:
    """A token that signs a user in once: `/auth/start?token=...`."""
    token, now = secrets.token_urlsafe(32), parts.clock()
    unit.session.add(
        SignInLink(
            id=new_id(),
            tenant_id=tenant_id,
            user_id=user_id,
            hash=parts.secrets.hash(PURPOSE, token),
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    await unit.session.flush()
    return token


async def use_link(unit: UnitOfWork, parts: Parts, token: str) -> SignInLink | None:
    """Use a link up; None when it is none, was used before, or has expired."""
    return await SignInLinkStore(unit.session).use(parts.secrets.hash(PURPOSE, token), parts.clock())
