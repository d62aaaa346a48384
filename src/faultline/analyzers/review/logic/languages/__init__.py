"""The agent `logic` in the languages other than Python, as patterns, and what oxlint says where it is used."""

from __future__ import annotations

from faultline.analyzers.review.engines import found
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.patterns import checks

CHECKS: tuple[Check, ...] = (*checks(__name__), found.oxlint)
