"""Reserve and settle: a budget holds, however many calls come at once and whatever dies."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from faultline.ai.ledger import Account, AtLimit, BudgetExhausted, CallOutcome
from faultline.platform.database import SYSTEM, new_id
from faultline.platform.errors import DatabaseUnavailable
from faultline.service.budgets import ledger as module
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.budgets.reaper import reap_holds
from faultline.service.budgets.tables import BudgetHold
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.usage.tables import ModelCall, UsagePeriod
from tests.servers.postgres import DatabaseUrls
from tests.service.budgets.calls import call, estimate
from tests.service.budgets.conftest import Money, other_user
from tests.service.conftest import MovableClock, World
from tests.unmeasured import environment
from tests.until import until

D = Decimal
ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


async def test_two_hundred_calls_at_once_from_two_processes_cannot_overspend(
    money: Money, service_urls: DatabaseUrls, tmp_path: Path
) -> None:
    dollars = await money.budget("1")
    tokens = await money.budget("5000", "tokens", "monthly", user_id=str(money.key.id))
    words = [service_urls.app, str(tmp_path), str(money.key.tenant_id), str(money.key.id), "100"]
    callers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.service.budgets.caller",
            *words,
            env=environment(),
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    made, most = 0, D(0)
    for caller in callers:
        said = json.loads((await caller.communicate())[0])
        assert said["made"] + said["refused"] == 100
        made += said["made"]
        most = max(most, D(said["most"]))
    assert 50 <= made <= 76  # 1 / 0.02, and what calls that came to less have made room for
    assert D("0.9") < most <= 1  # spent and held, whenever anybody looked
    assert await money.stand(dollars) == (made * D("0.013"), 0, 1 - made * D("0.013"))
    assert (await money.stand(tokens))[0] == made * 30
    calls = await money.rows(ModelCall)
    assert (len(calls), sum(row.dollars for row in calls)) == (made, made * D("0.013"))
    assert await money.rows(BudgetHold) == []


async def test_of_two_hundred_calls_for_the_last_room_as_many_get_through_as_there_is_room_for(money: Money) -> None:
    budget = await money.budget("0.25", at_limit="stop")

    calls = (money.ledger.reserve(money.account, estimate("0.01")) for _ in range(200))
    found = await asyncio.gather(*calls, return_exceptions=True)
    refused = [each for each in found if isinstance(each, BudgetExhausted)]
    assert len(refused) == 175
    assert {(each.held, each.at_limit) for each in refused} == {(True, AtLimit.STOP)}
    assert await money.stand(budget) == (0, D("0.25"), 0)
    assert await money.raised() == []  # nothing is spent yet


async def test_a_call_needs_room_in_every_budget_that_applies_or_takes_none(money: Money, world: World) -> None:
    whole = await money.budget("1")
    own = await money.budget("0.05", user_id=str(money.key.id))
    await money.spend("0.03")
    with pytest.raises(BudgetExhausted, match=r"of this user or key, 0\.05 dollars, has no room"):
        await money.ledger.reserve(money.account, estimate("0.03"))
    assert (await money.stand(whole), await money.stand(own)) == ((D("0.03"), 0, D("0.97")), (D("0.03"), 0, D("0.02")))
    other = other_user((await world.key(money.key.tenant_id)).id, money.account)
    await (await money.ledger.reserve(other, estimate("0.03"))).settle(call("0.03"))
    assert ((await money.stand(whole))[0], (await money.stand(own))[0]) == (D("0.06"), D("0.03"))


async def test_another_tenant_has_budgets_of_its_own(money: Money, world: World) -> None:
    budget = await money.budget("0.01")
    await money.spend("0.01")
    stranger = await world.organization("Other")
    hold = await money.ledger.reserve(Account("ci", stranger.tenant_id, stranger.id), estimate("5"))
    await hold.settle(call("5"))
    assert (await money.stand(budget))[0] == D("0.01")


async def test_a_settled_call_counts_what_it_cost_even_beyond_the_budget(money: Money) -> None:
    budget = await money.budget("0.02")
    hold = await money.ledger.reserve(money.account, estimate("0.02"))
    assert await money.stand(budget) == (0, D("0.02"), 0)
    await hold.settle(call("0.021"))
    assert await money.stand(budget) == (D("0.021"), 0, 0)
    await hold.settle(call("9"))  # once is enough
    await hold.release()
    assert await money.stand(budget) == (D("0.021"), 0, 0)


async def test_a_released_hold_leaves_nothing(money: Money) -> None:
    budget = await money.budget("0.02")
    hold = await money.ledger.reserve(money.account, estimate("0.02"))
    await hold.release()
    await hold.settle(call("0.02"))
    assert await money.stand(budget) == (0, 0, D("0.02"))
    assert await money.rows(ModelCall) == []


async def test_free_calls_are_never_refused_by_a_budget_of_dollars(money: Money) -> None:
    budget = await money.budget("0.01", at_limit="stop")
    await money.spend("0.01")
    with pytest.raises(BudgetExhausted):
        await money.ledger.reserve(money.account, estimate("0.00000001"))
    for _ in range(3):
        await (await money.ledger.reserve(money.account, estimate("0"))).settle(call("0", outcome=CallOutcome.FAILED))
    assert (await money.stand(budget))[0] == D("0.01")
    hold = await money.ledger.reserve(money.account, estimate("0"))
    await hold.settle(call("0.005"))  # what was to be free was not: it counts
    assert (await money.stand(budget))[0] == D("0.015")


async def test_the_strictest_of_the_budgets_that_are_spent_says_what_happens(money: Money) -> None:
    await money.budget("0.01", at_limit="cheapest")
    await money.budget("0.01", period="monthly", at_limit="stop")
    await money.budget("0.01", period="monthly", user_id=str(money.key.id), at_limit="embedded")
    await money.spend("0.01")
    with pytest.raises(BudgetExhausted) as refusal:
        await money.ledger.reserve(money.account, estimate())
    assert (refusal.value.at_limit, refusal.value.held) == (AtLimit.STOP, False)
    assert f"{refusal.value.resets_at:%Y-%m-%d}" == "2026-06-01"


async def test_a_period_begins_anew_and_a_late_bill_goes_to_the_one_it_was_reserved_in(
    money: Money, clock: MovableClock
) -> None:
    budget = await money.budget("0.02")
    hold = await money.ledger.reserve(money.account, estimate("0.02"))
    clock.move(hours=12)
    assert await money.stand(budget) == (0, 0, D("0.02"))
    await money.spend("0.02")
    await hold.settle(call("0.015"))
    assert await money.stand(budget) == (D("0.02"), 0, 0)
    clock.move(hours=-12)
    assert await money.stand(budget) == (D("0.015"), 0, D("0.005"))


async def test_the_room_of_a_call_whose_process_died_comes_back_once(
    money: Money, ledgers: list[DatabaseLedger], clock: MovableClock
) -> None:
    budget = await money.budget("0.02")
    lost = await money.ledger.reserve(money.account, estimate("0.01"))
    late = await money.ledger.reserve(money.account, estimate("0.01"))
    assert await reap_holds(money.parts) == 0
    clock.move(seconds=money.parts.settings.model_seconds + module.SPARE_SECONDS)
    await money.ledger.reserve(money.account, estimate("0"))
    reaped = await asyncio.gather(*(reap_holds(each._parts) for each in ledgers))
    assert sum(reaped) == 2
    assert await money.stand(budget) == (0, 0, D("0.02"))
    await late.settle(call("0.01"))  # it was only slow
    assert await money.stand(budget) == (D("0.01"), 0, D("0.01"))
    await lost.release()
    assert await money.stand(budget) == (D("0.01"), 0, D("0.01"))


async def test_settling_and_reaping_at_the_same_time_give_room_back_once(
    money: Money, ledgers: list[DatabaseLedger], clock: MovableClock
) -> None:
    budget = await money.budget("1")
    holds = [await ledgers[n % 2].reserve(money.account, estimate("0.02")) for n in range(40)]
    clock.move(hours=1)
    await asyncio.gather(*(hold.settle(call("0.01")) for hold in holds), *(reap_holds(each._parts) for each in ledgers))
    assert await money.stand(budget) == (D("0.4"), 0, D("0.6"))


async def test_a_budget_that_is_removed_meanwhile_is_no_obstacle(money: Money, clock: MovableClock) -> None:
    budget = await money.budget("1")
    settled, lost = [await money.ledger.reserve(money.account, estimate("0.02")) for _ in range(2)]
    answer = await money.client.delete(f"/v1/budgets/{budget['id']}", headers=money.key.headers)
    assert answer.status_code == 204
    await settled.settle(call("0.01"))
    del lost
    clock.move(hours=1)
    assert await reap_holds(money.parts) == 1
    assert len(await money.rows(ModelCall)) == 1


async def test_every_call_leaves_a_row_and_adds_to_the_month(money: Money) -> None:
    analysis = new_id()
    account = replace(money.account, analysis=analysis)
    hold = await money.ledger.reserve(account, estimate())
    await hold.settle(call("0.00000015", 7, seconds=0.1234, outcome=CallOutcome.INVALID))
    await money.ledger.note(account, call("0", 0, outcome=CallOutcome.REUSED, cached=True))
    first, second = await money.rows(ModelCall)
    assert (first.kind, first.user_id, first.analysis_id, first.agent) == (
        "ci",
        money.key.id,
        analysis,
        "diagnostician",
    )
    assert (first.provider, first.model, first.tokens_in, first.tokens_out) == ("openai", "gpt-5-mini", 4, 3)
    assert (first.dollars, first.latency_ms, first.outcome, first.cached) == (D("0.00000015"), 123, "invalid", False)
    assert (f"{first.day}", second.outcome, second.cached) == ("2026-05-17", "reused", True)
    periods = {row.key_id: (row.model_tokens, row.model_dollars) for row in await money.rows(UsagePeriod)}
    assert periods == {UUID(int=0): (7, D("0.00000015")), money.key.id: (7, D("0.00000015"))}
    page = money.parts.metrics.render()[0].decode()
    for line in (
        'faultline_model_calls_total{kind="ci",model="gpt-5-mini",provider="openai"} 1.0',
        'faultline_model_call_errors_total{model="gpt-5-mini",outcome="invalid",provider="openai"} 1.0',
        'faultline_model_call_latency_seconds_sum{model="gpt-5-mini",provider="openai"} 0.1234',
        'faultline_estimated_cost_usd_total{model="gpt-5-mini",provider="openai"} 1.5e-07',
    ):
        assert line in page, line


async def test_a_noted_call_that_cost_something_counts_against_budgets(money: Money) -> None:
    budget = await money.budget("1")
    await money.ledger.note(money.account, call("0.3"))
    assert await money.stand(budget) == (D("0.3"), 0, D("0.7"))


@ON_SQLITE
async def test_what_was_spent_is_written_down_even_if_who_asked_is_cancelled_and_the_database_is_away(
    money: Money, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.001, 0.001))
    budget = await money.budget("1")
    hold = await money.ledger.reserve(money.account, estimate())
    original, outage = DatabaseLedger._settle, 2
    begun = asyncio.Event()

    async def settle(self: DatabaseLedger, *args: Any) -> None:
        nonlocal outage
        begun.set()
        outage -= 1
        if outage >= 0:
            raise DatabaseUnavailable("gone for a moment")
        await original(self, *args)

    monkeypatch.setattr(DatabaseLedger, "_settle", settle)
    asking = asyncio.create_task(hold.settle(call()))
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    gc.collect()
    await until(lambda: not money.ledger._writing)
    assert await money.stand(budget) == (D("0.01"), 0, D("0.99"))


@ON_SQLITE
async def test_an_outage_that_does_not_end_costs_the_row_and_not_the_analysis(
    money: Money, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.001,))

    async def settle(self: DatabaseLedger, *args: Any) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(DatabaseLedger, "_settle", settle)
    await money.ledger.note(money.account, call())
    await until(lambda: not money.ledger._writing)


@ON_SQLITE
async def test_without_budgets_reserving_writes_nothing(
    money: Money, monkeypatch: pytest.MonkeyPatch, make_settings: Callable[..., Settings]
) -> None:
    hold = await money.ledger.reserve(money.account, estimate("1000"))
    async with money.parts.database.unit(SYSTEM, write=False) as unit:
        assert (await unit.session.execute(select(BudgetHold))).all() == []
    await hold.release()


def test_a_ledger_of_the_service_needs_a_tenant(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(AssertionError):
        asyncio.run(DatabaseLedger(Parts.of(make_settings())).reserve(Account("ci"), estimate()))
