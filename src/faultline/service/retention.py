"""What is due to be forgotten: the same question for every noun that is kept for some time after it has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute


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
