"""Leases: a row that one worker at a time may work on, and who does.

    waiting ──take──> leased ──renew──> leased          (heartbeats)
                        ├──record──> whatever became of it, and nobody's again
                        └──the time is over──> anybody's

Whatever a worker writes of a row is written by a statement that finds its token there, so a result that comes after the
lease was given away changes nothing (`LeaseLost`): running is at least once, recording exactly once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy.orm import Mapped, mapped_column

from faultline.core.errors import FaultlineError
from faultline.platform.database import UnitOfWork, new_id

LET_GO: Final = MappingProxyType({"lease_token": None, "lease_expires_at": None})
"""The columns of a row that is nobody's."""


class LeaseLost(FaultlineError):
    """Somebody else works on this by now, or it has ended; what was found is not recorded."""

    code = "lease-lost"
    status = 409


class Leased:
    """A row that is worked on by whoever holds its lease.

    `lease_token` names the holder and fences late writes. `lease_expires_at` is pushed ahead by heartbeats; past it,
    the row is anybody's again. `available_at` is when it may be taken next, `attempts` how often it was taken.
    """

    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    lease_token: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]


class Held(Protocol):
    """What says that a row is ours."""

    @property
    def id(self) -> UUID:
        """The row's key."""
        ...

    @property
    def token(self) -> UUID:
        """The name that the row was taken under."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to record what becomes of one row."""

    id: UUID
    tenant_id: UUID
    token: UUID
    attempt: int

    @classmethod
    def of(cls, row: Any) -> Lease:
        """The lease that a row is under."""
        assert row.lease_token is not None
        return cls(row.id, row.tenant_id, row.lease_token, row.attempts)


L = TypeVar("L", bound=Leased)


def taken(table: type[Leased], duration: timedelta, now: datetime) -> dict[str, Any]:
    """The columns of rows that are taken now, under one new token."""
    return {"lease_token": new_id(), "lease_expires_at": now + duration, "attempts": table.attempts + 1}


async def take_rows(
    unit: UnitOfWork,
    table: type[L],
    wanted: Select[Any],
    due: Sequence[ColumnElement[bool]],
    duration: timedelta,
    now: datetime,
    *options: Any,
    **values: Any,
) -> list[L]:
    """Take those of some rows that nobody else was quicker to take, under one token.

    Args:
        unit: of the system.
        table: whose rows they are.
        wanted: asks for their ids.
        due: what a row that may be taken meets.
        duration: of the lease.
        now: the time.
        options: of loading them.
        values: further columns that change.

    """
    # Two workers that want the same rows in different orders would wait for each other: what is locked is skipped.
    free = wanted.where(*due).with_for_update(skip_locked=True)
    rows = await unit.session.execute(
        update(table)
        .where(_key(table).in_(free), *due)
        .values(**{**taken(table, duration, now), **values})
        .returning(table)
        .options(*options)
        .execution_options(synchronize_session=False)
    )
    return list(rows.scalars())


async def renew_rows(
    unit: UnitOfWork,
    table: type[Leased],
    ids: Collection[UUID],
    tokens: Collection[UUID],
    duration: timedelta,
    now: datetime,
    *columns: Any,
) -> Sequence[Row[Any]]:
    """A heartbeat for all that a worker runs; answers with columns of the rows that are still its own."""
    rows = await unit.session.execute(
        update(table)
        .where(_key(table).in_(ids), table.lease_token.in_(set(tokens)))
        .values(lease_expires_at=now + duration)
        .returning(*columns)
        .execution_options(synchronize_session=False)
    )
    return rows.all()


async def holds(unit: UnitOfWork, table: type[Leased], held: Held, *further: ColumnElement[bool]) -> bool:
    """Whether a lease is still ours, and the row meets what is asked; it stays so to the end of the transaction."""
    query = select(_key(table)).where(*_ours(table, held), *further).with_for_update()
    return (await unit.session.execute(query)).first() is not None


async def is_lost(unit: UnitOfWork, table: type[Leased], held: Held, now: datetime) -> bool:
    """Whether a lease is over and nobody has taken the row; it stays so to the end of the transaction."""
    return await holds(unit, table, held, table.lease_expires_at <= now)


async def write_row(unit: UnitOfWork, table: type[Leased], held: Held, *columns: Any, **values: Any) -> Row[Any] | None:
    """Change a row if its lease still holds; answers with columns of it, or its id, or None."""
    rows = await unit.session.execute(
        update(table)
        .where(*_ours(table, held))
        .values(**values)
        .returning(*(columns or (_key(table),)))
        .execution_options(synchronize_session=False)
    )
    return rows.one_or_none()


async def record_row(unit: UnitOfWork, table: type[Leased], held: Held, *columns: Any, **values: Any) -> Row[Any]:
    """Change a row and let go of its lease; answers with columns of it.

    Raises:
        LeaseLost: it is not ours any more.

    """
    row = await write_row(unit, table, held, *columns, **LET_GO, **values)
    if row is None:
        raise lost()
    return row


def lost() -> LeaseLost:
    """Says that a lease is not ours any more."""
    return LeaseLost("somebody else works on this by now, or it has ended")


def _key(table: Any) -> Any:
    return table.id


def _ours(table: type[Leased], held: Held) -> tuple[ColumnElement[bool], ...]:
    return _key(table) == held.id, table.lease_token == held.token
