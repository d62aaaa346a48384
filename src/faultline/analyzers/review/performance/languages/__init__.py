"""The agent `performance` in the languages other than Python, as patterns."""

from __future__ import annotations

from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.patterns import checks

CHECKS: tuple[Check, ...] = checks(__name__)
