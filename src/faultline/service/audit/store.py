"""Queries of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, page
from faultline.service.audit.chain import Head
from faultline.service.audit.tables import AuditEntry


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted; None wants all."""

    action: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditStore:
    """Reads the audit log in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def head(self, tenant_id: UUID) -> Head:
        """The end of a tenant's chain."""
        found = (
            await self._session.execute(
                select(AuditEntry.sequence, AuditEntry.hash)
                .where(AuditEntry.tenant_id == tenant_id)
                .order_by(AuditEntry.sequence.desc())
                .limit(1)
            )
        ).first()
        return Head() if found is None else Head(found.sequence, found.hash)

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[AuditEntry]:
        """Some entries, newest first."""
        query: Select[AuditEntry] = select(AuditEntry)
        if wanted.action is not None:
            query = query.where(AuditEntry.action == wanted.action)
        if wanted.actor is not None:
            query = query.where(AuditEntry.actor == wanted.actor)
        if wanted.since is not None:
            query = query.where(AuditEntry.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(AuditEntry.at < wanted.until)
        return await page(self._session, query, AuditEntry.id, cursor=cursor, limit=limit)

    async def after(self, tenant_id: UUID, sequence: int, limit: int) -> Sequence[AuditEntry]:
        """The entries that follow one, in the order of the chain."""
        found: Sequence[AuditEntry] = (
            (
                await self._session.execute(
                    select(AuditEntry)
                    .where(AuditEntry.tenant_id == tenant_id, AuditEntry.sequence > sequence)
                    .order_by(AuditEntry.sequence)
                    .limit(limit)
                    .execution_options(populate_existing=True)
                )
            )
            .scalars()
            .all()
        )
        return found

    async def tenants(self) -> Sequence[UUID]:
        """All that have a chain."""
        found: Sequence[UUID] = (
            (await self._session.execute(select(AuditEntry.tenant_id).distinct().order_by(AuditEntry.tenant_id)))
            .scalars()
            .all()
        )
        return found
