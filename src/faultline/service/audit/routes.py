"""The audit log over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from faultline.service.audit.schemas import AuditEntryOut, AuditPage, HeadOut, VerdictOut
from faultline.service.audit.service import Audit
from faultline.service.audit.store import Filter
from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service

routes = router("/v1/audit", "audit")

Auditor = Annotated[Principal, requires(Scope.AUDIT_READ)]
AuditOf = Annotated[Audit, service(Audit)]

Action = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z.-]+$", examples=["key.revoked"])]
Actor = Annotated[
    str | None, Query(max_length=100, pattern=r"^[a-z]+:[0-9a-f-]+$", description="`key:ID` or `user:ID`.")
]
From = Annotated[AwareDatetime | None, Query(alias="from", description="The first moment.")]
To = Annotated[AwareDatetime | None, Query(alias="to", description="The first moment after.")]


@routes.get("")
async def list_entries(
    _who: Auditor,
    audit: AuditOf,
    action: Action = None,
    actor: Actor = None,
    since: From = None,
    until: To = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> AuditPage:
    """List what was done, newest first."""
    found = await audit.list(Filter(action, actor, since, until), cursor=cursor, limit=limit)
    return AuditPage(items=[AuditEntryOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/head")
async def head(who: Auditor, audit: AuditOf) -> HeadOut:
    """Get the end of the chain, to keep it elsewhere."""
    return HeadOut.model_validate(await audit.head(who.tenant_id))


@routes.get("/verify")
async def verify(who: Auditor, audit: AuditOf) -> VerdictOut:
    """Check the whole chain."""
    verdict = await audit.verify(who.tenant_id)
    return VerdictOut(
        intact=verdict.reason is None,
        head=HeadOut.model_validate(verdict.head),
        broken_at=verdict.broken_at,
        reason=verdict.reason,
    )
