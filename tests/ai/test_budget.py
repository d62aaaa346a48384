"""Room in the budget is kept before each call and settled after it."""

from __future__ import annotations

import asyncio

import pytest

from faultline.ai.ledger import Account, AtLimit, BudgetExhausted, Call, CallOutcome, Estimate, Hold
from tests.ai.parts import BRIEF, SOUND, Clock, Purse, asked, opened
from tests.servers.model import ModelServer, says, status

WORDS = "the daily budget of the organization is used up"


async def one_call(server: ModelServer) -> int:
    """What one call is estimated at, in tokens."""
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.will(says(SOUND))
    await asked(gateway)
    await gateway.close()
    server.asked.clear()
    return purse.estimates[0].tokens_in + purse.estimates[0].tokens_out


async def test_without_room_no_call_is_made_and_the_note_says_so(server: ModelServer) -> None:
    purse = Purse(tokens=10)
    gateway = opened(f"openai:small@{server.url}", f"openai:other@{server.url}", ledger=purse)
    consultation = await asked(gateway, BRIEF, BRIEF)
    assert consultation.answers == [None, None]
    assert consultation.notes == (f"{WORDS}; this is the answer without a model",)
    assert server.asked == []
    await gateway.close()


async def test_a_budget_that_stops_fails_the_analysis_and_starts_nothing_more(server: ModelServer) -> None:
    purse = Purse(tokens=10, at_limit=AtLimit.STOP)
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    with pytest.raises(BudgetExhausted, match=WORDS):
        await asked(gateway, *[BRIEF] * 20)
    assert server.asked == []
    await gateway.close()


async def test_calls_under_way_are_put_down_before_the_analysis_fails(server: ModelServer) -> None:
    size = await one_call(server)
    purse = Purse(tokens=size + 10, at_limit=AtLimit.STOP)
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.always(says(SOUND, tokens=(size, 0), after=0.05))
    with pytest.raises(BudgetExhausted):
        await asked(gateway, BRIEF, BRIEF, BRIEF)
    assert (len(purse.calls), purse.spent, purse.open_holds) == (1, size, 0)
    await gateway.close()


class Dollars(Purse):
    """Has no room for a call that costs something."""

    async def reserve(self, account: Account, estimate: Estimate) -> Hold:
        if estimate.dollars:
            raise BudgetExhausted(WORDS, at_limit=self.at_limit)
        return await super().reserve(account, estimate)


async def test_the_cheapest_model_is_tried_where_the_owner_wants_that(server: ModelServer) -> None:
    purse = Dollars(at_limit=AtLimit.CHEAPEST)
    gateway = opened(
        f"openai:gpt-4o@{server.url}", f"openai:gpt-4o-mini@{server.url}", f"openai:own@{server.url}",
        f"openai:gpt-5-mini@{server.url}", ledger=purse,
    )  # fmt: skip
    server.always(says(SOUND))
    consultation = await asked(gateway, *[BRIEF] * 10)
    assert {answer.model for answer in consultation.answers if answer} == {"openai:own"}
    assert consultation.notes == ()
    assert len(server.asked) == 10
    await gateway.close()


async def test_where_the_cheapest_has_no_room_either_there_is_no_answer(server: ModelServer) -> None:
    purse = Dollars(at_limit=AtLimit.CHEAPEST)
    gateway = opened(f"openai:gpt-4o@{server.url}", f"openai:gpt-4o-mini@{server.url}", ledger=purse)
    consultation = await asked(gateway)
    assert consultation.notes == (f"{WORDS}; this is the answer without a model",)
    assert server.asked == []
    await gateway.close()


async def test_the_embedded_answer_is_not_replaced_by_a_free_model(server: ModelServer) -> None:
    purse = Dollars(at_limit=AtLimit.EMBEDDED)
    gateway = opened(f"openai:gpt-4o@{server.url}", f"openai:own@{server.url}", ledger=purse)
    assert (await asked(gateway)).answers == [None]
    assert server.asked == []
    await gateway.close()


async def test_every_request_has_room_of_its_own_also_a_repeated_one(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", f"openai:next@{server.url}", ledger=purse)
    server.will(says({}), status(500), status(500), says({}), says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert len(purse.estimates) == len(server.asked) == len(purse.calls) == 5
    await gateway.close()


async def test_room_that_calls_in_flight_hold_is_waited_for(server: ModelServer) -> None:
    size = await one_call(server)
    purse = Purse(tokens=size + 300)
    gateway = opened(f"openai:small@{server.url}", ledger=purse, clock=RealSleep())
    server.always(says(SOUND, tokens=(20, 10), after=0.02))
    consultation = await asked(gateway, *[BRIEF] * 5)
    assert all(consultation.answers)
    assert purse.most <= purse.tokens
    await gateway.close()


class RealSleep(Clock):
    """A clock moved by hand whose pauses let others come through."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def test_room_that_stays_held_is_not_waited_for_without_end(server: ModelServer) -> None:
    size = await one_call(server)
    purse, clock = Purse(tokens=size, held=1), Clock()
    gateway = opened(f"openai:small@{server.url}", ledger=purse, clock=clock)
    assert (await asked(gateway)).notes == (f"{WORDS}; this is the answer without a model",)
    assert 3 < sum(clock.slept) <= 10
    assert server.asked == []
    await gateway.close()


async def test_two_hundred_calls_at_once_do_not_pass_the_budget(server: ModelServer) -> None:
    size = await one_call(server)
    purse = Purse(tokens=20 * size)
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.always(says(SOUND, tokens=(size - 50, 50), after=0.002))
    consultations = await asyncio.gather(*(asked(gateway) for _ in range(200)))
    answered = sum(bool(consultation.answers[0]) for consultation in consultations)
    assert answered == len(server.asked) == 20
    assert purse.most <= purse.tokens
    assert purse.spent == purse.tokens
    assert all(WORDS in consultation.notes[0] for consultation in consultations if not consultation.answers[0])
    await gateway.close()


class Broken(Purse):
    """A ledger whose database is away."""

    def __init__(self, *, at: str) -> None:
        super().__init__()
        self.at = at

    async def reserve(self, account: Account, estimate: Estimate) -> Hold:
        if self.at == "reserve":
            raise ConnectionError("no database")
        return self  # type: ignore[return-value]

    async def settle(self, call: Call) -> None:
        raise ConnectionError("no database")


async def test_where_the_budget_cannot_be_asked_no_model_is(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}", ledger=Broken(at="reserve"))
    consultation = await asked(gateway)
    assert consultation.notes == ("no model could be asked (ConnectionError); this is the answer without a model",)
    assert server.asked == []
    await gateway.close()


async def test_an_answer_whose_bill_cannot_be_put_down_is_not_thrown_away(server: ModelServer) -> None:
    seen: list[CallOutcome] = []
    gateway = opened(
        f"openai:small@{server.url}", ledger=Broken(at="settle"), observe=lambda _, call: seen.append(call.outcome)
    )
    server.always(says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert seen == [CallOutcome.ANSWERED]
    await gateway.close()
