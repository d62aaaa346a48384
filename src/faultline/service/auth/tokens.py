"""Tokens of people: JWT (RFC 7519), RS256, valid for a session.

A token says who (`sub`) and in which organization (`org`), never what they may do: the role is read from the
membership, so that lowering it works on tokens that are out already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt

from faultline.service.auth.signing import ALGORITHM, SigningKeys
from faultline.service.errors import NotSignedIn

ISSUER = "faultline"
AUDIENCE = "faultline-api"
LEEWAY = timedelta(seconds=5)
"""How far the clocks of two processes may be apart."""
_CLAIMS = ("iss", "aud", "exp", "iat", "nbf", "sub", "org")


@dataclass(frozen=True, slots=True)
class Session:
    """A token as its owner gets it."""

    token: str = field(repr=False)
    expires_at: datetime
    user_id: UUID
    tenant_id: UUID


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    user_id: UUID
    tenant_id: UUID
    expires_at: datetime


def issue(keys: SigningKeys, user_id: UUID, tenant_id: UUID, now: datetime) -> Session:
    """A token for a user in an organization; `keys.ready()` was awaited before."""
    issued = int(now.timestamp())
    expires = issued + int(keys.lifetime.total_seconds())
    token = keys.sign(
        {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "org": str(tenant_id),
            "iat": issued,
            "nbf": issued,
            "exp": expires,
            "jti": uuid4().hex,
        }
    )
    return Session(token, datetime.fromtimestamp(expires, UTC), user_id, tenant_id)


async def verify(keys: SigningKeys, token: str, now: datetime) -> Claims:
    """What a token says.

    PyJWT checks signature, algorithm, issuer and audience; the times are checked here, against our clock.

    Raises:
        NotSignedIn: it is not one of ours, or has expired.

    """
    try:
        header = jwt.get_unverified_header(token)
        key = await keys.verifying(UUID(str(header.get("kid")))) if header.get("alg") == ALGORITHM else None
        if key is None:
            raise NotSignedIn("this token is not valid")
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        begins, expires = (datetime.fromtimestamp(int(claims[name]), UTC) for name in ("nbf", "exp"))
        found = Claims(UUID(claims["sub"]), UUID(claims["org"]), expires)
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError):
        raise NotSignedIn("this token is not valid") from None
    if now >= expires:
        raise NotSignedIn("this token has expired; sign in again")
    if now < begins - LEEWAY:
        raise NotSignedIn("this token is not valid yet; compare the clocks")
    return found
