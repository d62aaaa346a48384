"""Units as texts and settings write them: how many seconds, how many bytes."""

from __future__ import annotations

from typing import Final

SECONDS: Final = {
    "ms": 0.001,
    "msec": 0.001,
    "milli": 0.001,
    "millis": 0.001,
    "millisecond": 0.001,
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "m": 60.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hr": 3600.0,
    "hour": 3600.0,
    "d": 86400.0,
    "day": 86400.0,
    "w": 604800.0,
    "week": 604800.0,
    "month": 2592000.0,
    "year": 31536000.0,
}
BYTES: Final = {
    "b": 1.0,
    "byte": 1.0,
    "k": 1024.0,
    "kb": 1e3,
    "ki": 1024.0,
    "kib": 1024.0,
    "m": 1048576.0,
    "mb": 1e6,
    "mi": 1048576.0,
    "mib": 1048576.0,
    "megabyte": 1e6,
    "g": 1073741824.0,
    "gb": 1e9,
    "gi": 1073741824.0,
    "gib": 1073741824.0,
    "gigabyte": 1e9,
    "tb": 1e12,
    "ti": 1099511627776.0,
    "tib": 1099511627776.0,
}


def unit(text: str) -> str:
    """A unit as the tables have it: in lower case and singular."""
    text = text.lower()
    return text if text in SECONDS or text in BYTES else text.removesuffix("s")
