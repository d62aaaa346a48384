import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultline.platform.http.headers import DOCS_POLICY, RequestId, SecurityHeaders
from tests.platform.http.peers import hello


async def get(
    app: ASGIApp, path: str = "/", *, scheme: str = "http", root: str = "", request_id: bytes | None = None
) -> dict[str, str]:
    """The headers of an answer, and the request's id as the application saw it under `state`."""
    headers = [] if request_id is None else [(b"x-request-id", request_id)]
    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "root_path": root, "scheme": scheme, "headers": headers,
        "query_string": b"",
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    names = [name for name, _ in sent[0]["headers"]]
    assert len(names) == len(set(names))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return {**found, "state": scope.get("state", {}).get("request_id", "")}


async def test_every_answer_carries_the_headers() -> None:
    headers = await get(SecurityHeaders(hello))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_strict_transport_is_asked_for_only_over_https() -> None:
    assert "strict-transport-security" not in await get(SecurityHeaders(hello))
    assert (await get(SecurityHeaders(hello), scheme="https"))["strict-transport-security"] == "max-age=31536000"


async def test_what_the_answer_sets_itself_stays() -> None:
    async def cached(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"Cache-Control", b"max-age=60"), (b"content-security-policy", b"default-src 'self'")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    headers = await get(SecurityHeaders(cached))
    assert headers["Cache-Control"] == "max-age=60"
    assert "cache-control" not in headers
    assert headers["content-security-policy"] == "default-src 'self'"


@pytest.mark.parametrize(("path", "root"), [("/docs", ""), ("/faultline/docs", "/faultline")])
async def test_the_documentation_page_may_load_what_it_needs(path: str, root: str) -> None:
    app = SecurityHeaders(hello)
    assert (await get(app, path, root=root))["content-security-policy"] == DOCS_POLICY
    assert (await get(app, "/docs/errors"))["content-security-policy"] != DOCS_POLICY


async def test_the_policy_of_the_documentation_page_covers_every_address_in_it() -> None:
    bodies: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        bodies.append(message.get("body", b""))

    scope: Scope = {
        "type": "http", "method": "GET", "path": "/docs", "root_path": "", "headers": [], "query_string": b"",
    }  # fmt: skip
    await FastAPI()(scope, receive, send)
    origins = set(re.findall(r"https://[^/\"']+", b"".join(bodies).decode()))
    assert origins
    assert all(origin in DOCS_POLICY for origin in origins)


@pytest.mark.parametrize("given", [b"abc", b"A.b_c-9", b"x" * 64])
async def test_a_sane_request_id_is_kept(given: bytes) -> None:
    headers = await get(RequestId(hello), request_id=given)
    assert headers["x-request-id"] == headers["state"] == given.decode()


@pytest.mark.parametrize("given", [None, b"", b"x" * 65, b"a b", b"a\nb", b"abc\n", b"\xff", b"<script>"])
async def test_any_other_request_id_is_replaced_by_a_uuid7(given: bytes | None) -> None:
    headers = await get(RequestId(hello), request_id=given)
    assert headers["x-request-id"] == headers["state"]
    assert UUID(headers["state"]).version == 7


async def test_an_id_that_the_application_sends_does_not_stand_beside_ours() -> None:
    async def naming(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Request-Id", b"other")]})
        await send({"type": "http.response.body", "body": b""})

    headers = await get(RequestId(naming), request_id=b"mine")
    assert headers["x-request-id"] == "mine"
    assert "X-Request-Id" not in headers


@pytest.mark.parametrize("middleware", [RequestId, SecurityHeaders])
async def test_a_lifespan_passes_through_untouched(middleware: Callable[[ASGIApp], ASGIApp]) -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope, receive, send))

    async def nothing(*_: object) -> Any: ...

    scope: Scope = {"type": "lifespan"}
    await middleware(app)(scope, nothing, nothing)
    assert seen == [(scope, nothing, nothing)]
    assert scope == {"type": "lifespan"}
