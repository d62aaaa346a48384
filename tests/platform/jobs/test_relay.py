from __future__ import annotations

import asyncio

import pytest

from faultline.platform.database import SYSTEM, Database, Tenant, UnitOfWork
from faultline.platform.jobs import relay as module
from faultline.platform.jobs.outbox import OutboxMessage, enqueue
from faultline.platform.jobs.relay import MAX_ATTEMPTS, Relay, bring_back, set_aside
from tests.fixtures.schema import NOON, TwoTenants
from tests.service.conftest import MovableClock


@pytest.fixture
def clock(database: Database) -> MovableClock:
    """The database's time, which stands still."""
    database.clock = MovableClock(NOON)
    return database.clock


async def leave(database: Database, tenants: TwoTenants, *topics: str) -> None:
    async with database.unit(SYSTEM) as unit:
        for topic in topics:
            enqueue(unit, tenants.ours, topic, {"topic": topic}, await unit.now())


class Heard:
    def __init__(self) -> None:
        self.topics: list[str] = []

    async def good(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        unit.after_commit(lambda: self.topics.append(message.topic))

    async def bad(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        raise ValueError("no way")


async def test_each_message_is_handed_over_once_however_many_relays_there_are(
    database: Database, tenants: TwoTenants, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 7)
    heard = Heard()
    await leave(database, tenants, *["good"] * 50)
    relays = [Relay(database, {"good": heard.good}) for _ in range(3)]
    counts = await asyncio.gather(*(relay.relay() for relay in relays))
    assert (sum(counts), len(heard.topics)) == (50, 50)
    assert await relays[0].relay() == 0


async def test_a_message_that_fails_holds_up_no_other_and_is_put_off_ever_longer(
    database: Database, tenants: TwoTenants, clock: MovableClock
) -> None:
    heard = Heard()
    relay = Relay(database, {"good": heard.good, "bad": heard.bad})
    await leave(database, tenants, "good", "bad", "unknown", "good")
    assert await relay.relay() == 2
    assert heard.topics == ["good", "good"]
    for pause in (1, 2, 4):
        clock.move(seconds=pause - 0.1)
        relay = Relay(database, {"bad": heard.good, "unknown": heard.bad} if pause == 4 else {"bad": heard.bad})
        assert await relay.relay() == 0
        clock.move(seconds=0.1)
        handed = await relay.relay()
    assert handed == 1


async def test_a_message_that_always_fails_is_set_aside_and_can_be_brought_back(
    database: Database, tenants: TwoTenants, clock: MovableClock
) -> None:
    heard = Heard()
    await leave(database, tenants, "bad")
    for _ in range(MAX_ATTEMPTS + 1):
        await Relay(database, {"bad": heard.bad}).relay()
        clock.move(minutes=6)
    async with database.unit(Tenant(tenants.theirs)) as unit:
        assert await set_aside(unit) == await bring_back(unit, await unit.now()) == 0
    async with database.unit(Tenant(tenants.ours)) as unit:
        assert await set_aside(unit) == 1
        assert await bring_back(unit, await unit.now()) == 1
    assert await Relay(database, {"bad": heard.good}).relay() == 1
