"""Agent `resilience`: what fails, what falls with it, and what does not come back."""

from __future__ import annotations

from faultline.analyzers.design.resilience import api, compose, kubernetes, prose, terraform, topology

CHECKS = (
    *api.CHECKS,
    *compose.CHECKS,
    *kubernetes.CHECKS,
    *terraform.CHECKS,
    *prose.CHECKS,
    *topology.CHECKS,
)
