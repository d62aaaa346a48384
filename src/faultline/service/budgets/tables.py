"""Tables of budgets.

What is spent and held is counted in whole units (see `units.py`), so that no sum ever drifts from its parts.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class Budget(Owned, Base):
    """What may be spent on models in a period, by the whole tenant or by one of its callers."""

    __tablename__ = "budgets"

    user_id: Mapped[UUID | None]
    """A user or an API key; None for the whole tenant."""
    period: Mapped[str]
    """`daily` or `monthly`."""
    unit: Mapped[str]
    """`tokens` or `dollars`."""
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 8))
    at_limit: Mapped[str]
    """What happens when there is no room; a value of `AtLimit`."""
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_budgets_tenant", "tenant_id", "id", info={"serves": "the budgets of a tenant, and those of a call"}),
    )


class BudgetPeriod(Owned, Base):
    """One budget in one period: what was spent, and what is held for calls in flight. Both in whole units."""

    __tablename__ = "budget_periods"

    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id", ondelete="CASCADE"))
    start: Mapped[date] = mapped_column(Date)
    """The first day of the period, in UTC."""
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    held: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        Index(
            "uq_budget_periods_budget_start",
            "budget_id",
            "start",
            unique=True,
            info={"serves": "reserving and settling, and what is left of a budget"},
        ),
    )


class BudgetHold(Owned, Base):
    """Room that one call holds in one budget. Whoever deletes the row gives the room back: its call, or the reaper.

    It names its budget without a foreign key: the hold of a budget that was removed meanwhile simply ends.
    """

    __tablename__ = "budget_holds"

    reservation_id: Mapped[UUID]
    """The same for all budgets that one call holds room in."""
    budget_id: Mapped[UUID]
    start: Mapped[date] = mapped_column(Date)
    amount: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_budget_holds_reservation", "reservation_id", info={"serves": "settling a call"}),
        Index("ix_budget_holds_expiry", "expires_at", info={"serves": "the reaper of holds"}),
    )


class BudgetAlert(Owned, Base):
    """That an alert was raised: there is one row, and so one alert, for a budget, a period and a threshold."""

    __tablename__ = "budget_alerts"

    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id", ondelete="CASCADE"))
    start: Mapped[date] = mapped_column(Date)
    threshold: Mapped[int]
    """In percent."""
    raised_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_budget_alerts_budget_start_threshold",
            "budget_id",
            "start",
            "threshold",
            unique=True,
            info={"serves": "raising each alert once"},
        ),
    )
