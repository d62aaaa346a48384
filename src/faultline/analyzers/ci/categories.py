"""The class of the cause, and how sure the answer is."""

from __future__ import annotations

import re

from faultline.analyzers.ci.causes import Cause
from faultline.analyzers.ci.sketch import Sketch
from faultline.core.results.ci import Category

_HINTS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern, re.IGNORECASE))
    for category, pattern in (
        (Category.NETWORK, r"timed? ?out (?:while )?connect|connection (?:refused|reset|timed out)|could ?n.t resolve"),
        (Category.AUTHENTICATION, r"permission to .* denied|unauthori[sz]ed|forbidden|invalid (?:token|credentials)"),
        (Category.TIMEOUT, r"timed? ?out|timeout|time limit"),
        (Category.CONFIGURATION, r"command not found|no such (?:file|task|command)|not (?:set|configured|defined)\b"),
        (Category.DEPENDENCY, r"(?:package|dependenc|artifact|module|version)\w* .*(?:not found|unavailable|missing)"),
    )
)
_COMMANDS: tuple[tuple[Category, re.Pattern[str]], ...] = tuple(
    (category, re.compile(pattern, re.IGNORECASE))
    for category, pattern in (
        (Category.LINT, r"\b\w*(?:lint|format|style|check|verify|validate|spell|prettier|rubocop|flake8)\w*\b"),
        (Category.TEST, r"\b\w*(?:tests?|specs?|tox|pytest|rspec|karma|jest|mocha|check)\b"),
        (Category.DEPENDENCY, r"\b(?:install|restore|bundle|fetch|update|upgrade|deps|bootstrap)\b"),
        (Category.COMPILE, r"\b(?:make|build|compile|assemble|package|ninja|cargo|webpack|tsc)\b"),
    )
)


def judge(sketch: Sketch, cause: Cause) -> tuple[Category, float]:
    """Class and confidence of a cause.

    The confidence is that of the class being right, by the rank of the block it rests on; the figures are measured
    (see benchmarks/ci_categories.py).
    """
    known_step = cause.step is not None and cause.step.outcome == "failed"
    if cause.blocks:
        lead = cause.blocks[0].signature
        if lead.category is not Category.UNKNOWN:
            sure = 0.95 if lead.rank >= 70 else 0.85 if lead.rank >= 60 else 0.75 if lead.rank >= 50 else 0.6
            return lead.category, round(sure if known_step else sure - 0.1, 2)
    text = "\n".join(line.text for number in cause.lines[:200] if (line := sketch.line_at(number)) is not None)
    for category, pattern in _HINTS:
        if pattern.search(text):
            return category, 0.5
    if cause.step is not None:
        for category, pattern in _COMMANDS:
            if pattern.search(cause.step.name):
                return category, 0.45
    return Category.UNKNOWN, 0.2
