"""Queries of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.reviews.states import ReviewStatus, Trigger
from faultline.service.reviews.tables import Review


@dataclass(frozen=True, slots=True)
class Filter:
    """Which reviews are wanted; None is all."""

    repository_id: UUID | None = None
    number: int | None = None
    status: ReviewStatus | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A review that may be taken further."""

    id: UUID
    tenant_id: UUID


class ReviewStore:
    """Reads reviews in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, review_id: UUID) -> Review | None:
        """One review."""
        found: Review | None = (
            await self._session.execute(select(Review).where(Review.id == review_id))
        ).scalar_one_or_none()
        return found

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[Review]:
        """Some reviews, newest first."""
        query = select(Review)
        if wanted.repository_id:
            query = query.where(Review.repository_id == wanted.repository_id)
        if wanted.number is not None:
            query = query.where(Review.number == wanted.number)
        if wanted.status:
            query = query.where(Review.status == wanted.status)
        return await page(self._session, query, Review.id, cursor=cursor, limit=limit)

    async def last(self, repository_id: UUID, number: int) -> Review | None:
        """The newest review of a pull request that asked for a head; explanations of workflows are not meant."""
        query = (
            select(Review)
            .where(Review.repository_id == repository_id, Review.number == number, Review.trigger != Trigger.WORKFLOW)
            .order_by(Review.id.desc())
            .limit(1)
        )
        found: Review | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def is_being_posted(self, review: Review) -> bool:
        """Whether an older review of the same pull request is being posted at this moment."""
        query = select(Review.id).where(
            Review.repository_id == review.repository_id,
            Review.number == review.number,
            Review.id < review.id,
            Review.trigger != Trigger.WORKFLOW,
            Review.status == ReviewStatus.PUBLISHING,
            Review.lease_token.is_not(None),
        )
        return (await self._session.execute(query.limit(1))).first() is not None

    async def explains(self, repository_id: UUID, number: int, run_id: int) -> bool:
        """Whether an explanation of a workflow's run is under way for a pull request."""
        query = select(Review.details).where(
            Review.repository_id == repository_id,
            Review.number == number,
            Review.trigger == Trigger.WORKFLOW,
            Review.finished_at.is_(None),
        )
        rows = (await self._session.execute(query)).scalars()
        return any(details.get("run_id") == run_id for details in rows)

    async def pulls_with(self, repository_id: UUID, head_sha: str) -> Sequence[int]:
        """The pull requests that had a head, as far as reviews say."""
        query = (
            select(Review.number).where(Review.repository_id == repository_id, Review.head_sha == head_sha).distinct()
        )
        return (await self._session.execute(query)).scalars().all()

    async def backlog(self) -> tuple[int, datetime | None]:
        """How many reviews wait for a worker, and since when the one has that came first."""
        query = select(func.count(), func.min(Review.queued_at)).where(
            Review.finished_at.is_(None), Review.lease_token.is_(None), Review.status != ReviewStatus.ANALYZING
        )
        count, oldest = (await self._session.execute(query)).one()
        return count, oldest

    async def due(self, now: datetime, limit: int) -> Sequence[Due]:
        """What may be taken further, what has waited longest first."""
        query = (
            select(Review.id, Review.tenant_id)
            .where(Review.finished_at.is_(None), Review.lease_token.is_(None), Review.available_at <= now)
            .order_by(Review.available_at)
            .limit(limit)
        )
        return [Due(*row) for row in (await self._session.execute(query)).all()]
