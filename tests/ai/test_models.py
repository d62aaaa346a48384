from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.ai.models import PROVIDERS, key_of, parse
from faultline.core.errors import UsageError


@pytest.mark.parametrize(
    ("name", "kind", "model", "base_url", "provider"),
    [
        ("openai:gpt-5-mini", "openai", "gpt-5-mini", None, "openai"),
        (" anthropic:claude-haiku-5-5 ", "anthropic", "claude-haiku-5-5", None, "anthropic"),
        ("groq:openai/gpt-oss-20b", "groq", "openai/gpt-oss-20b", None, "groq"),
        ("ollama:qwen3:8b", "ollama", "qwen3:8b", None, "ollama"),
        ("openai:m@http://localhost:8080/v1/", "openai", "m", "http://localhost:8080/v1", "localhost:8080"),
        ("openai:@cf/meta/llama@https://x.example/v1", "openai", "@cf/meta/llama", "https://x.example/v1", "x.example"),
        ("ollama:qwen3@http://box:11434", "ollama", "qwen3", "http://box:11434/v1", "box:11434"),
    ],
)  # fmt: skip
def test_a_name_says_provider_model_and_address(
    name: str, kind: str, model: str, base_url: str | None, provider: str
) -> None:
    found = parse(name)
    assert (found.kind, found.model, found.base_url, found.provider) == (kind, model, base_url, provider)
    assert parse(str(found)) == found


@pytest.mark.parametrize("name", ["", "gpt-5-mini", "openai:", ":x", "openai:a b", "openai:x@", "OpenAI:x y", "a\nb:c"])
def test_a_name_without_sense_is_refused_with_an_example(name: str) -> None:
    if name == "openai:x@":  # an @ is a letter like any other where no address follows
        assert parse(name).model == "x@"
        return
    with pytest.raises(UsageError, match=r"openai:gpt-5-mini|nobody knows the provider"):
        parse(name)


def test_an_unknown_provider_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="'mistral'") as caught:
        parse("mistral:small")
    assert all(provider in str(caught.value) for provider in PROVIDERS)


@pytest.mark.parametrize("address", ["http://user:geheim@host/v1", "http://host/v1?key=geheim", "http://host:x/v1"])
def test_an_address_with_a_secret_in_it_is_refused_and_not_quoted(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(f"openai:x@{address}")
    assert "geheim" not in str(caught.value)


def test_a_name_that_is_quoted_loses_what_could_be_a_password() -> None:
    with pytest.raises(UsageError) as caught:
        parse("http://me:geheim@host:1/" + "x" * 500)
    assert "geheim" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai:x", "OPENAI_API_KEY"),
        ("anthropic:x", "ANTHROPIC_API_KEY"),
        ("google:x", "GEMINI_API_KEY"),
        ("grok:x", "XAI_API_KEY"),
        ("groq:x", "GROQ_API_KEY"),
        ("openai:x@http://localhost:1/v1", "FAULTLINE_MODEL_KEY"),
    ],
)
def test_a_key_is_taken_from_the_usual_variable(name: str, variable: str) -> None:
    assert key_of(parse(name), {variable: " sk-abc\n"}) == "sk-abc"


@pytest.mark.parametrize("name", ["openai:x", "anthropic:x", "google:x", "grok:x", "groq:x"])
def test_a_missing_key_names_its_variable(name: str) -> None:
    with pytest.raises(UsageError, match=PROVIDERS[name.split(":")[0]].keys[0]):
        key_of(parse(name), {"FAULTLINE_MODEL_KEY": "not for them"})


def test_a_provider_s_key_does_not_go_to_another_address() -> None:
    assert key_of(parse("openai:x@http://localhost:1/v1"), {"OPENAI_API_KEY": "sk-abc"}) is None
    assert key_of(parse("ollama:x"), {"OPENAI_API_KEY": "sk-abc"}) is None


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-ä", "sk a", "sk-\x00"])
def test_a_key_that_is_none_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(UsageError, match="OPENAI_API_KEY") as caught:
        key_of(parse("openai:x"), {"OPENAI_API_KEY": key})
    assert key not in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_is_a_name_or_a_usage_error(text: str) -> None:
    for name in (text, f"openai:{text}", f"openai:x@http://{text}"):
        with suppress(UsageError):
            assert parse(str(parse(name))) == parse(name)
