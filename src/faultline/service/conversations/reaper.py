"""The reaper of conversations whose worker has been silent for longer than its lease."""

from __future__ import annotations

from faultline.platform.database import SYSTEM
from faultline.service.conversations import states
from faultline.service.conversations.batch import RETRY_AFTER
from faultline.service.parts import Parts

BATCH = 1_000


async def reap_lost_conversations(parts: Parts) -> int:
    """Give them to others, or give up what was lost too often; returns how many there were."""
    async with parts.database.unit(SYSTEM, write=False) as unit:  # mostly nothing is lost: look before locking
        if not await states.any_lost(unit, await unit.now()):
            return 0
    async with parts.database.unit(SYSTEM) as unit:
        now = await unit.now()
        reaped = await states.reap(unit, BATCH, parts.settings.job_attempts, RETRY_AFTER, now)
        unit.after_commit(parts.conversations.nudge)
    return reaped
