"""Which repositories rules were tuned on, and which nobody looked at.

The order is that of a hash of the names, so that nobody chose it. The first half is the tuned one. The logs of the
third quarter were looked at late, after their figures had been taken (F1 .52 at that time); the last quarter never was.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import PurePosixPath


def repository_of(log: str) -> str:
    """Name the repository of a log as `labels.jsonl` does: `C/php@php-src/1.log.gz` gives `C/php@php-src`."""
    return str(PurePosixPath(log).parent)


def halves(repositories: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Divide into the tuned half and the unseen half; of an odd number the unseen half has one more."""
    ordered = sorted(set(repositories), key=lambda name: sha256(name.encode()).hexdigest())
    middle = len(ordered) // 2
    return frozenset(ordered[:middle]), frozenset(ordered[middle:])


def parts(logs: Iterable[str]) -> dict[str, frozenset[str]]:
    """Divide logs: the whole, the tuned half, the unseen half, and of that the quarter never looked at."""
    every = frozenset(logs)
    tuned, unseen = halves(map(repository_of, every))
    _, never = halves(unseen)
    chosen = {"tuned half": tuned, "other half": unseen, "never seen": never}
    return {
        "whole": every,
        **{name: frozenset(log for log in every if repository_of(log) in repos) for name, repos in chosen.items()},
    }
