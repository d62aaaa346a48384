"""The agent `logic`: code that runs and does something else than was meant."""

from __future__ import annotations

from faultline.analyzers.review.change import ChangeCheck
from faultline.analyzers.review.logic import (
    calls,
    conditions,
    failures,
    flow,
    languages,
    literals,
    ruffs,
    state,
    unbound,
)
from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = (
    ruffs.check,
    *conditions.CHECKS,
    *calls.CHECKS,
    *flow.CHECKS,
    unbound.unbound,
    literals.constants,
    *state.CHECKS,
    *failures.CHECKS,
    *languages.CHECKS,
)
CHANGE_CHECKS: tuple[ChangeCheck, ...] = ()
