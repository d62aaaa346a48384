"""The agent `style`: what the code around keeps and the change does not."""

from __future__ import annotations

from faultline.analyzers.review.change import ChangeCheck
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.style import conventions

CHECKS: tuple[Check, ...] = conventions.CHECKS
CHANGE_CHECKS: tuple[ChangeCheck, ...] = ()
