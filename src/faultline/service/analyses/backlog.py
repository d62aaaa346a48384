"""Backlog: refuses new work while too much waits already."""

from __future__ import annotations

from faultline.platform.errors import TryAgainLater


class TooMuchWaits(TryAgainLater):
    """So much waits that what is new would not be begun soon."""

    code = "too-much-waits"
    retry_after = 30.0


class Backlog:
    """How much waits in all: as it was last measured, and what has come through this process since then.

    Args:
        limit: how much may wait.
        noun: what it is, in the plural.

    """

    def __init__(self, limit: int, noun: str = "analyses") -> None:
        self._limit = limit
        self._noun = noun
        self._waiting = 0

    def admit(self, places: int = 1) -> None:
        """Let some more in; the last of them may pass the limit.

        Raises:
            TooMuchWaits: the limit is reached.

        """
        if self._waiting >= self._limit:
            raise TooMuchWaits(f"{self._waiting} {self._noun} wait already; send this again later")
        self._waiting += places

    def measured(self, waiting: int) -> None:
        """So much waits now."""
        self._waiting = waiting
