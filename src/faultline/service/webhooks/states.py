"""The states of a delivery, and every way from one to the next.

    pending ──claim──> pending, leased ──end──> delivered | failed      delivered, failed ──again──> pending
      ^                    │
      └──put_off, release──┘

A claim pushes `available_at` to the end of the lease: what was claimed by a process that died is due again by itself,
and no reaper has to look for it. Whatever a sender records is written by a statement that finds its token in the row.
So an event is sent at least once, and its outcome is recorded exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.lease import record_row, take_rows
from faultline.service.errors import Conflict
from faultline.service.webhooks.tables import WebhookDelivery

MAX_LOG = 50
"""Attempts that the log of a delivery keeps: five whole schedules, when somebody sends it again and again."""

LogEntry = dict[str, Any]


class DeliveryStatus(StrEnum):
    """Where a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make one attempt and to record what became of it."""

    id: UUID
    tenant_id: UUID
    endpoint_id: UUID | None
    url: str
    event_id: str
    body: str
    attempt: int
    """1 for the first."""
    log: tuple[LogEntry, ...]
    token: UUID
    slack_channel_id: UUID | None = None

    @classmethod
    def of(cls, row: WebhookDelivery) -> Claim:
        """The claim that a delivery is under."""
        assert row.lease_token is not None
        said = (row.id, row.tenant_id, row.endpoint_id, row.url, row.event_id, row.body, row.attempts)
        return cls(*said, tuple(row.log), row.lease_token, row.slack_channel_id)


async def claim(unit: UnitOfWork, delivery_id: UUID, duration: timedelta, now: datetime) -> Claim | None:
    """Take a delivery that is due; None when somebody else was quicker."""
    due = (WebhookDelivery.status == DeliveryStatus.PENDING, WebhookDelivery.available_at <= now)
    wanted = select(WebhookDelivery.id).where(WebhookDelivery.id == delivery_id)
    until = {"available_at": now + duration}
    rows = await take_rows(unit, WebhookDelivery, wanted, due, duration, now, **until)
    return Claim.of(rows[0]) if rows else None


async def end(unit: UnitOfWork, held: Claim, status: DeliveryStatus, entry: LogEntry, now: datetime) -> None:
    """There will be no further attempt.

    Raises:
        LeaseLost: it is not ours any more.

    """
    await _record(unit, held, status=status, finished_at=now, available_at=now, log=_longer(held, entry))


async def put_off(unit: UnitOfWork, held: Claim, entry: LogEntry, until: datetime) -> None:
    """The attempt failed; the next one is at `until`.

    Raises:
        LeaseLost: it is not ours any more.

    """
    await _record(unit, held, available_at=until, log=_longer(held, entry))


async def release(unit: UnitOfWork, held: Claim, now: datetime) -> None:
    """The service goes down with the attempt under way: it is due at once, and was none.

    Raises:
        LeaseLost: it is not ours any more.

    """
    await _record(unit, held, available_at=now, attempts=WebhookDelivery.attempts - 1)


async def again(unit: UnitOfWork, delivery: WebhookDelivery, now: datetime) -> None:
    """Send a delivery that has ended once more, with the whole schedule before it.

    Raises:
        Conflict: it is still on its way.

    """
    row = await unit.session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery.id, WebhookDelivery.status != DeliveryStatus.PENDING)
        .values(status=DeliveryStatus.PENDING, available_at=now, attempts=0, finished_at=None)
        .returning(WebhookDelivery.id)
    )
    if not row.one_or_none():
        raise Conflict("this delivery is still on its way")


async def _record(unit: UnitOfWork, held: Claim, **values: Any) -> None:
    await record_row(unit, WebhookDelivery, held, **values)


def _longer(held: Claim, entry: LogEntry) -> list[LogEntry]:
    return [*held.log, entry][-MAX_LOG:]
