"""Sweeps content that belongs to nothing: what a request put that was undone, parts that were joined, and the like."""

from __future__ import annotations

from datetime import timedelta

from faultline.platform.database import SYSTEM
from faultline.service.analyses.store import AnalysisStore
from faultline.service.parts import Parts
from faultline.service.uploads.service import LIFETIME
from faultline.service.uploads.store import UploadStore

AGE = LIFETIME + timedelta(hours=1)
"""Younger content may be on its way: the row of a request that runs, the parts of an upload that is open."""
FOLDER = "artifacts"
BATCH = 200


async def sweep_orphan_blobs(parts: Parts) -> int:
    """Remove them, and what puts that were killed have left; returns how many blobs it was."""
    before = parts.clock() - AGE
    await parts.blobs.sweep_unfinished(before)
    swept = 0
    batch: list[str] = []
    async for blob in parts.blobs.list(FOLDER):
        if blob.last_modified <= before:
            batch.append(blob.key)
        if len(batch) == BATCH:
            swept += await _without_owner(parts, batch)
            batch = []
    return swept + await _without_owner(parts, batch)


async def _without_owner(parts: Parts, keys: list[str]) -> int:
    if not keys:
        return 0
    async with parts.database.unit(SYSTEM, write=False) as unit:
        owned = await AnalysisStore(unit.session).blobs_among(keys)
        owned |= await UploadStore(unit.session).blobs_among(keys)
    orphans = [key for key in keys if key not in owned]
    for key in orphans:
        await parts.blobs.delete(key)
    return len(orphans)
