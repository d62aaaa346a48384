"""Forgets reviews as long after their end as analyses are kept, ledgers that nobody pushes to, and old deliveries."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from faultline.service.parts import Parts
from faultline.service.retention import due_ids, forget
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
        await forget(parts, Review, due_ids(Review, Review.created_at, ended, BATCH, Review.finished_at.is_not(None)))
        + await forget(parts, ReviewFinding, stale)
        + await forget(
            parts,
            GitHubDelivery,
            due_ids(GitHubDelivery, GitHubDelivery.received_at, now - DELIVERY_LIFETIME, BATCH),
        )
    )
