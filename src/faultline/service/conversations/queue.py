"""Whose conversations wait, and how many. Tenants take turns at batches as at analyses (`analyses/queue.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from faultline.service.analyses.queue import Turns
from faultline.service.conversations.states import ConversationStatus, in_status
from faultline.service.conversations.tables import Conversation


@dataclass(frozen=True, slots=True)
class TenantWaits:
    """A tenant with conversations that may be taken, and what its turns weigh."""

    tenant_id: UUID
    weight: int


@dataclass(frozen=True, slots=True)
class Depth:
    """How many wait, and since when the oldest does."""

    waiting: int
    oldest: datetime | None


_QUEUED = in_status(ConversationStatus.QUEUED)


async def whose_turn(session: AsyncSession, turns: Turns, now: datetime) -> TenantWaits | None:
    """The tenant who is next of those that have something that may be taken; None when nobody has.

    Args:
        session: of a unit of the system.
        turns: of this worker; the turn is not counted yet.
        now: the time.

    """
    for tenant in sorted((await session.execute(_TENANTS)).scalars(), key=turns.start):
        row = (await session.execute(_FIRST, {"tenant": tenant, "now": now})).first()
        if row is not None:
            return TenantWaits(tenant, row.priority)
    return None


async def waiting(session: AsyncSession) -> int:
    """How many wait in all."""
    return (await session.execute(select(func.count(Conversation.id)).where(_QUEUED))).scalar_one()


async def waiting_up_to(session: AsyncSession, most: int) -> int:
    """How many wait in all, or `most` if it is more than that."""
    return (await session.execute(_UP_TO, {"most": most})).scalar_one()


async def depth(session: AsyncSession) -> Depth:
    """How many wait in all, and since when."""
    oldest = select(Conversation.id).where(_QUEUED).order_by(Conversation.id).limit(1).scalar_subquery()
    since = await session.execute(select(Conversation.created_at).where(Conversation.id == oldest))
    return Depth(await waiting(session), since.scalar_one_or_none())


def _tenants_with_work() -> Select[UUID]:
    first = select(Conversation.tenant_id).where(_QUEUED).order_by(Conversation.tenant_id).limit(1)
    found = select(first.scalar_subquery().label("tenant_id")).cte("tenants", recursive=True)
    other = aliased(Conversation)
    following = (
        select(other.tenant_id)
        .where(in_status(ConversationStatus.QUEUED, other), other.tenant_id > found.c.tenant_id)
        .order_by(other.tenant_id)
        .limit(1)
    )
    found = found.union_all(select(following.scalar_subquery()).where(found.c.tenant_id.is_not(None)))
    return select(found.c.tenant_id).where(found.c.tenant_id.is_not(None))


_TENANTS = _tenants_with_work()
_FIRST = (
    select(Conversation.priority)
    .where(
        _QUEUED,
        Conversation.tenant_id == bindparam("tenant"),
        Conversation.available_at <= bindparam("now"),
    )
    .order_by(Conversation.id)
    .limit(1)
)
_UP_TO = select(func.count()).select_from(select(Conversation.id).where(_QUEUED).limit(bindparam("most")).subquery())
"""Made once: building them anew costs as much as running them."""
