"""Models are asked between the two steps of a batch; whatever becomes of that, the conversations are understood."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from faultline.ai.ledger import Account, AtLimit, BudgetExhausted
from faultline.core.model import Brief, Consultation
from faultline.service.worker import Worker
from tests.fixtures.front_door import SQLITE
from tests.service.conversations.conftest import Running, Talks

pytestmark = SQLITE


class Stub:
    """A gateway that says nothing, or fails as it is told."""

    route = "stub:model"

    def __init__(self, failure: Exception | None = None) -> None:
        self.asked: list[tuple[Account, str]] = []
        self.failure = failure

    async def consult(self, account: Account, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        self.asked.append((account, briefs[0][0]))
        if self.failure:
            raise self.failure
        return Consultation([None] * len(briefs))

    async def close(self) -> None:
        return None


async def test_models_are_asked_for_the_organization_and_are_part_of_what_is_shared(
    talks: Talks, running: Running
) -> None:
    gateway = talks.parts.gateway = Stub()
    who = await talks.tenant()
    (key,) = await talks.put(who, "I was charged twice")
    (short,) = await talks.put(who, "hm")
    async with running(talks.parts):
        await talks.until_all_ended()
        (again,) = await talks.put(who, "I was charged twice", external_id="2")
        await talks.until_all_ended()
    # More than once only where the lease ran out on a slow machine, and the work was begun again.
    asked = {(account.kind, account.tenant, agent) for account, agent in gateway.asked}
    assert asked == {("conversation", who.tenant_id, "listener")}
    row = await talks.get(key)
    assert (row.status, row.version) == ("done", "toy/built-in/stub:model")
    assert (await talks.get(again)).cached
    assert (await talks.get(short)).status == "skipped"


async def test_where_models_cannot_be_asked_the_answer_is_without_them_and_not_shared(
    talks: Talks, running: Running
) -> None:
    talks.parts.gateway = Stub(RuntimeError("a defect"))
    who = await talks.tenant()
    (key,) = await talks.put(who, "I was charged twice")
    async with running(talks.parts):
        row = await talks.until(key, "done", "failed")
    assert (row.status, row.version) == ("done", None)


async def test_where_a_budget_says_stop_the_conversation_fails(talks: Talks, running: Running) -> None:
    talks.parts.gateway = Stub(BudgetExhausted("the month's budget is used up", at_limit=AtLimit.STOP))
    who = await talks.tenant()
    (key,) = await talks.put(who, "I was charged twice")
    async with running(talks.parts):
        row = await talks.until(key, "done", "failed")
    assert (row.status, row.error_code) == ("failed", "budget-exhausted")


@pytest.mark.slow
async def test_the_installed_analyzer_goes_both_steps(talks: Talks) -> None:
    talks.parts.gateway = Stub()
    who = await talks.tenant()
    (key,) = await talks.put(who, "It does the thing again, you know, the one from before, and I am not sure.")
    worker = Worker(talks.parts)
    await worker.start()
    try:
        row = await talks.until(key, "done", "failed")
    finally:
        await worker.stop(5)
    assert row.status == "done"
