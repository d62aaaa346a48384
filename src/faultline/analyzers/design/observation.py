"""Observation and Check: what looks at a design, and what it says.

A check looks at the whole design and says all that it sees, each thing at its own spot. That things of one cause become
one finding, that nobody has suppressed them, what they are called and how bad they are, is the same for all checks
(`squad.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.spot import Spot
from faultline.core.finding import Severity


@dataclass(slots=True, unsafe_hash=True)
class Observation:
    """Something that a check sees in a design. Nobody changes one; why it is not frozen, `Spot` says.

    Args:
        rule: the rule's id, which is in the catalogue.
        at: where it shows best.
        message: what is so here, in a sentence; the rule's `title` and `why` say the rest.
        cause: what has one cause is one finding with all its places: those of one rule, one document and one `cause`.
            So an empty cause makes one finding a document; name the component where each is a thing of its own.
        also: further spots that show it, such as the statement that this one contradicts.
        fix: what to do here, where more can be said than the rule does.
        severity: where it is another than the rule's.
        confidence: as well.
        many: what a finding of several places is called, with `{count}` for how many: `{count} operations have no tag`.
            Without it the rule's title stands.

    """

    rule: str
    at: Spot
    message: str = ""
    cause: str = ""
    also: tuple[Spot, ...] = ()
    fix: str | None = None
    severity: Severity | None = None
    confidence: float | None = None
    many: str = ""


Check = Callable[[Design], Iterable[Observation]]
"""A look at a whole design; pure, deterministic, and never raises because of what a file says."""
