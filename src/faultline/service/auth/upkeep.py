"""Upkeep of sign-in: what nobody can use any more goes, and a signing key that has grown old is rotated."""

from __future__ import annotations

from faultline.platform.database import SYSTEM
from faultline.service.auth.store import SignInLinkStore
from faultline.service.members.store import PeopleStore
from faultline.service.parts import Parts

INTERVAL_SECONDS = 3600.0


async def tidy_sign_in(parts: Parts) -> None:
    """Delete expired links, invitations and signing keys; rotate the signing key when it is due."""
    now = parts.clock()
    async with parts.database.unit(SYSTEM) as unit:
        await SignInLinkStore(unit.session).drop_expired(now)
        await PeopleStore(unit.session).drop_expired(now)
    await parts.signing.keep_fresh()
