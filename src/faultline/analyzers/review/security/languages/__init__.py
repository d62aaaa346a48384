"""Security in the languages other than Python, as patterns, and in the files that build and deploy."""

from __future__ import annotations

from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.patterns import checks

CHECKS: tuple[Check, ...] = checks(__name__)
