"""Times as people and programs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

EARLIEST, LATEST = 1990, 2100
"""Years; what lies outside is a number that is no time."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[ .-]+)?([A-Za-z]{3})[a-z]*\.?[ -]+(?:(\d{1,2})(?:st|nd|rd|th)?,?[ ]+)?(\d{4})"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?[\s\u202f]*([AaPp]\.?[Mm]\.?)?")
_ZONE = re.compile(r"(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d))\s*$")
_NUMBER = re.compile(r"-?\d{9,19}(?:\.\d+)?")


def parse_time(value: object) -> datetime | None:
    """Read a time; None where there is none, or only a clock without its day.

    Takes ISO 8601, seconds, milli-, micro- or nanoseconds since 1970 as a number or as text, and what chats write:
    `01/05/2026, 10:02`, `5/1/26 10:02 PM`, `1 May 2026 10:02:11 +0200`. Of two numbers that could both be the month the
    second is it, except beside AM or PM, as Americans write. A time without a zone is taken as UTC, so that all of them
    can be compared.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _since_1970(float(value))
    if isinstance(value, datetime):
        return _aware(value)
    if not isinstance(value, str) or not 6 <= len(text := value.strip()) <= 60:
        return None
    if _NUMBER.fullmatch(text):
        return _since_1970(float(text))
    if not text.isdigit():  # fromisoformat also takes `20260501`, but so do order numbers
        try:
            return _aware(datetime.fromisoformat(text))
        except ValueError:
            pass
    return _written(text)


def _since_1970(number: float) -> datetime | None:
    for divisor in (1, 1e3, 1e6, 1e9):
        try:
            time = datetime.fromtimestamp(number / divisor, UTC)
        except (OverflowError, ValueError, OSError):
            continue
        if EARLIEST <= time.year < LATEST:
            return time
    return None


def _aware(time: datetime) -> datetime | None:
    try:
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None
    return time if EARLIEST <= time.year < LATEST else None


def _written(text: str) -> datetime | None:
    clock = _CLOCK.search(text)
    half = (clock.group(4) or "")[:1].lower() if clock else ""
    day = _day(text, american=bool(half))
    if day is None:
        return None
    hour, minute, second = (int(part or 0) for part in clock.group(1, 2, 3)) if clock else (0, 0, 0)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = _ZONE.search(text)
    offset = timedelta()
    if zone and zone.group(1):
        offset = timedelta(hours=int(zone.group(2)), minutes=int(zone.group(3))) * (-1 if zone.group(1) == "-" else 1)
    try:
        return _aware(datetime(*day, hour, minute, second, tzinfo=timezone(offset)))
    except ValueError:
        return None


def _day(text: str, *, american: bool) -> tuple[int, int, int] | None:
    """Year, month, day."""
    if found := _NUMERIC.search(text):
        first, mark, second, third = found.groups()
        a, b, c = int(first), int(second), int(third)
        if len(first) == 4:
            return a, b, c
        year = c + 2000 if c < 100 else c
        month_first = b > 12 or (american and a <= 12 and mark == "/")
        return (year, a, b) if month_first else (year, b, a)
    if found := _NAMED.search(text):
        month = found.group(2).lower()
        day = found.group(1) or found.group(3)
        if month in _MONTHS and day:
            return int(found.group(4)), _MONTHS.index(month) + 1, int(day)
    return None
