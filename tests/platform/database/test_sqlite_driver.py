"""Statements run where they are asked for, unless they are long."""

import asyncio
import threading
from pathlib import Path

import pytest

from faultline.platform.database.sqlite_driver import PromptConnection, connect

COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT max(i), whose() FROM n"


@pytest.fixture
async def connection(tmp_path: Path) -> PromptConnection:
    opened = await connect(tmp_path / "x.db", 0.05)
    opened.raw.isolation_level = None
    opened.raw.create_function("whose", 0, lambda: threading.current_thread() is threading.main_thread())
    return opened


async def answer(connection: PromptConnection, statement: str) -> list[tuple[int, int]]:
    return await (await connection.cursor().execute(statement)).fetchall()


async def test_a_short_read_does_not_leave_the_event_loop(connection: PromptConnection) -> None:
    assert await answer(connection, COUNT.format(10)) == [(10, 1)]
    await connection.close()


async def test_a_long_read_goes_on_in_a_thread_and_the_loop_stays_free(connection: PromptConnection) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(turn())
    assert await answer(connection, COUNT.format(300_000)) == [(300_000, 0)]
    other.cancel()
    assert turns > 10
    await connection.close()


async def test_a_write_is_never_stopped_half_way(connection: PromptConnection) -> None:
    await answer(connection, "CREATE TABLE t (i)")
    connection.raw.execute("BEGIN IMMEDIATE")
    connection.writing = True
    numbers = COUNT.format(100_000).replace("max(i), whose()", "i")
    await answer(connection, "INSERT INTO t " + numbers)
    await connection.commit()
    connection.writing = False
    assert await answer(connection, "SELECT count(*) FROM t") == [(100_000,)]
    await connection.close()
