"""Tables of usage."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Date, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class UsagePeriod(Owned, Base):
    """What one key used in one month; the nil key's row is the whole tenant's, which quotas go by."""

    __tablename__ = "usage_periods"

    period: Mapped[date] = mapped_column(Date)
    """The first day of the month, in UTC."""
    key_id: Mapped[UUID]
    """An API key, a user, or the nil UUID for the tenant."""
    requests: Mapped[int] = mapped_column(BigInteger, default=0)
    submissions: Mapped[int] = mapped_column(BigInteger, default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    model_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    model_dollars: Mapped[Decimal] = mapped_column(Numeric(18, 8), default=Decimal(0))

    __table_args__ = (
        Index(
            "uq_usage_periods_tenant_period_key",
            "tenant_id",
            "period",
            "key_id",
            unique=True,
            info={"serves": "the quota check, and the usage of a month"},
        ),
    )


class ModelCall(Owned, Base):
    """One call of a language model."""

    __tablename__ = "model_calls"

    day: Mapped[date] = mapped_column(Date)
    """Of `created_at`, in UTC."""
    kind: Mapped[str]
    """Of artifact."""
    user_id: Mapped[UUID | None]
    """Who asked for the analysis: a user or an API key."""
    analysis_id: Mapped[UUID | None]
    agent: Mapped[str]
    provider: Mapped[str]
    model: Mapped[str]
    tokens_in: Mapped[int]
    tokens_out: Mapped[int]
    dollars: Mapped[Decimal] = mapped_column(Numeric(18, 8))
    latency_ms: Mapped[int]
    outcome: Mapped[str]
    cached: Mapped[bool]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_model_calls_tenant", "tenant_id", "id", info={"serves": "the calls of a tenant"}),
        Index("ix_model_calls_day", "tenant_id", "day", info={"serves": "cost and tokens of some days"}),
    )
