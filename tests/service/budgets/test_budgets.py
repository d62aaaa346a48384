"""Budgets over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from faultline.service.auth.principal import Role
from faultline.service.budgets import service as module
from tests.fixtures.front_door import SQLITE, problem
from tests.service.budgets.conftest import Money
from tests.service.conftest import Person, World

BUDGETS = "/v1/budgets"
NEW = {"period": "monthly", "unit": "dollars", "amount": "50"}


async def post(money: Money, status: int = 201, **changed: Any) -> Any:
    answer = await money.client.post(BUDGETS, json={**NEW, **changed}, headers=money.key.headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_budget_is_made_read_changed_and_removed_and_the_audit_log_knows(money: Money) -> None:
    made = await post(money, amount=50.5, at_limit="cheapest")
    assert (made["amount"], made["at_limit"], made["user_id"]) == ("50.5", "cheapest", None)
    assert made["current"] == {
        "since": "2026-05-01", "resets_at": "2026-06-01T00:00:00Z", "spent": "0", "held": "0", "left": "50.5"
    }  # fmt: skip
    where, headers = f"{BUDGETS}/{made['id']}", money.key.headers
    assert (await money.client.get(where, headers=headers)).json() == made
    changed = (await money.client.patch(where, json={"amount": "75", "at_limit": "stop"}, headers=headers)).json()
    assert changed == made | {
        "amount": "75", "at_limit": "stop", "current": made["current"] | {"left": "75"}
    }  # fmt: skip
    assert (await money.client.patch(where, json={"amount": 75}, headers=headers)).json() == changed
    assert (await money.client.get(BUDGETS, headers=headers)).json()["items"] == [changed]
    assert (await money.client.delete(where, headers=headers)).status_code == 204
    problem(await money.client.get(where, headers=headers), 404, "not-found")
    assert [each["changes"] for each in await money.audited("budget.created")] == [
        {**NEW, "amount": "50.5", "at_limit": "cheapest"}
    ]
    assert [each["changes"] for each in await money.audited("budget.changed")] == [
        {"amount": ["50.5", "75"], "at_limit": ["cheapest", "stop"]}
    ]
    assert [each["entity_id"] for each in await money.audited("budget.deleted")] == [made["id"]]


async def test_what_is_spent_held_and_left_is_shown(money: Money) -> None:
    daily = await post(money, period="daily")
    tokens = await post(money, unit="tokens", amount=1000)
    await money.spend("0.25", 300)
    items = (await money.client.get(BUDGETS, headers=money.key.headers)).json()["items"]
    stands = {each["id"]: each["current"] for each in items}
    assert (stands[daily["id"]]["spent"], stands[daily["id"]]["left"]) == ("0.25", "49.75")
    assert (stands[tokens["id"]]["spent"], stands[tokens["id"]]["left"]) == ("300", "700")
    assert stands[daily["id"]]["resets_at"] == "2026-05-18T00:00:00Z"


async def test_others_budgets_are_not_there(money: Money, stranger: Person) -> None:
    made = await post(money)
    where = f"{BUDGETS}/{made['id']}"
    for method, body in (("GET", None), ("PATCH", {"amount": 1}), ("DELETE", None)):
        problem(await money.client.request(method, where, json=body, headers=stranger.headers), 404, "not-found")
    assert (await money.client.get(BUDGETS, headers=stranger.headers)).json()["items"] == []
    answer = await money.client.post(BUDGETS, json={**NEW, "user_id": str(money.key.id)}, headers=stranger.headers)
    problem(answer, 404, "not-found")


@SQLITE
async def test_a_budget_is_for_everybody_or_for_a_member_or_a_key(money: Money, world: World) -> None:
    member = await world.person(money.key.tenant_id, Role.MEMBER)
    for who in (member.id, money.key.id):
        assert (await post(money, user_id=str(who)))["user_id"] == str(who)
    await post(money, 404, user_id=str(UUID(int=5)))


@SQLITE
async def test_there_is_one_budget_of_a_kind_and_not_more_than_there_may_be(
    money: Money, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = await asyncio.gather(*(money.client.post(BUDGETS, json=NEW, headers=money.key.headers) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    monkeypatch.setattr(module, "MAX_BUDGETS", 2)
    await post(money, period="daily")
    assert "as many as there may be" in (await post(money, 409, unit="tokens"))["detail"]


@SQLITE
@pytest.mark.parametrize("amount", [0, -1, "NaN", "Infinity", "0.00001", 10**10, "x", None, True, [1]])
async def test_an_amount_that_makes_no_sense_is_refused(amount: Any, money: Money) -> None:
    await post(money, 422, amount=amount)


@SQLITE
async def test_tokens_are_whole(money: Money) -> None:
    await post(money, 400, unit="tokens", amount="1.5")
    made = await post(money, unit="tokens", amount=9_999_999_999)
    where = f"{BUDGETS}/{made['id']}"
    assert (await money.client.patch(where, json={"amount": 0.5}, headers=money.key.headers)).status_code == 400
    assert (await money.client.get(where, headers=money.key.headers)).json()["amount"] == "9999999999"


@SQLITE
async def test_an_admin_switches_models_off_and_a_member_may_not(money: Money, world: World) -> None:
    admin = await world.person(money.key.tenant_id, Role.ADMIN)
    member = await world.person(money.key.tenant_id, Role.MEMBER)
    where = "/v1/organization/models"
    problem(await money.client.put(where, json={"enabled": False}, headers=member.headers), 403, "not-allowed")
    assert (await money.client.get(where, headers=member.headers)).json() == {"enabled": True, "route": []}
    for on in (False, False, True):
        answer = await money.client.put(where, json={"enabled": on}, headers=admin.headers)
        assert answer.json()["enabled"] is on
        assert (await money.client.get(where, headers=member.headers)).json()["enabled"] is on
    entries = await money.audited("organization.models-switched")
    assert [(each["actor"], each["changes"]) for each in entries] == [
        (f"user:{admin.id}", {"on": True}),
        (f"user:{admin.id}", {"on": False}),
    ]
