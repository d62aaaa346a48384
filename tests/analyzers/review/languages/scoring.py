"""Scores the checks of other languages on the samples: for each language one file that is insecure and one that is not.

A line that ends with `expect: RULE` is one that the rule, or each of several, shall be told at, and nothing else shall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.review.logic import languages as logic
from faultline.analyzers.review.performance import languages as performance
from faultline.analyzers.review.security import languages as security
from faultline.analyzers.review.security import secrets
from faultline.analyzers.review.source import Source

SAMPLES = Path(__file__).parent / "samples"
CHECKS = (*security.CHECKS, *secrets.CHECKS, *logic.CHECKS, *performance.CHECKS)

_EXPECTED = re.compile(r"\s*(?://|/\*|#|<!--) expect: ([\w/, -]*\w).*$", re.MULTILINE)


@dataclass(frozen=True)
class Score:
    """One sample: what was to be told, what was told, each as rule and line."""

    path: Path
    expected: frozenset[tuple[str, int]]
    told: frozenset[tuple[str, int]]

    @property
    def missed(self) -> list[tuple[str, int]]:
        return sorted(self.expected - self.told)

    @property
    def false(self) -> list[tuple[str, int]]:
        return sorted(self.told - self.expected)


def scores() -> Iterator[Score]:
    """Each sample's score; the checks do not see what is expected."""
    for path in sorted(SAMPLES.iterdir()):
        text = path.read_text("utf-8")
        lines = enumerate(text.split("\n"), 1)
        expected = {
            (rule, number)
            for number, line in lines
            if (match := _EXPECTED.search(line))
            for rule in match[1].split(", ")
        }
        source = Source(f"src/{path.name}", _EXPECTED.sub("", text))
        told = {(each.rule, each.line) for check in CHECKS for each in check(source)}
        yield Score(path, frozenset(expected), frozenset(told))
