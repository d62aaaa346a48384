"""A stand-in for a provider of language models: real HTTP, and it misbehaves as it is told.

It speaks as much of the OpenAI chat protocol, of Anthropic's messages and of Gemini's generateContent as one question
with a structured answer needs. What it does next is queued with `will`, what it does else is set with `always`:

    async with standing_in() as server:
        server.will(status(429, retry_after="3"), says({"cause": "it broke", "cites": [1]}))
        gateway = open_gateway([f"openai:small@{server.url}"], ...)

For tests that have no event loop, or whose client is another process, `standing_in_thread` runs it in a thread.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers.listening import listening


@dataclass(frozen=True)
class Asked:
    """One request, as it came in; header names are lower case."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """All that the model would read, and its settings."""
        return json.dumps(self.body, ensure_ascii=False)


@dataclass
class Exchange:
    asked: Asked
    writer: asyncio.StreamWriter

    async def reply(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.head(status, {"content-length": str(len(body)), **(headers or {})})
        self.writer.write(body)
        await self.writer.drain()

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in _typed(headers).items()), "", ""]
        self.writer.write("\r\n".join(lines).encode("latin-1"))


def _typed(headers: Mapping[str, str]) -> dict[str, str]:
    return {"content-type": "application/json", **headers}


Reaction = Callable[[Exchange], Awaitable[None]]


def says(
    answer: object,
    *,
    tokens: tuple[int, int] | None = (120, 30),
    after: float = 0.0,
    until: asyncio.Event | None = None,
    finish: str = "stop",
) -> Reaction:
    """Answers: a text as it is, anything else as JSON; `until` holds the answer back."""
    text = answer if isinstance(answer, str) else json.dumps(answer)

    async def react(exchange: Exchange) -> None:
        if until:
            await until.wait()
        await asyncio.sleep(after)
        await exchange.reply(200, json.dumps(_completion(exchange.asked, text, tokens, finish)).encode())

    return react


def status(code: int, message: str = "no", *, retry_after: str | None = None, kind: str | None = None) -> Reaction:
    """Answers with an HTTP status and the protocol's error body."""

    async def react(exchange: Exchange) -> None:
        headers = {"retry-after": retry_after} if retry_after is not None else {}
        error = {"message": message, "type": kind or "error", "code": kind}
        if exchange.asked.path.endswith("Content"):
            error = {"message": message, "status": kind or "UNKNOWN", "code": code}  # type: ignore[dict-item]
        await exchange.reply(code, json.dumps({"type": "error", "error": error}).encode(), headers)

    return react


def sends(body: bytes, content_type: str = "application/json") -> Reaction:
    """Answers 200 with these bytes."""

    async def react(exchange: Exchange) -> None:
        await exchange.reply(200, body, {"content-type": content_type})

    return react


def half(answer: object) -> Reaction:
    """Promises a whole answer and closes in the middle of it."""

    async def react(exchange: Exchange) -> None:
        body = json.dumps(_completion(exchange.asked, json.dumps(answer), (1, 1), "stop")).encode()
        exchange.head(200, {"content-length": str(len(body))})
        exchange.writer.write(body[: len(body) // 2])
        await exchange.writer.drain()
        exchange.writer.close()

    return react


def drops() -> Reaction:
    """Closes the connection without a word."""

    async def react(exchange: Exchange) -> None:
        exchange.writer.transport.abort()

    return react


def silent() -> Reaction:
    """Takes the request and never answers."""

    async def react(exchange: Exchange) -> None:
        await asyncio.Event().wait()

    return react


def trickles(pause: float = 0.01) -> Reaction:
    """Answers with one space after the other, for ever."""

    async def react(exchange: Exchange) -> None:
        exchange.head(200, {"transfer-encoding": "chunked"})
        while True:
            exchange.writer.write(b"1\r\n \r\n")
            await exchange.writer.drain()
            await asyncio.sleep(pause)

    return react


def floods() -> Reaction:
    """Answers with megabyte after megabyte."""

    async def react(exchange: Exchange) -> None:
        exchange.head(200, {"transfer-encoding": "chunked"})
        while True:
            exchange.writer.write(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
            await exchange.writer.drain()

    return react


@dataclass
class ModelServer:
    """See the module. `busiest` is the most requests that were under way at once."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    busiest: int = 0
    _queue: deque[Reaction] = field(default_factory=deque)
    _default: Reaction = field(default_factory=lambda: says({}))
    _busy: int = 0

    @property
    def root(self) -> str:
        """Base URL for Anthropic and Gemini."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Base URL for the OpenAI protocol."""
        return f"{self.root}/v1"

    def will(self, *reactions: Reaction) -> None:
        """What it does to the next requests, in order."""
        self._queue.extend(reactions)

    def always(self, reaction: Reaction) -> None:
        """What it does when nothing is queued."""
        self._default = reaction

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        while not writer.is_closing():
            asked = await _read(reader)
            self.asked.append(asked)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            try:
                react = self._queue.popleft() if self._queue else self._default
                await react(Exchange(asked, writer))
            finally:
                self._busy -= 1


@asynccontextmanager
async def standing_in() -> AsyncIterator[ModelServer]:
    """A stand-in on a free port, in this event loop."""
    model = ModelServer()
    async with listening(model.serve, backlog=1_024) as model.port:
        yield model


@contextmanager
def standing_in_thread() -> Iterator[ModelServer]:
    """A stand-in in a thread of its own."""
    started: list[tuple[ModelServer, asyncio.AbstractEventLoop]] = []
    ready, over = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with standing_in() as server:
            started.append((server, asyncio.get_running_loop()))
            ready.set()
            await over.wait()

    def work() -> None:
        try:
            asyncio.run(run())
        finally:
            ready.set()

    thread = threading.Thread(target=work, name="model server")
    thread.start()
    ready.wait(30)
    server, loop = started[0]
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(first.split(" ")[1], headers, json.loads(body) if body else {})


def _completion(asked: Asked, text: str, tokens: tuple[int, int] | None, finish: str) -> dict[str, Any]:
    """The answer in the protocol that it was asked in."""
    if asked.path.endswith("/messages"):
        return _anthropic(asked, text, tokens or (0, 0), finish)
    if ":generateContent" in asked.path:
        return _gemini(text, tokens or (0, 0), finish)
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    answer = {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000,
        "model": asked.body.get("model"), "choices": [choice],
    }  # fmt: skip
    if tokens:
        answer["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    return answer


def _anthropic(asked: Asked, text: str, tokens: tuple[int, int], finish: str) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "text", "text": text}
    stop = "max_tokens" if finish == "length" else "end_turn"
    if asked.body.get("tools"):
        name = asked.body["tools"][0]["name"]
        content, stop = {"type": "tool_use", "id": "toolu_1", "name": name, "input": json.loads(text)}, "tool_use"
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": asked.body.get("model"), "content": [content],
        "stop_reason": stop, "stop_sequence": None, "usage": {"input_tokens": tokens[0], "output_tokens": tokens[1]},
    }  # fmt: skip


def _gemini(text: str, tokens: tuple[int, int], finish: str) -> dict[str, Any]:
    reason = "MAX_TOKENS" if finish == "length" else "STOP"
    return {
        "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": reason, "index": 0}],
        "usageMetadata": {
            "promptTokenCount": tokens[0], "candidatesTokenCount": tokens[1], "totalTokenCount": sum(tokens),
        },
        "modelVersion": "stand-in",
    }  # fmt: skip


async def _serve_for_ever(answer: str) -> None:
    async with standing_in() as server:
        server.always(says(answer))
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":  # benchmarks ask it from another process
    asyncio.run(_serve_for_ever(sys.argv[1]))
