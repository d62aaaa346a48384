"""Rules of the OpenAPI format and of its common linters."""

from __future__ import annotations

from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = ()
