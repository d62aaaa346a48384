"""Documents that contradict each other."""

from __future__ import annotations

from faultline.analyzers.design.consistency import arrows, claims, described, drawn, mentioned
from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = (*drawn.CHECKS, arrows.calls, *described.CHECKS, *claims.CHECKS, *mentioned.CHECKS)
