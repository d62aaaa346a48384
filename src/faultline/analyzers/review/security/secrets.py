"""Secrets in code, in every language."""

from __future__ import annotations

from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = ()
