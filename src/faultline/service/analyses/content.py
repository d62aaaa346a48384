"""How content comes in and goes out: streamed, and never whole in memory unless it is small.

Small content lies in the analysis' own row, the rest in the blob store. A row costs next to nothing, for one is written
anyway; making a file takes 0.6 ms of CPU time on the file systems we measured, as much as all the rest of a submission.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from faultline.platform.blobs import BlobStore, Stored
from faultline.platform.bodies import decoded
from faultline.platform.database import UnitOfWork, new_id
from faultline.platform.errors import ContentTooLarge
from faultline.service.auth.principal import Principal
from faultline.service.parts import Parts

INLINE_BYTES = 32_768
"""Content up to this size lies in the row."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Content that has come in: in the blob store under `blob`, or whole in `inline`."""

    stored: Stored
    blob: str | None = None
    inline: bytes | None = None


def blob_key(tenant: UUID) -> str:
    """A new place for content of a tenant."""
    return f"artifacts/{tenant.hex}/{new_id().hex}"


async def keep_body(request: Request, parts: Parts, who: Principal, *, inline_bytes: int = INLINE_BYTES) -> Kept:
    """Take in the request's body, unpacked.

    Args:
        request: whose body it is.
        parts: of this process.
        who: whose content it will be; their tier limits its size.
        inline_bytes: content up to this size is answered as bytes; the rest is streamed into the blob store.

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
    kept = await _keep(request.state.unit, content, parts.blobs, who, inline_bytes)
    request.state.content_sha256 = digest.hexdigest()
    return kept


async def keep_text(content: str, request: Request, parts: Parts, who: Principal) -> Kept:
    """Take in text as UTF-8; a lone surrogate, which JSON can smuggle in, becomes a question mark.

    Raises:
        ContentTooLarge: it is larger than the tier allows.

    """

    async def once() -> AsyncIterator[bytes]:
        yield content.encode("utf-8", "replace")

    return await _keep(request.state.unit, once(), parts.blobs, who, INLINE_BYTES)


async def keep_bytes(content: bytes, unit: UnitOfWork, parts: Parts, who: Principal) -> Kept:
    """Take in what the service itself has fetched; undone unless the unit is committed.

    Raises:
        ContentTooLarge: it is larger than the tier allows.

    """

    async def once() -> AsyncIterator[bytes]:
        yield content

    return await _keep(unit, once(), parts.blobs, who, INLINE_BYTES)


async def _keep(
    unit: UnitOfWork, source: AsyncIterator[bytes], blobs: BlobStore, who: Principal, inline_bytes: int
) -> Kept:
    limit = who.tier.allowance.artifact_bytes
    head = bytearray()
    async for chunk in source:
        head += chunk
        if len(head) > inline_bytes:
            break
    else:
        if len(head) > limit:
            raise ContentTooLarge(limit)
        return Kept(Stored(len(head), hashlib.sha256(head).hexdigest()), inline=bytes(head))

    async def whole() -> AsyncIterator[bytes]:
        yield bytes(head)
        async for chunk in source:
            yield chunk

    blob = blob_key(who.tenant_id)
    stored = await blobs.put(blob, whole(), max_bytes=limit)
    unit.unless_committed(lambda: blobs.delete(blob))
    return Kept(stored, blob=blob)


async def opened(
    blobs: BlobStore, blob: str | None, inline: bytes | None, start: int, end: int
) -> AsyncIterator[bytes]:
    """The bytes from `start` up to and without `end`.

    Raises:
        BlobNotFound: the content is gone.

    """
    if blob is not None:
        return await blobs.get(blob, start, end)

    async def once() -> AsyncIterator[bytes]:
        yield (inline or b"")[start:end]

    return once()
