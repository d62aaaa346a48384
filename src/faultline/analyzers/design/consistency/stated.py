"""What texts state, held against specifications and deployments."""

from __future__ import annotations

from faultline.analyzers.design.consistency import (
    decided,
    failures,
    interfaces,
    overviews,
    promises,
    ruled,
    started,
    typed,
    waited,
)
from faultline.analyzers.design.consistency.facts import compared, named
from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = (
    *compared.CHECKS,
    *named.CHECKS,
    *promises.CHECKS,
    *interfaces.CHECKS,
    *decided.CHECKS,
    *overviews.CHECKS,
    *failures.CHECKS,
    *waited.CHECKS,
    *ruled.CHECKS,
    *started.CHECKS,
    *typed.CHECKS,
)
