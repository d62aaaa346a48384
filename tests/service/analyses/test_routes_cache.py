"""The result cache: the same content is not analyzed twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from faultline.platform.database import Tenant
from faultline.service.analyses.service import Analyses
from faultline.service.parts import Parts
from faultline.service.worker import Worker
from tests.fixtures.front_door import LOG, SQLITE, WAIT, submitted
from tests.service.conftest import Key, MovableClock, World

DAY = 24.0


async def sent(client: httpx.AsyncClient, who: Any, content: str = LOG, **headers: str) -> dict[str, Any]:
    answer = await client.post(
        "/v1/analyses/ci?name=a.log", content=content, headers={**who.headers, **WAIT, **headers}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_same_content_is_answered_at_once_under_its_new_name(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    first = await submitted(client, key, name="a.log")
    again = await submitted(client, key, name="b.log", metadata={})
    assert (first["cached"], again["cached"]) == (False, True)
    assert again["id"] != first["id"]
    assert again["report"]["artifact"]["name"] == "b.log"
    assert {finding["location"]["path"] for finding in again["report"]["findings"]} == {"b.log"}
    path = f"/v1/analyses/{again['id']}"
    report = (await client.get(f"{path}/report", headers=key.headers)).json()
    assert report == again["report"]
    listed = (await client.get(f"{path}/findings", headers=key.headers)).json()["items"]
    assert {finding["path"] for finding in listed} == {"b.log"}
    assert again["finding_count"] == first["finding_count"] == len(listed)
    assert (again["summary"], again["severity"]) == (again["report"]["summary"], first["severity"])
    assert (await client.get(f"/v1/analyses/{first['id']}/report", headers=key.headers)).json() == first["report"]


@SQLITE
async def test_a_known_answer_is_given_even_to_who_would_not_wait(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    await sent(client, key)
    assert (await sent(client, key, Prefer="respond-async"))["cached"]


@SQLITE
async def test_what_matters_for_the_report_makes_it_another(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    await sent(client, key)
    assert not (await sent(client, key, LOG + " "))["cached"]


@SQLITE
async def test_no_cache_analyzes_anew_and_what_it_finds_is_kept(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    await sent(client, key)
    assert not (await sent(client, key, **{"Cache-Control": "max-age=0, No-Cache"}))["cached"]
    assert (await sent(client, key))["cached"]


@SQLITE
async def test_no_tenant_gets_the_report_of_another(
    client: httpx.AsyncClient, key: Key, world: World, worker: Worker
) -> None:
    await sent(client, key)
    other = await world.organization("Others")
    assert not (await sent(client, other))["cached"]


@SQLITE
async def test_a_report_answers_for_a_day(
    client: httpx.AsyncClient, key: Key, worker: Worker, clock: MovableClock
) -> None:
    await sent(client, key)
    clock.move(hours=DAY, seconds=-1)
    assert (await sent(client, key))["cached"]
    clock.move(seconds=1)
    assert not (await sent(client, key))["cached"]


@SQLITE
async def test_what_is_asked_for_often_lives_longer_but_not_for_ever(
    client: httpx.AsyncClient, key: Key, worker: Worker, clock: MovableClock
) -> None:
    await sent(client, key)
    for _ in range(3):
        assert (await sent(client, key))["cached"]
    clock.move(hours=2 * DAY, seconds=-1)
    assert (await sent(client, key))["cached"]
    clock.move(seconds=1)
    assert not (await sent(client, key))["cached"]
    for _ in range(40):
        await sent(client, key)
    clock.move(hours=7 * DAY, seconds=-1)
    assert (await sent(client, key))["cached"]
    clock.move(seconds=1)
    assert not (await sent(client, key))["cached"]


@pytest.mark.parametrize("one", [True, False])
async def test_a_report_can_be_made_to_answer_no_more(
    one: bool, client: httpx.AsyncClient, key: Key, worker: Worker, parts: Parts, world: World
) -> None:
    first, other = await sent(client, key), await sent(client, key, "something else")
    stranger = await world.organization("Others")
    await sent(client, stranger)
    async with parts.database.unit(Tenant(key.tenant_id)) as unit:
        analyses = Analyses(unit, parts)
        count = await (analyses.forget_report(UUID(first["id"])) if one else analyses.forget_reports())
    assert count == (1 if one else 2)
    assert not (await sent(client, key))["cached"]
    assert (await sent(client, key, "something else"))["cached"] == one
    assert (await sent(client, stranger))["cached"]
    report = await client.get(f"/v1/analyses/{other['id']}/report", headers=key.headers)
    assert report.status_code == 200
