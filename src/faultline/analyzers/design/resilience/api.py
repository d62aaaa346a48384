"""What specifications show."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = ()
