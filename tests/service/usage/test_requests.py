"""Requests are counted in memory and stored every few seconds, none of them twice."""

from __future__ import annotations

from datetime import date

import httpx
import pytest
from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.service.api_keys.tables import ApiKey
from faultline.service.parts import Parts
from faultline.service.usage.service import TENANT, flush_requests
from faultline.service.usage.tables import UsagePeriod
from tests.service.conftest import Key, MovableClock, Person


async def counted(parts: Parts) -> dict[object, int]:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        rows = (await unit.session.execute(select(UsagePeriod))).scalars()
        return {(row.tenant_id, row.key_id, row.period): row.requests for row in rows}


async def test_requests_are_counted_for_the_key_and_for_its_tenant(
    client: httpx.AsyncClient, parts: Parts, owner: Person, key: Key, clock: MovableClock
) -> None:
    may, tenant = date(2026, 5, 1), owner.tenant_id
    for who in (key, key, owner):
        await client.get("/v1/me", headers=who.headers)
    assert await counted(parts) == {}
    assert await flush_requests(parts) == 3
    assert await flush_requests(parts) == 0
    expected = {(tenant, key.id, may): 2, (tenant, owner.id, may): 1, (tenant, TENANT, may): 3}
    assert await counted(parts) == expected
    clock.move(days=20)
    await client.get("/v1/me", headers=key.headers)
    await flush_requests(parts)
    june = date(2026, 6, 1)
    assert await counted(parts) == expected | {(tenant, key.id, june): 1, (tenant, TENANT, june): 1}


async def test_a_key_says_when_it_was_used_last(
    client: httpx.AsyncClient, parts: Parts, key: Key, clock: MovableClock
) -> None:
    clock.move(seconds=30)
    used = clock()
    await client.get("/v1/me", headers=key.headers)
    clock.move(seconds=2)
    await flush_requests(parts)
    async with parts.database.unit(SYSTEM, write=False) as unit:
        row = await unit.session.get(ApiKey, key.id)
    assert row
    assert row.last_used_at == used


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
async def test_what_cannot_be_stored_is_kept_for_the_next_time(
    client: httpx.AsyncClient, parts: Parts, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.get("/v1/me", headers=key.headers)
    with monkeypatch.context() as broken:
        broken.setattr(parts.database, "session", None)
        with pytest.raises(TypeError):
            await flush_requests(parts)
    await client.get("/v1/me", headers=key.headers)
    assert await flush_requests(parts) == 2
