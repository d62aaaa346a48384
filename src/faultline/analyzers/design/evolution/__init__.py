"""Agent `evolution`: what a new version of a specification or a deployment breaks for those who use the old one."""

from __future__ import annotations

from faultline.analyzers.design.evolution import breaking, deployments

CHECKS = (*breaking.CHECKS, *deployments.CHECKS)
