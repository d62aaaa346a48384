"""Agent `security`: what is open, unencrypted or told to everybody."""

from __future__ import annotations

from faultline.analyzers.design.security import api, compose, kubernetes, prose, secrets, terraform

CHECKS = (
    *api.CHECKS,
    *compose.CHECKS,
    *kubernetes.CHECKS,
    *terraform.CHECKS,
    *prose.CHECKS,
    *secrets.CHECKS,
)
