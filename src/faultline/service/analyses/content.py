"""How content comes in: streamed from a request's body into the blob store, and never whole in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from faultline.platform.blobs import Stored
from faultline.platform.bodies import decoded
from faultline.platform.database import new_id
from faultline.service.auth.principal import Principal
from faultline.service.parts import Parts


@dataclass(frozen=True, slots=True)
class Kept:
    """Content in the blob store."""

    blob: str
    stored: Stored


def blob_key(tenant: UUID) -> str:
    """A new place for content of a tenant."""
    return f"artifacts/{tenant.hex}/{new_id().hex}"


async def keep_body(request: Request, parts: Parts, who: Principal) -> Kept:
    """Stream the request's body, unpacked, into the blob store.

    Raises:
        ContentTooLarge: it is larger than the tier allows.
        UnsupportedEncoding: Content-Encoding is one that we do not know.
        BadEncoding: it is not what Content-Encoding says.
        DecompressionBomb: it unpacks to far more than such content does.

    """
    digest = hashlib.sha256()

    async def wire() -> AsyncIterator[bytes]:
        async for chunk in request.stream():
            digest.update(chunk)
            yield chunk

    limit = who.tier.allowance.artifact_bytes
    content = decoded(wire(), request.headers.get("content-encoding"), max_bytes=limit)
    blob = blob_key(who.tenant_id)
    stored = await parts.blobs.put(blob, content, max_bytes=limit)
    request.state.content_sha256 = digest.hexdigest()
    return Kept(blob, stored)


async def keep_text(content: str, parts: Parts, who: Principal) -> Kept:
    """Put text into the blob store as UTF-8; a lone surrogate, which JSON can smuggle in, becomes a question mark.

    Raises:
        ContentTooLarge: it is larger than the tier allows.

    """

    async def once() -> AsyncIterator[bytes]:
        yield content.encode("utf-8", "replace")

    blob = blob_key(who.tenant_id)
    return Kept(blob, await parts.blobs.put(blob, once(), max_bytes=who.tier.allowance.artifact_bytes))
