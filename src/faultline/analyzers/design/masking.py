"""Lines and sentences that hold a secret are told without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from faultline.analyzers.design.rules import Rule
from faultline.analyzers.design.security.values import hidden
from faultline.core.secrets import find

MARK: Final = "***"
MAX_LINE: Final = 400
"""Characters of a line that are shown."""


def masked(text: str) -> str:
    """A text without what is shaped like a secret."""
    spans = sorted(find(text, text.lower()))
    told, at = [], 0
    for start, end in spans:
        if start >= at:
            told.append(text[at:start] + MARK)
        at = max(at, end)
    return "".join(told) + text[at:]


def evidence(lines: Iterable[str], rule: Rule) -> tuple[str, ...]:
    """Lines that a rule shows, cut to a length; of a rule about secrets also without any value."""
    told = []
    for line in lines:
        cut = line[: MAX_LINE * 4]
        shown = masked(cut)
        if shown == cut and rule.masked:
            shown = hidden(cut)
        told.append(shown if len(shown) <= MAX_LINE else shown[: MAX_LINE - 3] + "...")
    return tuple(told)
