"""What an operator can do: look at dead letters, queue them again, and have the result cache forget."""

from __future__ import annotations

from uuid import UUID

from faultline.platform.database import Page, UnitOfWork
from faultline.platform.jobs.relay import bring_back, set_aside
from faultline.service.analyses import states
from faultline.service.analyses.service import Analyses
from faultline.service.analyses.tables import Analysis
from faultline.service.errors import Conflict
from faultline.service.operations.schemas import Redriven
from faultline.service.parts import Parts

BATCH = 500
"""Dead letters that one request queues again."""


class Operations:
    """Operations of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    async def dead_letters(self, *, cursor: str | None, limit: int) -> tuple[Page[Analysis], int]:
        """Some dead letters, newest first; and how many messages of the outbox were set aside."""
        found = await Analyses(self._unit, self._parts).dead_letters(cursor=cursor, limit=limit)
        return found, await set_aside(self._unit)

    async def redrive(self, analysis_id: UUID) -> Analysis:
        """Queue one dead letter again.

        Raises:
            NotFound: there is no such analysis.
            Conflict: it is no dead letter.

        """
        analyses = Analyses(self._unit, self._parts)
        if (await analyses.get(analysis_id)).error_code not in states.DEAD_LETTERS:
            raise Conflict("this analysis is no dead letter")
        return await analyses.retry(analysis_id)

    async def redrive_all(self) -> Redriven:
        """Queue dead letters again, the oldest first, and bring back messages that were set aside."""
        now = await self._unit.now()
        queued = await states.redrive(self._unit, BATCH, now)
        messages = await bring_back(self._unit, now)
        self._unit.after_commit(self._parts.relay.nudge)
        return Redriven(analyses=len(queued), messages=messages, more=len(queued) == BATCH)
