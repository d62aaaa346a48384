"""What a budget counts, and by which periods.

Amounts are kept as whole units: tokens, or hundred-millionths of a dollar (one token of the cheapest models there are
costs some two of them). Sums of whole numbers are exact on every database; a dollar amount is rounded up, so that a
budget errs on the side of who set it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

_SCALE = Decimal(10) ** 8


class Unit(StrEnum):
    """What a budget counts."""

    TOKENS = "tokens"
    DOLLARS = "dollars"

    def cost(self, tokens: int, dollars: Decimal) -> int:
        """What a call comes to, in whole units."""
        return tokens if self is Unit.TOKENS else self.whole(dollars)

    def whole(self, amount: Decimal) -> int:
        """An amount in whole units."""
        scale = 1 if self is Unit.TOKENS else _SCALE
        return int((amount * scale).to_integral_value(ROUND_CEILING))

    def amount(self, whole: int) -> Decimal:
        """Whole units as an amount, without trailing zeros."""
        found = Decimal(whole) / (1 if self is Unit.TOKENS else _SCALE)
        return plain(found)


class Period(StrEnum):
    """How long a budget lasts before it begins anew, in UTC."""

    DAILY = "daily"
    MONTHLY = "monthly"

    def start(self, now: datetime) -> date:
        """The first day of the period that a time is in."""
        today = now.astimezone(UTC).date()
        return today if self is Period.DAILY else today.replace(day=1)

    def end(self, start: date) -> datetime:
        """When the next one begins."""
        later = start + timedelta(days=1) if self is Period.DAILY else (start + timedelta(days=32)).replace(day=1)
        return datetime(later.year, later.month, later.day, tzinfo=UTC)


def plain(amount: Decimal) -> Decimal:
    """The same amount as one would write it: no exponent, no trailing zeros."""
    return Decimal(f"{amount.normalize():f}")
