"""A circuit breaker for one model: whoever does not answer is left alone for a while.

    closed ── 5 errors in a row ──> open ── 10 s ──> half-open ── one probe succeeds ──> closed
                                      └──────────────── it fails ─────┘

A breaker that only counts what has come back lets a whole crowd through to a provider that is dead: with 200 calls at
once, 200 fail before the fifth is counted. So while a model has not shown in the last 10 s that it lives, calls under
way count as errors that may come: never more than five of both, and the others wait for the first to return. A dead
provider costs five failed calls in 10 s however many ask; calls that were under way when it died come on top.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

ERRORS = 5
REST = 10.0
"""Seconds that an open breaker waits, and that a success vouches for the model."""


class Resting(Exception):
    """The model is not to be asked now. `why` is what its last error said; `left` are the seconds until a probe."""

    def __init__(self, why: str, left: float) -> None:
        self.why = why
        self.left = left
        super().__init__(why)


class Passage:
    """One call's way through a breaker. What ends without a word, as it was cancelled, counts as nothing."""

    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker

    def succeeded(self) -> None:
        """The model answered, whatever it said."""
        self._breaker._succeeded()

    def failed(self, why: str) -> None:
        """The model did not answer; `why` goes on from its name."""
        self._breaker._failed(why)


class Breaker:
    """See the module.

    Args:
        clock: seconds from anywhere, never backwards.

    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._errors = 0
        self._inside = 0
        self._alive_until = float("-inf")
        self._open_until: float | None = None
        self._probing = False
        self._why = ""
        self._moved = asyncio.Event()

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[Passage]:
        """Go through, perhaps after waiting for others to come back.

        Raises:
            Resting: it is open, or its one probe is under way.

        """
        probe = await self._enter()
        self._inside += 1
        try:
            yield Passage(self)
        finally:
            self._inside -= 1
            if probe:
                self._probing = False
            self._move()

    async def _enter(self) -> bool:
        while True:
            now = self._clock()
            if self._open_until is not None:
                if now < self._open_until or self._probing:
                    raise Resting(self._why, max(0.0, self._open_until - now))
                self._probing = True
                return True
            if self._errors + self._inside < ERRORS or (self._errors == 0 and now < self._alive_until):
                return False
            await self._moved.wait()

    def _succeeded(self) -> None:
        self._errors = 0
        self._open_until = None
        self._alive_until = self._clock() + REST
        self._move()

    def _failed(self, why: str) -> None:
        self._errors += 1
        self._why = why
        self._alive_until = float("-inf")
        if self._probing or self._errors >= ERRORS:
            self._open_until = self._clock() + REST
        self._move()

    def _move(self) -> None:
        """Let whoever waits look again."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
