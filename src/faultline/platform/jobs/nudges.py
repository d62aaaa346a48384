"""Nudge: tells a loop in this process that there is something to do now, instead of at its next look."""

from __future__ import annotations

import asyncio


class Nudge:
    """Rung by many, heard by one. A nudge that nobody hears is lost, and the loop's own interval makes up for it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def nudge(self) -> None:
        """Wake the loop; never blocks."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until somebody nudges, or the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        finally:
            self._event.clear()
