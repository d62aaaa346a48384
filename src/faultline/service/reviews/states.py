"""The states of a review, and every way from one to the next.

    queued ──claim──> fetching ──analyze──> analyzing ──analyzed──> publishing ──claim, complete──> completed
      ^                  │                      │  ^                  │    ^
      └────release───────┘                      └──┴ (look again)     └────┘ release
      any of them ──fail──> failed      ──supersede──> superseded (a newer head)      ──cancel──> cancelled
      failed, cancelled ──retry──> queued

Fetching and publishing talk to GitHub, under a lease: a token that names the worker's turn, and a time. What a worker
records is written by a statement that finds the token in the row; whoever supersedes or cancels takes the token away.
So a result that comes late changes nothing (`LeaseLost`). Talking is at least once, for which what is posted
carries markers by which it is found again; recording is exactly once.

A review that is analyzing belongs to nobody and waits for the end of its analysis, which the outbox tells. Should that
message be set aside, the review is due again after `LOOK_AGAIN` and somebody looks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import case, literal, or_, select, update

from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.lease import LET_GO, Lease, holds, lost, record_row, renew_rows, take_rows
from faultline.platform.jobs.outbox import enqueue
from faultline.service.errors import Conflict
from faultline.service.reviews.tables import Review
from faultline.service.texts import cleaned

FINISHED = "review.finished"
"""Topic of the outbox message that tells of an end that a worker has recorded."""
LOOK_AGAIN = timedelta(minutes=10)
"""How long an analysis may be silent before somebody looks at it."""
WORKER_LOST = "worker-lost"


class ReviewStatus(StrEnum):
    """Where a review is."""

    QUEUED = "queued"
    FETCHING = "fetching"
    ANALYZING = "analyzing"
    PUBLISHING = "publishing"
    COMPLETED = "completed"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in _FINAL


_FINAL = frozenset(
    {ReviewStatus.COMPLETED, ReviewStatus.FAILED, ReviewStatus.SUPERSEDED, ReviewStatus.CANCELLED},
)


class Trigger(StrEnum):
    """What a review was made for."""

    PUSH = "push"
    COMMAND = "command"
    API = "api"
    WORKFLOW = "workflow"
    """A workflow failed: its logs are explained, the code is not reviewed."""


def submit(unit: UnitOfWork, review: Review, now: datetime) -> None:
    """A new review waits for a worker."""
    review.status, review.available_at = ReviewStatus.QUEUED, now
    review.created_at = review.queued_at = review.updated_at = now
    unit.session.add(review)


async def claim(unit: UnitOfWork, ids: Collection[UUID], duration: timedelta, now: datetime) -> list[Review]:
    """Take those of some reviews that nobody else was quicker to take."""
    due = (Review.finished_at.is_(None), Review.lease_token.is_(None), Review.available_at <= now)
    wanted = select(Review.id).where(Review.id.in_(ids))
    # What waits is fetched; what is at a later step stays there.
    status = case((Review.status == ReviewStatus.QUEUED, ReviewStatus.FETCHING), else_=Review.status)
    return await take_rows(unit, Review, wanted, due, duration, now, status=status)


async def renew(unit: UnitOfWork, leases: Collection[Lease], duration: timedelta, now: datetime) -> set[UUID]:
    """A heartbeat for all that a worker has under way; answers with the reviews whose lease still holds."""
    ids, tokens = [lease.id for lease in leases], [lease.token for lease in leases]
    return {row.id for row in await renew_rows(unit, Review, ids, tokens, duration, now, Review.id)}


async def check(unit: UnitOfWork, lease: Lease) -> None:
    """See that the lease holds, before anything is written beside the review; it does so to the end of the transaction.

    Raises:
        LeaseLost: it is not ours any more.

    """
    if not await holds(unit, Review, lease):
        raise lost()


async def analyze(unit: UnitOfWork, lease: Lease, analysis_id: UUID, now: datetime, **values: Any) -> None:
    """What GitHub had is fetched, and an analysis waits.

    Args:
        unit: a unit of the review's tenant.
        lease: of the worker.
        analysis_id: whose end the review waits for.
        now: the time.
        values: columns that are known by now.

    Raises:
        LeaseLost: it is not ours any more.

    """
    await _record(
        unit,
        lease,
        now,
        status=ReviewStatus.ANALYZING,
        analysis_id=analysis_id,
        available_at=now + LOOK_AGAIN,
        **_FRESH,
        **values,
    )


async def analyzed(unit: UnitOfWork, analysis_id: UUID, now: datetime) -> Sequence[UUID]:
    """The analysis has ended: what waited for it can be published; answers with those reviews."""
    rows = await unit.session.execute(
        update(Review)
        .where(Review.analysis_id == analysis_id, Review.status == ReviewStatus.ANALYZING)
        .values(
            status=ReviewStatus.PUBLISHING,
            available_at=now,
            updated_at=now,
            **LET_GO,
            **_FRESH,
        )
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    )
    return rows.scalars().all()


async def complete(unit: UnitOfWork, lease: Lease, now: datetime, **values: Any) -> None:
    """Everything is posted and remembered.

    Raises:
        LeaseLost: it is not ours any more.

    """
    await _record(unit, lease, now, status=ReviewStatus.COMPLETED, finished_at=now, **values)
    _tell(unit, lease.tenant_id, lease.id, ReviewStatus.COMPLETED, now)


async def fail(
    unit: UnitOfWork,
    lease: Lease,
    code: str,
    detail: str,
    now: datetime,
    *,
    status: ReviewStatus = ReviewStatus.FAILED,
) -> None:
    """It cannot succeed, or was tried often enough; or there is nothing to review, for which it is cancelled.

    Raises:
        LeaseLost: it is not ours any more.

    """
    words = cleaned(detail)
    await _record(unit, lease, now, status=status, finished_at=now, error_code=code, error_detail=words)
    _tell(unit, lease.tenant_id, lease.id, status, now)


async def release(unit: UnitOfWork, lease: Lease, now: datetime, until: datetime, *, why: Why) -> None:
    """Give a review back to the queue of the step that it is at.

    Args:
        unit: a unit of the review's tenant, or of the system.
        lease: of the worker.
        now: the time.
        until: when it may be taken again.
        why: what it counts as.

    Raises:
        LeaseLost: it is not ours any more.

    """
    values: dict[str, Any] = {} if why is Why.LOST else {"attempts": Review.attempts - 1}
    if why is Why.OUTAGE:
        values["outages"] = Review.outages + 1
    status = case((Review.status == ReviewStatus.FETCHING, literal(ReviewStatus.QUEUED.value)), else_=Review.status)
    await _record(unit, lease, now, status=status, available_at=until, **values)


class Why(StrEnum):
    """Why a review goes back: only what was lost counts as an attempt."""

    OUTAGE = "outage"
    LOST = "lost"
    HELD = "held"
    """It cannot go on now: the service goes down, the queue of analyses is full, the analysis runs still."""


async def supersede(
    unit: UnitOfWork, repository_id: UUID, number: int, now: datetime, *, to: ReviewStatus
) -> Sequence[Review]:
    """End what is under way for a pull request: a newer head came, or it was closed; answers with what was ended.

    The explanations of failed workflows go on: they are about a head of their own. So does what is being posted at this
    moment: half of it may be at GitHub, and only who records it knows which.
    """
    rows = await unit.session.execute(
        update(Review)
        .where(
            Review.repository_id == repository_id,
            Review.number == number,
            Review.finished_at.is_(None),
            Review.trigger != Trigger.WORKFLOW,
            or_(Review.status != ReviewStatus.PUBLISHING, Review.lease_token.is_(None)),
        )
        .values(status=to, finished_at=now, updated_at=now, **LET_GO)
        .returning(Review)
        .execution_options(synchronize_session=False)
    )
    return rows.scalars().all()


async def cancel(unit: UnitOfWork, review: Review, now: datetime) -> None:
    """End a review that has not ended; a worker that is at it records nothing.

    Raises:
        Conflict: it has ended already.

    """
    ended = await unit.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.finished_at.is_(None))
        .values(status=ReviewStatus.CANCELLED, finished_at=now, updated_at=now, **LET_GO)
        .returning(Review.id)
    )
    if not ended.one_or_none():
        raise Conflict("this review has ended already")


async def retry(unit: UnitOfWork, review: Review, now: datetime) -> None:
    """Queue a review again that failed or was cancelled.

    Raises:
        Conflict: it is in another state.

    """
    again = await unit.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.status.in_((ReviewStatus.FAILED, ReviewStatus.CANCELLED)))
        .values(
            status=ReviewStatus.QUEUED,
            available_at=now,
            queued_at=now,
            updated_at=now,
            finished_at=None,
            error_code=None,
            error_detail=None,
            **_FRESH,
        )
        .returning(Review.id)
    )
    if not again.one_or_none():
        raise Conflict("only a review that failed or was cancelled can be tried again")


_FRESH = {"attempts": 0, "outages": 0}


async def _record(unit: UnitOfWork, lease: Lease, now: datetime, **values: Any) -> None:
    await record_row(unit, Review, lease, updated_at=now, **values)


def _tell(unit: UnitOfWork, tenant: UUID, review_id: UUID, status: ReviewStatus, now: datetime) -> None:
    enqueue(unit, tenant, FINISHED, {"review_id": str(review_id), "status": status.value}, now)
