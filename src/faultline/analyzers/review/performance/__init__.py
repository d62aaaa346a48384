"""The agent `performance`: what takes time or memory that it need not."""

from __future__ import annotations

from faultline.analyzers.review.change import ChangeCheck
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.performance import languages, loops, remote, ruffs

CHECKS: tuple[Check, ...] = (ruffs.check, *loops.CHECKS, *remote.CHECKS, *languages.CHECKS)
CHANGE_CHECKS: tuple[ChangeCheck, ...] = ()
