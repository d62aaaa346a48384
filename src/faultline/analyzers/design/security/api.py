"""What specifications show."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check
from faultline.analyzers.design.security import access, exposure, requests, schemes, webhooks

CHECKS: tuple[Check, ...] = (*access.CHECKS, *schemes.CHECKS, *exposure.CHECKS, *requests.CHECKS, *webhooks.CHECKS)
