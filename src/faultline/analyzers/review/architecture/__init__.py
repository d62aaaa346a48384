"""The agent `architecture`: how the parts hang together, and whether they stay small enough to be understood."""

from __future__ import annotations

from faultline.analyzers.review.architecture import contracts, imports, size
from faultline.analyzers.review.change import ChangeCheck
from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = ()
CHANGE_CHECKS: tuple[ChangeCheck, ...] = (*imports.CHANGE_CHECKS, *size.CHANGE_CHECKS, *contracts.CHANGE_CHECKS)
