"""Python: weaknesses that show in one place."""

from __future__ import annotations

from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = ()
