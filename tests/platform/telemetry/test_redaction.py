"""No secret gets into a log line, and no value makes one huge."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.telemetry.redaction import MAX_EVENT, Cleaning, is_secret, redact
from tests.cost import within

KEY = "flk_ab12cd34_Zm9vYmFyYmF6cXV4_more-of-it"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl-x_y"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"key {KEY} refused", "key flk_ab12cd34_*** refused"),
        (f"got {JWT}, expired", "got eyJ***, expired"),
        ("postgresql+psycopg://app:p@ss:word@db:5432/x", "postgresql+psycopg://***@db:5432/x"),
        ("cloning https://token@github.com/a/b", "cloning https://***@github.com/a/b"),
        ("secret whsec_C2FVsBQIhrscChlQIMV+b5sSYOob7oD8=", "secret whsec_***"),
        ("GET /sign-in?token=abcDEF123&next=/x", "GET /sign-in?token=***&next=/x"),
        ("GET /callback?code=abc&state=x", "GET /callback?code=***&state=x"),
        ("https://s3/b/k?X-Amz-Signature=00ff&X-Amz-Date=1", "https://s3/b/k?X-Amz-Signature=***&X-Amz-Date=1"),
        ("Authorization: Bearer abcdefghijk", "Authorization: ***"),
        ("sent bearer abcdefghijk.lmn", "sent bearer ***"),
        ("{'x-api-key': 'hello', 'a': 'b'}", "{'x-api-key': '***', 'a': 'b'}"),
        ("Cookie: session=1; other=2", "Cookie: ***"),
        ("connect(host='db', password='hunter2')", "connect(host='db', password='***')"),
        ("push with ghp_0123456789abcdefABCDEF", "push with ghp_***"),
        ("model key sk-ant-0123456789abcdef0123", "model key sk-***"),
        ("me@example.org wrote", "[email] wrote"),
        ("ring +49 30 1234567", "ring [phone]"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- left", "*** left"),
    ],
)
def test_what_is_shaped_like_a_secret_is_masked(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redact(shown) == shown


@pytest.mark.parametrize("text", ["analysis completed", "https://example.org/a?page=2", "a basic test", "x-api-key"])
def test_what_is_none_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Api-Key", "set-cookie", "signing_key", "PASSWORD", "refresh-token"]
)
def test_names_tell_secrets(name: str) -> None:
    assert is_secret(name)
    assert Cleaning().value(name, "hunter2") == "***"
    assert Cleaning().value(name, 12345) == "***"
    assert Cleaning().value(name, ["hunter2"]) == "***"
    assert Cleaning().value(name, None) is None


@pytest.mark.parametrize("name", ["tokens_in", "key_id", "monkey", "kind", "status"])
def test_names_that_only_sound_like_it_do_not(name: str) -> None:
    assert Cleaning().value(name, "x") == "x"


def test_a_key_under_a_secret_name_keeps_its_prefix() -> None:
    assert Cleaning().value("api_key", KEY) == "flk_ab12cd34_***"


def test_nested_data_is_cleaned() -> None:
    given_ = {"headers": [{"cookie": "a=b", "host": "x"}], "raw": KEY.encode(), KEY: {1.5, float("inf")}}
    cleaned = Cleaning().value("request", given_)
    assert isinstance(cleaned, dict)
    assert cleaned["headers"] == [{"cookie": "***", "host": "x"}]
    assert cleaned["raw"] == "flk_ab12cd34_***"
    assert sorted(map(str, cleaned["flk_ab12cd34_***"])) == ["1.5", "inf"]


class Broken:
    def __str__(self) -> str:
        raise RuntimeError("no")


def test_what_cannot_be_shown_is_said_so() -> None:
    assert Cleaning().value("x", Broken()) == "<unprintable Broken>"


def test_a_huge_value_is_cut_and_its_end_stays() -> None:
    shown = Cleaning().text("a" * 5_000_000 + "the end")
    assert len(shown) < 4_200
    assert shown.endswith("the end")
    assert "characters" in shown


def test_a_cut_cannot_uncover_a_secret() -> None:
    for shift in range(60):
        text = "x" * (8_140 + shift) + " " + KEY + " " + "y" * 8_000
        assert "Zm9vYmFy" not in Cleaning().text(text)


def test_a_huge_structure_is_cut() -> None:
    deep: object = "x"
    for _ in range(100):
        deep = [deep] * 200
    wide = {str(i): "y" * 5_000 for i in range(10_000)}
    assert len(json.dumps(Cleaning().value("a", {"deep": deep, "wide": wide}))) < 3 * MAX_EVENT


def test_hostile_texts_cost_no_time() -> None:
    for text in (
        "://" * 100_000,
        "a" * 100_000 + "@",
        "?token=" * 20_000,
        "eyj" * 50_000,
        "a@" * 50_000,
        "cookie" * 20_000,
    ):
        within(1, lambda text=text: redact(text))  # a few ms where this was written


@given(
    st.recursive(
        st.none() | st.floats() | st.text() | st.binary(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_whatever_comes_becomes_json(value: object) -> None:
    json.loads(json.dumps(Cleaning().value("field", value), allow_nan=False))
