"""The clock: everything that looks at time takes one, so that a test can move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers with the current time, aware, in UTC."""


def utc_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)
