"""The outbox: what has to be told to somebody, written in the transaction that made it true."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database.base import Base, TenantOwned
from faultline.platform.database.unit import UnitOfWork


class OutboxMessage(TenantOwned, Base):
    """One message; it is deleted once the relay has handed it over."""

    __tablename__ = "outbox"

    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]
    available_at: Mapped[datetime]
    """When it may be handed over; the relay puts it off each time that fails."""
    attempts: Mapped[int] = mapped_column(default=0)


def enqueue(unit: UnitOfWork, tenant: UUID, topic: str, payload: dict[str, Any], at: datetime) -> None:
    """Leave a message in the outbox of this transaction; `at` is now."""
    unit.session.add(OutboxMessage(tenant_id=tenant, topic=topic, payload=payload, available_at=at))
