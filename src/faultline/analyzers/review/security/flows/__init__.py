"""Python: how untrusted data reaches what it must not reach."""

from __future__ import annotations

from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = ()
