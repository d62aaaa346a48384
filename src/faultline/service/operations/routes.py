"""Operations over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from faultline.service.analyses.routes import AnalysesOf
from faultline.service.analyses.schemas import AnalysisOut
from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.operations.schemas import DeadLetterPage, Forgotten, Redriven
from faultline.service.operations.service import Operations
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service

routes = router("/v1", "operations")

Operator = Annotated[Principal, requires(Scope.OPERATIONS_WRITE)]
OperationsOf = Annotated[Operations, service(Operations)]


@routes.get("/operations/dead-letters")
async def dead_letters(
    _who: Operator, operations: OperationsOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> DeadLetterPage:
    """List analyses whose worker was lost time and again or took too long, newest first."""
    found, messages = await operations.dead_letters(cursor=cursor, limit=limit)
    items = [AnalysisOut.of(row) for row in found.items]
    return DeadLetterPage(items=items, next_cursor=found.next_cursor, messages=messages)


@routes.post("/operations/dead-letters/redrive")
async def redrive_all(_who: Operator, operations: OperationsOf) -> Redriven:
    """Queue dead letters again, up to 500 at a time, the oldest first."""
    return await operations.redrive_all()


@routes.post("/operations/dead-letters/{analysis_id}/redrive")
async def redrive(analysis_id: UUID, _who: Operator, operations: OperationsOf) -> AnalysisOut:
    """Queue one dead letter again."""
    return AnalysisOut.of(await operations.redrive(analysis_id))


@routes.delete("/operations/cache")
async def forget_reports(_who: Operator, analyses: AnalysesOf) -> Forgotten:
    """Have the result cache forget everything: the same content is analyzed anew."""
    return Forgotten(forgotten=await analyses.forget_reports())


@routes.delete("/analyses/{analysis_id}/cache")
async def forget_report(analysis_id: UUID, _who: Operator, analyses: AnalysesOf) -> Forgotten:
    """Have the result cache forget the report of one analysis."""
    return Forgotten(forgotten=await analyses.forget_report(analysis_id))
