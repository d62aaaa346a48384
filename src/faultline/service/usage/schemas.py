"""What goes over the wire about usage."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from faultline.service.tiers import Allowance, Tier

Month = Annotated[
    str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="A month in UTC.", examples=["2026-05"])
]


class UsageCounts(BaseModel):
    """What was asked for and what it cost."""

    model_config = ConfigDict(from_attributes=True)

    requests: Annotated[int, Field(description="All requests; some seconds behind.")] = 0
    submissions: int = 0
    bytes: Annotated[int, Field(description="Of what was submitted, unpacked.")] = 0
    model_tokens: int = 0
    model_dollars: Annotated[Decimal, Field(description="As text, so that no digit is lost.")] = Decimal(0)


class Limits(BaseModel):
    """What the tier allows; null is no limit."""

    submissions_per_minute: int | None
    submissions_per_month: int | None
    reads_per_minute: int | None
    artifact_bytes: int

    @classmethod
    def of(cls, allowance: Allowance) -> Self:
        """From the tier's allowance."""
        return cls.model_validate(allowance, from_attributes=True)


class UsageOut(BaseModel):
    """An organization's usage in one month."""

    month: Month
    tier: Tier
    total: UsageCounts
    limits: Limits
    submissions_left: Annotated[int | None, Field(description="Of the month's quota; null when there is none.")]
    resets_at: Annotated[datetime, Field(description="When the next month begins.")]


class CallerUsage(UsageCounts):
    """What one key or person used in a month."""

    id: Annotated[UUID, Field(description="An API key's or a user's.", validation_alias="key_id")]


class CallerUsagePage(BaseModel):
    """Some keys and people, who came first in the month last."""

    items: list[CallerUsage]
    next_cursor: str | None


class MonthUsage(UsageCounts):
    """What an organization used in one month."""

    month: Month

    @classmethod
    def of(cls, period: date, counts: object) -> Self:
        """From its row."""
        return cls(month=f"{period:%Y-%m}", **UsageCounts.model_validate(counts).model_dump())


class MonthUsageList(BaseModel):
    """The months that anything was used in, the latest first."""

    items: list[MonthUsage]


class ModelCounts(BaseModel):
    """Calls of models and what they cost."""

    model_config = ConfigDict(from_attributes=True)

    calls: Annotated[int, Field(description="Calls that were made.")] = 0
    failed: Annotated[int, Field(description="Those of them that gave no answer that holds.")] = 0
    reused: Annotated[int, Field(description="Answers that were used again, without a call.")] = 0
    tokens_in: int = 0
    tokens_out: int = 0
    dollars: Annotated[Decimal, Field(description="As text, so that no digit is lost.")] = Decimal(0)
    seconds: Annotated[float, Field(description="How long they took in all.")] = 0.0


class ModelUsageRow(ModelCounts):
    """The calls that have something in common; what was not asked for is null."""

    day: Annotated[date | None, Field(description="In UTC.")]
    provider: str | None
    model: str | None
    kind: Annotated[str | None, Field(description="Of what was analyzed.")]


class ModelUsageOut(BaseModel):
    """What models were used on some days."""

    since: date
    until: date
    total: ModelCounts
    items: list[ModelUsageRow]


class ElsewhereRow(BaseModel):
    """What the same tokens cost with a model, by its public price."""

    model_config = ConfigDict(from_attributes=True)

    model: Annotated[str, Field(examples=["openai:gpt-5-mini"])]
    dollars: Annotated[Decimal, Field(description="As text, so that no digit is lost.")]


class ModelComparison(BaseModel):
    """What calls on some days have cost, and what they would have cost elsewhere, the cheapest first."""

    since: date
    until: date
    total: ModelCounts
    elsewhere: list[ElsewhereRow]
