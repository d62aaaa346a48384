"""A real model behind a real server of the OpenAI protocol. It is too small to say anything true; what it shows is that
protocol, schema, counting and timeouts hold outside our own stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest

from faultline.ai import route, wire
from faultline.ai.gateway import open_gateway
from faultline.ai.ledger import CallOutcome
from faultline.core.model import Brief, Cited, Evidence
from tests.ai.parts import ACCOUNT, Purse
from tests.servers.smollm import missing, smollm

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"{missing()} not installed; see the group `bench`"),
]


LONG = 600.0


class Feeling(Cited):
    """How the customer feels."""

    mood: Literal["positive", "neutral", "negative"]
    urgent: bool


BRIEF = Brief(
    "How does the customer feel? Cite line 1.",
    (Evidence(1, "customer: I was charged twice and nobody answers me!"),),
    Feeling,
    answer_tokens=96,
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with smollm() as url:
        yield url


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model answers in 5 s, but a busy machine takes minutes over it."""
    monkeypatch.setattr(route, "CALL_SECONDS", LONG)
    monkeypatch.setattr(wire, "_READ_SECONDS", LONG)


async def test_a_real_model_answers_in_the_schema_that_was_asked_for(url: str) -> None:
    purse = Purse()
    gateway = open_gateway([f"openai:smollm2@{url}"], purse, environment={}, deadline=LONG)
    consultation = await gateway.consult(ACCOUNT, [("listener", BRIEF), ("listener", BRIEF)])
    await gateway.close()
    answered = [call for call in purse.calls if call.outcome is CallOutcome.ANSWERED]
    assert answered, (consultation, purse.calls)
    for call in answered:
        assert call.tokens_in > 50
        assert 5 < call.tokens_out <= 96
    for answer in consultation.answers:
        if answer:  # what it cites may be made up, and is dropped then
            assert isinstance(answer.said, Feeling)
            assert answer.said.cites == (1,)
    assert purse.open_holds == 0


async def test_the_estimate_is_an_upper_bound_of_what_a_real_tokenizer_counts(url: str) -> None:
    purse = Purse()
    gateway = open_gateway([f"openai:smollm2@{url}"], purse, environment={}, deadline=LONG)
    lines = tuple(
        Evidence(n, f"2026-01-0{n} ERROR [x{n}f3] Übergrößenträger 取引 failed: {n * 7919}") for n in range(1, 9)
    )
    await gateway.consult(ACCOUNT, [("listener", Brief("What failed?", lines, Feeling, answer_tokens=96))])
    await gateway.close()
    assert purse.calls
    for call, estimate in zip(purse.calls, purse.estimates, strict=True):
        assert call.tokens_in <= estimate.tokens_in
        assert call.tokens_out <= estimate.tokens_out


async def test_a_real_server_that_is_too_slow_is_left_and_lives_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    purse = Purse()
    gateway = open_gateway([f"openai:smollm2@{url}"], purse, environment={}, deadline=LONG)
    await gateway.load()
    monkeypatch.setattr(route, "CALL_SECONDS", 0.02)
    consultation = await gateway.consult(ACCOUNT, [("listener", BRIEF)])
    assert {call.outcome for call in purse.calls} == {CallOutcome.TIMED_OUT}
    assert "did not answer within 0.02 s" in consultation.notes[0]
    monkeypatch.setattr(route, "CALL_SECONDS", LONG)
    await gateway.consult(ACCOUNT, [("listener", BRIEF)])
    assert purse.calls[-1].tokens_in > 0
    await gateway.close()
