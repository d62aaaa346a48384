"""Backlog: refuses new work while too much waits already."""

from __future__ import annotations

from faultline.platform.errors import TryAgainLater


class TooMuchWaits(TryAgainLater):
    """So many analyses wait that a new one would not be begun soon."""

    code = "too-much-waits"
    retry_after = 30.0


class Backlog:
    """How much waits in all: as it was last measured, and what has come through this process since then.

    Args:
        limit: how much may wait.

    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting = 0

    def admit(self) -> None:
        """Let one more in.

        Raises:
            TooMuchWaits: the limit is reached.

        """
        if self._waiting >= self._limit:
            raise TooMuchWaits(f"{self._waiting} analyses wait already; send this again later")
        self._waiting += 1

    def measured(self, waiting: int) -> None:
        """So much waits now."""
        self._waiting = waiting
