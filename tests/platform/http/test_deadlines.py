import asyncio
import json
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faultline.platform.http.deadlines import BodyDeadline
from faultline.platform.http.headers import RequestId
from faultline.platform.http.problems import install
from tests.platform.http.peers import served
from tests.until import PATIENCE

IDLE = 0.2


def application(unwound: list[str]) -> ASGIApp:
    app = FastAPI()
    install(app)

    @app.post("/length")
    async def length(request: Request) -> int:
        try:
            return len(await request.body())
        except ClientDisconnect:
            unwound.append("disconnect")
            raise

    @app.post("/json")
    async def parsed(body: dict[str, Any]) -> int:
        return len(body)

    return app


async def exchange(port: int, *parts: bytes, path: str = "/length", length: int = 1000) -> tuple[bytes, dict[str, Any]]:
    """Send a request's head and the parts, then read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    writer.write(head.encode())
    for part in parts:
        writer.write(part)
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
    await writer.wait_closed()
    head_bytes, _, body = answer.partition(b"\r\n\r\n")
    return head_bytes.lower(), json.loads(body) if body else {}


@pytest.mark.parametrize("path", ["/length", "/json"])
async def test_a_body_that_stalls_is_answered_408_and_the_connection_closed(path: str) -> None:
    unwound: list[str] = []
    app = RequestId(BodyDeadline(application(unwound), idle_seconds=IDLE))
    async with served(app) as port:
        head, problem = await exchange(port, b'{"a":', path=path)
    assert head.startswith(b"http/1.1 408 ")
    assert b"connection: close" in head
    assert b"content-type: application/problem+json" in head
    assert problem["code"] == "request-timeout"
    assert problem["instance"].startswith("urn:faultline:request:")
    assert unwound == (["disconnect"] if path == "/length" else [])


async def test_an_application_that_lets_the_disconnect_escape_is_answered_for() -> None:
    async def bare(scope: Scope, receive: Receive, send: Send) -> None:
        async for _ in Request(scope, receive).stream():
            pass

    async with served(BodyDeadline(bare, idle_seconds=IDLE)) as port:
        head, _ = await exchange(port, b"part")
    assert head.startswith(b"http/1.1 408 ")


async def test_a_drip_that_never_stalls_is_ended_by_the_floor() -> None:
    app = BodyDeadline(application([]), idle_seconds=IDLE, bytes_per_second=1000)
    async with served(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        # Its first line only: what is written after it makes the end of the connection a reset.
        answer = asyncio.create_task(reader.readline())
        while not answer.done():
            writer.write(b"x")
            await asyncio.wait([answer], timeout=IDLE / 10)
        assert (await answer).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def run(app: ASGIApp, messages: list[Message]) -> list[Message]:
    """What the application sends when the messages come at once, and nothing after them."""
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": "http", "method": "POST", "path": "/", "headers": []}, receive, send)
    return sent


def chunk(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def respond(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


async def test_the_time_the_application_takes_is_not_the_clients() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            await asyncio.sleep(IDLE)
        await respond(send)

    sent = await run(BodyDeadline(slow, idle_seconds=IDLE / 2), [chunk(b"a"), chunk(b"b"), chunk(b"c", more=False)])
    assert sent[0]["status"] == 200


async def test_after_the_whole_body_one_may_wait_for_the_hang_up_as_long_as_it_takes() -> None:
    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        hang_up = asyncio.ensure_future(receive())
        await asyncio.wait([hang_up], timeout=IDLE)
        assert not hang_up.done()
        hang_up.cancel()
        await respond(send)

    sent = await run(BodyDeadline(listening, idle_seconds=IDLE / 4), [chunk(b"all", more=False)])
    assert sent[0]["status"] == 200


async def test_an_answer_that_has_begun_is_left_alone() -> None:
    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": []})
        assert (await receive())["type"] == "http.disconnect"
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.body", "body": b"ok"})

    sent = await run(BodyDeadline(early, idle_seconds=IDLE / 4), [])
    assert [message.get("status") for message in sent] == [202, None]


async def test_a_hang_up_of_the_client_is_still_a_hang_up() -> None:
    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        async for _ in Request(scope, receive).stream():
            pass

    with pytest.raises(ClientDisconnect):
        await run(BodyDeadline(reading, idle_seconds=IDLE), [chunk(b"a"), {"type": "http.disconnect"}])


async def test_what_is_no_request_passes_through_untouched() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((receive, send))

    async def nothing(*_: object) -> Any: ...

    await BodyDeadline(app)({"type": "lifespan"}, nothing, nothing)
    assert seen == [(nothing, nothing)]
