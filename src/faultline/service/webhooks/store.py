"""Queries of webhooks and their deliveries."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from faultline.platform.database import Page, page
from faultline.service.webhooks.states import DeliveryStatus
from faultline.service.webhooks.tables import WebhookDelivery, WebhookEndpoint

Target = UUID | tuple[UUID, str]
"""What a few deliveries at a time go to: an endpoint, or a tenant's callbacks of one origin (a URL up to its path)."""
_ORIGIN = re.compile(r"[^/?#]*//[^/?#]*|")


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that has to be sent now."""

    id: UUID
    tenant_id: UUID
    endpoint_id: UUID | None
    url: str

    @property
    def target(self) -> Target:
        """What it counts against."""
        if self.endpoint_id is not None:
            return self.endpoint_id
        match = _ORIGIN.match(self.url)
        return self.tenant_id, match.group() if match else ""


@dataclass(frozen=True, slots=True)
class Full:
    """What takes no further delivery for now, because enough are on their way to it."""

    tenants: Collection[UUID] = ()
    targets: Collection[Target] = ()


class WebhookStore:
    """Reads and writes webhooks in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, endpoint_id: UUID) -> WebhookEndpoint | None:
        """One endpoint."""
        found: WebhookEndpoint | None = (
            await self._session.execute(select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id))
        ).scalar_one_or_none()
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[WebhookEndpoint]:
        """Some endpoints, newest first."""
        return await page(self._session, select(WebhookEndpoint), WebhookEndpoint.id, cursor=cursor, limit=limit)

    async def count(self) -> int:
        """How many endpoints there are."""
        return (await self._session.execute(select(func.count(WebhookEndpoint.id)))).scalar_one()

    async def enabled(self, tenant_id: UUID) -> Sequence[WebhookEndpoint]:
        """The endpoints of a tenant that events may go to; in any scope."""
        query = select(WebhookEndpoint).where(WebhookEndpoint.tenant_id == tenant_id, WebhookEndpoint.enabled.is_(True))
        return (await self._session.execute(query.order_by(WebhookEndpoint.id))).scalars().all()

    async def find_delivery(self, delivery_id: UUID) -> WebhookDelivery | None:
        """One delivery."""
        found: WebhookDelivery | None = (
            await self._session.execute(select(WebhookDelivery).where(WebhookDelivery.id == delivery_id))
        ).scalar_one_or_none()
        return found

    async def deliveries(
        self, *, endpoint_id: UUID | None, status: DeliveryStatus | None, cursor: str | None, limit: int
    ) -> Page[WebhookDelivery]:
        """Some deliveries without what they carry, newest first; of one endpoint, or of all and of callbacks."""
        every = [column for column in WebhookDelivery.__mapper__.column_attrs if column.key != "body"]
        query = select(WebhookDelivery).options(load_only(*(column.class_attribute for column in every)))
        if endpoint_id:
            query = query.where(WebhookDelivery.endpoint_id == endpoint_id)
        if status:
            query = query.where(WebhookDelivery.status == status)
        return await page(self._session, query, WebhookDelivery.id, cursor=cursor, limit=limit)

    async def due(self, now: datetime, limit: int, full: Full) -> Sequence[Due]:
        """What has to be sent now, the longest due first."""
        query = select(
            WebhookDelivery.id, WebhookDelivery.tenant_id, WebhookDelivery.endpoint_id, WebhookDelivery.url
        ).where(WebhookDelivery.status == DeliveryStatus.PENDING, WebhookDelivery.available_at <= now)
        if full.tenants:
            query = query.where(WebhookDelivery.tenant_id.not_in(full.tenants))
        if endpoints := [target for target in full.targets if isinstance(target, UUID)]:
            query = query.where(
                or_(WebhookDelivery.endpoint_id.is_(None), WebhookDelivery.endpoint_id.not_in(endpoints))
            )
        for tenant, origin in (target for target in full.targets if isinstance(target, tuple)):
            there = (WebhookDelivery.url.startswith(origin + end, autoescape=True) for end in "/?#")
            query = query.where(
                not_(
                    and_(
                        WebhookDelivery.endpoint_id.is_(None),
                        WebhookDelivery.tenant_id == tenant,
                        or_(WebhookDelivery.url == origin, *there),
                    )
                )
            )
        rows = await self._session.execute(query.order_by(WebhookDelivery.available_at).limit(limit))
        return [Due(row.id, row.tenant_id, row.endpoint_id, row.url) for row in rows]

    async def went_well(self, endpoint_id: UUID) -> None:
        """An endpoint took a delivery: it is not failing."""
        await self._session.execute(
            update(WebhookEndpoint)
            .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.failing_since.is_not(None))
            .values(failing_since=None)
        )

    async def went_wrong(self, endpoint_id: UUID, now: datetime) -> None:
        """An endpoint did not take a delivery: it is failing, from now on unless it was before."""
        await self._session.execute(
            update(WebhookEndpoint)
            .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.failing_since.is_(None))
            .values(failing_since=now)
        )

    async def disable(self, endpoint_id: UUID, reason: str, *, failing_before: datetime | None = None) -> bool:
        """Send nothing more to an endpoint; answers whether it was enabled until now.

        Args:
            endpoint_id: which.
            reason: why, for its owner.
            failing_before: only if it has been failing since then at least.

        """
        change = update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.enabled.is_(True))
        if failing_before:
            change = change.where(WebhookEndpoint.failing_since <= failing_before)
        changed = await self._session.execute(
            change.values(enabled=False, disabled_reason=reason).returning(WebhookEndpoint.id)
        )
        return changed.first() is not None

    async def remove_ended(self, before: datetime, limit: int) -> int:
        """Remove deliveries that ended before a time; returns how many it was."""
        old = (
            select(WebhookDelivery.id)
            .where(WebhookDelivery.status != DeliveryStatus.PENDING, WebhookDelivery.finished_at < before)
            .limit(limit)
        )
        gone = await self._session.execute(
            delete(WebhookDelivery)
            .where(WebhookDelivery.id.in_(old.scalar_subquery()))
            .returning(WebhookDelivery.id)
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())
