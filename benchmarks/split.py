"""Which repositories rules were tuned on, and whose logs nobody read.

The order is that of a hash of the names, so that nobody chose it. The first half is the tuned one. Fifteen repositories
of the other half were read late, after its figures had been taken (F1 .59, fully shown .53, none .10 at that time; F1
.72, .63 and .07 for the last quarter when ten of it had been read). The logs of the last five were never read, but
their scores and confusions were watched while choosing between variants: unread, not untouched.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import PurePosixPath


def repository_of(log: str) -> str:
    """Name the repository of a log as `labels.jsonl` does: `C/php@php-src/1.log.gz` gives `C/php@php-src`."""
    return str(PurePosixPath(log).parent)


def halves(repositories: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Divide into the first half and the second; of an odd number the second has one more."""
    ordered = sorted(set(repositories), key=lambda name: sha256(name.encode()).hexdigest())
    middle = len(ordered) // 2
    return frozenset(ordered[:middle]), frozenset(ordered[middle:])


def parts(logs: Iterable[str]) -> dict[str, frozenset[str]]:
    """Divide logs: the whole, the tuned half, the other half, and the part of that never read."""
    every = frozenset(logs)
    tuned, other = halves(map(repository_of, every))
    _, late = halves(other)
    _, never = halves(late)
    chosen = {"tuned half": tuned, "other half": other, "never read": never}
    return {
        "whole": every,
        **{name: frozenset(log for log in every if repository_of(log) in repos) for name, repos in chosen.items()},
    }
