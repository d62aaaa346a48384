"""When to try again.

The schedule is that of the Standard Webhooks specification: a first attempt at once, then seven more over 27.6 hours.
"""

from __future__ import annotations

from datetime import timedelta

DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
JITTER = 0.1
"""A delay is up to this share longer or shorter, so that what failed together does not come again together."""
MAX_RETRY_AFTER = timedelta(hours=24)


def delay_after(attempt: int, retry_after: float | None, chance: float) -> timedelta | None:
    """How long to wait after a failed attempt; None when it was the last.

    Args:
        attempt: 1 for the first.
        retry_after: seconds the answer asks us to wait; it makes the wait longer, up to a day, and never shorter.
        chance: a number in [0, 1) that places the delay within its jitter.

    """
    if attempt > len(DELAYS):
        return None
    delay = DELAYS[attempt - 1] * (1 + JITTER * (2 * chance - 1))
    if retry_after is None:
        return delay
    return max(delay, timedelta(seconds=min(retry_after, MAX_RETRY_AFTER.total_seconds())))
