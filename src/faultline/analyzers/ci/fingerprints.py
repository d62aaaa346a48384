"""Fingerprints of failures: the same for the same failure on another runner, at another time, in another checkout."""

from __future__ import annotations

import re
from collections.abc import Iterable

from faultline.core.finding import fingerprint

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), mask)
    for pattern, mask in (
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
        (r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", "<time>"),
        (r"\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b(?! *error)", "<time>"),
        (r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b", "<host>"),
        # A file is named by its base name alone: checkouts, containers and temporary folders differ.
        (r"(?:[a-z]:)?[\\/]?(?:[\w.@+~%-]+[\\/])+(?=[\w.@+~%-])", ""),
        (r"\b0x[0-9a-f]+\b", "<id>"),
        (r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b", "<id>"),
        (r"\b\d+(?:[.,]\d+)*(?:\s?(?:ns|us|µs|ms|s|sec|secs|seconds|min|minutes|h|[kmg]i?b|%))?\b", "<n>"),
    )
)
_SPACE = re.compile(r"\s+")
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s'\"<>`]+", re.IGNORECASE)


def mask(text: str) -> str:
    """Take out of a line what differs from run to run: folders, times, addresses, ids and numbers."""
    # The path of an address is no folder of the checkout: it stays, with its slashes out of the masks' reach.
    text = _URL.sub(lambda found: found.group(0).partition("?")[0].replace("/", "|"), text)
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return _SPACE.sub(" ", text).strip()


def of_failure(rule: str, telling: Iterable[str]) -> str:
    """Fingerprint a failure by its rule and the lines that tell it, in whatever order they stood in the log."""
    return fingerprint(rule, *sorted({mask(line) for line in telling}))
