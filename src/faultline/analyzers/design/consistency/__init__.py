"""Agent `consistency`: what contradicts itself, or another document."""

from __future__ import annotations

from faultline.analyzers.design.consistency import api, artifacts, decisions

CHECKS = (
    *api.CHECKS,
    *artifacts.CHECKS,
    *decisions.CHECKS,
)
