"""TCP servers in the event loop of a test, of which nothing is left when they stop.

`asyncio.Server.close` leaves open connections to themselves, and up to Python 3.11 `wait_closed` does not wait for
them. A connection that a client made at the last moment, a cancelled request for instance, is then a transport that
nobody closes; the garbage collector finds it minutes later, and an innocent test fails of its warning.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(
    serve: Serve, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None, backlog: int = 100
) -> AsyncIterator[int]:
    """Serve each connection until the end, on a free port, which is given; a client that goes away is no error."""
    open_now: set[asyncio.BaseTransport] = set()
    served: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        served.add(task)
        try:
            # Cancelled is how it ends below, and asyncio's own callback of Python 3.11 stumbles over such a task.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()
            served.discard(task)

    class Connection(asyncio.StreamReaderProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            open_now.add(transport)
            super().connection_made(transport)
            self.transport = transport

        def connection_lost(self, error: Exception | None) -> None:
            open_now.discard(self.transport)
            super().connection_lost(error)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(asyncio.StreamReader(), one), host, 0, ssl=tls, backlog=backlog
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for listener in server.sockets:
            loop.remove_reader(listener.fileno())
        # What was accepted in the last moment becomes a connection, and its task begins. It would not any more in a
        # server that is closed: its transport then fails halfway and is left to the garbage collector.
        for _ in range(3):
            await asyncio.sleep(0)
        server.close()
        for task in list(served):
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)
        for transport in open_now:
            assert isinstance(transport, asyncio.WriteTransport)
            transport.abort()  # `close` would first wait for the other side to read what is under way
        while open_now:
            await asyncio.sleep(0)
