"""Secrets in any file."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = ()
