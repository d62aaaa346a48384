"""Finds out who is asking."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import structlog
from fastapi import Request

from faultline.platform.database import SYSTEM
from faultline.platform.http.clients import client_address
from faultline.service.api_keys.service import ApiKeys
from faultline.service.api_keys.tables import ApiKey
from faultline.service.audit.service import Audit
from faultline.service.auth.credentials import Credential, credential_of
from faultline.service.auth.limits import count_anonymous
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.auth.tokens import verify
from faultline.service.errors import NotSignedIn
from faultline.service.members.people import People
from faultline.service.organizations.service import Organizations
from faultline.service.parts import Parts
from faultline.service.usage.requests import Caller
from faultline.service.usage.service import period_of

_KNOWN = "authenticated"
log = structlog.get_logger(__name__)


def origin_of(request: Request, parts: Parts) -> Origin:
    """Where the request came from."""
    return Origin(
        address=client_address(request.scope, parts.settings.trusted_proxies),
        user_agent=request.headers.get("user-agent", "")[:500],
        request_id=getattr(request.state, "request_id", ""),
    )


async def authenticate(request: Request, parts: Parts, origin: Origin) -> Principal:
    """Who is asking; found out once a request.

    Raises:
        NotSignedIn: nobody that we know.
        RateLimited: nobody that we know, and too often from the same address.
        CrossOrigin: a page of another origin is, with a cookie of ours.

    """
    if (known := getattr(request.state, _KNOWN, None)) is not None:
        return cast(Principal, known)
    try:
        who = await recognised(request, parts, origin)
    except NotSignedIn:
        await count_anonymous(request, parts, origin.address)
        raise
    setattr(request.state, _KNOWN, who)
    return who


async def recognised(request: Request, parts: Parts, origin: Origin) -> Principal:
    """Who is asking, where it is no failure that nobody knows; nothing is counted against their address.

    Raises:
        NotSignedIn: nobody that we know.
        CrossOrigin: a page of another origin is, with a cookie of ours.

    """
    credential = credential_of(request, parts.settings)
    now = parts.clock()
    who = parts.principals.find(credential.text, now)
    if who is None:
        generation = parts.principals.generation
        look_up = _of_key if credential.is_key else _of_token
        who, expires_at = await look_up(credential, parts, now, origin)
        parts.principals.keep(credential.text, who, now, expires_at, generation=generation)
    parts.requests.count(Caller(who.tenant_id, who.id, period_of(now)), now)
    return who


async def _of_key(
    credential: Credential, parts: Parts, now: datetime, origin: Origin
) -> tuple[Principal, datetime | None]:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        row, valid = await ApiKeys(unit, parts).recognise(credential.text)
        if row is None:
            raise NotSignedIn("this API key is not valid")
        tier = await Organizations(unit, parts).tier_of(row.tenant_id)
    who = Principal(
        tenant_id=row.tenant_id,
        tier=tier,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        key_id=row.id,
        user_id=None,
        role=None,
    )
    if not valid:
        await _note_refusal(row, who, parts, now, origin)
        raise NotSignedIn("this API key is not valid")
    return who, row.expires_at


async def _of_token(
    credential: Credential, parts: Parts, now: datetime, _origin: Origin
) -> tuple[Principal, datetime | None]:
    claims = await verify(parts.signing, credential.text, now)
    async with parts.database.unit(SYSTEM, write=False) as unit:
        role = await People(unit, parts).role_of(claims.user_id, claims.tenant_id)
        if role is None:
            raise NotSignedIn("you are no longer a member of this organization")
        tier = await Organizations(unit, parts).tier_of(claims.tenant_id)
    return Principal(
        tenant_id=claims.tenant_id,
        tier=tier,
        scopes=role.scopes,
        key_id=None,
        user_id=claims.user_id,
        role=role,
    ), claims.expires_at


async def _note_refusal(row: ApiKey, who: Principal, parts: Parts, now: datetime, origin: Origin) -> None:
    """Tell the owner of a key that somebody tries a wrong secret, or one that was taken away; not for every try."""
    if not parts.principals.first_refusal(row.id, now):
        return
    log.warning("api key refused", prefix=row.prefix, tenant_id=str(row.tenant_id))
    async with parts.database.unit(SYSTEM) as unit:
        await Audit(unit, parts).record(
            "key.refused", "key", row.id, by=who, origin=origin, changes={"name": row.name, "prefix": row.prefix}
        )
