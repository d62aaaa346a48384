"""API keys over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from faultline.service.api_keys.schemas import (
    DEFAULT_OVERLAP,
    ApiKeyCreated,
    ApiKeyOut,
    ApiKeyPage,
    ApiKeyRequest,
    RotationRequest,
)
from faultline.service.api_keys.service import ApiKeys, Created
from faultline.service.auth.access import NoStore, OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service

routes = router("/v1/api-keys", "api-keys")

KeysAdmin = Annotated[Principal, requires(Scope.KEYS_WRITE)]
KeysOf = Annotated[ApiKeys, service(ApiKeys)]
From = Annotated[Origin, OriginOf]


@routes.post("", status_code=201, dependencies=[NoStore])
async def create(wanted: ApiKeyRequest, who: KeysAdmin, keys: KeysOf, origin: From) -> ApiKeyCreated:
    """Make a key; its secret is in this answer and nowhere else."""
    return _created(await keys.create(wanted.name, wanted.scopes, expires_at=wanted.expires_at, by=who, origin=origin))


@routes.get("")
async def list_keys(_who: KeysAdmin, keys: KeysOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> ApiKeyPage:
    """List keys, newest first; also those that work no more."""
    found = await keys.list(cursor=cursor, limit=limit)
    return ApiKeyPage(items=[ApiKeyOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/{key_id}")
async def get(key_id: UUID, _who: KeysAdmin, keys: KeysOf) -> ApiKeyOut:
    """Get a key."""
    return ApiKeyOut.model_validate(await keys.get(key_id))


@routes.delete("/{key_id}", status_code=204)
async def revoke(key_id: UUID, who: KeysAdmin, keys: KeysOf, origin: From) -> None:
    """Revoke a key, at once."""
    await keys.revoke(key_id, by=who, origin=origin)


@routes.post("/{key_id}/rotate", status_code=201, dependencies=[NoStore])
async def rotate(
    key_id: UUID, who: KeysAdmin, keys: KeysOf, origin: From, wanted: RotationRequest | None = None
) -> ApiKeyCreated:
    """Make a new key in place of this one, which goes on working for the overlap: a day unless you say otherwise."""
    overlap = timedelta(seconds=DEFAULT_OVERLAP if wanted is None else wanted.overlap_seconds)
    return _created(await keys.rotate(key_id, overlap, by=who, origin=origin))


def _created(made: Created) -> ApiKeyCreated:
    return ApiKeyCreated(**ApiKeyOut.model_validate(made.row).model_dump(), key=made.plain)
