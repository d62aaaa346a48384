"""JSON bodies: unpacked, and no longer than they may be, before anything parses them.

FastAPI reads a body before it asks who sent it. So what a stranger can make us hold is small; who sends more must be
known by then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Request
from starlette.types import Message

from faultline.platform.bodies import decoded
from faultline.platform.errors import ContentTooLarge
from faultline.service.auth.principal import Principal
from faultline.service.auth.service import authenticate, origin_of
from faultline.service.parts import Parts

MAX_BYTES = 1_000_000
MAX_CONTENT_BYTES = 16_000_000
"""Parsing 16 MB takes 50 ms of the event loop; larger content goes as a body of its own, or is uploaded."""
_TAKES_CONTENT = "faultline_takes_content"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def takes_content(endpoint: Endpoint) -> Endpoint:
    """Mark a route whose JSON may hold an artifact."""
    setattr(endpoint, _TAKES_CONTENT, True)
    return endpoint


async def with_body(request: Request, parts: Parts, endpoint: Callable[..., Any]) -> Request:
    """The request with its body in memory.

    Raises:
        ContentTooLarge: the body is too long for this route, or this tier.
        NotSignedIn: it is over 1 MB and nobody knows whose.
        UnsupportedEncoding: Content-Encoding is one that we do not know.
        BadEncoding: it is not what Content-Encoding says.

    """
    most = MAX_CONTENT_BYTES if getattr(endpoint, _TAKES_CONTENT, False) else MAX_BYTES
    limit = MAX_BYTES
    body = bytearray()
    async for piece in decoded(request.stream(), request.headers.get("content-encoding"), max_bytes=most):
        body += piece
        if len(body) > limit:
            limit = min(most, content_limit(await authenticate(request, parts, origin_of(request, parts))))
            if len(body) > limit:
                raise ContentTooLarge(limit)

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return Request(request.scope, receive)


def content_limit(who: Principal) -> int:
    """How long JSON with an artifact in it may be: escapes can double its length."""
    return min(MAX_BYTES + 2 * who.tier.allowance.artifact_bytes, MAX_CONTENT_BYTES)
