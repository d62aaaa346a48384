"""What texts and diagrams state that will be broken into."""

from __future__ import annotations

from collections.abc import Iterator

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.telling import told
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.security import labels
from faultline.analyzers.design.security.wordings import WORDINGS


def stated(design: Design) -> Iterator[Observation]:
    """Faults in the words of the text."""
    yield from told(design, WORDINGS)


CHECKS: tuple[Check, ...] = (stated, *labels.CHECKS)
