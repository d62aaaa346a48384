"""Analyses that ask models: what is asked, what it may cost, and that nothing waits for a model that need not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
import zstandard
from sqlalchemy import select

from faultline.ai.ledger import Account, AtLimit, BudgetExhausted, Ledger
from faultline.analyzers.ci.brief import Explained, Statement
from faultline.core.model import Answer, Brief, Consultation
from faultline.platform.database import SYSTEM, Tenant
from faultline.platform.jobs.lease import Lease
from faultline.service.analyses import job, states, tasks
from faultline.service.analyses.service import Analyses
from faultline.service.analyses.tables import Analysis, Report
from faultline.service.app import create_app
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.models import open_models
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.usage.tables import ModelCall
from tests.fixtures.front_door import WAIT
from tests.servers.model import says, standing_in
from tests.service.analyses.conftest import Queue, Running
from tests.service.budgets.calls import call, estimate
from tests.service.conftest import World, client_of
from tests.until import until

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
CAUSE = "The build script of the package failed."


@dataclass
class Consultant:
    """Answers every brief by its first line, once it may; pays for it by the ledger, where there is one."""

    route: str = "test:oracle"
    ledger: Ledger | None = None
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    fails_with: Exception | None = None
    asked: list[tuple[Account, Sequence[tuple[str, Brief]]]] = field(default_factory=list)
    waiting: int = 0
    left: int = 0

    async def consult(self, account: Account, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        self.asked.append((account, briefs))
        hold = await self.ledger.reserve(account, estimate()) if self.ledger else None
        self.waiting += 1
        try:
            await self.may_answer.wait()
            if self.fails_with:
                raise self.fails_with
        finally:
            self.waiting -= 1
            self.left += 1
            if hold:
                await hold.settle(call())
        return Consultation([self._said(brief) for _, brief in briefs])

    async def close(self) -> None:
        pass

    def _said(self, brief: Brief) -> Answer:
        lines = (brief.evidence[0].number,)
        said = Explained(cites=lines, explanation=Statement(cites=lines, text=CAUSE))
        return Answer(said, "test:oracle")


@pytest.fixture
def consultant(real_parts: Parts) -> Consultant:
    real_parts.gateway = made = Consultant()
    made.may_answer.set()
    return made


async def report_of(queue: Queue, analysis: Analysis) -> dict[str, Any]:
    async with queue.parts.database.unit(SYSTEM, write=False) as unit:
        query = select(Report.body).where(Report.id == analysis.report_id)
        body = (await unit.session.execute(query)).scalar_one()
    found: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress(body))
    return found


async def keys(queue: Queue) -> list[str | None]:
    async with queue.parts.database.unit(SYSTEM, write=False) as unit:
        return list((await unit.session.execute(select(Report.cache_key).order_by(Report.id))).scalars())


async def test_what_agents_want_to_know_is_asked_and_the_answer_is_in_the_report(
    queue: Queue, running: Running, consultant: Consultant
) -> None:
    tenant = await queue.tenant()
    user = UUID(int=7)
    key = await queue.one(tenant, submitted_by=f"user:{user}")
    async with running(queue.parts):
        row = await queue.until(key, "completed", "failed")
    report = await report_of(queue, row)
    assert CAUSE in json.dumps(report)
    assert report["notes"] == []
    [(account, [(agent, brief)])] = consultant.asked
    assert account == Account("ci", tenant, user, key)
    assert agent == report["agent_runs"][0]["agent"]
    assert "ELIFECYCLE" in brief.evidence[0].text
    assert await keys(queue) != [None]


@ON_SQLITE
async def test_who_wants_no_models_or_has_no_question_is_done_in_one_step(
    queue: Queue, running: Running, consultant: Consultant
) -> None:
    tenant = await queue.tenant()
    async with queue.parts.database.unit(SYSTEM) as unit:
        from faultline.service.organizations.tables import Organization

        organization = await unit.session.get(Organization, tenant)
        assert organization
        organization.models_off_at = queue.parts.clock()
    off = await queue.one(tenant)
    green = await queue.one(await queue.tenant(), content=b"all is well\nBUILD SUCCESSFUL\n")
    async with running(queue.parts):
        await queue.until(off, "completed")
        await queue.until(green, "completed", "skipped")
    assert consultant.asked == []


@ON_SQLITE
async def test_while_models_are_asked_the_processes_work_on_others(
    queue: Queue, running: Running, consultant: Consultant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MAX_CONSULTING", 7)
    consultant.may_answer.clear()
    await queue.put(await queue.tenant(), count=20)
    async with running(queue.parts):
        await until(lambda: consultant.waiting >= 7)  # of two processes
        assert (await queue.statuses())["running"] <= 8  # what was begun together may pass the limit together
        consultant.may_answer.set()
        assert await queue.until_all_ended() == {"completed": 20}


async def cancel(queue: Queue, key: UUID) -> None:
    async with queue.parts.database.unit(Tenant((await queue.get(key)).tenant_id)) as unit:
        await Analyses(unit, queue.parts).cancel(key)


async def asking(queue: Queue, consultant: Consultant) -> UUID:
    """An analysis that will wait for a model, which does not answer, and pays for it all the same."""
    consultant.may_answer.clear()
    consultant.ledger = DatabaseLedger(queue.parts)
    return await queue.one(await queue.tenant())


async def test_cancelling_while_a_model_is_asked_ends_the_asking_and_what_it_cost_is_put_down(
    queue: Queue, running: Running, consultant: Consultant
) -> None:
    key = await asking(queue, consultant)
    async with running(queue.parts):
        await until(lambda: consultant.waiting)
        await cancel(queue, key)
        await queue.until(key, "cancelled")
        assert consultant.left == 1
        async with queue.parts.database.unit(SYSTEM, write=False) as unit:
            assert (await unit.session.execute(select(ModelCall.analysis_id))).scalars().all() == [key]


@ON_SQLITE
async def test_a_lost_lease_ends_the_asking_at_the_next_heartbeat(
    queue: Queue, running: Running, consultant: Consultant
) -> None:
    key = await asking(queue, consultant)
    async with running(queue.parts) as worker:
        await until(lambda: consultant.waiting)
        lease = Lease.of(await queue.get(key))
        async with queue.parts.database.unit(SYSTEM) as unit:
            await states.release(unit, lease, await unit.now(), after=timedelta(hours=1), counted=True)
        await worker._runner.beat()
        await until(lambda: consultant.left)
    assert (await queue.get(key)).status == "queued"


@ON_SQLITE
async def test_what_asks_when_the_service_stops_goes_back_to_the_queue_uncounted(
    queue: Queue, running: Running, consultant: Consultant
) -> None:
    key = await asking(queue, consultant)
    async with running(queue.parts):
        await until(lambda: consultant.waiting)
    row = await queue.get(key)
    assert (row.status, row.attempts, consultant.left) == ("queued", 0, 1)


@ON_SQLITE
async def test_an_analysis_whose_time_is_over_while_a_model_is_asked_is_stopped(
    make_settings: Callable[..., Settings], running: Running
) -> None:
    parts = Parts.of(make_settings(workers=1, job_seconds=2.0))
    parts.gateway = Consultant()
    queue = Queue(parts)
    key = await queue.one(await queue.tenant())
    async with running(parts):
        row = await queue.until(key, "failed")
    assert (row.error_code, row.error_detail) == (states.TIMED_OUT, "it took over 2 seconds")
    await parts.close()


@ON_SQLITE
@pytest.mark.parametrize("trouble", ["silence", "a defect"])
async def test_without_an_answer_the_report_is_the_one_without_a_model_says_so_and_is_not_used_again(
    trouble: str, make_settings: Callable[..., Settings], running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "SPARE_SECONDS", 0)
    parts = Parts.of(make_settings(workers=1, model_seconds=0.2))
    parts.gateway = consultant = Consultant()
    if trouble == "a defect":
        consultant.fails_with = ZeroDivisionError("of the gateway")
        consultant.may_answer.set()
    queue = Queue(parts)
    key = await queue.one(await queue.tenant())
    async with running(parts):
        row = await queue.until(key, "completed")
    [note] = (await report_of(queue, row))["notes"]
    assert note.endswith("this is the answer without a model")
    assert await keys(queue) == [None]
    await parts.close()


@ON_SQLITE
async def test_a_budget_that_says_stop_fails_the_analysis(
    queue: Queue, running: Running, consultant: Consultant
) -> None:
    consultant.fails_with = BudgetExhausted("the daily budget has no room for another call", at_limit=AtLimit.STOP)
    key = await queue.one(await queue.tenant())
    async with running(queue.parts):
        row = await queue.until(key, "failed")
    assert (row.error_code, row.error_detail) == ("budget-exhausted", "the daily budget has no room for another call")


@ON_SQLITE
async def test_a_budget_that_calls_in_flight_fill_is_waited_for(
    queue: Queue, running: Running, consultant: Consultant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "HELD", timedelta(milliseconds=10))
    consultant.fails_with = BudgetExhausted("it is held", at_limit=AtLimit.STOP, held=True)
    key = await queue.one(await queue.tenant())
    async with running(queue.parts):
        await until(lambda: consultant.left)
        consultant.fails_with = None
        assert (await queue.until(key, "completed", "failed")).attempts == 1


@ON_SQLITE
async def test_a_report_answers_again_for_the_same_models_only(
    real_parts: Parts, running: Running, consultant: Consultant
) -> None:
    world = World(real_parts)
    key = await world.key((await world.organization()).tenant_id)
    async with running(real_parts), client_of(create_app(real_parts)) as client:

        async def submit() -> bool:
            answer = await client.post(
                "/v1/analyses/ci", content=b"npm ERR! code ELIFECYCLE\n", headers={**key.headers, **WAIT}
            )
            assert answer.status_code == 200, answer.text
            cached: bool = answer.json()["cached"]
            return cached

        assert [await submit() for _ in range(2)] == [False, True]
        consultant.route = "test:other"
        assert [await submit() for _ in range(2)] == [False, True]
        switched = await client.put("/v1/organization/models", json={"enabled": False}, headers=key.headers)
        assert switched.json() == {"enabled": False, "route": []}
        assert [await submit() for _ in range(2)] == [False, True]
        assert len(consultant.asked) == 2


@ON_SQLITE
async def test_who_waits_for_a_slow_model_is_told_where_to_look(
    make_settings: Callable[..., Settings], running: Running
) -> None:
    parts = Parts.of(make_settings(workers=1, wait_seconds=0.3))
    parts.gateway = consultant = Consultant()
    world = World(parts)
    key = await world.key((await world.organization()).tenant_id)
    async with running(parts), client_of(create_app(parts)) as client:
        answer = await client.post("/v1/analyses/ci", content=b"npm ERR! code ELIFECYCLE\n", headers=key.headers)
        assert answer.status_code == 202
        consultant.may_answer.set()
        where = answer.headers["location"]
        later = await client.get(where, headers={**key.headers, **WAIT})
        assert later.json()["status"] == "completed"
    await parts.close()


@pytest.fixture
async def service(
    make_settings: Callable[..., Settings], running: Running, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Parts, httpx.AsyncClient, Any]]:
    """The service with a real gateway, to a provider of ours."""
    monkeypatch.setenv("FAULTLINE_MODEL_KEY", "of-no-worth")
    async with standing_in() as server:
        parts = Parts.of(make_settings(workers=1, models=f"openai:gpt-5-mini@{server.url}"))
        await open_models(parts)
        async with running(parts), client_of(create_app(parts)) as client:
            yield parts, client, server
        await parts.close()


@ON_SQLITE
async def test_from_the_submission_to_the_bill_over_http(service: tuple[Parts, httpx.AsyncClient, Any]) -> None:
    parts, client, server = service
    statement = {"cites": [1], "text": CAUSE}
    server.always(says({"cites": [1], "explanation": statement}, tokens=(1000, 100)))
    world = World(parts)
    key = await world.key((await world.organization()).tenant_id)
    budget = {"amount": "0.01", "unit": "dollars", "period": "daily", "at_limit": "embedded"}
    assert (await client.post("/v1/budgets", json=budget, headers=key.headers)).status_code == 201
    log = b"npm ERR! code ELIFECYCLE\n"
    headers = {**key.headers, **WAIT}
    answer = (await client.post("/v1/analyses/ci", content=log, headers=headers)).json()
    assert CAUSE in json.dumps(answer["report"])
    used = (await client.get("/v1/usage/models", headers=key.headers)).json()
    [row] = used["items"]
    assert (row["model"], row["kind"], row["calls"], row["failed"]) == ("gpt-5-mini", "ci", 1, 0)
    assert (row["tokens_in"], row["tokens_out"], Decimal(row["dollars"])) == (1000, 100, Decimal("0.00045"))
    [stand] = (await client.get("/v1/budgets", headers=key.headers)).json()["items"]
    assert (stand["current"]["spent"], stand["current"]["held"]) == ("0.00045", "0")
    found = (await client.get("/v1/usage/models/comparison", headers=key.headers)).json()
    prices = {each["model"]: Decimal(each["dollars"]) for each in found["elsewhere"]}
    assert prices["openai:gpt-5-mini"] == Decimal("0.00045") < prices["anthropic:claude-sonnet-4-5"]
