"""Forgets reviews as long after their end as analyses are kept, ledgers that nobody pushes to, and old deliveries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, select

from faultline.platform.database import SYSTEM
from faultline.service.parts import Parts
from faultline.service.retention import due_ids
from faultline.service.reviews.tables import GitHubDelivery, Review, ReviewFinding

BATCH = 500
LEDGER_LIFETIME = timedelta(days=180)
"""Nobody has pushed to the pull request for half a year: what is found there then is told anew."""
DELIVERY_LIFETIME = timedelta(days=30)
"""GitHub can be asked to redeliver for three days (docs.github.com, "Redelivering webhooks"); a month is safe."""


async def forget_old_reviews(parts: Parts) -> int:
    """Forget everything that is due, in batches; returns how many rows it was."""
    now = parts.clock()
    ended = now - timedelta(days=parts.settings.retention_days)
    stale = select(ReviewFinding.id).where(ReviewFinding.updated_at <= now - LEDGER_LIFETIME).limit(BATCH)
    return (
        await _all(parts, Review, due_ids(Review, Review.created_at, ended, BATCH, Review.finished_at.is_not(None)))
        + await _all(parts, ReviewFinding, stale)
        + await _all(
            parts,
            GitHubDelivery,
            due_ids(GitHubDelivery, GitHubDelivery.received_at, now - DELIVERY_LIFETIME, BATCH),
        )
    )


async def _all(parts: Parts, table: Any, due: Select[Any]) -> int:
    gone = 0
    while True:
        async with parts.database.unit(SYSTEM, write=False) as unit:  # mostly there is nothing: look before locking
            old = list((await unit.session.execute(due)).scalars())
        if not old:
            return gone
        async with parts.database.unit(SYSTEM) as unit:
            removed = await unit.session.execute(
                delete(table).where(table.id.in_(old)).returning(table.id).execution_options(synchronize_session=False)
            )
            gone += len(removed.all())
