"""Security in the languages other than Python, as patterns."""

from __future__ import annotations

from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = ()
