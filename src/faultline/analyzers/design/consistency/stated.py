"""What texts state, held against specifications and deployments."""

from __future__ import annotations

from faultline.analyzers.design.consistency import interfaces, promises
from faultline.analyzers.design.consistency.facts import compared
from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = (*compared.CHECKS, *promises.CHECKS, *interfaces.CHECKS)
