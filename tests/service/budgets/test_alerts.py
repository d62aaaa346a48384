"""Alerts at 80 and at 100 percent: once each, to webhooks and to the audit log."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from faultline.ai.ledger import BudgetExhausted
from faultline.platform.database import SYSTEM, UnitOfWork
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.platform.jobs.relay import Relay
from faultline.service.budgets.alerts import RAISED
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.budgets.tables import BudgetAlert
from faultline.service.webhooks.fanout import tell_of_budget
from faultline.service.webhooks.tables import WebhookDelivery
from tests.service.budgets.calls import call, estimate
from tests.service.budgets.conftest import Money
from tests.service.conftest import MovableClock

HOOK = {"url": "https://example.com/hook", "events": ["budget.exhausted"]}


async def refused(money: Money, dollars: str = "0.01", tokens: int = 100) -> BudgetExhausted:
    with pytest.raises(BudgetExhausted) as refusal:
        await money.ledger.reserve(money.account, estimate(dollars, tokens))
    return refusal.value


async def test_each_threshold_is_told_once_a_period(money: Money, clock: MovableClock) -> None:
    await money.budget("1")
    for _ in range(7):
        await money.spend("0.1")
    assert await money.raised() == []
    await money.spend("0.1")
    assert await money.raised() == [(80, "0.8")]
    await money.spend("0.1")
    await money.spend("0.1")
    assert await money.raised() == [(80, "0.8"), (100, "1")]
    assert not (await refused(money)).held
    assert len(await money.raised()) == 2
    clock.move(days=1)
    await money.spend("0.9")
    assert await money.raised() == [(80, "0.8"), (100, "1"), (80, "0.9")]
    warnings, [exhausted] = await money.audited("budget.alert"), await money.audited("budget.exhausted")
    assert [each["changes"]["since"] for each in warnings] == ["2026-05-18", "2026-05-17"]
    assert (exhausted["actor"], exhausted["changes"]) == (
        "service", {"threshold": 100, "since": "2026-05-17", "spent": "1"}
    )  # fmt: skip
    assert (await money.client.get("/v1/audit/verify", headers=money.key.headers)).json()["intact"]


async def test_one_call_that_passes_both_is_told_as_both(money: Money) -> None:
    await money.budget("0.1")
    await money.spend("0.1")
    assert await money.raised() == [(80, "0.1"), (100, "0.1")]


async def test_what_is_left_may_be_too_little_for_any_call_and_that_is_exhausted_too(money: Money) -> None:
    await money.budget("1")
    await money.spend("0.995")
    assert await money.raised() == [(80, "0.995")]
    for _ in range(3):
        await refused(money)
    assert await money.raised() == [(80, "0.995"), (100, "0.995")]


async def test_reservations_alone_raise_nothing(money: Money) -> None:
    await money.budget("0.01")
    hold = await money.ledger.reserve(money.account, estimate("0.01"))
    assert (await refused(money)).held
    await hold.release()
    assert await money.raised() == []


async def test_a_smaller_amount_may_raise_an_alert_at_once(money: Money) -> None:
    budget = await money.budget("1")
    await money.spend("0.5")
    for amount in ("0.6", "0.61"):
        where = f"/v1/budgets/{budget['id']}"
        answer = await money.client.patch(where, json={"amount": amount}, headers=money.key.headers)
        assert answer.status_code == 200
    assert await money.raised() == [(80, "0.5")]


async def test_calls_that_end_at_once_tell_it_once(money: Money, ledgers: list[DatabaseLedger]) -> None:
    await money.budget("0.4")
    holds = [await ledgers[n % 2].reserve(money.account, estimate("0.01")) for n in range(40)]
    await asyncio.gather(*(hold.settle(call("0.01")) for hold in holds))
    await asyncio.gather(*(refused(Money(money.parts, money.client, money.key, each)) for each in ledgers * 5))
    assert [threshold for threshold, _ in await money.raised()] == [80, 100]
    assert len(await money.rows(BudgetAlert)) == 2


async def test_webhooks_hear_what_they_asked_for_once(money: Money, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fine(url: str) -> None:
        return None

    monkeypatch.setattr(type(money.parts.dialer), "check", lambda self, url: fine(url))
    for hook in (HOOK, {**HOOK, "events": []}, {**HOOK, "events": ["analysis.failed"]}):
        assert (await money.client.post("/v1/webhooks", json=hook, headers=money.key.headers)).status_code == 201
    budget = await money.budget("0.01", user_id=str(money.key.id))
    await money.spend("0.01")

    async def hand_over(unit: UnitOfWork, message: OutboxMessage) -> None:
        assert await tell_of_budget(unit, message) == (2 if message.payload["threshold"] == 100 else 1)
        assert await tell_of_budget(unit, message) == 0  # as after a crash

    await Relay(money.parts.database, {RAISED: hand_over}).relay()
    async with money.parts.database.unit(SYSTEM, write=False) as unit:
        rows = (await unit.session.execute(select(WebhookDelivery).order_by(WebhookDelivery.id))).scalars().all()
    assert sorted(row.event for row in rows) == ["budget.alert", "budget.exhausted", "budget.exhausted"]
    body: dict[str, Any] = json.loads(next(row.body for row in rows if row.event == "budget.alert"))
    assert body == {
        "type": "budget.alert",
        "timestamp": "2026-05-17T12:00:00Z",
        "data": {
            "threshold": 80,
            "budget": {
                "id": budget["id"],
                "user_id": str(money.key.id),
                "period": "daily",
                "unit": "dollars",
                "amount": "0.01",
                "at_limit": "embedded",
                "spent": "0.01",
                "since": "2026-05-17",
                "resets_at": "2026-05-18T00:00:00Z",
            },
        },
    }
