"""Analyses in the queue, and workers that take them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from faultline.platform.database import SYSTEM, new_id
from faultline.service.analyses import job, states
from faultline.service.analyses.tables import AgentRun, Analysis, Finding, Report
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.worker import Worker
from tests.service.analyses import work
from tests.until import PATIENCE

LOG = b"npm ERR! code ELIFECYCLE\n"


class Queue:
    """Puts analyses into the queue and looks at what became of them."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def tenant(self) -> UUID:
        key = new_id()
        async with self.parts.database.unit(SYSTEM) as unit:
            unit.session.add(
                Organization(
                    id=key,
                    name="x",
                    slug=key.hex,
                    tier="free",
                    callback_secret=b"x",
                    created_at=self.parts.clock(),
                )
            )
        return key

    def row(self, tenant: UUID, name: str = "build.log", content: bytes = LOG, **columns: Any) -> Analysis:
        fixed: dict[str, Any] = {
            "id": new_id(),
            "tenant_id": tenant,
            "kind": "ci",
            "name": name,
            "priority": 1,
            "content": content,
            "bytes": len(content),
            "express": False,
            "sha256": hashlib.sha256(content).hexdigest(),
            "options": {},
            "details": {},
            "submitted_by": "test",
            "submitted_from": "test",
            "attempts": 0,
            "cached": False,
            "cancel_requested": False,
            "finding_count": 0,
        }
        return Analysis(**(fixed | columns))

    async def put(self, tenant: UUID, name: str = "build.log", *, count: int = 1, **columns: Any) -> list[UUID]:
        async with self.parts.database.unit(SYSTEM) as unit:
            now = await unit.now()
            rows = [self.row(tenant, name, **columns) for _ in range(count)]
            for row in rows:
                states.submit(unit, row, now)
            unit.after_commit(self.parts.relay.nudge)
        return [row.id for row in rows]

    async def one(self, tenant: UUID, name: str = "build.log", **columns: Any) -> UUID:
        return (await self.put(tenant, name, **columns))[0]

    async def claim(self, *ids: UUID) -> list[Analysis]:
        from datetime import timedelta

        async with self.parts.database.unit(SYSTEM) as unit:
            return await states.claim(unit, ids, timedelta(seconds=30), await unit.now())

    async def get(self, key: UUID) -> Analysis:
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            row: Analysis = (await unit.session.execute(select(Analysis).where(Analysis.id == key))).scalar_one()
            return row

    async def statuses(self) -> dict[str, int]:
        query = select(Analysis.status, func.count()).group_by(Analysis.status)
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            return {row[0]: row[1] for row in await unit.session.execute(query)}

    async def counts(self) -> dict[str, int]:
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            return {
                table.__tablename__: (await unit.session.execute(select(func.count(table.id)))).scalar_one()
                for table in (Report, AgentRun, Finding)
            }

    async def until(self, key: UUID, *wanted: str) -> Analysis:
        """The analysis, once it is in one of these statuses."""
        import asyncio

        async with asyncio.timeout(PATIENCE):
            while (row := await self.get(key)).status not in wanted:
                await asyncio.sleep(0.02)
        return row

    async def until_all_ended(self, seconds: float = PATIENCE) -> dict[str, int]:
        import asyncio

        async with asyncio.timeout(seconds):
            while (found := await self.statuses()).keys() & {"queued", "running"}:
                await asyncio.sleep(0.05)
        return found


Running = Callable[..., Any]


@pytest.fixture
async def real_parts(make_settings: Callable[..., Settings]) -> AsyncIterator[Parts]:
    """The parts of a process whose clock is the real one."""
    made = Parts.of(make_settings(workers=2, lease_seconds=60.0))
    yield made
    await made.close()


@pytest.fixture
def queue(real_parts: Parts) -> Queue:
    return Queue(real_parts)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Running:
    """A worker over some parts; its children do as the name of an analysis says."""
    monkeypatch.setattr(job, "examine", work.examine)
    monkeypatch.setattr(job, "look", work.look)

    @asynccontextmanager
    async def run(parts: Parts) -> AsyncIterator[Worker]:
        worker = Worker(parts)
        await worker.start()
        try:
            yield worker
        finally:
            await worker.stop(0)

    return run
