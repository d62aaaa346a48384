"""One pass keeps what matters of a log of any size, with the right numbers."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.ci import sketch
from faultline.analyzers.ci.signature import Catalogue, catalogue, parse

BOOM = Catalogue(
    parse(
        """
        [[signature]]
        id = "boom"
        family = 1
        tool = "boom"
        category = "crash"
        role = "cause"
        probes = ["boom"]
        match = "^boom"
        [[signature]]
        id = "hint"
        family = 1
        tool = "boom"
        category = "crash"
        role = "symptom"
        probes = ["hint"]
        match = "^hint"
        """,
        "boom.toml",
    )
)


def cut(data: bytes, size: int) -> list[bytes]:
    """Blocks of whole lines, as the source yields them."""
    blocks, block = [], b""
    for row in data.splitlines(keepends=True):
        block += row
        if len(block) >= size:
            blocks.append(block)
            block = b""
    return [*blocks, block] if block else blocks


def read(data: bytes, size: int = 1 << 20) -> sketch.Sketch:
    return sketch.read(cut(data, size), catalogue())


def numbered(count: int) -> list[bytes]:
    return [b"line %d\n" % number for number in range(1, count + 1)]


rows = st.lists(
    st.one_of(
        st.sampled_from(
            [b"", b"make: *** [all] Error 2", b"$ make", b"travis_time:end:x\r", b"Error: boom", b"  at x"]
        ),
        st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b"").replace(b"\r", b"")),
    ),
    max_size=60,
)


@given(rows, st.integers(1, 200), st.booleans())
def test_every_line_of_a_small_log_is_kept_with_its_number_and_offset(
    lines: list[bytes], size: int, ends_in_newline: bool
) -> None:
    data = b"\n".join(lines) + (b"\n" if ends_in_newline and lines else b"")
    kept = read(data, size)
    expected = data.split(b"\n")
    if expected and not expected[-1]:
        expected.pop()
    assert kept.whole
    assert (kept.total_lines, kept.total_bytes) == (len(expected), len(data))
    offset = 0
    for number, raw in enumerate(expected, 1):
        line = kept.line_at(number)
        assert line is not None
        assert (line.number, line.raw, line.offset) == (number, raw, offset)
        offset += len(raw) + 1
    assert kept.line_at(0) is None
    assert kept.line_at(len(expected) + 1) is None


@given(st.integers(50, 400), st.lists(st.integers(0, 399), max_size=6), st.integers(20, 300))
def test_of_a_long_log_the_end_and_windows_around_hits_are_kept(count: int, marks: list[int], size: int) -> None:
    lines = numbered(count)
    marks = [mark for mark in marks if mark < count]
    for mark in marks:
        lines[mark] = b"boom\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sketch, "KEEP_BYTES", 400)
        patch.setattr(sketch, "BEFORE", 30)
        patch.setattr(sketch, "AFTER", 60)
        kept = sketch.read(cut(b"".join(lines), size), BOOM)
    assert kept.total_lines == count
    assert [hit.number for hit in kept.hits] == sorted({mark + 1 for mark in marks})
    for number in [count, *(mark + 1 for mark in marks)]:
        line = kept.line_at(number)
        assert line is not None
        assert line.raw + b"\n" == lines[number - 1]
    for number in range(1, count + 1):
        line = kept.line_at(number)
        if line is not None:
            assert line.raw + b"\n" == lines[number - 1]
            assert line.offset == sum(map(len, lines[: number - 1]))


def test_windows_stay_within_their_budget_and_hits_within_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch, "KEEP_BYTES", 2000)
    monkeypatch.setattr(sketch, "WINDOW_BYTES", 5000)
    monkeypatch.setattr(sketch, "LATE_HITS", 10)
    kept = sketch.read(cut(b"boom of many\n" * 5000, 500), BOOM)
    assert sum(len(region.data) for region in kept.regions) < 5000 + 4000 + sketch.AFTER + sketch.BEFORE
    assert len(kept.hits) == sketch.EARLY_HITS + 10
    assert kept.hits[-1].number == 5000


def test_a_symptom_far_from_the_end_counts_only_where_a_step_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketch, "KEEP_BYTES", 300)
    monkeypatch.setattr(sketch, "AFTER", 40)
    noise = b"".join(numbered(100))
    step = b'$ go\nhint\nThe command "go" exited with 1.\n'
    kept = sketch.read(cut(b"hint\n" + noise + step + noise, 700), BOOM)
    assert [hit.number for hit in kept.hits] == [103]
    line = kept.line_at(103)
    assert line is not None
    assert line.text == "hint"


def test_a_line_of_ten_megabytes_is_one_line() -> None:
    data = b"first\n" + b"x" * (10 << 20) + b" make: *** [all] Error 2\nlast\n"
    kept = sketch.read([data[: 3 << 20], data[3 << 20 : 7 << 20], data[7 << 20 :]], catalogue())
    assert kept.total_lines == 3
    huge, last = kept.line_at(2), kept.line_at(3)
    assert huge is not None
    assert last is not None
    assert (len(huge.raw), huge.truncated, last.raw, last.offset) == (8192, True, b"last", len(data) - 5)


def test_memory_is_bounded_by_the_budgets_not_by_the_log() -> None:
    block = b"".join(numbered(20_000)) + b"make: *** [all] Error 2\n"

    def blocks() -> Iterator[bytes]:
        for _ in range(400):
            yield bytes(bytearray(block))

    tracemalloc.start()
    kept = sketch.read(blocks(), catalogue())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.total_bytes == 400 * len(block)
    assert peak < 3 * (sketch.KEEP_BYTES + sketch.WINDOW_BYTES)


def test_an_empty_log_has_no_lines() -> None:
    kept = read(b"")
    assert (kept.total_lines, kept.hits, kept.whole, list(kept.lines(1, 5))) == (0, [], True, [])
