"""How one request is made, and what its errors mean."""

from __future__ import annotations

import pytest
from pydantic_ai.exceptions import ContentFilterError

from faultline.ai import wire
from faultline.ai.exchange import Again, Trouble
from faultline.ai.ledger import CallOutcome
from faultline.ai.models import PROVIDERS, parse
from tests.ai.parts import Cause
from tests.servers.model import ModelServer, silent


@pytest.mark.parametrize("kind", list(PROVIDERS))
async def test_each_provider_is_asked_at_its_own_address_without_retries_of_the_sdk(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.setenv(variable, "http://elsewhere.example")  # what another program is told is not for us
    client = wire.open_client()
    opened = wire.Wire(parse(f"{kind}:gpt-5-mini"), "sk-x", client)
    assert str(opened._model.base_url).rstrip("/") == PROVIDERS[kind].address
    assert opened._settings["max_retries"] == 0
    await client.aclose()


async def test_a_client_that_gives_up_reading_is_a_timeout(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_READ_SECONDS", 0.05)
    client = wire.open_client()
    server.always(silent())
    opened = wire.Wire(parse(f"openai:small@{server.url}"), None, client)
    with pytest.raises(Trouble, match="did not answer in time") as caught:
        await opened.ask("system", "user", Cause, answer_tokens=10)
    assert (caught.value.outcome, caught.value.again, caught.value.sick) == (CallOutcome.TIMED_OUT, Again.SOON, True)
    await client.aclose()


@pytest.mark.parametrize(
    ("error", "words", "sick"),
    [
        (ContentFilterError("no"), "declined to answer", False),
        (RuntimeError("sk-geheim"), "could not be asked (RuntimeError)", True),
    ],
)
async def test_an_error_is_told_without_what_the_provider_said(
    error: Exception, words: str, sick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(wire, "model_request", fail)
    client = wire.open_client()
    with pytest.raises(Trouble) as caught:
        await wire.Wire(parse("ollama:x"), None, client).ask("system", "user", Cause, answer_tokens=10)
    assert (caught.value.words, caught.value.sick) == (words, sick)
    assert caught.value.__suppress_context__
    await client.aclose()
