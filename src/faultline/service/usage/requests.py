"""Counts requests in memory, so that a request costs no write; `flush_requests` stores the counts every few seconds.

What was counted since the last flush is lost when the process is killed: requests are shown, not billed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

FLUSH_SECONDS = 5.0


@dataclass(slots=True)
class Count:
    """Requests of one caller in one period, and when the last one came."""

    requests: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asked, in which month."""

    tenant_id: UUID
    id: UUID
    """An API key or a user."""
    period: date


class RequestCounts:
    """The counts that are not stored yet."""

    def __init__(self) -> None:
        self._counts: dict[Caller, Count] = {}

    def count(self, caller: Caller, at: datetime, requests: int = 1) -> None:
        """Count requests of a caller, the last of which came at `at`."""
        known = self._counts.setdefault(caller, Count(0, at))
        known.requests += requests
        known.last = max(known.last, at)

    def take(self) -> dict[Caller, Count]:
        """Take what was counted; give it back by `count` when it cannot be stored."""
        taken, self._counts = self._counts, {}
        return taken
