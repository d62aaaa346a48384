"""Forgets analyses that are older than they are to be kept: rows first, then reports, then content.

A process that dies between the rows and the content leaves orphans, which the sweeper of orphan blobs finds.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists

from faultline.platform.database import SYSTEM
from faultline.service.analyses.states import Status
from faultline.service.analyses.tables import Analysis, Report
from faultline.service.parts import Parts
from faultline.service.retention import due_ids

BATCH = 100
"""With their findings some 10 ms of the write lock."""
_ENDED = [status for status in Status if status.is_final]


async def forget_old_analyses(parts: Parts) -> int:
    """Forget everything that is due, in batches; returns how many analyses it was."""
    forgotten = 0
    while batch := await _batch(parts):
        forgotten += batch
    return forgotten


async def _batch(parts: Parts) -> int:
    due = parts.clock() - timedelta(days=parts.settings.retention_days)
    query = due_ids(Analysis, Analysis.created_at, due, BATCH, Analysis.status.in_(_ENDED))
    async with parts.database.unit(SYSTEM, write=False) as unit:
        old = list((await unit.session.execute(query)).scalars())
    if not old:
        return 0
    async with parts.database.unit(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(Analysis)
            .where(Analysis.id.in_(old), Analysis.status.in_(_ENDED))
            .returning(Analysis.blob, Analysis.report_id)
            .execution_options(synchronize_session=False)
        )
        rows = gone.all()
        reports = {row.report_id for row in rows if row.report_id}
        in_use = exists().where(Analysis.report_id == Report.id)
        await unit.session.execute(
            delete(Report).where(Report.id.in_(reports), ~in_use).execution_options(synchronize_session=False)
        )
    for row in rows:
        if row.blob is not None:
            await parts.blobs.delete(row.blob)
    return len(rows)
