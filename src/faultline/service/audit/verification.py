"""Verifies the audit logs of a whole installation, without its web server."""

from __future__ import annotations

from collections.abc import Sequence

from faultline.platform.database import SYSTEM
from faultline.service.audit.chain import Verdict
from faultline.service.audit.service import Audit
from faultline.service.parts import Parts
from faultline.service.settings import settings_from_environment


async def verify_chains() -> Sequence[Verdict]:
    """Look at every organization's chain in the database that the environment's settings name.

    Raises:
        UsageError: a setting makes no sense.

    """
    parts = Parts.of(settings_from_environment())
    try:
        async with parts.database.unit(SYSTEM, write=False) as unit:
            return await Audit(unit, parts).verify_all()
    finally:
        await parts.close()
