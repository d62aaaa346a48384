"""Large content, sent in parts.

An upload is begun, gets its parts one after the other, each at the offset where the last one ended, and is completed:
then the parts become one blob, whose SHA-256 is computed on the way. A part that breaks off leaves nothing; the sender
asks for the offset and goes on from there.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fastapi import Request

from faultline.platform.blobs import Stored, joined
from faultline.platform.database import UnitOfWork, new_id
from faultline.service.analyses.content import Kept, blob_key, keep_body
from faultline.service.auth.principal import Principal
from faultline.service.errors import Conflict, NotFound
from faultline.service.parts import Parts
from faultline.service.uploads.schemas import UploadRequest, UploadStatus
from faultline.service.uploads.store import UploadStore
from faultline.service.uploads.tables import Upload

LIFETIME = timedelta(hours=24)
MAX_PARTS = 1000


class WrongOffset(Conflict):
    """The part does not begin where the upload ends."""

    code = "wrong-offset"


class DigestMismatch(Conflict):
    """What has arrived is not what was announced."""

    code = "digest-mismatch"
    status = 422


class Uploads:
    """Uploads of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> UploadStore:
        return UploadStore(self._unit.session)

    async def begin(self, wanted: UploadRequest, *, by: Principal) -> Upload:
        """A new upload.

        Raises:
            ContentTooLarge: it is announced as larger than the tier allows.

        """
        by.tier.allowance.check(wanted.bytes or 0)
        now = self._parts.clock()
        upload = Upload(
            id=new_id(),
            name=wanted.name,
            status=UploadStatus.OPEN,
            bytes=wanted.bytes,
            expected_sha256=wanted.sha256,
            received=0,
            parts=[],
            created_by=by.actor,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        self._unit.session.add(upload)
        await self._unit.session.flush()
        return upload

    async def get(self, upload_id: UUID) -> Upload:
        """One upload.

        Raises:
            NotFound: there is none of this id, or its time is over.

        """
        found = await self._store.find(upload_id)
        if found is None or found.expires_at <= self._parts.clock():
            raise NotFound(f"there is no upload {upload_id}")
        return found

    async def append(self, upload_id: UUID, offset: int, request: Request, *, by: Principal) -> Upload:
        """Add the request's body as the next part.

        Raises:
            WrongOffset: the upload ends elsewhere; its `received` says where.
            Conflict: it is complete, or has too many parts.
            ContentTooLarge: it has become larger than the tier allows, or than was announced.

        """
        async with self._parts.database.unit(by.tenant, write=False) as before:  # no lock while the part comes in
            upload = await Uploads(before, self._parts).get(upload_id)
        if upload.status != UploadStatus.OPEN:
            raise Conflict("this upload is complete")
        if offset != upload.received:
            raise WrongOffset(f"the next part begins at {upload.received}, not at {offset}")
        if len(upload.parts) >= MAX_PARTS:
            raise Conflict(f"an upload has {MAX_PARTS} parts at most; send larger ones")
        part = await keep_body(request, self._parts, by, inline_bytes=0)
        if part.blob is None:
            return upload  # nothing came
        total = upload.received + part.stored.size
        by.tier.allowance.check(total)
        if upload.bytes is not None and total > upload.bytes:
            raise Conflict(f"{upload.bytes} bytes were announced, this would make {total}")
        if not await self._store.append(upload, part.blob, part.stored.size):
            raise WrongOffset("another part was added at the same time; ask for the offset")
        return await self.get(upload_id)

    async def complete(self, upload_id: UUID, *, by: Principal) -> Upload:
        """Make one blob of the parts.

        Raises:
            Conflict: it is complete already, or bytes are missing.
            DigestMismatch: its SHA-256 is not the one announced.

        """
        async with self._parts.database.unit(by.tenant, write=False) as before:  # no lock while parts are copied
            upload = await Uploads(before, self._parts).get(upload_id)
        if upload.status != UploadStatus.OPEN:
            raise Conflict("this upload is complete")
        if upload.bytes is not None and upload.received != upload.bytes:
            raise Conflict(f"{upload.bytes} bytes were announced, {upload.received} have arrived")
        blob = blob_key(by.tenant_id)
        whole = joined(self._parts.blobs, upload.parts)
        stored = await self._parts.blobs.put(blob, whole, max_bytes=by.tier.allowance.artifact_bytes)
        if upload.expected_sha256 not in (None, stored.sha256):
            await self._parts.blobs.delete(blob)
            raise DigestMismatch(f"the content's SHA-256 is {stored.sha256}, {upload.expected_sha256} was announced")
        values = {"status": UploadStatus.COMPLETE, "blob": blob, "sha256": stored.sha256, "bytes": stored.size}
        if not await self._store.change(upload, UploadStatus.OPEN, **values, parts=[]):
            raise Conflict("this upload was changed at the same time")
        return await self.get(upload_id)

    async def take(self, upload_id: UUID) -> Kept:
        """Hand a complete upload's content to an analysis; an upload can be taken once.

        Raises:
            NotFound: there is none of this id.
            Conflict: it is not complete, or was taken.

        """
        upload = await self.get(upload_id)
        if not await self._store.change(upload, UploadStatus.COMPLETE, status=UploadStatus.TAKEN):
            raise Conflict(f"this upload is {upload.status}; only a complete one can be analyzed, once")
        assert upload.blob is not None
        assert upload.sha256 is not None
        return Kept(Stored(size=upload.received, sha256=upload.sha256), blob=upload.blob)

    async def delete(self, upload_id: UUID) -> None:
        """Forget an upload; the sweeper removes its parts."""
        await self._unit.session.delete(await self.get(upload_id))
