"""The OWASP API Security Top 10 (2023) as far as a specification shows it."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = ()
