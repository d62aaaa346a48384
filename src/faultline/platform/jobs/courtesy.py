"""Requests go before jobs: they share one event loop, and only one of them has somebody waiting for it.

A job's steps between its stays in a child process, some milliseconds each, begin when no request is under way, or after
a moment if there always is one. So a busy service answers as if it had no jobs, and still works on them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from starlette.types import ASGIApp, Receive, Scope, Send

PATIENCE_SECONDS = 0.05


class Courtesy:
    """Knows whether requests are under way."""

    def __init__(self) -> None:
        self._requests = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def begin(self) -> None:
        """A request has come."""
        self._requests += 1
        self._quiet.clear()

    def end(self) -> None:
        """It has been answered."""
        self._requests -= 1
        if not self._requests:
            self._quiet.set()

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """For the part of a request that only waits, for a job perhaps."""
        self.end()
        try:
            yield
        finally:
            self.begin()

    async def wait(self) -> None:
        """Until no request is under way, but not for long."""
        if not self._requests:
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._quiet.wait()
        except TimeoutError:
            return


class CountRequests:
    """ASGI middleware that tells a `Courtesy` of every request."""

    def __init__(self, app: ASGIApp, courtesy: Courtesy) -> None:
        self.app = app
        self._courtesy = courtesy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self._courtesy.begin()
        try:
            await self.app(scope, receive, send)
        finally:
            self._courtesy.end()
