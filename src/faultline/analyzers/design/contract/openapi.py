"""Rules of the OpenAPI format and of its common linters, joined from the modules by what they are about."""

from __future__ import annotations

from faultline.analyzers.design.contract import (
    documentation,
    examples,
    later,
    operations,
    paths,
    references,
    requirements,
    schemas,
    servers,
    structure,
)
from faultline.analyzers.design.observation import Check

CHECKS: tuple[Check, ...] = (
    *structure.CHECKS,
    *operations.CHECKS,
    *paths.CHECKS,
    *schemas.CHECKS,
    *requirements.CHECKS,
    *references.CHECKS,
    *servers.CHECKS,
    *later.CHECKS,
    *examples.CHECKS,
    *documentation.CHECKS,
)
