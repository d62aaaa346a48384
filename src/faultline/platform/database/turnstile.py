"""A lock with two queues: who is in a hurry goes before who is not, and in order of arrival otherwise."""

from __future__ import annotations

import asyncio
from collections import deque


class Turnstile:
    """Lets one at a time pass. Used from one event loop."""

    def __init__(self) -> None:
        self._taken = False
        self._queues: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())

    async def acquire(self, *, urgent: bool) -> None:
        """Wait for one's turn; who is cancelled meanwhile has taken nothing."""
        if not self._taken:
            self._taken = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[not urgent].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # our turn came as we left
                self.release()
            raise

    def release(self) -> None:
        """Let the next one pass."""
        for queue in self._queues:
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._taken = False
