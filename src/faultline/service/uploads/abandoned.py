"""Sweeps uploads whose time is over, with what has arrived of them, unless an analysis has taken it."""

from __future__ import annotations

from sqlalchemy import delete

from faultline.platform.database import SYSTEM
from faultline.service.parts import Parts
from faultline.service.uploads.schemas import UploadStatus
from faultline.service.uploads.store import UploadStore
from faultline.service.uploads.tables import Upload

BATCH = 100


async def sweep_abandoned_uploads(parts: Parts) -> int:
    """Sweep all that are due, in batches; returns how many uploads it was."""
    swept = 0
    while batch := await _batch(parts):
        swept += batch
    return swept


async def _batch(parts: Parts) -> int:
    now = parts.clock()
    async with parts.database.unit(SYSTEM, write=False) as unit:
        old = [upload.id for upload in await UploadStore(unit.session).expired(now, BATCH)]
    if not old:
        return 0
    async with parts.database.unit(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(Upload)
            .where(Upload.id.in_(old), Upload.expires_at <= now)
            .returning(Upload.status, Upload.blob, Upload.parts)
            .execution_options(synchronize_session=False)
        )
        rows = gone.all()
    for row in rows:
        whole = [row.blob] if row.blob and row.status != UploadStatus.TAKEN else []
        for blob in [*row.parts, *whole]:
            await parts.blobs.delete(blob)
    return len(rows)
