"""Leased: the columns of a row that one worker at a time may work on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column


class Leased:
    """A row that is worked on by whoever holds its lease.

    `lease_token` names the holder and fences late writes: a result is recorded only by a statement that finds the same
    token in the row. `lease_expires_at` is pushed ahead by heartbeats; past it, the row is anybody's again.
    `available_at` is when it may be taken next, `attempts` how often it was taken.
    """

    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    lease_token: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None]
