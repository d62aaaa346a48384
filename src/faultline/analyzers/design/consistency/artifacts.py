"""Documents that contradict each other."""

from __future__ import annotations

from faultline.analyzers.design.consistency import claims, described, drawn, mentioned
from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = (*drawn.CHECKS, *described.CHECKS, *claims.CHECKS, *mentioned.CHECKS)
