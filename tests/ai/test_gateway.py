"""What the gateway promises, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from dataclasses import replace
from decimal import Decimal
from email.utils import format_datetime

import pytest

from faultline.ai import route
from faultline.ai.gateway import open_gateway
from faultline.ai.ledger import CallOutcome
from faultline.core.errors import UsageError
from faultline.core.model import Answer, Brief, Evidence, ModelUse
from tests.ai.parts import ACCOUNT, BRIEF, SOUND, Cause, Clock, Purse, asked, opened
from tests.servers.model import (
    ModelServer,
    Reaction,
    drops,
    floods,
    half,
    says,
    sends,
    silent,
    standing_in,
    status,
    trickles,
)
from tests.until import until

SAID = Cause(cause="the assertion does not hold", cites=(1,))


def outcomes(purse: Purse) -> list[str]:
    return [call.outcome.value for call in purse.calls]


# --- an answer --------------------------------------------------------------------------------------------------------


async def test_an_answer_comes_with_its_citations_its_model_and_its_cost(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:gpt-4o-mini@{server.url}", ledger=purse)
    server.will(says({**SOUND, "cites": [1, 7]}, tokens=(1_000, 100)))
    consultation = await asked(gateway)
    assert consultation.answers == [Answer(SAID, "openai:gpt-4o-mini", dropped=1)]
    assert consultation.notes == ()
    assert consultation.use == ModelUse(1, 1_000, 100, Decimal("0.00021"))
    (call,) = purse.calls
    assert (call.agent, call.model, call.outcome, call.tokens_in, call.tokens_out, call.dollars) == (
        "diagnosis", "gpt-4o-mini", CallOutcome.ANSWERED, 1_000, 100, Decimal("0.00021"),
    )  # fmt: skip
    assert purse.open_holds == 0
    await gateway.close()


@pytest.mark.parametrize(
    ("name", "path", "limit", "schema"),
    [
        ("openai:small@{url}", "/v1/chat/completions", "max_tokens", "response_format"),
        ("openai:gpt-5-mini@{url}", "/v1/chat/completions", "max_completion_tokens", "response_format"),
        ("ollama:qwen3@{root}", "/v1/chat/completions", "max_tokens", "response_format"),
        ("grok:grok-4@{url}", "/v1/chat/completions", "max_tokens", "response_format"),
        ("groq:llama-3.3-70b-versatile@{url}", "/v1/chat/completions", "max_tokens", "response_format"),
        ("anthropic:claude-haiku-5-5@{root}", "/v1/messages", "max_tokens", "output_config"),
        ("google:gemini-2.5-flash@{root}", "/v1beta/models/gemini-2.5-flash:generateContent", "maxOutputTokens",
         "responseJsonSchema"),
    ],
)  # fmt: skip
async def test_each_provider_is_asked_in_its_own_protocol(
    server: ModelServer, name: str, path: str, limit: str, schema: str
) -> None:
    gateway = opened(name.format(url=server.url, root=server.root), environment={"FAULTLINE_MODEL_KEY": "sk-mine"})
    server.always(says(SOUND))
    consultation = await asked(gateway)
    assert [answer.said for answer in consultation.answers if answer] == [SAID]
    (request,) = server.asked
    assert request.path == path
    assert "sk-mine" in " ".join(request.headers.values())
    assert f'"{limit}": ' in request.text
    assert schema in request.text
    assert "assert 1 == 2" in request.text
    await gateway.close()


@pytest.mark.filterwarnings("ignore:The model 'claude-3-5-haiku-latest' is deprecated:DeprecationWarning")
async def test_a_model_without_native_schemas_is_given_a_tool(server: ModelServer) -> None:
    gateway = opened(f"anthropic:claude-3-5-haiku-latest@{server.root}")
    server.always(says(SOUND))
    assert [answer.said for answer in (await asked(gateway)).answers if answer] == [SAID]
    assert server.asked[0].body["tools"][0]["name"] == "answer"
    await gateway.close()


async def test_the_request_is_bounded_and_cool(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.always(says(SOUND))
    brief = replace(BRIEF, answer_tokens=9_999)
    await asked(gateway, brief)
    assert server.asked[0].body["max_tokens"] == 4_096
    assert server.asked[0].body["temperature"] == 0.2
    assert purse.estimates[0].tokens_out == 4_096
    assert purse.estimates[0].tokens_in >= 100
    await gateway.close()


async def test_a_model_that_cannot_but_think_gets_room_for_it_and_no_temperature(server: ModelServer) -> None:
    gateway = opened(f"openai:gpt-5-mini@{server.url}")
    server.always(says(SOUND))
    await asked(gateway)
    body = server.asked[0].body
    assert body["max_completion_tokens"] == BRIEF.answer_tokens + 1_024
    assert body["reasoning_effort"] == "minimal"
    assert "temperature" not in body
    await gateway.close()


@pytest.mark.parametrize("wrap", ["```json\n{}\n```", "Sure! Here it is:\n{}\nI hope it helps."])
async def test_an_answer_that_is_wrapped_is_unwrapped(server: ModelServer, wrap: str) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.will(says(wrap.replace("{}", json.dumps(SOUND))))
    assert [answer.said for answer in (await asked(gateway)).answers if answer] == [SAID]
    await gateway.close()


async def test_a_server_that_does_not_count_is_billed_by_the_upper_bound(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:gpt-4o-mini@{server.url}", ledger=purse)
    server.will(says(SOUND, tokens=None))
    await asked(gateway)
    (call,), (estimate,) = purse.calls, purse.estimates
    assert call.tokens_in == estimate.tokens_in
    assert 0 < call.tokens_out < estimate.tokens_out
    assert call.dollars > 0
    await gateway.close()


async def test_whoever_looks_hears_of_every_call(server: ModelServer) -> None:
    heard = []
    gateway = opened(f"openai:small@{server.url}", observe=lambda account, call: heard.append((account, call.outcome)))
    server.will(status(500), says(SOUND))
    await asked(gateway)
    assert heard == [(ACCOUNT, CallOutcome.FAILED), (ACCOUNT, CallOutcome.ANSWERED)]
    await gateway.close()


# --- an answer that does not hold -------------------------------------------------------------------------------------


async def test_a_model_is_told_what_was_wrong_and_may_answer_again(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.will(says({"cites": [1], "reason": "x"}), says("not even JSON"), says(SOUND))
    consultation = await asked(gateway)
    assert [answer.said for answer in consultation.answers if answer] == [SAID]
    assert outcomes(purse) == ["invalid", "invalid", "answered"]
    assert consultation.use.calls == 3
    last = server.asked[-1].body["messages"]
    assert [message["role"] for message in last] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert "cause: Field required" in last[3]["content"]
    assert '"properties"' in last[3]["content"]
    assert purse.estimates[2].tokens_in > purse.estimates[1].tokens_in > purse.estimates[0].tokens_in
    await gateway.close()


async def test_a_model_that_never_says_what_was_asked_for_makes_way_for_the_next(
    server: ModelServer, other: ModelServer
) -> None:
    purse = Purse()
    gateway = opened(f"openai:bad@{server.url}", f"openai:good@{other.url}", ledger=purse)
    server.always(says("{}"))
    other.always(says(SOUND))
    consultation = await asked(gateway)
    assert [answer.model for answer in consultation.answers if answer] == ["openai:good"]
    assert outcomes(purse) == ["invalid"] * 3 + ["answered"]
    await gateway.close()


async def test_an_answer_that_was_cut_off_is_asked_for_shorter(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.will(says('{"cause": "it is a lo', finish="length"), says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert "cut off" in server.asked[1].text
    await gateway.close()


async def test_an_empty_answer_is_no_answer(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.always(says(""))
    consultation = await asked(gateway)
    assert consultation.answers == [None]
    await gateway.close()


async def test_what_cites_nothing_that_is_there_is_no_answer_and_is_not_asked_for_again(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.always(says({**SOUND, "cites": [77]}))
    consultation = await asked(gateway)
    assert consultation.answers == [None]
    (note,) = consultation.notes
    assert note.startswith(f"openai:small@{server.url} said nothing that a line of the evidence shows")
    assert len(server.asked) == 1
    await gateway.close()


# --- a provider in trouble --------------------------------------------------------------------------------------------

TROUBLES: list[tuple[str, Reaction, str, str]] = [
    ("429", status(429, retry_after="1"), "is rate limited by its provider (HTTP 429)", "rate-limited"),
    ("429 without a word", status(429), "is rate limited by its provider (HTTP 429)", "rate-limited"),
    ("500", status(500), "failed (HTTP 500)", "failed"),
    ("503", status(503, retry_after="1"), "failed (HTTP 503)", "failed"),
    ("529", status(529), "failed (HTTP 529)", "failed"),
    ("garbage", sends(b"\x00\xff nonsense"), "sent back something that is no answer", "failed"),
    ("a page", sends(b"<html>log in</html>", "text/html"), "sent back something that is no answer", "failed"),
    ("other JSON", sends(b'{"hello": [1]}'), "sent back something that is no answer", "failed"),
    ("JSON that is no object", sends(b"[]"), "sent back something that is no answer", "failed"),
    ("half JSON", half(SOUND), "broke off the connection", "failed"),
    ("JSON cut inside", sends(b'{"choices": [{"mess'), "sent back something that is no answer", "failed"),
    ("a drop", drops(), "broke off the connection", "failed"),
    ("a flood", floods(), "broke off the connection", "failed"),
]


@pytest.mark.parametrize(("reaction", "words", "outcome"), [pytest.param(*case[1:], id=case[0]) for case in TROUBLES])
async def test_trouble_is_tried_again_with_a_growing_pause_and_then_said_in_one_sentence(
    server: ModelServer, reaction: Reaction, words: str, outcome: str
) -> None:
    purse, clock = Purse(), Clock()
    gateway = opened(f"openai:small@{server.url}", ledger=purse, clock=clock)
    server.always(reaction)
    consultation = await asked(gateway)
    assert consultation.answers == [None]
    assert consultation.notes == (f"openai:small@{server.url} {words}; this is the answer without a model",)
    assert outcomes(purse) == [outcome] * 3
    assert purse.spent == purse.open_holds == 0
    assert len(clock.slept) == 2
    await gateway.close()


@pytest.mark.parametrize("reaction", [pytest.param(case[1], id=case[0]) for case in TROUBLES])
async def test_trouble_that_passes_leaves_an_answer_and_no_note(server: ModelServer, reaction: Reaction) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.will(reaction, says(SOUND))
    consultation = await asked(gateway)
    assert consultation.answers[0]
    assert consultation.notes == ()
    await gateway.close()


@pytest.mark.parametrize("reaction", [pytest.param(case[1], id=case[0]) for case in TROUBLES])
async def test_the_next_model_steps_in_at_once(server: ModelServer, other: ModelServer, reaction: Reaction) -> None:
    clock = Clock()
    gateway = opened(f"openai:first@{server.url}", f"anthropic:claude-haiku-5-5@{other.root}", clock=clock)
    server.always(reaction)
    other.always(says(SOUND))
    consultation = await asked(gateway)
    assert [answer.model for answer in consultation.answers if answer] == ["anthropic:claude-haiku-5-5"]
    assert consultation.notes == ()
    assert clock.slept == []
    assert len(server.asked) == 1
    await gateway.close()


async def test_a_provider_that_is_not_there_is_said_to_be_out_of_reach() -> None:
    async with standing_in() as gone:
        address = gone.url
    gateway = opened(f"openai:small@{address}")
    consultation = await asked(gateway)
    assert consultation.notes == (f"openai:small@{address} could not be reached; this is the answer without a model",)
    await gateway.close()


@pytest.mark.parametrize("reaction", [silent(), trickles()], ids=["silent", "trickles"])
async def test_a_call_that_does_not_end_is_ended(
    server: ModelServer, other: ModelServer, reaction: Reaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "CALL_SECONDS", 1.0)  # in which the other one has to answer
    purse = Purse()
    gateway = opened(f"openai:slow@{server.url}", f"openai:good@{other.url}", ledger=purse)
    server.always(reaction)
    other.always(says(SOUND))
    consultation = await asked(gateway)
    assert [answer.model for answer in consultation.answers if answer] == ["openai:good"]
    assert outcomes(purse) == ["timed-out", "answered"]
    assert purse.open_holds == 0
    await gateway.close()


async def test_a_consultation_ends_at_its_deadline_with_what_it_has(server: ModelServer) -> None:
    first = opened(f"openai:small@{server.url}")
    server.will(says(SOUND))
    assert (await asked(first)).answers[0]  # the first call imports what speaks to models, which takes its time
    await first.close()
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", ledger=purse, deadline=3)  # in which one answer has to come
    server.will(says(SOUND))
    server.always(silent())
    consultation = await asked(gateway, *[BRIEF] * 3)
    assert sum(answer is not None for answer in consultation.answers) == 1
    assert consultation.notes == ("there was no answer within 3 s; 2 of 3 questions were answered without a model",)
    assert sorted(outcomes(purse)) == ["answered", "timed-out", "timed-out"]
    assert purse.open_holds == 0
    await gateway.close()


async def test_a_consultation_that_is_cancelled_leaves_no_room_held(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.always(silent())
    consulting = asyncio.create_task(asked(gateway, BRIEF, BRIEF))
    await until(lambda: len(server.asked) == 2)
    consulting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await consulting
    await gateway.close()
    assert purse.open_holds == 0
    server.always(says(SOUND))


async def test_a_dead_provider_costs_five_failed_calls_however_many_ask(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", ledger=purse)
    server.always(status(500))
    consultations = await asyncio.gather(*(asked(gateway) for _ in range(200)))
    assert len(server.asked) == 5
    assert all(consultation.answers == [None] and len(consultation.notes) == 1 for consultation in consultations)
    assert "HTTP 500" in consultations[-1].notes[0]
    await gateway.close()


# --- a key, a model that is not there ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "kind", "words"),
    [
        ("openai:small@{url}", 401, "invalid_api_key", "refused the key (HTTP 401)"),
        ("openai:small@{url}", 403, None, "refused the key (HTTP 403)"),
        ("anthropic:claude-haiku-5-5@{root}", 401, "authentication_error", "refused the key (HTTP 401)"),
        ("google:gemini-2.5-flash@{root}", 403, "PERMISSION_DENIED", "refused the key (HTTP 403)"),
        ("openai:small@{url}", 404, "model_not_found", "is not there (HTTP 404)"),
        ("openai:small@{url}", 429, "insufficient_quota", "has no credit left at its provider (HTTP 429)"),
        ("openai:small@{url}", 402, None, "has no credit left at its provider (HTTP 402)"),
    ],
)
async def test_a_wrong_key_is_one_note_and_few_calls_however_many_briefs_there_are(
    server: ModelServer, name: str, code: int, kind: str | None, words: str
) -> None:
    full = name.format(url=server.url, root=server.root)
    gateway = opened(full)
    server.always(status(code, "Incorrect API key provided: sk-geheim", kind=kind))
    consultation = await asked(gateway, *[BRIEF] * 40)
    assert consultation.notes == (f"{full} {words}; this is the answer without a model",)
    assert len(server.asked) <= 5
    await gateway.close()


async def test_the_key_is_in_no_note_and_no_log(server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = opened(f"openai:small@{server.url}", environment={"FAULTLINE_MODEL_KEY": "sk-geheim"})
    for reaction in (status(401, "wrong key: sk-geheim"), status(500, "sk-geheim"), status(400, "sk-geheim")):
        server.always(reaction)
        consultation = await asked(gateway)
        assert "sk-geheim" not in repr(consultation)
    assert server.asked[0].headers["authorization"] == "Bearer sk-geheim"
    assert "sk-geheim" not in repr(gateway.__dict__)
    assert "sk-geheim" not in caplog.text
    await gateway.close()


async def test_a_redirect_is_not_followed_for_the_key_would_go_with_it(server: ModelServer, other: ModelServer) -> None:
    async def redirect(exchange: object) -> None:
        await exchange.reply(307, b"", {"location": f"{other.url}/chat/completions"})  # type: ignore[attr-defined]

    gateway = opened(f"openai:small@{server.url}")
    server.always(redirect)
    consultation = await asked(gateway)
    assert consultation.answers == [None]
    assert other.asked == []
    await gateway.close()


# --- what a server does not take --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "gone", "instead"),
    [
        ("Unsupported value: 'temperature' does not support 0.2", '"temperature"', "response_format"),
        ("This model does not support response format `json_schema`", '"json_schema": {', "JSON object"),
        ("Unrecognized request argument: max_tokens", '"max_tokens"', '"max_completion_tokens"'),
    ],
)
async def test_what_a_server_does_not_take_is_left_out_from_then_on(
    server: ModelServer, message: str, gone: str, instead: str
) -> None:
    clock, purse = Clock(), Purse()
    gateway = opened(f"openai:small@{server.url}", clock=clock, ledger=purse)
    server.will(status(400, message))
    server.always(says(SOUND))
    for _ in range(2):
        assert (await asked(gateway)).answers[0]
    first, second, third = server.asked
    assert gone in first.text
    assert gone not in second.text + third.text
    assert instead in second.text
    assert clock.slept == []
    assert outcomes(purse) == ["refused", "answered", "answered"]
    await gateway.close()


async def test_a_server_that_takes_no_response_format_at_all_is_asked_in_words(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.will(*[status(422, "unknown field: response_format")] * 2)
    server.always(says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert [request.body.get("response_format", {}).get("type") for request in server.asked] == [
        "json_schema", "json_object", None,
    ]  # fmt: skip
    assert "JSON object" in server.asked[-1].text
    await gateway.close()


async def test_a_model_that_thinks_its_whole_limit_away_gets_more_of_it(server: ModelServer) -> None:
    gateway = opened(f"ollama:thinker@{server.root}")
    server.will(says("", finish="length"), says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert [request.body["max_tokens"] for request in server.asked] == [800, 800 + 1_024]
    await gateway.close()


async def test_what_a_provider_s_filter_withholds_is_billed_and_not_asked_for_again(
    server: ModelServer, other: ModelServer
) -> None:
    purse = Purse()
    gateway = opened(f"openai:prude@{server.url}", f"openai:good@{other.url}", ledger=purse)
    server.always(says("", finish="content_filter", tokens=(50, 5)))
    other.always(says(SOUND))
    consultation = await asked(gateway)
    assert [answer.model for answer in consultation.answers if answer] == ["openai:good"]
    assert [(call.outcome.value, call.tokens_in) for call in purse.calls] == [("refused", 50), ("answered", 120)]
    await gateway.close()


async def test_a_request_that_is_rejected_for_good_is_not_repeated(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}")
    server.always(status(400, "temperature, max_tokens, response_format: all wrong"))
    consultation = await asked(gateway)
    assert consultation.answers == [None]
    assert "rejected the request (HTTP 400)" in consultation.notes[0]
    assert len(server.asked) <= 5
    await gateway.close()


# --- limits -----------------------------------------------------------------------------------------------------------


async def test_a_model_that_says_when_to_come_again_is_skipped_until_then(
    server: ModelServer, other: ModelServer
) -> None:
    clock = Clock()
    gateway = opened(f"openai:first@{server.url}", f"openai:second@{other.url}", clock=clock)
    server.will(status(429, retry_after="30"))
    server.always(says(SOUND))
    other.always(says(SOUND))
    models = []
    for pause in (0, 10, 19, 2):
        clock.now += pause
        models += [answer.model for answer in (await asked(gateway)).answers if answer]
    assert models == ["openai:second"] * 3 + ["openai:first"]
    assert clock.slept == []
    assert len(server.asked) == 2
    await gateway.close()


async def test_the_last_model_is_waited_for_as_long_as_it_said(server: ModelServer) -> None:
    clock = Clock()
    gateway = opened(f"openai:small@{server.url}", clock=clock)
    server.will(status(429, retry_after="20"), says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert 20 <= clock.slept[0] <= 21
    await gateway.close()


async def test_an_http_date_is_understood_as_well(server: ModelServer) -> None:
    from datetime import UTC, datetime, timedelta

    clock = Clock()
    gateway = opened(f"openai:small@{server.url}", clock=clock)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server.will(status(429, retry_after=later), says(SOUND))
    assert (await asked(gateway)).answers[0]
    assert 25 <= clock.slept[0] <= 31
    await gateway.close()


async def test_nobody_waits_beyond_the_deadline(server: ModelServer) -> None:
    clock = Clock()
    gateway = opened(f"openai:small@{server.url}", clock=clock, deadline=60)
    server.always(status(429, retry_after="3600"))
    first, second = await asked(gateway), await asked(gateway)
    assert clock.slept == []
    assert "is rate limited by its provider (HTTP 429)" in first.notes[0]
    assert "is rate limited by its provider for another 3600 s" in second.notes[0]
    assert len(server.asked) == 1
    await gateway.close()


@pytest.mark.covered_elsewhere
async def test_two_hundred_calls_at_once_all_come_back_and_keep_the_provider_s_places(server: ModelServer) -> None:
    purse = Purse()
    gateway = opened(f"openai:small@{server.url}", f"openai:spare@{server.url}", ledger=purse)
    server.always(says(SOUND, after=0.005))
    consultations = await asyncio.gather(*(asked(gateway) for _ in range(200)))
    assert all(consultation.answers[0] and not consultation.notes for consultation in consultations)
    assert server.busiest <= route.PLACES
    assert len(purse.calls) == 200
    assert purse.open_holds == purse.held == 0
    await gateway.close()


async def test_answers_keep_the_order_of_the_briefs(server: ModelServer) -> None:
    gateway = opened(f"openai:small@{server.url}")
    briefs = [replace(BRIEF, question=f"Question {number}?") for number in range(30)]

    async def echo(exchange: object) -> None:
        body = exchange.asked.body  # type: ignore[attr-defined]
        number = int(body["messages"][1]["content"].split("?")[0].split()[1])
        await says({"cause": str(number), "cites": [1]}, after=(30 - number) / 2_000)(exchange)  # type: ignore[arg-type]

    server.always(echo)
    consultation = await asked(gateway, *briefs)
    assert [answer.said.cause for answer in consultation.answers if answer] == [str(n) for n in range(30)]  # type: ignore[attr-defined]
    await gateway.close()


# --- opening ----------------------------------------------------------------------------------------------------------


def test_a_route_is_named_by_its_models_in_order() -> None:
    gateway = opened("openai:gpt-5-mini", "ollama:qwen3", "openai:gpt-5-mini", environment={"OPENAI_API_KEY": "sk-x"})
    assert gateway.route == "openai:gpt-5-mini ollama:qwen3"


def test_a_route_without_a_model_or_without_a_key_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="needs a model"):
        open_gateway([], Purse(), environment={})
    with pytest.raises(UsageError, match="OPENAI_API_KEY"):
        open_gateway(["ollama:x", "openai:gpt-5-mini"], Purse(), environment={})


async def test_nothing_to_ask_is_nothing_to_do() -> None:
    gateway = opened("ollama:x")
    consultation = await gateway.consult(ACCOUNT, [])
    assert (list(consultation.answers), consultation.notes) == ([], ())
    await gateway.close()


async def test_a_long_brief_does_not_hold_up_the_event_loop(server: ModelServer) -> None:
    lines = tuple(Evidence(number, f"line {number} of the log says nothing " * 8) for number in range(1, 401))
    gateway = opened(f"openai:small@{server.url}")
    await gateway.load()
    server.always(says(SOUND))
    threads: set[str] = set()
    real = route.render

    def watched(brief: Brief) -> object:
        threads.add(threading.current_thread().name)
        return real(brief)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(route, "render", watched)
        await asked(gateway, replace(BRIEF, evidence=lines), BRIEF)
    assert threading.main_thread().name in threads
    assert len(threads) == 2
    await gateway.close()
