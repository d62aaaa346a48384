"""Tables of budgets."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class Budget(Owned, Base):
    """What may be spent on models in a period, by the whole tenant or by one user."""

    __tablename__ = "budgets"

    user_id: Mapped[UUID | None]
    period: Mapped[str]
    """`daily` or `monthly`."""
    unit: Mapped[str]
    """`tokens` or `dollars`."""
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 8))
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_budgets_tenant", "tenant_id", "id", info={"serves": "the budgets of a tenant"}),)
