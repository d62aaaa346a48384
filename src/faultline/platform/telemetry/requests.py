"""Times every request, counts it under its route's template, and writes one line about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, Final

import structlog

from faultline.platform.telemetry.logs import bound
from faultline.platform.telemetry.metrics import UNMATCHED, Metrics

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CLIENT_GONE: Final = 499
"""The status, as nginx has it, of a request that was cancelled before it was answered."""
_QUIET = ("/health", "/metrics")

log = structlog.get_logger("faultline.access")


class RequestTelemetry:
    """ASGI middleware; costs under 40 us a request, the log line included.

    It belongs inside whatever puts `request_id` into `scope["state"]`, and outside everything else. Whoever learns the
    tenant puts `tenant_id` there too. The line never holds a query, for that may carry sign-in tokens.
    """

    def __init__(self, app: Application, metrics: Metrics, clock: Callable[[], float] = perf_counter) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection as ASGI wants it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        with bound(request_id=_text(state.get("request_id"))):
            if scope["type"] == "http":
                await self._observe(scope, receive, send)
            else:
                await self._app(scope, receive, send)

    async def _observe(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 0
        began = self._clock()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except asyncio.CancelledError:
            status = status or CLIENT_GONE
            raise
        finally:
            # Nothing sent: the server answers 500 for an exception, and for an application that stays silent.
            self._tell(scope, status or 500, self._clock() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        template = getattr(scope.get("route"), "path", None) or UNMATCHED
        method = scope["method"]
        self._metrics.request(method, template, status, seconds)
        fields: dict[str, object] = {"method": method, "route": template}
        if template is UNMATCHED:
            fields["path"] = scope["path"][:200]
        if tenant := _text(scope["state"].get("tenant_id")):
            fields["tenant_id"] = tenant
        tell = log.warning if status >= 500 else log.debug if template.startswith(_QUIET) else log.info
        tell("request", **fields, status=status, ms=round(seconds * 1000, 2))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
