"""What is due to be forgotten: the same question for every noun that is kept for some time after it has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from faultline.platform.database import SYSTEM, UnitOfWork
from faultline.service.parts import Parts


def due_ids(
    table: Any, since: InstrumentedAttribute[datetime], before: datetime, batch: int, *ended: Any
) -> Select[UUID]:
    """The oldest rows of a table that are old enough.

    Args:
        table: with keys in the order of time, so that the oldest come first without an index over `since`.
        since: the time that a row's age counts from; rises with the key.
        before: rows since then or earlier are due.
        batch: how many at most.
        ended: conditions that a row must meet to be looked at.

    """
    oldest = select(table.id, since.label("since")).where(*ended).order_by(table.id).limit(batch).subquery()
    return select(oldest.c.id).where(oldest.c.since <= before)


async def forget(
    parts: Parts,
    table: Any,
    due: Select[Any],
    *still: Any,
    along: Callable[[UnitOfWork], Awaitable[None]] | None = None,
) -> int:
    """Forget the rows of a table that are due, in batches; returns how many it was.

    Args:
        parts: of this process.
        table: whose rows they are.
        due: asks for the ids of one batch.
        still: conditions that a row must meet when it goes, too.
        along: what else is done in the transaction of each batch.

    """
    gone = 0
    while True:
        async with parts.database.unit(SYSTEM, write=False) as unit:  # mostly there is nothing: look before locking
            old = list((await unit.session.execute(due)).scalars())
        if not old:
            return gone
        async with parts.database.unit(SYSTEM) as unit:
            removed = await unit.session.execute(
                delete(table)
                .where(table.id.in_(old), *still)
                .returning(table.id)
                .execution_options(synchronize_session=False)
            )
            count = len(removed.all())
            if along is not None:
                await along(unit)
        if not count:
            return gone
        gone += count
