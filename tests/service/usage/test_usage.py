"""What is counted, how a month's quota ends, and what `GET /v1/usage` tells of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from faultline.platform.database import SYSTEM, Tenant
from faultline.service.auth.principal import Scope
from faultline.service.parts import Parts
from faultline.service.tiers import Tier
from faultline.service.usage.service import TENANT, flush_requests
from faultline.service.usage.tables import UsagePeriod
from tests.fixtures.front_door import LOG, SQLITE, problem
from tests.service.conftest import Key, MovableClock, World

CI = "/v1/analyses/ci"
ASYNC = {"Prefer": "respond-async"}


async def used(client: httpx.AsyncClient, who: Any, path: str = "", **query: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/usage{path}", params=query, headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def nearly_used_up(client: httpx.AsyncClient, who: Any, parts: Parts, left: int) -> None:
    """Submit one, and pretend that it were so many that only `left` are left."""
    assert (await client.post(CI, content=LOG, headers={**who.headers, **ASYNC})).status_code == 202
    async with parts.database.unit(Tenant(who.tenant_id)) as unit:
        await unit.session.execute(
            update(UsagePeriod).where(UsagePeriod.key_id == TENANT).values(submissions=500_000 - left)
        )


async def test_of_a_hundred_at_once_with_ten_left_ten_get_through(
    client: httpx.AsyncClient, world: World, parts: Parts
) -> None:
    pro = await world.organization(tier=Tier.PRO)
    await nearly_used_up(client, pro, parts, left=10)
    posts = (client.post(CI, content=f"{LOG}{n}", headers={**pro.headers, **ASYNC}) for n in range(100))
    answers = await asyncio.gather(*posts)
    assert sorted(answer.status_code for answer in answers) == [202] * 10 + [402] * 90
    refused = next(answer for answer in answers if answer.status_code == 402)
    assert "500,000" in problem(refused, 402, "quota-exceeded")["detail"]
    assert int(refused.headers["retry-after"]) == (datetime(2026, 6, 1, tzinfo=UTC) - parts.clock()).total_seconds()
    found = await used(client, pro)
    assert (found["total"]["submissions"], found["submissions_left"]) == (500_000, 0)
    listed = await client.get("/v1/analyses?limit=200", headers=pro.headers)
    assert len(listed.json()["items"]) == 11


async def test_a_quota_begins_anew_with_the_month(
    client: httpx.AsyncClient, world: World, parts: Parts, clock: MovableClock
) -> None:
    pro = await world.organization(tier=Tier.PRO)
    await nearly_used_up(client, pro, parts, left=0)
    headers = {**pro.headers, **ASYNC}
    refused = await client.post(CI, content=LOG, headers=headers)
    clock.move(seconds=int(refused.headers["retry-after"]) - 1)
    headers |= (await world.key(pro.tenant_id)).headers
    assert (await client.post(CI, content=LOG, headers=headers)).status_code == 402
    clock.move(seconds=1)
    assert (await client.post(CI, content=LOG, headers=headers)).status_code == 202
    assert (await used(client, await world.key(pro.tenant_id)))["submissions_left"] == 499_999


async def test_usage_is_counted_for_the_organization_and_each_caller(
    client: httpx.AsyncClient, key: Key, world: World, parts: Parts, clock: MovableClock
) -> None:
    second = await world.key(key.tenant_id)
    for who, times in ((key, 3), (second, 2)):
        for n in range(times):
            answer = await client.post(CI, content="x" * (100 + n), headers={**who.headers, **ASYNC})
            assert answer.status_code == 202
    assert await flush_requests(parts) == 5
    async with parts.database.unit(SYSTEM) as unit:
        await unit.session.execute(
            update(UsagePeriod)
            .where(UsagePeriod.key_id == key.id)
            .values(model_tokens=1_000, model_dollars=UsagePeriod.model_dollars + 2)
        )
    callers = await used(client, key, "/callers")
    assert {item["id"]: (item["requests"], item["submissions"], item["bytes"]) for item in callers["items"]} == {
        str(key.id): (3, 3, 303),
        str(second.id): (2, 2, 201),
    }
    rich = next(item for item in callers["items"] if item["id"] == str(key.id))
    assert (rich["model_tokens"], float(rich["model_dollars"])) == (1000, 2.0)
    found = await used(client, key)
    assert found["month"] == "2026-05"
    assert (found["total"]["requests"], found["total"]["submissions"], found["total"]["bytes"]) == (5, 5, 504)
    assert (found["tier"], found["submissions_left"], found["resets_at"]) == (
        "enterprise",
        None,
        "2026-06-01T00:00:00Z",
    )
    clock.move(days=20)
    again = await world.key(key.tenant_id)
    await client.post(CI, content=LOG, headers={**again.headers, **ASYNC})
    months = (await used(client, again, "/months"))["items"]
    assert [(each["month"], each["submissions"]) for each in months] == [("2026-06", 1), ("2026-05", 5)]
    assert (await used(client, again, month="2026-05"))["total"] == found["total"]
    assert len((await used(client, again, "/callers", month="2026-05"))["items"]) == 2


@SQLITE
async def test_callers_come_in_pages(client: httpx.AsyncClient, key: Key, world: World) -> None:
    keys = [key, *[await world.key(key.tenant_id) for _ in range(4)]]
    for each in keys:
        await client.post(CI, content=LOG, headers={**each.headers, **ASYNC})
    first = await used(client, key, "/callers", limit=3)
    rest = await used(client, key, "/callers", cursor=first["next_cursor"])
    assert [item["id"] for item in first["items"] + rest["items"]] == [str(each.id) for each in reversed(keys)]


@SQLITE
async def test_who_used_nothing_is_told_so_and_no_more(client: httpx.AsyncClient, key: Key, world: World) -> None:
    await client.post(CI, content=LOG, headers={**key.headers, **ASYNC})
    poor = await world.organization("Others", tier=Tier.FREE)
    found = await used(client, poor)
    assert found["total"] == {
        "requests": 0, "submissions": 0, "bytes": 0, "model_tokens": 0, "model_dollars": "0",
    }  # fmt: skip
    assert found["submissions_left"] == 1_000
    assert found["limits"] == {
        "submissions_per_minute": 10,
        "submissions_per_month": 1_000,
        "reads_per_minute": 100,
        "artifact_bytes": 1_000_000,
    }
    assert (await used(client, poor, "/callers"))["items"] == []
    assert (await used(client, poor, "/months"))["items"] == []


@SQLITE
@pytest.mark.parametrize("path", ["", "/callers", "/months"])
async def test_usage_needs_its_scope(path: str, client: httpx.AsyncClient, key: Key, world: World) -> None:
    without = await world.key(key.tenant_id, frozenset(Scope) - {Scope.USAGE_READ})
    problem(await client.get(f"/v1/usage{path}", headers=without.headers), 403, "not-allowed")
    only = await world.key(key.tenant_id, frozenset({Scope.USAGE_READ}))
    assert (await client.get(f"/v1/usage{path}", headers=only.headers)).status_code == 200


@SQLITE
@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-5", "0000-01", "next", "2026-05-01", "9999-12"])
async def test_a_month_has_a_form(month: str, client: httpx.AsyncClient, key: Key) -> None:
    for path in ("", "/callers"):
        answer = await client.get(f"/v1/usage{path}", params={"month": month}, headers=key.headers)
        assert answer.status_code == 422, answer.text
