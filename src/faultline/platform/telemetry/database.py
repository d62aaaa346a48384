"""Times what a SQLAlchemy engine does, by operation: select, insert, update, delete, commit, other."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from faultline.platform.telemetry.metrics import Metrics

_OPERATIONS = {word: word for word in ("select", "insert", "update", "delete")} | {"with": "select"}


def operation(statement: str) -> str:
    """The statement's operation by its first word; a common table expression counts as a select."""
    return _OPERATIONS.get(statement[:40].split(None, 1)[0].lower() if statement[:40].strip() else "", "other")


def instrument(engine: Engine | AsyncEngine, metrics: Metrics) -> None:
    """Record the latency and the failures of every statement and commit of this engine.

    On an asynchronous engine the time includes the wait for the event loop to come back, as the request sees it.
    """
    target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine

    @event.listens_for(target, "before_cursor_execute")
    def begin(_: Any, __: Any, ___: Any, ____: Any, context: Any, _____: Any) -> None:
        context.faultline_began = perf_counter()

    @event.listens_for(target, "after_cursor_execute")
    def end(_: Any, __: Any, statement: str, ____: Any, context: Any, _____: Any) -> None:
        metrics.call("database", operation(statement), perf_counter() - context.faultline_began)

    @event.listens_for(target, "handle_error")
    def failed(context: ExceptionContext) -> None:
        metrics.call_failed("database", operation(context.statement) if context.statement else "other")

    # SQLAlchemy tells that a commit begins but not that it ended, so its dialect, which is this engine's own, is asked.
    commit = target.dialect.do_commit

    def timed_commit(connection: Any) -> None:
        began = perf_counter()
        commit(connection)
        metrics.call("database", "commit", perf_counter() - began)

    setattr(target.dialect, "do_commit", timed_commit)  # noqa: B010 - a method, replaced on this one instance
