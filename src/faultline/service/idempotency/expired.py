"""Removes idempotency keys whose time is over."""

from __future__ import annotations

from sqlalchemy import delete, select

from faultline.platform.database import SYSTEM
from faultline.service.idempotency.tables import IdempotencyKey
from faultline.service.parts import Parts

BATCH = 500


async def remove_expired_keys(parts: Parts) -> int:
    """Remove all that are due, in batches; returns how many."""
    removed = 0
    while batch := await _batch(parts):
        removed += batch
    return removed


async def _batch(parts: Parts) -> int:
    due = select(IdempotencyKey.id).where(IdempotencyKey.expires_at <= parts.clock()).limit(BATCH)
    async with parts.database.unit(SYSTEM, write=False) as unit:
        old = list((await unit.session.execute(due)).scalars())
    if not old:
        return 0
    async with parts.database.unit(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(IdempotencyKey)
            .where(IdempotencyKey.id.in_(old))
            .returning(IdempotencyKey.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())
