"""What a model is sent: redacted, fenced, bounded, the same every time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.ai.prompt import LINE_WIDTHS, MAX_PROMPT_TOKENS, SYSTEM, estimate_tokens, render, shorten, visible
from faultline.core.model import Brief, Cited, Evidence


class Said(Cited):
    """What is said."""

    text: str


def brief(*texts: str, facts: dict[str, str] | None = None, weights: dict[int, int] | None = None) -> Brief:
    evidence = tuple(Evidence(number, text, (weights or {}).get(number, 0)) for number, text in enumerate(texts, 1))
    return Brief("Why?", evidence, Said, facts or {})


def rows(user: str) -> list[str]:
    return [line.strip() for line in user.splitlines() if re.match(r" *\d+\| ", line)]


def test_lines_stand_behind_their_numbers() -> None:
    prompt = render(brief("one", "two", facts={"tool": "pytest", "exit code": "1"}))
    fence = re.findall(r"<data (\w+)>", prompt.user)
    assert prompt.user == (
        f"Why?\n\n<data {fence[0]}>\nfacts:\n  tool: pytest\n  exit code: 1\nlines:\n"
        f"     1| one\n     2| two\n</data {fence[0]}>\n"
    )
    assert prompt.system == SYSTEM
    assert dict(prompt.shown) == {1: "one", 2: "two"}


def test_the_same_brief_is_the_same_prompt_and_another_has_another_fence() -> None:
    assert render(brief("a")) == render(brief("a"))
    assert render(brief("a")).user.splitlines()[-1] != render(brief("b")).user.splitlines()[-1]


def test_personal_data_and_secrets_are_marked_in_lines_and_facts() -> None:
    prompt = render(brief("password=hunter2 of jane@example.org", facts={"step": "call +49 30 901820"}))
    assert "1| password=[secret] of [email]" in prompt.user
    assert "step: call [phone]" in prompt.user


def test_a_private_key_that_goes_over_several_lines_leaves_none_of_them() -> None:
    key = ["-----BEGIN PRIVATE KEY-----", *["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 2] * 5, "-----END PRIVATE KEY-----"]
    prompt = render(brief("before", *key, "after"))
    assert rows(prompt.user) == ["1| before", "2| [secret]", "9| after"]  # what repeats itself goes


def test_a_cut_cannot_uncover_a_secret() -> None:
    for length in (100, 65_500, 65_536, 65_600, 200_000):
        text = "x" * length + " password=" + "hunter2" * 20_000
        assert "hunter2" not in render(brief(text, facts={"step": text})).user


def test_long_lines_lose_their_middle_before_any_line_goes() -> None:
    prompt = render(brief(*(f"{number} start {'word ' * 200} end {number}" for number in range(10))))
    assert len(prompt.shown) == 10
    for number, text in prompt.shown.items():
        assert text.startswith(f"{number - 1} start")
        assert text.endswith(f"end {number - 1}")
        assert len(text) <= LINE_WIDTHS[0]
        assert "characters)..." in text


def test_what_weighs_least_goes_first_and_the_rest_stays_in_order() -> None:
    lines = [f"line {number} says {number * 7919} and {number * 104729}" for number in range(2_000)]
    prompt = render(brief(*lines, weights={1_500: 2, 1_900: 1}))
    numbers = list(prompt.shown)
    assert numbers == sorted(numbers)
    assert {1_500, 1_900} < set(numbers)
    assert numbers[0] == 1  # of equal ones the first


def test_equal_lines_are_said_once() -> None:
    assert list(render(brief("retrying", "retrying", "gave up", "", "retrying")).shown) == [1, 3]
    assert list(render(brief("retrying", "gave up", "retrying", weights={3: 2})).shown) == [2, 3]


@pytest.mark.parametrize(
    "texts",
    [
        ["word " * 200_000],
        ["x" * 1_000_000],
        ["\u5931" * 100_000] * 20,
        ["\u200b" * 100_000, "\u202e" * 100_000, "\x00" * 100_000, "\x1b[31m" * 50_000],
        ["1 " * 1_000] * 3_000,
        [f"{number} {'ab ' * 100}" for number in range(20_000)],
        ["\U0001f469\u200d\U0001f680" * 1_000] * 50,
        [chr(0x4E00 + number) * 300 for number in range(600)],
    ],
)
def test_no_size_passes_the_limit(texts: list[str]) -> None:
    facts = {f"name {number}" * 50: "value " * 10_000 for number in range(50)}
    prompt = render(Brief("Why? " * 10_000, brief(*texts).evidence, Said, facts))
    assert estimate_tokens(prompt.system) + estimate_tokens(prompt.user) <= prompt.tokens <= MAX_PROMPT_TOKENS


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=80), max_size=30), st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=4)
)
def test_whatever_the_artifact_says_stays_inside_the_fence(texts: list[str], facts: dict[str, str]) -> None:
    prompt = render(brief(*texts, facts=facts))
    head, *body, end = prompt.user.rstrip("\n").split("\n\n", 1)[1].split("\n")
    fence = head.removeprefix("<data ").removesuffix(">")
    assert (head, end) == (f"<data {fence}>", f"</data {fence}>")
    assert not any(fence in line for line in body)
    assert all(line in ("facts:", "lines:") or line.startswith(" ") for line in body)
    assert prompt.tokens <= MAX_PROMPT_TOKENS
    prompt.user.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \u00fc \u4e2d", "plain \u00fc \u4e2d"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\x00\x07b", "a<U+0000><U+0007>b"),
        ("a" + "\u200b" * 9 + "b", "a<U+200B and 8 more unseen characters>b"),
        ("\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07", "red link"),
        ("\x9b31mred", "red"),
        ("a\tb", "a b"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\U0001f680"),
        ("\ud800", "<U+D800>"),
        ("\U000e0041\U000e0042", "<U+E0041><U+E0042>"),
    ],
)
def test_what_cannot_be_seen_is_left_out_or_named(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(max_size=900), st.integers(60, 400))
def test_shortening_keeps_the_width_and_both_ends(text: str, width: int) -> None:
    short = shorten(text, width)
    assert len(short) <= max(width, 0)
    assert short == text or (text.startswith(short[:5]) and text.endswith(short[-5:]))


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("hello world", 2),
        ("123456", 2),
        ("\u5931\u8d25", 2),
        ("a b c d", 4),
        ("AssertionError", 2),
        ("{}[]();", 3),
        ("", 0),
    ],
)
def test_the_estimate_is_at_least_what_tokenizers_count(text: str, least: int) -> None:
    assert estimate_tokens(text) >= least
