"""Nudge: tells a loop in this process that there is something to do now, instead of at its next look."""

from __future__ import annotations

from collections.abc import Callable


class Nudge:
    """Rung by many; heard by those who are there. One that nobody hears is lost: the loops look by themselves too."""

    def __init__(self) -> None:
        self._hearers: list[Callable[[], None]] = []

    def hear(self, callback: Callable[[], None]) -> None:
        """Be called at every nudge; the callback must neither block nor raise."""
        self._hearers.append(callback)

    def nudge(self) -> None:
        """Call everybody who hears."""
        for callback in self._hearers:
            callback()
