"""What goes over the wire about budgets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from faultline.ai.ledger import AtLimit
from faultline.service.budgets.tables import Budget, BudgetPeriod
from faultline.service.budgets.units import Period, Unit, plain

# Fourteen digits: what a database keeps as a floating-point number comes back as it was.
Amount = Annotated[
    Decimal,
    Field(
        gt=0,
        le=9_999_999_999,
        decimal_places=4,
        description="Tokens, which are whole, or US dollars. As text, so that no digit is lost.",
        examples=["50"],
    ),
]
Whose = Annotated[
    UUID | None,
    Field(description="A person of the organization, or one of its API keys; null: all that the organization asks."),
]
Then = Annotated[
    AtLimit,
    Field(
        description="When there is no room for a call: `cheapest` tries the cheapest model and then none, `embedded` "
        "asks no model, `stop` lets the analysis fail."
    ),
]


class BudgetRequest(BaseModel):
    """A budget that is to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"period": "monthly", "unit": "dollars", "amount": "50", "at_limit": "cheapest"}]
        },
    )

    user_id: Whose = None
    period: Period
    unit: Unit
    amount: Amount
    at_limit: Then = AtLimit.EMBEDDED


class BudgetChange(BaseModel):
    """What is to be changed about a budget; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"amount": "75"}]})

    amount: Amount | None = None
    at_limit: Then | None = None


class BudgetCurrent(BaseModel):
    """A budget in the period that it is in."""

    since: Annotated[date, Field(description="The first day of the period, in UTC.")]
    resets_at: Annotated[datetime, Field(description="When the next one begins.")]
    spent: Annotated[Decimal, Field(description="What ended calls have cost.")]
    held: Annotated[Decimal, Field(description="What calls in flight may cost at most.")]
    left: Annotated[Decimal, Field(description="What is neither spent nor held.")]


class BudgetOut(BaseModel):
    """What may be spent on models."""

    id: UUID
    user_id: Whose
    period: Period
    unit: Unit
    amount: Amount
    at_limit: Then
    created_at: datetime
    current: BudgetCurrent

    @classmethod
    def of(cls, budget: Budget, row: BudgetPeriod | None, start: date) -> Self:
        """From its row, and that of its period, which is there once something was spent or held."""
        unit, period = Unit(budget.unit), Period(budget.period)
        spent, held = (row.spent, row.held) if row else (0, 0)
        return cls(
            id=budget.id,
            user_id=budget.user_id,
            period=period,
            unit=unit,
            amount=plain(budget.amount),
            at_limit=AtLimit(budget.at_limit),
            created_at=budget.created_at,
            current=BudgetCurrent(
                since=start,
                resets_at=period.end(start),
                spent=unit.amount(spent),
                held=unit.amount(held),
                left=unit.amount(max(0, unit.whole(budget.amount) - spent - held)),
            ),
        )


class BudgetPage(BaseModel):
    """Some budgets, newest first."""

    items: list[BudgetOut]
    next_cursor: str | None


class BudgetStand(BaseModel):
    """A budget as it stood when an alert was raised."""

    id: UUID
    user_id: Whose
    period: Period
    unit: Unit
    amount: Amount
    at_limit: Then
    spent: Decimal
    since: date
    resets_at: datetime
