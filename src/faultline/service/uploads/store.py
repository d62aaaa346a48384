"""Queries of uploads."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.service.uploads.schemas import UploadStatus
from faultline.service.uploads.tables import Upload


class UploadStore:
    """Reads and writes uploads in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, upload_id: UUID) -> Upload | None:
        """One upload."""
        found: Upload | None = (
            await self._session.execute(select(Upload).where(Upload.id == upload_id))
        ).scalar_one_or_none()
        return found

    async def append(self, upload: Upload, part: str, size: int) -> bool:
        """Note a part that begins where the upload ended when it was read; false when it has grown since."""
        changed = await self._session.execute(
            update(Upload)
            .where(Upload.id == upload.id, Upload.status == UploadStatus.OPEN, Upload.received == upload.received)
            .values(received=upload.received + size, parts=[*upload.parts, part])
            .returning(Upload.id)
        )
        return changed.one_or_none() is not None

    async def change(self, upload: Upload, was: UploadStatus, **values: object) -> bool:
        """Change an upload if it is in that status and has not grown; false when it is not."""
        changed = await self._session.execute(
            update(Upload)
            .where(Upload.id == upload.id, Upload.status == was, Upload.received == upload.received)
            .values(**values)
            .returning(Upload.id)
        )
        return changed.one_or_none() is not None

    async def expired(self, now: datetime, limit: int) -> list[Upload]:
        """Uploads whose time is over, the oldest first."""
        query = select(Upload).where(Upload.expires_at <= now).order_by(Upload.expires_at).limit(limit)
        return list((await self._session.execute(query)).scalars())

    async def blobs_among(self, keys: list[str]) -> set[str]:
        """Which of some blobs are complete uploads."""
        found = await self._session.execute(select(Upload.blob).where(Upload.blob.in_(keys)))
        return {blob for blob in found.scalars() if blob}
