"""The limit for a service that keeps what it is sent: a bare FastAPI route that does one SQLite insert."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, event, func, insert
from sqlalchemy.ext.asyncio import create_async_engine

METADATA = MetaData()
JOBS = Table(
    "jobs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("size", Integer),
    Column("created_at", DateTime, server_default=func.now()),
)
engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ.get('BARE_DATABASE', '')}")


@event.listens_for(engine.sync_engine, "connect")
def _wal(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Make the table."""
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/jobs", status_code=202)
async def submit(request: Request) -> dict[str, int]:
    """Read the body and insert one row."""
    body = await request.body()
    async with engine.begin() as connection:
        done = await connection.execute(insert(JOBS).values(name="log", size=len(body)))
    return {"id": done.inserted_primary_key[0]}
