"""A request that comes again gets the answer of the first time.

A POST may carry `Idempotency-Key`. Its answer is kept, for 24 hours, in the very transaction that did the work: what is
done has an answer, and what was rolled back has none. Where the sender then waits for a report, the answer with the
report takes its place (`amend`); who asks again before that is told where to look. Of several requests with one key
that run at once, the first to commit wins; the others fail on the unique key, are undone, and answer as the first did.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from faultline.core.errors import UsageError
from faultline.platform.database import UnitOfWork, insert_into, new_id
from faultline.platform.database.scope import Tenant
from faultline.service.errors import Conflict
from faultline.service.idempotency.tables import IdempotencyKey

HEADER = "idempotency-key"
REPLAYED = "idempotent-replayed"
KEEP = timedelta(hours=24)
PURPOSE = "idempotency"
"""What is kept is encrypted: among the answers are new API keys."""
_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("content-type", "location")


class Replay(Exception):
    """Not an error: the answer to this request is known."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def replay(request: Request, scope: Tenant) -> None:
    """Answer at once when this request was answered before; called as soon as the tenant is known.

    Raises:
        Replay: with the answer of the first time.
        Conflict: the key came with another request then.
        UsageError: the key has a form that none may have.

    """
    key = _key(request)
    if key is None:
        return
    unit = UnitOfWork(request.app.state.parts.database)
    unit.enter(scope, write=False)
    try:
        row = await _find(unit, key)
    finally:
        await unit.close()
    if row is not None:
        raise Replay(await _again(request, row))


async def settle(request: Request, response: Response) -> Response:
    """Commit the request's unit of work, and keep the answer when the request has a key.

    Called again, or without anything to commit, it changes nothing.
    """
    unit: UnitOfWork = request.state.unit
    key, scope = _key(request), unit.scope
    if key is None or not isinstance(scope, Tenant) or response.status_code >= 400:
        await unit.commit()
        return response
    now = request.app.state.parts.clock()
    try:
        await unit.session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.key == key, IdempotencyKey.expires_at <= now)
        )
        await unit.session.execute(
            insert_into(unit.session, IdempotencyKey).values(
                id=new_id(),
                tenant_id=scope.id,
                key=key,
                fingerprint=await _fingerprint(request),
                expires_at=now + KEEP,
                **_kept(request, response),
            )
        )
        await unit.commit()
    except IntegrityError:
        await unit.close()
        await replay(request, scope)
        raise
    return response


async def amend(request: Request, response: Response, tenant: UUID) -> Response:
    """Keep the answer that the sender waited for in place of the one that was settled."""
    key, parts = _key(request), request.app.state.parts
    if key is not None:
        async with parts.database.unit(Tenant(tenant)) as unit:
            await unit.session.execute(
                update(IdempotencyKey).where(IdempotencyKey.key == key).values(**_kept(request, response))
            )
    return response


def _kept(request: Request, response: Response) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
        "body": request.app.state.parts.secrets.encrypt(PURPOSE, bytes(response.body)),
    }


def _key(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not _FORM.fullmatch(key):
        raise UsageError("Idempotency-Key must be 1 to 255 visible ASCII characters")
    return key


async def _find(unit: UnitOfWork, key: str) -> IdempotencyKey | None:
    now = await unit.now()
    found: IdempotencyKey | None = (
        await unit.session.execute(
            select(IdempotencyKey).where(IdempotencyKey.key == key, IdempotencyKey.expires_at > now)
        )
    ).scalar_one_or_none()
    return found


async def _again(request: Request, row: IdempotencyKey) -> Response:
    if row.fingerprint != await _fingerprint(request):
        raise Conflict("this Idempotency-Key came with another request before; use a new key for a new request")
    headers = {**row.headers, REPLAYED: "true"}
    body = request.app.state.parts.secrets.decrypt(PURPOSE, row.body) if row.body else b""
    return Response(body, status_code=row.status or 200, headers=headers)


async def _fingerprint(request: Request) -> str:
    """SHA-256 over what was asked; the body's own hash is there already when it was streamed into the blob store."""
    content = getattr(request.state, "content_sha256", None)
    if content is None:
        digest = hashlib.sha256()
        async for chunk in request.stream():
            digest.update(chunk)
        content = digest.hexdigest()
    asked = "\0".join((request.method, request.url.path, request.url.query, content))
    return hashlib.sha256(asked.encode()).hexdigest()
