"""Usage over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query

from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import PartsOf, router, service
from faultline.service.usage.schemas import (
    CallerUsage,
    CallerUsagePage,
    Limits,
    Month,
    MonthUsage,
    MonthUsageList,
    UsageCounts,
    UsageOut,
)
from faultline.service.usage.service import Usage, next_period, period_of

routes = router("/v1/usage", "usage")

Reader = Annotated[Principal, requires(Scope.USAGE_READ)]
UsageOf = Annotated[Usage, service(Usage)]
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


def _period(month: str | None) -> date | None:
    return None if month is None else date.fromisoformat(f"{month}-01")
