"""Endings: lets a request wait for the end of an analysis without asking the database over and over.

Whoever records an end announces it. An announcement may be lost (another process, a full queue); the caller reads the
row after the wait anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from uuid import UUID

from faultline.platform.pubsub import PubSub


class Ending:
    """Something that is expected of one analysis."""

    def __init__(self, queue: asyncio.Queue[dict[str, object]]) -> None:
        self._queue = queue

    async def wait(self, seconds: float) -> bool:
        """Whether it came within the time."""
        try:
            async with asyncio.timeout(seconds):
                await self._queue.get()
        except TimeoutError:
            return False
        return True


class Endings:
    """Who waits for which analysis."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    @contextlib.contextmanager
    def expected(self, analysis_id: UUID) -> Iterator[Ending]:
        """Listen from now on; enter it before the change that leads to the end is committed."""
        with self._pubsub.listen(_channel(analysis_id)) as queue:
            yield Ending(queue)

    def announce(self, analysis_id: UUID) -> None:
        """Say that it has ended."""
        self._pubsub.publish(_channel(analysis_id), {"ended": True})

    @contextlib.contextmanager
    def cancellations(self) -> Iterator[Cancellations]:
        """Listen for everybody who asks that an analysis be cancelled."""
        with self._pubsub.listen(_CANCEL) as queue:
            yield Cancellations(queue)

    def ask_to_cancel(self, analysis_id: UUID) -> None:
        """Tell the worker now; it would read it in the row with its next heartbeat."""
        self._pubsub.publish(_CANCEL, {"analysis_id": str(analysis_id)})


class Cancellations:
    """The analyses that somebody wants cancelled."""

    def __init__(self, queue: asyncio.Queue[dict[str, object]]) -> None:
        self._queue = queue

    async def next(self) -> UUID:
        """The next one."""
        return UUID(str((await self._queue.get())["analysis_id"]))


_CANCEL = "analyses.cancel"


def _channel(analysis_id: UUID) -> str:
    return f"analysis.{analysis_id}"
