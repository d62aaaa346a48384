from __future__ import annotations

from decimal import Decimal

import pytest

from faultline.ai.models import parse
from faultline.ai.prices import FREE, UNKNOWN, elsewhere, listed, rate
from faultline.core.errors import UsageError
from faultline.core.model import ModelUse


@pytest.mark.parametrize(
    "name",
    [
        "openai:gpt-5-mini",
        "anthropic:claude-haiku-5-5",
        "google:gemini-2.5-flash",
        "grok:grok-4",
        "groq:llama-3.3-70b-versatile",
    ],
)
def test_models_of_every_provider_have_a_price(name: str) -> None:
    found = listed(parse(name))
    assert found
    assert 0 < found.token_in < found.token_out < Decimal("0.001")


def test_a_million_tokens_of_a_known_model_cost_what_its_provider_says() -> None:
    assert rate(parse("openai:gpt-4o-mini")).cost(1_000_000, 1_000_000) == Decimal("0.75")


def test_one_s_own_model_costs_nothing() -> None:
    assert rate(parse("ollama:qwen3")) == FREE
    assert rate(parse("openai:smollm2@http://localhost:8080/v1")) == FREE


def test_a_known_model_behind_a_proxy_costs_what_it_costs() -> None:
    assert rate(parse("openai:gpt-5-mini@http://proxy:4000/v1")) == rate(parse("openai:gpt-5-mini"))


def test_a_model_that_the_list_does_not_know_is_not_free() -> None:
    assert rate(parse("openai:gpt-99-nobody-knows")) == UNKNOWN


def test_the_same_tokens_are_priced_elsewhere() -> None:
    calls = [ModelUse(1, 600_000, 400_000), ModelUse(9, 400_000, 600_000)]
    prices = elsewhere(calls, ["openai:gpt-4o-mini", "ollama:qwen3", "openai:gpt-99-nobody-knows"])
    assert prices == {
        "openai:gpt-4o-mini": Decimal("0.75"),
        "ollama:qwen3": Decimal(0),
        "openai:gpt-99-nobody-knows": None,
    }
    assert list(prices) == ["openai:gpt-4o-mini", "ollama:qwen3", "openai:gpt-99-nobody-knows"]
    with pytest.raises(UsageError):
        elsewhere(calls, ["nonsense"])
