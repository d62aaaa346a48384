"""The states of a conversation, and every way from one to the next.

    accept──> queued ──claim──> running ──record──> done | skipped
                ^                 │ ├────fail─────> failed
                ├────release──────┘ │
                └──accept (the same conversation came again, with other messages)

Batches are claimed under one lease: a token that names the worker's batch, and a time. What becomes of a conversation
is recorded by a statement that finds the token in its row. So a result that comes late changes nothing, be it that
the lease was given away, or that the conversation was changed or deleted meanwhile; the rest of its batch is recorded.
Running is at least once, recording exactly once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, literal_column, select, update

from faultline.platform.database import UnitOfWork, inserting
from faultline.platform.jobs.lease import LET_GO, renew_rows, taken
from faultline.service.conversations.tables import Conversation

WORKER_DIED = "worker-died"
WORKER_LOST = "worker-lost"
TIMED_OUT = "timed-out"


class ConversationStatus(StrEnum):
    """Where a conversation is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


def in_status(status: ConversationStatus, table: Any = Conversation) -> ColumnElement[bool]:
    """The condition that a conversation is in a status, written such that an index over that status alone serves it."""
    return table.status == literal_column(f"'{status.value}'")  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Taken:
    """A conversation that came in: its id, and whether it is new or has new messages."""

    id: UUID
    identity: str
    created: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """A conversation that a worker has taken."""

    id: UUID
    channel: str
    text: str
    turns: Sequence[list[Any]]
    content_hash: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker has taken at once, of one tenant, under one token."""

    tenant_id: UUID
    token: UUID
    rows: Sequence[Claimed]

    @property
    def ids(self) -> list[UUID]:
        """Which conversations they are."""
        return [row.id for row in self.rows]


NO_RESULT: Mapping[str, Any] = {
    "version": None,
    "cached": False,
    "insight": None,
    "summary": None,
    "language": None,
    "intent": None,
    "mood": None,
    "mood_score": None,
    "urgency": None,
    "resolution": None,
    "topic_id": None,
    "topic_cell": None,
    "skip_reason": None,
    "error_code": None,
    "error_detail": None,
}
"""The columns that say what became of a conversation, before anything did."""
_CONTENT = ("content_hash", "text", "turns", "size", "message_count", "metadata", "happened_at", "happened_hour")
_ANEW = ("status", "attempts", "available_at", "lease_token", "lease_expires_at", "finished_at", "submitted_by")


async def accept(unit: UnitOfWork, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Taken]:
    """Queue new conversations, and those that come again with other messages than before.

    Args:
        unit: a unit of the tenant.
        rows: columns of each: those of the content, `id`, `tenant_id`, `channel`, `external_id`, `identity`, `priority`
            and `submitted_by`. No two of them with one identity.
        now: the time.

    Returns:
        Those that were queued; the others were there already.

    """
    queued = {
        "status": ConversationStatus.QUEUED.value,
        "attempts": 0,
        "available_at": now,
        **LET_GO,
        "created_at": now,
        "finished_at": None,
        **NO_RESULT,
    }
    made = {row["id"] for row in rows}
    connection = await unit.session.connection()
    found = await connection.execute(_upsert(connection.dialect.name), [{**queued, **row} for row in rows])
    return [Taken(row.id, row.identity, row.id in made) for row in found]


@cache
def _upsert(dialect: str) -> Any:
    table = Conversation.__table__
    insert = inserting(dialect)(table)
    replaced = (*_CONTENT, *_ANEW, *NO_RESULT)
    return insert.on_conflict_do_update(
        index_elements=["tenant_id", "identity"],
        set_={name: insert.excluded[name] for name in replaced},
        where=table.c.content_hash != insert.excluded.content_hash,
    ).returning(table.c.id, table.c.identity)


async def claim(
    unit: UnitOfWork, tenant: UUID, size: int, size_bytes: int, duration: timedelta, now: datetime
) -> Claim | None:
    """Take some of a tenant's conversations, the oldest first; None when there are none.

    What was begun before goes alone: if it is what killed its batch, it does so to no other again.

    Args:
        unit: of the system.
        tenant: whose.
        size: so many at most.
        size_bytes: of so much text; the first one goes whatever its size.
        duration: of the lease.
        now: the time.

    """
    rows = (await unit.session.execute(_WAITING, {"tenant": tenant, "now": now, "size": size})).all()
    ids: list[UUID] = []
    for row in rows:
        size_bytes -= row.size
        if ids and (row.attempts or size_bytes < 0):
            break
        ids.append(row.id)
        if row.attempts:
            break
    if not ids:
        return None
    columns = taken(Conversation, duration, now)
    got = await unit.session.execute(
        update(Conversation)
        .where(Conversation.id.in_(ids), in_status(ConversationStatus.QUEUED))
        .values(
            status=ConversationStatus.RUNNING,
            **columns,
        )
        .returning(
            Conversation.id,
            Conversation.channel,
            Conversation.text,
            Conversation.turns,
            Conversation.content_hash,
            Conversation.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    claimed = sorted((Claimed(*row) for row in got), key=lambda row: row.id)
    return Claim(tenant, columns["lease_token"], claimed)


_WAITING = (
    select(Conversation.id, Conversation.attempts, Conversation.size)
    .where(
        in_status(ConversationStatus.QUEUED),
        Conversation.tenant_id == bindparam("tenant"),
        Conversation.available_at <= bindparam("now"),
    )
    .order_by(Conversation.id)
    .limit(bindparam("size"))
    # Two workers that want the same rows would wait for each other: what is locked is skipped.
    .with_for_update(skip_locked=True)
)


async def renew(unit: UnitOfWork, claims: Collection[Claim], duration: timedelta, now: datetime) -> set[UUID]:
    """A heartbeat for all that a worker runs; returns the tokens under which anything is still held."""
    ids = [key for claim in claims for key in claim.ids]
    tokens = [claim.token for claim in claims]
    rows = await renew_rows(unit, Conversation, ids, tokens, duration, now, Conversation.lease_token)
    return {row.lease_token for row in rows}


async def held(unit: UnitOfWork, claim: Claim) -> set[UUID]:
    """Which conversations of a claim are still its own; they stay so to the end of the transaction."""
    query = select(Conversation.id).where(Conversation.id.in_(claim.ids), Conversation.lease_token == claim.token)
    return set((await unit.session.execute(query.with_for_update())).scalars())


async def record(unit: UnitOfWork, claim: Claim, results: Mapping[UUID, Mapping[str, Any]], now: datetime) -> set[UUID]:
    """Write down what became of conversations, those of them that are still the claim's own; returns which.

    Args:
        unit: of the claim's tenant.
        claim: what was taken.
        results: `status`, and whatever columns of `NO_RESULT` say more, by conversation.
        now: the time.

    """
    ours = await held(unit, claim)
    rows = [
        {**NO_RESULT, **LET_GO, "finished_at": now, **result, "key": key}
        for key, result in results.items()
        if key in ours
    ]
    if rows:
        connection = await unit.session.connection()
        await connection.execute(_RECORD, rows)
    return {row["key"] for row in rows}


_table = Conversation.__table__
_RECORD = update(_table).where(_table.c.id == bindparam("key"))  # type: ignore[arg-type]


async def release(
    unit: UnitOfWork,
    claim: Claim,
    now: datetime,
    *,
    only: Collection[UUID] | None = None,
    after: timedelta = timedelta(),
    counted: bool,
) -> None:
    """Give conversations back to the queue, as far as they are still the claim's own.

    Args:
        unit: of the claim's tenant, or of the system.
        claim: what was taken.
        now: the time.
        only: these of them; None for all.
        after: how long they shall wait.
        counted: whether this was an attempt; it was not when the service is only going down.

    """
    ids = claim.ids if only is None else list(only)
    await unit.session.execute(
        update(Conversation)
        .where(Conversation.id.in_(ids), Conversation.lease_token == claim.token)
        .values(
            status=ConversationStatus.QUEUED,
            available_at=now + after,
            attempts=Conversation.attempts if counted else Conversation.attempts - 1,
            **LET_GO,
        )
        .execution_options(synchronize_session=False)
    )


async def any_lost(unit: UnitOfWork, now: datetime) -> bool:
    """Whether a worker that holds conversations has been silent for too long."""
    lost = select(Conversation.id).where(in_status(ConversationStatus.RUNNING), Conversation.lease_expires_at <= now)
    return (await unit.session.execute(lost.limit(1))).first() is not None


async def reap(unit: UnitOfWork, most: int, attempts: int, after: timedelta, now: datetime) -> int:
    """Give away what was held by workers that have been silent for too long; returns how much it was.

    Args:
        unit: of the system.
        most: how many at once.
        attempts: after so many a conversation is given up.
        after: how long the others wait.
        now: the time.

    """
    lost = select(Conversation.id, Conversation.attempts).where(
        in_status(ConversationStatus.RUNNING), Conversation.lease_expires_at <= now
    )
    rows = (await unit.session.execute(lost.limit(most).with_for_update(skip_locked=True))).all()
    again = [row.id for row in rows if row.attempts < attempts]
    dead = [row.id for row in rows if row.attempts >= attempts]
    for ids, values in (
        (again, {"status": ConversationStatus.QUEUED, "available_at": now + after}),
        (
            dead,
            {
                "status": ConversationStatus.FAILED,
                "finished_at": now,
                "error_code": WORKER_LOST,
                "error_detail": f"the worker that read it was lost, {attempts} times",
            },
        ),
    ):
        if ids:
            await unit.session.execute(
                update(Conversation)
                .where(Conversation.id.in_(ids))
                .values(**values, **LET_GO)
                .execution_options(synchronize_session=False)
            )
    return len(rows)
