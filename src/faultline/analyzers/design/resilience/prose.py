"""What texts and diagrams state that will not hold."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.telling import told
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.resilience import circles, siblings, states
from faultline.analyzers.design.resilience.wordings import WORDINGS


def stated(design: Design) -> Iterator[Observation]:
    """Faults in the words of the text."""
    yield from told(design, WORDINGS)


CHECKS: tuple[Check, ...] = (stated, *circles.CHECKS, *siblings.CHECKS, *states.CHECKS)
