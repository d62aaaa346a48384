"""Puts the limiter's headers on every answer to a request that was counted, errors included."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATE = "rate_limit"
"""Where in the request's state the headers lie, as `Verdict.headers()` gives them."""


class RateLimitHeaders:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def with_limits(message: Message) -> None:
            if message["type"] == "http.response.start" and (headers := state.get(STATE)):
                there = {name.lower() for name, _ in message.get("headers", ())}
                added = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
                message["headers"] = [*message.get("headers", ()), *(pair for pair in added if pair[0] not in there)]
            await send(message)

        await self.app(scope, receive, with_limits)
