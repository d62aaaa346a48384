"""Personal data and secrets are found, by kind and to the character; what only looks like them is left alone."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.core import personal
from faultline.core.privacy import KINDS, Span, find, redact

LABELLED = Path(__file__).parent / "data" / "privacy.txt"
_MARK = re.compile(r"\{\{([a-z-]+)\|(.*?)\}\}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))")


def labelled() -> list[tuple[str, list[Span]]]:
    """The snippets of the data file, each with what has to be found in it."""
    snippets = []
    for line in LABELLED.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        line = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), line)
        text, spans, at = "", [], 0
        for mark in _MARK.finditer(line):
            text += line[at : mark.start()]
            spans.append(Span(mark[1], len(text), len(text) + len(mark[2])))
            text, at = text + mark[2], mark.end()
        snippets.append((text + line[at:], spans))
    return snippets


def test_the_labelled_set_is_met(capsys: pytest.CaptureFixture[str]) -> None:
    snippets = labelled()
    right, missed, wrong = Counter[str](), Counter[str](), Counter[str]()
    for text, wanted in snippets:
        found = find(text)
        right.update(span.kind for span in found if span in wanted)
        wrong.update(span.kind for span in found if span not in wanted)
        missed.update(span.kind for span in wanted if span not in found)
        if found != wanted:
            print(f"{text!r}\n  wanted {[text[s.start : s.end] for s in wanted]}, found {found}")
    precision = right.total() / (right.total() + wrong.total())
    recall = right.total() / (right.total() + missed.total())
    print(f"{len(snippets)} snippets, precision {precision:.3f}, recall {recall:.3f}; missed {missed}, wrong {wrong}")
    assert len(snippets) >= 150
    assert {span.kind for _, spans in snippets for span in spans} == set(KINDS)
    assert precision >= 0.95, capsys.readouterr().out
    assert recall >= 0.95, capsys.readouterr().out


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_mark(kind: str) -> None:
    text, spans = next((text, spans) for text, spans in labelled() if spans and spans[0].kind == kind)
    assert f"[{kind}]" in redact(text)
    assert text[spans[0].start : spans[0].end] not in redact(text)


@pytest.mark.parametrize("text", [text for text, spans in labelled() if spans])
def test_what_is_redacted_stays_as_it_is(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_where_two_kinds_overlap_the_more_dangerous_gives_the_mark() -> None:
    assert redact("password: jane@example.org") == "password: [secret]"
    assert redact("https://jane:pw@db.example.org/x") == "https://[secret]@db.example.org/x"


def test_a_private_key_without_its_first_lines_is_found() -> None:
    body = "\n".join("Q2" * 32 for _ in range(20))
    assert redact(f"before\n{body}\n-----END PRIVATE KEY-----\nafter") == "before\n[secret]\nafter"


def test_a_mark_covers_the_characters_that_were_to_hide_it() -> None:
    assert redact("a 4111\u200b1111\u200b1111\u200b1111 b") == "a [card] b"
    assert redact("ja\x1b[31mne@exam\x1b[0mple.org") == "[email]"


@given(st.text(max_size=300) | st.text(alphabet="@.:/-+ 0123456789aZ=\u200b\uff10\x1b[m\n", max_size=300))
def test_spans_are_in_order_inside_the_text_and_apart(text: str) -> None:
    at = 0
    for span in find(text):
        assert at <= span.start < span.end <= len(text)
        assert span.kind in KINDS
        at = span.end
    assert redact("plain words") == "plain words"


HOSTILE = (
    *("a@", "@", "a.", "+1", "(4", "4-", "1 ", "0.", "00 ", "DE89", "password=", "key=", "token: a1", "://", "eyj"),
    *("Bearer ", "x-api-key:", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----\n", "client ip ", "::1"),
    *("phone 1", "call me ", "\u200b", "\x1b[", "\uff11", "[at]", "a [at] ", "Q" * 64 + "\n", "--token ", "12345678A "),
    *(
        "docker ",
        "login x -",
        "mysql -p",
        "basic a",
        "?token=",
        "a" * 64 + "@a.",
        "AB 12 34",
        '"@',
        "1.",
        "my number ",
        "cookie",
        "AAAAAA00A",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_time_linear_in_their_length(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length] + "-----END PRIVATE KEY-----x"
        return min(timed(text) for _ in range(3))

    def timed(text: str) -> float:
        began = time.thread_time()
        find(text)
        return time.thread_time() - began

    short, long = seconds(10_000), seconds(80_000)
    # Eight times the length: linear takes 8 times as long, quadratic 64 times. Below 50 ms the clock is too coarse.
    assert long < 0.05 or long < 24 * short, f"{short:.4f} s, then {long:.4f} s"
    assert long < 2


@pytest.mark.parametrize("number", ["4111111111111112", "1111 1111 1111 1111", "3714 496353 98430", "123"])
def test_a_card_needs_its_checksum_and_its_issuer(number: str) -> None:
    assert not personal.is_card(number)


@given(st.integers(0, 10**18 - 1))
def test_an_account_number_with_two_digits_swapped_is_none(digits: int) -> None:
    body = f"{digits:018d}"
    check = 98 - int(body + "131400") % 97
    number = f"DE{check:02d}{body}"
    assert personal.is_iban(number)
    assert redact(f"to {number} please") == "to [iban] please"
    swapped = number[:-2] + number[-1] + number[-2]
    assert swapped == number or not personal.is_iban(swapped)
