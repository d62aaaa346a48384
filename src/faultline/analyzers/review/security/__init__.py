"""The agent `security`: its checks."""

from __future__ import annotations

from faultline.analyzers.review.change import ChangeCheck
from faultline.analyzers.review.observation import Check
from faultline.analyzers.review.security import flows, languages, python, secrets

CHECKS: tuple[Check, ...] = (
    *flows.CHECKS,
    *(flows.unless_followed(each) for each in python.CHECKS),
    *languages.CHECKS,
    *secrets.CHECKS,
)
CHANGE_CHECKS: tuple[ChangeCheck, ...] = ()
