"""Removes idempotency keys whose time is over."""

from __future__ import annotations

from sqlalchemy import select

from faultline.service.idempotency.tables import IdempotencyKey
from faultline.service.parts import Parts
from faultline.service.retention import forget

BATCH = 500


async def remove_expired_keys(parts: Parts) -> int:
    """Remove all that are due, in batches; returns how many."""
    due = select(IdempotencyKey.id).where(IdempotencyKey.expires_at <= parts.clock()).limit(BATCH)
    return await forget(parts, IdempotencyKey, due)
