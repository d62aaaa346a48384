"""Periodic work: a function that is called again and again, and at once when somebody knows that there is work."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

JITTER = 0.1
"""An interval is up to this share longer or shorter, so that the processes of a site do not all ask at one moment."""

_log = structlog.get_logger(__name__)


class Periodic:
    """Calls the function at the start, then every interval, and soon after every nudge; never twice at the same time.

    A call that fails is logged, and the next one comes as if it had not. The work has to be such that it may be done
    twice, or by two processes.

    Args:
        name: what the log calls it.
        interval: seconds from the end of one call to the next.
        function: the work.
        chance: a number in [0, 1) that places each interval within its jitter.

    """

    def __init__(
        self,
        name: str,
        interval: float,
        function: Callable[[], Awaitable[object]],
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._interval = interval
        self._function = function
        self._chance = chance
        self._nudged = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it goes on by itself."""
        return self._loop is not None and not self._loop.done()

    def start(self) -> None:
        """Begin, with a first call at once; does nothing when it runs already."""
        if not self.running:
            self._stopping = False
            self._loop = asyncio.create_task(self._run(), name=self.name)

    def nudge(self) -> None:
        """Have it called as soon as may be; from the event loop only. Nudges during a call make one more call."""
        self._nudged.set()

    async def once(self) -> bool:
        """Make one call now; answers whether it went well."""
        try:
            await self._function()
        except Exception:
            _log.exception("periodic work failed", work=self.name)
            return False
        return True

    async def stop(self, grace: float = 5.0) -> None:
        """End it. A call that is under way has `grace` seconds to finish, then it is cancelled."""
        self._stopping = True
        self._nudged.set()
        if self._loop is not None:
            await asyncio.wait([self._loop], timeout=grace)
            self._loop.cancel()
            await asyncio.wait([self._loop])

    async def _run(self) -> None:
        while not self._stopping:
            self._nudged.clear()
            await self.once()
            try:
                async with asyncio.timeout(self._pause()):
                    await self._nudged.wait()
            except TimeoutError:
                continue

    def _pause(self) -> float:
        return self._interval * (1 + JITTER * (2 * self._chance() - 1))
