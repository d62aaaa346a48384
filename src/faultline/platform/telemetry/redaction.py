"""Takes secrets and personal data out of what is about to be logged, and bounds its size.

Two nets: a field whose name says that it is secret loses its value, and a text that holds something shaped like a
secret, or like somebody's address, phone or card, loses that part. A pattern runs only over texts that contain its
literal marker, so that a harmless field of a log line costs 1.5 to 5 us.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Final

from faultline.core import privacy

MASK: Final = "***"
MAX_TEXT: Final = 4_096
"""Characters kept of one text."""
MAX_EVENT: Final = 32_768
"""Characters kept of all the texts of one event."""
MAX_ITEMS: Final = 100
_VALUE_COST: Final = 4  # what every value takes of the budget, so that a tree of empty lists ends too
MAX_DEPTH: Final = 6

_SECRET_NAMES = frozenset(
    {
        "authorization", "proxy_authorization", "cookie", "set_cookie", "x_api_key", "api_key", "apikey", "key",
        "password", "passwd", "passphrase", "secret", "token", "jwt", "credential", "credentials", "dsn",
    }
)  # fmt: skip
_SECRET_ENDINGS = ("_key", "_secret", "_token", "_password", "_passphrase", "_credentials", "_cookie")


@lru_cache(maxsize=1_024)
def is_secret(name: str) -> bool:
    """Whether a field of this name holds a secret, by its name alone: `X-Api-Key`, `signing_key`, `password`."""
    plain = name.lower().replace("-", "_")
    return plain in _SECRET_NAMES or plain.endswith(_SECRET_ENDINGS)


def redact(text: str) -> str:
    """The text without personal data, and with everything masked that is shaped like a secret.

    Our keys keep their prefix (`flk_<prefix>_***`), by which the owner can find them; of a URL with a user and a
    password in it the rest stays. Personal data gives way to its kind, as in `[email]`.
    """
    return privacy.replace(text, privacy.find(text), {"secret": MASK})


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """The text cut to `limit` characters, with a note of how many there were.

    The end of a long text stays as well, for an exception says at its end what happened.
    """
    if len(text) <= limit:
        return text
    head = limit // 4
    return f"{text[:head]} ... ({len(text):,} characters) ... {text[head - limit :]}"


class Cleaning:
    """Cleans the values of one event, which share one budget of characters."""

    def __init__(self) -> None:
        self._left = MAX_EVENT

    def value(self, name: str, value: object, depth: int = 0) -> object:
        """The value as plain data (null, booleans, finite numbers, texts, lists, objects) without a secret."""
        self._left -= _VALUE_COST
        if value is None or isinstance(value, (bool, int)):
            return value if value is None or isinstance(value, bool) or not is_secret(name) else MASK
        if isinstance(value, float):
            return MASK if is_secret(name) else value if math.isfinite(value) else str(value)
        if is_secret(name):
            return _masked(value)
        if isinstance(value, (Mapping, list, tuple, Set)):
            if depth >= MAX_DEPTH or self._left <= 0:
                return "..."
            if isinstance(value, Mapping):
                return self._mapping(value, depth)
            return [self.value("", each, depth + 1) for each in _first(value)]
        return self.text(value)

    def text(self, value: object, limit: int = MAX_TEXT) -> str:
        """Anything as a text of at most `limit` characters, and never more than is left for the event."""
        limit = max(min(limit, self._left), 64)
        raw = _as_text(value)
        if len(raw) > 2 * limit:
            # Cut before the patterns run, so that a value of megabytes costs nothing; then again to what is wanted.
            raw = f"{raw[: limit // 2]} ... ({len(raw):,} characters) ... {raw[-limit:]}"
        cleaned = shorten(redact(raw), limit)
        self._left -= len(cleaned)
        return cleaned

    def _mapping(self, value: Mapping[object, object], depth: int) -> dict[str, object]:
        cleaned: dict[str, object] = {}
        for key in _first(value):
            name = shorten(_as_text(key), 128)
            cleaned[redact(name)] = self.value(name, value[key], depth + 1)
        return cleaned


def _first(items: Mapping[object, object] | list[object] | tuple[object, ...] | Set[object]) -> list[object]:
    return [item for _, item in zip(range(MAX_ITEMS), items, strict=False)]


def _masked(value: object) -> str:
    text = _as_text(value)
    shown = redact(text) if text.startswith("flk_") and len(text) < 200 else MASK
    return shown if shown != text else MASK


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value[: 4 * MAX_TEXT]).decode("utf-8", "replace")
    try:
        return str(value)
    except Exception:  # a value that cannot be shown must not take the log line with it
        return f"<unprintable {type(value).__name__}>"
