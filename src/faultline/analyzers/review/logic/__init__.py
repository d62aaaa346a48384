"""The agent `logic`: its checks, and those that look at a change as a whole."""

from __future__ import annotations

from faultline.analyzers.review.change import ChangeCheck
from faultline.analyzers.review.observation import Check

CHECKS: tuple[Check, ...] = ()
CHANGE_CHECKS: tuple[ChangeCheck, ...] = ()
