"""Times as people and programs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.analyzers.conversation.readers.times import parse_time

NOON = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-01T12:30:00Z",
        "2026-05-01T14:30:00+02:00",
        "2026-05-01 12:30",
        "2026/05/01 12:30",
        "01/05/2026, 12:30",
        "01.05.26, 12:30:00",
        "5/1/2026, 12:30 PM",
        "1 May 2026 12:30:00 +0000",
        "Fri, 01 May 2026 14:30:00 +0200",
        "May 1st, 2026 at 12:30 p.m.",
        NOON.timestamp(),
        int(NOON.timestamp() * 1000),
        str(int(NOON.timestamp() * 1e6)),
        f"{NOON.timestamp():.6f}",
        NOON.replace(tzinfo=None),
        NOON.astimezone(timezone(timedelta(hours=-7))),
    ],
)
def test_every_way_of_writing_it_is_the_same_time(written: object) -> None:
    assert parse_time(written) == NOON


@pytest.mark.parametrize(
    ("written", "day"),
    [("13/05/2026", (5, 13)), ("05/13/2026", (5, 13)), ("05/06/2026", (6, 5)), ("05/06/2026 1:00 AM", (5, 6))],
)
def test_the_month_is_where_it_can_be(written: str, day: tuple[int, int]) -> None:
    time = parse_time(written)
    assert time
    assert (time.month, time.day) == day


@pytest.mark.parametrize(
    "written",
    [
        None,
        True,
        "",
        "10:02",
        "soon",
        "20260501",
        "order 12345678",
        "31/02/2026",
        "99/99/2026",
        "45 Nonsense 2026",
        "1 May 0026",
        "2026-05-01 " * 10,
        12.0,
        1e30,
        float("nan"),
        "1800-01-01",
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        [],
    ],
)
def test_what_is_no_time_is_none(written: object) -> None:
    assert parse_time(written) is None


@given(st.datetimes(datetime(1991, 1, 1), datetime(2098, 1, 1)))
def test_iso_comes_back(time: datetime) -> None:
    assert parse_time(time.isoformat()) == time.replace(tzinfo=UTC)


@given(st.text(max_size=70) | st.floats() | st.integers())
def test_anything_may_be_asked(value: object) -> None:
    time = parse_time(value)
    assert time is None or time.tzinfo is UTC
