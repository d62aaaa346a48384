"""Observation and Check: what looks at code, and what it says.

A check looks at one version of one file and says all that it sees. That the change has brought it, that nobody has
suppressed it, what it is called and how bad it is, is the squad's business (`squad.py`), the same for all checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from faultline.analyzers.review.source import Source
from faultline.core.finding import Edit, Severity


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that a check sees in a source.

    Args:
        rule: the rule's id, which is in the catalogue.
        line: the first line that shows it, from 1.
        end_line: the last one, inclusive; 0 for the same.
        message: what is so here, in a sentence; the rule's `title` and `why` say the rest.
        because: further lines of the file that make it so, such as where untrusted data comes in; a change of one of
            them brings the finding as well.
        symbol: the function or class it is in, if the check knows; else the squad finds it.
        fix: what to do here, where more can be said than the rule does.
        edits: a change that would mend it; it is told only when it holds (`proof.py`).
        severity: where it is another than the rule's.
        confidence: as well.
        code: the tool's own name for it, such as ruff's `F841`; a comment may suppress it by that, too.

    """

    rule: str
    line: int
    end_line: int = 0
    message: str = ""
    because: tuple[int, ...] = ()
    symbol: str | None = None
    fix: str | None = None
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None
    confidence: float | None = None
    code: str | None = None


Check = Callable[[Source], Iterable[Observation]]
"""A look at one version of one file; pure, and never raises because of what the file says."""
