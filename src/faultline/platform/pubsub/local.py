"""Announcements within one process."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Protocol

MAX_WAITING = 100
"""Messages a slow listener may be behind; beyond it the oldest are lost, as on any such channel."""


class PubSub(Protocol):
    """Channels by name."""

    def publish(self, channel: str, message: dict[str, Any]) -> None:
        """Tell everybody who listens now; never blocks."""
        ...

    def listen(self, channel: str) -> contextlib.AbstractContextManager[asyncio.Queue[dict[str, Any]]]:
        """A queue of what is published from now on."""
        ...


class LocalPubSub:
    """See PubSub; everybody is in this process."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)

    def publish(self, channel: str, message: dict[str, Any]) -> None:
        """See PubSub."""
        for queue in self._listeners.get(channel, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(message)

    @contextlib.contextmanager
    def listen(self, channel: str) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """See PubSub."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MAX_WAITING)
        self._listeners[channel].add(queue)
        try:
            yield queue
        finally:
            self._listeners[channel].discard(queue)
            if not self._listeners[channel]:
                del self._listeners[channel]
