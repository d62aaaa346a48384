"""Conversations that are sent, and workers that understand them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select

from faultline.platform.database import SYSTEM, Tenant
from faultline.service.app import create_app
from faultline.service.auth.principal import Principal, Scope
from faultline.service.conversations import batch
from faultline.service.conversations.intake import Intake
from faultline.service.conversations.states import Claim, claim
from faultline.service.conversations.tables import Conversation
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.tiers import Tier
from faultline.service.worker import Worker
from tests.service.conftest import World, client_of
from tests.service.conversations import work
from tests.until import PATIENCE

PATH = "/v1/conversations"
BULK = {"Content-Type": "application/x-ndjson"}


def talk(text: str = "I was charged twice", **more: Any) -> dict[str, Any]:
    """A conversation of one message."""
    return {"messages": [{"role": "customer", "text": text}], **more}


def ndjson(*conversations: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in conversations)


class Talks:
    """Puts conversations into the queue and looks at what became of them."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = World(parts)

    async def tenant(self, tier: Tier = Tier.ENTERPRISE) -> Principal:
        owner = await self.world.organization(tier=tier)
        return Principal(owner.tenant_id, tier, frozenset(Scope), None, owner.id, owner.role)

    async def put(self, who: Principal, *texts: str, **more: Any) -> list[UUID]:
        """New conversations, the oldest first; what was there already is left out."""
        found = []
        for text in texts:
            async with self.parts.database.unit(Tenant(who.tenant_id)) as unit:
                taken = await Intake(unit, self.parts).take(json.dumps(talk(text, **more)).encode(), by=who)
            found.append(taken.id)
        return found

    async def claim(self, who: Principal, size: int = 100, seconds: float = 30.0) -> Claim | None:
        async with self.parts.database.unit(SYSTEM) as unit:
            now = await unit.now()
            return await claim(unit, who.tenant_id, size, 1_000_000, timedelta(seconds=seconds), now)

    async def get(self, key: UUID) -> Conversation:
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            query = select(Conversation).where(Conversation.id == key)
            row: Conversation = (await unit.session.execute(query)).scalar_one()
            return row

    async def statuses(self) -> dict[str, int]:
        query = select(Conversation.status, func.count()).group_by(Conversation.status)
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            return {row[0]: row[1] for row in await unit.session.execute(query)}

    async def until_all_ended(self, seconds: float = PATIENCE) -> dict[str, int]:
        async with asyncio.timeout(seconds):
            while (found := await self.statuses()).keys() & {"queued", "running"}:
                await asyncio.sleep(0.02)
        return found

    async def until(self, key: UUID, *wanted: str) -> Conversation:
        async with asyncio.timeout(PATIENCE):
            while (row := await self.get(key)).status not in wanted:
                await asyncio.sleep(0.02)
        return row


Running = Callable[..., Any]


@pytest.fixture
async def real_parts(make_settings: Callable[..., Settings]) -> AsyncIterator[Parts]:
    """The parts of a process whose clock is the real one."""
    made = Parts.of(make_settings(workers=2, lease_seconds=60.0))
    yield made
    await made.close()


@pytest.fixture
def talks(real_parts: Parts) -> Talks:
    return Talks(real_parts)


@pytest.fixture
async def real_client(real_parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application over those parts."""
    async with client_of(create_app(real_parts)) as made:
        yield made


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that read as `work` does."""
    monkeypatch.setattr(batch, "understand", work.understand)
    monkeypatch.setattr(batch, "look", work.look)
    monkeypatch.setattr(batch, "conclude", work.conclude)


@pytest.fixture
def running(toy: None) -> Running:
    """A worker over some parts."""

    @asynccontextmanager
    async def run(parts: Parts) -> AsyncIterator[Worker]:
        worker = Worker(parts)
        await worker.start()
        try:
            yield worker
        finally:
            await worker.stop(0)

    return run
