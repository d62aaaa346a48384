"""The states of an analysis, and every way from one to the next.

    queued ──claim──> running ──complete──> completed | skipped
      │ ^               │ ├──fail──> failed                (the content's fault, or ours: it would fail again)
      │ └──release──────┤ └──stop──> cancelled             (somebody asked for it while it ran)
      │    (the worker was lost, or the service is going down)
      ├──cancel──> cancelled      failed, cancelled ──retry──> queued
      └──answer──> completed      (the result cache had the report)

A running analysis has a lease (`platform/jobs/lease.py`), so a result that comes after the lease was given away changes
nothing (`LeaseLost`).

A cancellation that was committed before the end of a running analysis wins over that end, whichever it is: completing,
failing and releasing raise `StopRequested`, are rolled back with all that was written beside them, and `stop` follows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.orm import undefer

from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.lease import Lease, record_row, renew_rows, take_rows
from faultline.platform.jobs.outbox import enqueue
from faultline.service.analyses.tables import Analysis
from faultline.service.errors import Conflict

WAITING = "analysis.queued"
"""Topic of the outbox message that tells the workers of new work."""
FINISHED = "analysis.finished"
"""Topic of the outbox message that tells of an end, whichever it was."""


class Status(StrEnum):
    """Where an analysis is."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in (Status.QUEUED, Status.RUNNING)


def in_status(status: Status, table: type[Analysis] = Analysis) -> ColumnElement[bool]:
    """The condition that an analysis is in a status, written such that an index over that status alone serves it.

    Neither database proves that a bound parameter is the constant in the condition of a partial index.
    """
    return table.status == literal_column(f"'{status.value}'")


WORKER_DIED = "worker-died"
WORKER_LOST = "worker-lost"
TIMED_OUT = "timed-out"
DEAD_LETTERS = frozenset({WORKER_DIED, WORKER_LOST, TIMED_OUT})
"""Error codes of the analyses that failed without an answer about their content: they may do better another time."""


class StopRequested(Exception):
    """Somebody asked for this analysis to be cancelled; the only end it can come to is `stop`."""


def submit(unit: UnitOfWork, analysis: Analysis, now: datetime) -> None:
    """A new analysis waits for a worker."""
    analysis.status, analysis.available_at, analysis.created_at = Status.QUEUED, now, now
    unit.session.add(analysis)
    enqueue(unit, analysis.tenant_id, WAITING, {"analysis_id": str(analysis.id)}, now)


def answer(unit: UnitOfWork, analysis: Analysis, now: datetime) -> None:
    """A new analysis has its report already: the same content was asked about before."""
    analysis.status, analysis.available_at, analysis.created_at = Status.COMPLETED, now, now
    analysis.started_at = analysis.finished_at = now
    analysis.cached = True
    unit.session.add(analysis)
    _tell(unit, analysis.tenant_id, analysis.id, Status.COMPLETED, now)


async def claim(unit: UnitOfWork, ids: Iterable[UUID], duration: timedelta, now: datetime) -> list[Analysis]:
    """Take those of some queued analyses that nobody else was quicker to take, under one token; with their content."""
    due = (in_status(Status.QUEUED), Analysis.available_at <= now)
    wanted = select(Analysis.id).where(Analysis.id.in_(list(ids)))
    content = undefer(Analysis.content)
    return await take_rows(unit, Analysis, wanted, due, duration, now, content, status=Status.RUNNING, started_at=now)


async def renew(
    unit: UnitOfWork, leases: Collection[Lease], duration: timedelta, now: datetime
) -> dict[tuple[UUID, UUID], bool]:
    """A heartbeat for all that a worker runs.

    Returns:
        For each lease that still holds, by analysis and token, whether somebody asked for a cancellation.

    """
    ids, tokens = [lease.id for lease in leases], [lease.token for lease in leases]
    columns = Analysis.id, Analysis.lease_token, Analysis.cancel_requested
    rows = await renew_rows(unit, Analysis, ids, tokens, duration, now, *columns)
    return {(row.id, row.lease_token): row.cancel_requested for row in rows}


async def complete(unit: UnitOfWork, lease: Lease, status: Status, now: datetime, **values: Any) -> None:
    """The analysis has ended with a report, or there was nothing to do.

    Args:
        unit: a unit of the analysis' tenant.
        lease: of the worker.
        status: completed or skipped.
        now: the time.
        values: columns that the report fills.

    Raises:
        LeaseLost: it is not ours any more.
        StopRequested: somebody asked for its cancellation before.

    """
    _unless_asked(await _end(unit, lease, status, now, **values))


async def fail(unit: UnitOfWork, lease: Lease, code: str, detail: str, now: datetime) -> None:
    """The analysis cannot succeed: its content is refused, or the last attempt was lost.

    Raises:
        LeaseLost: it is not ours any more.
        StopRequested: somebody asked for its cancellation before.

    """
    _unless_asked(await _end(unit, lease, Status.FAILED, now, error_code=code, error_detail=detail))


async def stop(unit: UnitOfWork, lease: Lease, now: datetime) -> None:
    """The worker has stopped because somebody asked for it.

    Raises:
        LeaseLost: it is not ours any more.

    """
    await _end(unit, lease, Status.CANCELLED, now)


async def release(
    unit: UnitOfWork, lease: Lease, now: datetime, *, after: timedelta = timedelta(), counted: bool
) -> None:
    """Give a running analysis back to the queue.

    Args:
        unit: a unit of the analysis' tenant, or of the system.
        lease: of the worker.
        now: the time.
        after: how long it shall wait.
        counted: whether this was an attempt; it was not when the service is only going down.

    Raises:
        LeaseLost: it is not ours any more.
        StopRequested: somebody asked for its cancellation before.

    """
    asked = await _record(
        unit,
        lease,
        status=Status.QUEUED,
        available_at=now + after,
        attempts=Analysis.attempts if counted else Analysis.attempts - 1,
    )
    _unless_asked(asked)
    enqueue(unit, lease.tenant_id, WAITING, {"analysis_id": str(lease.id)}, now)


async def cancel(unit: UnitOfWork, analysis: Analysis, now: datetime) -> None:
    """End a waiting analysis, or ask the worker of a running one to stop.

    Raises:
        Conflict: it has ended already.

    """
    ended = await unit.session.execute(
        update(Analysis)
        .where(Analysis.id == analysis.id, Analysis.status == Status.QUEUED)
        .values(status=Status.CANCELLED, cancel_requested=True, finished_at=now)
        .returning(Analysis.id)
    )
    if ended.one_or_none():
        _tell(unit, analysis.tenant_id, analysis.id, Status.CANCELLED, now)
        return
    asked = await unit.session.execute(
        update(Analysis)
        .where(Analysis.id == analysis.id, Analysis.status == Status.RUNNING)
        .values(cancel_requested=True)
        .returning(Analysis.id)
    )
    if not asked.one_or_none():
        raise Conflict("this analysis has ended already")


async def retry(unit: UnitOfWork, analysis: Analysis, now: datetime) -> None:
    """Queue an analysis again that failed or was cancelled.

    Raises:
        Conflict: it is in another state.

    """
    again = await unit.session.execute(
        update(Analysis)
        .where(Analysis.id == analysis.id, Analysis.status.in_((Status.FAILED, Status.CANCELLED)))
        .values(status=Status.QUEUED, available_at=now, **_ANEW)
        .returning(Analysis.id)
    )
    if not again.one_or_none():
        raise Conflict("only an analysis that failed or was cancelled can be tried again")
    enqueue(unit, analysis.tenant_id, WAITING, {"analysis_id": str(analysis.id)}, now)


async def redrive(unit: UnitOfWork, limit: int, now: datetime) -> list[UUID]:
    """Queue dead letters again, the oldest first; a unit of a tenant has its own only. Returns which."""
    dead = (Analysis.status == Status.FAILED, Analysis.error_code.in_(DEAD_LETTERS))
    some = select(Analysis.id).where(*dead).order_by(Analysis.id).limit(limit).with_for_update(skip_locked=True)
    again = await unit.session.execute(
        update(Analysis)
        .where(Analysis.id.in_(some), *dead)
        .values(status=Status.QUEUED, available_at=now, **_ANEW)
        .returning(Analysis.id, Analysis.tenant_id)
        .execution_options(synchronize_session=False)
    )
    queued = again.all()
    for row in queued:
        enqueue(unit, row.tenant_id, WAITING, {"analysis_id": str(row.id)}, now)
    return [row.id for row in queued]


_ANEW = {
    "attempts": 0,
    "cancel_requested": False,
    "error_code": None,
    "error_detail": None,
    "started_at": None,
    "finished_at": None,
}


async def _end(unit: UnitOfWork, lease: Lease, status: Status, now: datetime, **values: Any) -> bool:
    asked = await _record(unit, lease, status=status, finished_at=now, **values)
    _tell(unit, lease.tenant_id, lease.id, status, now)
    return asked


def _unless_asked(asked: bool) -> None:
    if asked:
        raise StopRequested


async def _record(unit: UnitOfWork, lease: Lease, **values: Any) -> bool:
    """Change the row and let go of the lease; answers with `cancel_requested`."""
    row = await record_row(unit, Analysis, lease, Analysis.cancel_requested, **values)
    return bool(row.cancel_requested)


def _tell(unit: UnitOfWork, tenant: UUID, analysis_id: UUID, status: Status, now: datetime) -> None:
    enqueue(unit, tenant, FINISHED, {"analysis_id": str(analysis_id), "status": status.value}, now)
