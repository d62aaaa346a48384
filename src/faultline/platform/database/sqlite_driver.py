"""An aiosqlite connection that leaves the event loop only for what is long.

aiosqlite runs every call in the connection's thread, and SQLAlchemy makes four of a statement: open a cursor, execute,
fetch, close. Each costs a thread switch, a turn of the event loop and a wait for the interpreter's lock: 80 us when the
process is idle and milliseconds when it is busy, where SQLite itself needs 10 to 50 us.

So statements run where they are asked for. A transaction that writes stays there: it is short by design, and everybody
waits for it anyway. A read that turns out to be long is stopped after some 2 ms and run again in the thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite

BUDGET = 50_000
"""Instructions of SQLite's virtual machine, some 2 ms."""


class PromptCursor:
    """What SQLAlchemy's adapter asks of a cursor."""

    def __init__(self, connection: PromptConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> PromptCursor:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> PromptCursor:
        """Run a statement and fetch all it answers."""
        await self._connection.run(self._run, sqlite3.Cursor.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> PromptCursor:
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


class PromptConnection(aiosqlite.Connection):
    """See the module; `writing` says that a transaction is open that may write."""

    writing = False
    _hurried = False

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection; one caller at a time uses it."""
        return self._conn

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call the function here; when it reads for too long, once more in the connection's thread."""
        await asyncio.sleep(0)  # others may go first, where aiosqlite would have left the loop
        if self.writing:
            return function(*arguments)
        self._hurried = True
        try:
            return function(*arguments)
        except sqlite3.OperationalError as error:
            if str(error) != "interrupted":
                raise
        finally:
            self._hurried = False
        return await self._execute(function, *arguments)  # type: ignore[no-untyped-call]

    def is_over_budget(self) -> bool:
        """SQLite asks this every `BUDGET` instructions and stops when it is true."""
        return self._hurried

    def cursor(self) -> PromptCursor:  # type: ignore[override]
        """A cursor; opening it costs nothing."""
        return PromptCursor(self)

    async def commit(self) -> None:
        """Commit, if there is anything to commit."""
        if self.in_transaction:
            await self.run(self._conn.commit)

    async def rollback(self) -> None:
        """Undo, if there is anything to undo."""
        if self.in_transaction:
            await self.run(self._conn.rollback)


async def connect(path: Path, busy_seconds: float) -> PromptConnection:
    """Open a database file; its thread does not keep the process alive."""
    connection = PromptConnection(lambda: sqlite3.connect(path, timeout=busy_seconds, check_same_thread=False), 64)
    connection._thread.daemon = True
    await connection
    connection.raw.set_progress_handler(connection.is_over_budget, BUDGET)
    return connection
