"""An aiosqlite connection that goes to its thread once a statement, or not at all.

aiosqlite runs every call in the connection's thread, and SQLAlchemy makes four of a statement: open a cursor, execute,
fetch, close. Each costs a thread switch and a turn of the event loop, some 80 us, where SQLite itself needs 10 to 50.
Here the four are one; a commit or rollback without a transaction is none. Rows are fetched at once, as SQLAlchemy does
anyway, so there are no server-side cursors.

A transaction that writes does not leave the event loop: it is short by design, everybody waits for it anyway, and a
thread for each of its statements would make it several times as long. Reads, which may be long, stay in the thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite


class OneHopCursor:
    """What SQLAlchemy's adapter asks of a cursor."""

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> OneHopCursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> OneHopCursor:
        """Run a statement and fetch all it answers."""
        await self._connection.run(self._run, sqlite3.Cursor.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> OneHopCursor:
        """Run a statement for each set of parameters."""
        await self._connection.run(self._run, sqlite3.Cursor.executemany, statement, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """The rows; they are there already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    def _run(self, how: Callable[..., Any], statement: str, parameters: Any) -> None:
        cursor = self._connection.raw.cursor()
        try:
            how(cursor, statement, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class OneHopConnection(aiosqlite.Connection):
    """See the module; `inline` says that statements are run where they are asked for."""

    inline = False

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection, for use in its thread."""
        return self._conn

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call the function, in the connection's thread or here; never in both at once, for callers take turns."""
        if self.inline:
            return function(*arguments)
        return await self._execute(function, *arguments)  # type: ignore[no-untyped-call]

    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """A cursor; opening it costs nothing."""
        return OneHopCursor(self)

    async def commit(self) -> None:
        """Commit, if there is anything to commit."""
        if self.in_transaction:
            await self.run(self._conn.commit)

    async def rollback(self) -> None:
        """Undo, if there is anything to undo."""
        if self.in_transaction:
            await self.run(self._conn.rollback)


async def connect(path: Path, busy_seconds: float) -> OneHopConnection:
    """Open a database file; its thread does not keep the process alive."""
    connection = OneHopConnection(lambda: sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False), 64)
    connection._thread.daemon = True
    await connection
    return connection
