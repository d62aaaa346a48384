"""What specifications show."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check
from faultline.analyzers.design.resilience import load, repetition

CHECKS: tuple[Check, ...] = (*load.CHECKS, *repetition.CHECKS)
