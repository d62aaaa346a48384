"""What every answer carries: the request's id and the headers that keep a browser from doing foolish things with it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

# JSON is not a page: nothing may load, frame or submit.
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# FastAPI's documentation page loads Swagger UI from a CDN and starts it by an inline script; `unsafe-inline` is the
# price, paid for that page only.
DOCS_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net; img-src 'self' data: https://fastapi.tiangolo.com; "
    "font-src data:; connect-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestId:
    """Gives each request an id, in `scope["state"]["request_id"]` and as `X-Request-Id` on the answer.

    An id that comes in is kept when it is 1 to 64 characters of `A-Za-z0-9._-`; otherwise it is a new UUIDv7.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid7()).encode("ascii")
        scope.setdefault("state", {})["request_id"] = request_id.decode("ascii")

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [header for header in message.get("headers", ()) if header[0].lower() != b"x-request-id"]
                message["headers"] = [*kept, (b"x-request-id", request_id)]
            await send(message)

        await self.app(scope, receive, with_id)


class SecurityHeaders:
    """Adds the security headers; one that the answer has set itself stays as it is.

    `Strict-Transport-Security` is sent only when the request came by https (`scope["scheme"]`), and without
    `includeSubDomains`: the domain is the operator's.

    Args:
        app: the application.
        pages: content security policies of the paths that are pages, without the application's root path; all else gets
            the API's, under which nothing loads.

    """

    def __init__(self, app: ASGIApp, *, pages: Mapping[str, str] | None = None) -> None:
        self.app = app
        policies = {"/docs": DOCS_POLICY} if pages is None else pages
        self._default = _headers(API_POLICY)
        self._pages = {path: _headers(policy) for path, policy in policies.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")) if self._pages else ""
        added = self._pages.get(path, self._default)
        secure = scope.get("scheme") == "https"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                headers += [header for header in added if header[0] not in present]
                if secure and _HSTS[0] not in present:
                    headers.append(_HSTS)
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, with_headers)


def _headers(policy: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", policy.encode("ascii")),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"permissions-policy", b"accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        # Answers belong to a tenant; a route that wants to be cached says so itself.
        (b"cache-control", b"no-store"),
    ]
