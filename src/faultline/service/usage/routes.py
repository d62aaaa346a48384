"""Usage over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query

from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import PartsOf, router, service
from faultline.service.usage.models import ModelUsage
from faultline.service.usage.schemas import (
    CallerUsage,
    CallerUsagePage,
    ElsewhereRow,
    Limits,
    ModelComparison,
    ModelCounts,
    ModelUsageOut,
    ModelUsageRow,
    Month,
    MonthUsage,
    MonthUsageList,
    UsageCounts,
    UsageOut,
)
from faultline.service.usage.service import Usage, next_period, period_of
from faultline.service.usage.store import Dimension

routes = router("/v1/usage", "usage")

Reader = Annotated[Principal, requires(Scope.USAGE_READ)]
UsageOf = Annotated[Usage, service(Usage)]
ModelUsageOf = Annotated[ModelUsage, service(ModelUsage)]
ALL = tuple(Dimension)
SinceQuery = Annotated[date | None, Query(description="The first day, in UTC; the month's first if left out.")]
UntilQuery = Annotated[date | None, Query(description="The last day, in UTC; today if left out.")]
MonthQuery = Annotated[Month | None, Query(description="A month in UTC; this one if left out.")]


@routes.get("")
async def get(who: Reader, usage: UsageOf, parts: PartsOf, month: MonthQuery = None) -> UsageOut:
    """Get the organization's usage in a month, what its tier allows, and what is left of the quota."""
    period = _period(month) or period_of(parts.clock())
    total = await usage.total(period)
    counts = UsageCounts.model_validate(total) if total else UsageCounts()
    quota = who.tier.allowance.submissions_per_month
    return UsageOut(
        month=f"{period:%Y-%m}",
        tier=who.tier,
        total=counts,
        limits=Limits.of(who.tier.allowance),
        submissions_left=None if quota is None else max(0, quota - counts.submissions),
        resets_at=next_period(period),
    )


@routes.get("/callers")
async def list_callers(
    _who: Reader,
    usage: UsageOf,
    parts: PartsOf,
    month: MonthQuery = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> CallerUsagePage:
    """List what each API key and each person used in a month."""
    found = await usage.callers(_period(month) or period_of(parts.clock()), cursor=cursor, limit=limit)
    return CallerUsagePage(
        items=[CallerUsage.model_validate(row) for row in found.items], next_cursor=found.next_cursor
    )


@routes.get("/months")
async def list_months(_who: Reader, usage: UsageOf, limit: Limit = 12) -> MonthUsageList:
    """List the months that the organization used anything in, the latest first."""
    return MonthUsageList(items=[MonthUsage.of(row.period, row) for row in await usage.months(limit)])


@routes.get("/models")
async def models(
    _who: Reader,
    usage: ModelUsageOf,
    since: SinceQuery = None,
    until: UntilQuery = None,
    by: Annotated[list[Dimension] | None, Query(description="What to tell apart; everything if left out.")] = None,
) -> ModelUsageOut:
    """Get what models were used and what that cost, by day, provider, model and kind."""
    days = usage.days(since, until)
    total = await usage.sums(days, ())
    return ModelUsageOut(
        since=days.since,
        until=days.until,
        total=ModelCounts.model_validate(total[0]) if total else ModelCounts(),
        items=[ModelUsageRow.model_validate(row, from_attributes=True) for row in await usage.sums(days, by or ALL)],
    )


@routes.get("/models/comparison")
async def model_comparison(
    _who: Reader, usage: ModelUsageOf, since: SinceQuery = None, until: UntilQuery = None
) -> ModelComparison:
    """Get what the same calls would have cost with other models, by their public prices.

    It is the same number of tokens everywhere, although models count them somewhat differently.
    """
    days = usage.days(since, until)
    total, elsewhere = await usage.elsewhere(days)
    return ModelComparison(
        since=days.since,
        until=days.until,
        total=ModelCounts.model_validate(total) if total else ModelCounts(),
        elsewhere=[ElsewhereRow.model_validate(each) for each in elsewhere],
    )


def _period(month: str | None) -> date | None:
    return None if month is None else date.fromisoformat(f"{month}-01")
