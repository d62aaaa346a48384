"""Ends requests whose body does not come (slow-loris attacks, dead clients)."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultline.core.errors import FaultlineError
from faultline.platform.http.problems import problem_response


class RequestTimeout(FaultlineError):
    """The request's body did not come in time; the connection is closed."""

    code = "request-timeout"
    status = 408


class BodyDeadline:
    """Aborts a request whose body stalls, or drips slower than a floor.

    Counted is the time that the application waits for the client, never the time it takes itself, so that
    back-pressure does not look like a slow client. The waits of one request may sum up to `idle_seconds` plus what its
    bytes so far take at `bytes_per_second` (Apache's mod_reqtimeout does the same with `MinRate`): there is no total
    that suits both a log of 1 KB and an upload of 5 GB.

    To the application a stalled body looks like a client that hung up (`http.disconnect`), so that it unwinds as it
    does then; what it answers to that is replaced by 408 with `Connection: close`. An answer that has begun is left
    alone.

    Args:
        app: the application.
        idle_seconds: longest wait for the next bytes.
        bytes_per_second: the average below which a body is too slow.

    """

    def __init__(self, app: ASGIApp, *, idle_seconds: float = 30.0, bytes_per_second: float = 500.0) -> None:
        self.app = app
        self._idle = idle_seconds
        self._rate = bytes_per_second

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        now = asyncio.get_running_loop().time
        waited = 0.0
        received = 0
        whole = stalled = started = False

        async def timed() -> Message:
            nonlocal waited, received, whole, stalled
            if whole:  # what comes now is the client hanging up, for which one waits as long as it takes
                return await receive()
            if stalled:
                return {"type": "http.disconnect"}
            began = now()
            allowance = min(self._idle, self._idle + received / self._rate - waited)
            try:
                async with asyncio.timeout(allowance):
                    message = await receive()
            except TimeoutError:
                stalled = True
                return {"type": "http.disconnect"}
            waited += now() - began
            received += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            return message

        async def guarded(message: Message) -> None:
            nonlocal started
            if stalled and not started:
                return
            started = True
            await send(message)

        try:
            await self.app(scope, timed, guarded)
        except ClientDisconnect:
            if not stalled:
                raise
        if stalled and not started:
            response = problem_response(
                RequestTimeout.status,
                RequestTimeout.code,
                "The body of the request did not come in time.",
                request_id=scope.get("state", {}).get("request_id"),
                headers={"Connection": "close"},
            )
            await response(scope, receive, send)
