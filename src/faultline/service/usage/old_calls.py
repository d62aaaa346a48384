"""Forgets calls of models that no question about use can reach any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from faultline.platform.database import SYSTEM
from faultline.service.parts import Parts
from faultline.service.usage.tables import ModelCall

KEEP = timedelta(days=400)
"""Over a year, so that a month can be compared with that of the year before."""
BATCH = 1000


async def forget_old_calls(parts: Parts) -> int:
    """Forget everything that is due, in batches; returns how many calls it was. The months' sums stay."""
    forgotten = 0
    while batch := await _batch(parts):
        forgotten += batch
    return forgotten


async def _batch(parts: Parts) -> int:
    # Keys are in the order of time, so the oldest come first without an index over `created_at`.
    oldest = select(ModelCall.id, ModelCall.created_at).order_by(ModelCall.id).limit(BATCH).subquery()
    async with parts.database.unit(SYSTEM, write=False) as unit:
        query = select(oldest.c.id).where(oldest.c.created_at <= parts.clock() - KEEP)
        old = list((await unit.session.execute(query)).scalars())
    if not old:
        return 0
    async with parts.database.unit(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(ModelCall)
            .where(ModelCall.id.in_(old))
            .returning(ModelCall.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())
