"""What a person sees of a raw line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.ci.lines import Line, indent, segments, split_lane, visible


def line(raw: bytes) -> Line:
    return Line(1, 0, raw, len(raw) + 1)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        (b"\x1b[31;1merror\x1b[0m: boom\r", "error: boom"),
        (b"10%\r 50%\r100% done\r\r", "100% done"),
        (b"2024-05-01T10:00:00.1234567Z ##[error]boom", "boom"),
        (b"2024-05-01T10:00:00.123456Z 01E   boom", "  boom"),
        (b"[2024-05-01T10:00:00.123Z] + make", "+ make"),
        (b"test\tRun make\t2024-05-01T10:00:00.1Z boom", "boom"),
        (b"\x1b_bk;t=1700000000000\x07boom", "boom"),
        (b"::error file=a.py,line=3::boom", "boom"),
        (b"caf\xe9", "caf\ufffd"),
        (b"    indented  ", "    indented"),
        (b"", ""),
    ],
)
def test_a_person_sees_no_escapes_time_stamps_or_overwritten_text(raw: bytes, seen: str) -> None:
    assert visible(raw) == seen


@pytest.mark.parametrize(
    ("raw", "text", "lane"),
    [
        (b"web_1  | boom", "boom", "web_1"),
        (b"#12 3.456 boom", "boom", "12"),
        (b"[gw3] FAILED a.py::b", "FAILED a.py::b", "[gw3]"),
        (b"    [javac] A.java:1: error: x", "A.java:1: error: x", "[javac]"),
        (b"[gw3] linux -- Python 3.9.7 /usr/bin/python3", "[gw3] linux -- Python 3.9.7 /usr/bin/python3", ""),
        (b"12 | int x", "12 | int x", ""),
        (b"plain", "plain", ""),
    ],
)
def test_outputs_running_side_by_side_are_told_apart(raw: bytes, text: str, lane: str) -> None:
    seen = line(raw)
    assert (seen.text, seen.lane) == (text, lane)
    assert (line(raw).lane, split_lane(visible(raw))) == (lane, (text, lane))


def test_segments_keeps_every_text_that_stood_on_the_line() -> None:
    assert segments(b"travis_fold:end:a\r\x1b[0K$ make\r\n") == ["travis_fold:end:a", "$ make"]


def test_a_cut_line_says_so() -> None:
    assert Line(1, 0, b"x" * 10, 5000).truncated
    assert not line(b"x").truncated


@pytest.mark.parametrize(("text", "width"), [("a", 0), ("  a", 2), ("\ta", 8), (" \ta", 8), ("", 0)])
def test_indentation_counts_a_tab_to_the_next_stop(text: str, width: int) -> None:
    assert indent(text) == width


@given(st.binary(max_size=400))
def test_any_bytes_become_one_line_of_text_without_escapes(raw: bytes) -> None:
    seen = visible(raw.replace(b"\n", b""))
    assert "\n" not in seen
    assert "\x1b[" not in seen
    assert isinstance(line(raw).text, str)
