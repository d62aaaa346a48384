"""Whole units and periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from faultline.service.budgets.units import Period, Unit, plain


@given(st.decimals(0, 10**9, allow_nan=False, places=8))
def test_an_amount_comes_back_as_it_was(amount: Decimal) -> None:
    assert Unit.DOLLARS.amount(Unit.DOLLARS.whole(amount)) == amount


@given(st.decimals(0, 100, allow_nan=False, places=12))
def test_what_a_call_costs_is_rounded_up(dollars: Decimal) -> None:
    whole = Unit.DOLLARS.cost(5, dollars)
    assert 0 <= Unit.DOLLARS.amount(whole) - dollars < Decimal("1e-8")
    assert Unit.TOKENS.cost(5, dollars) == 5


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_time_lies_in_its_period(now: datetime) -> None:
    for period in Period:
        start = period.start(now)
        assert datetime(start.year, start.month, start.day, tzinfo=UTC) <= now < period.end(start)
        assert period.start(period.end(start)) == period.end(start).date()


def test_periods_go_by_utc() -> None:
    late = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert (Period.DAILY.start(late), Period.MONTHLY.start(late)) == (date(2025, 12, 31), date(2025, 12, 1))


def test_amounts_are_written_as_one_would() -> None:
    assert [str(plain(Decimal(text))) for text in ("50.00000000", "1E+2", "0", "0.10")] == ["50", "100", "0", "0.1"]
