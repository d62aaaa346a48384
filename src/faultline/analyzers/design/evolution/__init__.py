"""Agent `evolution`: what a new version of a specification breaks for those who use the old one."""

from __future__ import annotations

from faultline.analyzers.design.evolution import breaking

CHECKS = (*breaking.CHECKS,)
