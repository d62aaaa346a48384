"""Every statement of an engine is timed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from faultline.platform.telemetry.database import instrument, operation
from faultline.platform.telemetry.metrics import Metrics
from tests.platform.telemetry.test_metrics import samples

COUNT = "faultline_database_call_duration_seconds_count"


async def test_an_asynchronous_engine_is_timed_by_operation(tmp_path: Path) -> None:
    metrics, engine = Metrics("1"), create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/x.db")
    instrument(engine, metrics)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE t (a INTEGER)"))
        await connection.execute(text("\n  insert INTO t VALUES (:a)"), [{"a": 1}, {"a": 2}])
        await connection.execute(text("UPDATE t SET a = 3"))
        await connection.execute(text("DELETE FROM t"))
        await connection.execute(text("SELECT a FROM t"))
    async with engine.connect() as connection:
        await connection.execute(text("WITH x AS (SELECT 1) SELECT * FROM x"))
    await engine.dispose()
    seen = {key[1]: value for key, value in samples(metrics).items() if key[0] == COUNT}
    assert seen == {"other": 1, "insert": 1, "update": 1, "delete": 1, "select": 2, "commit": 1}


def test_a_statement_that_fails_is_counted_and_only_on_its_own_engine() -> None:
    metrics, engine, other = Metrics("1"), create_engine("sqlite://"), create_engine("sqlite://")
    instrument(engine, metrics)
    for each in (engine, other):
        with each.connect() as connection, pytest.raises(OperationalError):
            connection.execute(text("SELECT * FROM nowhere"))
        each.dispose()
    seen = samples(metrics)
    assert seen["faultline_database_call_errors_total", "select"] == 1
    assert (COUNT, "select") not in seen


@pytest.mark.parametrize(
    ("statement", "word"), [("", "other"), ("  \n", "other"), ("PRAGMA x", "other"), ("Select 1", "select")]
)
def test_the_operation_is_the_first_word(statement: str, word: str) -> None:
    assert operation(statement) == word
