"""Faults of documents themselves: duplicate keys, references that lead nowhere."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = ()
