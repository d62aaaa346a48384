"""What models were used: added up by the database, by whatever somebody wants to tell apart."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from faultline.ai.ledger import Account, Call, CallOutcome
from faultline.platform.database import Tenant
from faultline.service.parts import Parts
from faultline.service.usage import old_calls
from faultline.service.usage.old_calls import forget_old_calls
from faultline.service.usage.service import Usage
from faultline.service.usage.tables import ModelCall
from tests.fixtures.front_door import SQLITE, problem
from tests.service.budgets.calls import call
from tests.service.conftest import Key, MovableClock, Person

MODELS = "/v1/usage/models"


async def put_down(parts: Parts, key: Key, *calls: Call, kind: str = "ci", at: datetime | None = None) -> None:
    account = Account(kind, key.tenant_id, key.id)
    async with parts.database.unit(Tenant(key.tenant_id)) as unit:
        for each in calls:
            await Usage(unit, parts).count_model_call(account, each, at or parts.clock())


async def used(client: httpx.AsyncClient, who: Key | Person, path: str = "", **query: Any) -> dict[str, Any]:
    answer = await client.get(MODELS + path, params=query, headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def calls(parts: Parts, key: Key, clock: MovableClock) -> None:
    await put_down(parts, key, call("0.5", 100), call("0.25", 50, outcome=CallOutcome.INVALID))
    await put_down(parts, key, call("0", 0, outcome=CallOutcome.REUSED, cached=True, seconds=0.001))
    await put_down(parts, key, call("1", 10, provider="anthropic", model="claude"), kind="conversation")
    clock.move(days=-1)
    await put_down(parts, key, call("2", 20))
    clock.move(days=-30)
    await put_down(parts, key, call("100", 1))
    clock.move(days=31)


@pytest.mark.usefixtures("calls")
async def test_use_is_told_by_day_provider_model_and_kind(client: httpx.AsyncClient, key: Key) -> None:
    found = await used(client, key)
    assert (found["since"], found["until"]) == ("2026-05-01", "2026-05-17")
    assert [
        (row["day"], row["provider"], row["model"], row["kind"], row["calls"], row["dollars"]) for row in found["items"]
    ] == [
        ("2026-05-16", "openai", "gpt-5-mini", "ci", 1, "2.00000000"),
        ("2026-05-17", "anthropic", "claude", "conversation", 1, "1.00000000"),
        ("2026-05-17", "openai", "gpt-5-mini", "ci", 2, "0.75000000"),
    ]
    both = found["items"][2]
    assert (both["failed"], both["reused"], both["tokens_in"], both["tokens_out"]) == (1, 1, 75, 75)
    assert both["seconds"] == pytest.approx(2.501)
    assert (found["total"]["calls"], Decimal(found["total"]["dollars"]), found["total"]["tokens_in"]) == (4, 3.75, 90)


@pytest.mark.usefixtures("calls")
async def test_it_is_added_up_over_what_was_not_asked_for(client: httpx.AsyncClient, key: Key) -> None:
    found = await used(client, key, by="kind", since="2026-04-01", until="2026-05-16")
    [row] = found["items"]
    assert (row["kind"], row["day"], row["provider"], row["calls"], Decimal(row["dollars"])) == (
        "ci", None, None, 2, 102
    )  # fmt: skip
    found = await used(client, key, by=["provider", "day", "provider"], since="2026-05-17")
    assert [(row["provider"], row["model"], row["calls"]) for row in found["items"]] == [
        ("anthropic", None, 1),
        ("openai", None, 2),
    ]


@pytest.mark.usefixtures("calls")
async def test_the_same_calls_are_priced_elsewhere(client: httpx.AsyncClient, key: Key) -> None:
    found = await used(client, key, "/comparison", since="2026-05-17")
    prices = [Decimal(each["dollars"]) for each in found["elsewhere"]]
    assert prices == sorted(prices)
    names = {each["model"]: Decimal(each["dollars"]) for each in found["elsewhere"]}
    # 80 tokens each way, at $0.25 and $2 a million.
    assert names["openai:gpt-5-mini"] == Decimal("0.00018")
    assert len(names) >= 6
    assert Decimal(found["total"]["dollars"]) == Decimal("1.75")


@pytest.mark.usefixtures("calls")
async def test_others_see_nothing_of_it(client: httpx.AsyncClient, stranger: Person) -> None:
    found = await used(client, stranger)
    assert (found["items"], found["total"]["calls"]) == ([], 0)
    assert (await used(client, stranger, "/comparison"))["elsewhere"] == []


@SQLITE
@pytest.mark.parametrize(
    "query", [{"since": "2026-05-17", "until": "2026-05-16"}, {"since": "2020-01-01"}, {"since": "2027-01-01"}]
)
async def test_a_range_that_makes_no_sense_is_refused(
    query: dict[str, str], client: httpx.AsyncClient, key: Key
) -> None:
    problem(await client.get(MODELS, params=query, headers=key.headers), 400, "usage")


async def test_calls_are_forgotten_once_nobody_can_ask_for_them(
    parts: Parts, key: Key, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_calls, "BATCH", 2)
    await put_down(parts, key, *[call()] * 5)
    clock.move(days=10)
    await put_down(parts, key, call())
    clock.move(days=389)
    assert await forget_old_calls(parts) == 0
    clock.move(days=1)
    assert await forget_old_calls(parts) == 5
    async with parts.database.unit(Tenant(key.tenant_id), write=False) as unit:
        assert len((await unit.session.execute(select(ModelCall.id))).all()) == 1
