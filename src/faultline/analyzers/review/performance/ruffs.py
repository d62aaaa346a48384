"""What ruff finds that costs time or memory; what is only shorter to write is not told."""

from __future__ import annotations

from collections.abc import Iterable

from faultline.analyzers.review.engines.ruffchecks import check_of
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_RULES = {
    "performance/blocking-in-async": "ASYNC210 ASYNC212 ASYNC220 ASYNC221 ASYNC222 ASYNC250 ASYNC251",
    "performance/cache-keeps-instances": "B019",
    "performance/quadratic-sum": "RUF017",
    "performance/whole-for-part": "RUF015 FURB192 FURB129",
    "performance/needless-copy": "PERF101 C414 C419",
}

TABLE = {code: rule for rule, codes in _RULES.items() for code in codes.split()}
"""Rules of ours by ruff's code."""

_told = check_of(TABLE)


def check(source: Source) -> Iterable[Observation]:
    """What ruff says; of caches on methods those without a bound."""
    for each in _told(source):
        line = source.lines[each.line - 1]
        if each.code != "B019" or "maxsize=None" in line or "lru_cache" not in line:
            yield each
