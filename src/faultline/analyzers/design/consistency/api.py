"""What specifications show."""

from __future__ import annotations

from faultline.analyzers.design.consistency import answers, concepts, errors, naming, paths
from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = (
    *concepts.CHECKS,
    *errors.CHECKS,
    *answers.CHECKS,
    *naming.CHECKS,
    *paths.CHECKS,
)
