"""Counts what is asked for, and says when a month's quota is used up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert

from faultline.ai.ledger import Account, Call, CallOutcome
from faultline.platform.database import SYSTEM, Page, UnitOfWork, inserting, new_id
from faultline.service.api_keys.service import ApiKeys
from faultline.service.auth.principal import Principal
from faultline.service.errors import QuotaExceeded
from faultline.service.parts import Parts
from faultline.service.usage.requests import Caller, Count
from faultline.service.usage.store import TENANT, UsageStore
from faultline.service.usage.tables import ModelCall, UsagePeriod


def period_of(now: datetime) -> date:
    """The first day of the month, in UTC."""
    return now.astimezone(UTC).date().replace(day=1)


def next_period(period: date) -> datetime:
    """When the next month begins."""
    later = period + timedelta(days=32)
    return datetime(later.year, later.month, 1, tzinfo=UTC)


class Usage:
    """Usage of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    async def count_submission(self, by: Principal, size: int, now: datetime, *, submissions: int = 1) -> None:
        """Count a submission, or several, if the month's quota has room for them.

        One statement counts and checks, on the tenant's own row, so that submissions at the same time cannot both take
        the last place.

        Raises:
            QuotaExceeded: it has none.

        """
        period, quota = period_of(now), by.tier.allowance.submissions_per_month
        for key, most in ((TENANT, quota), (by.id, None)):
            if not await self._count(by.tenant_id, period, key, most, submissions=submissions, bytes=size):
                self._parts.metrics.over_quota("submissions")
                after = (next_period(period) - now).total_seconds()
                raise QuotaExceeded(
                    f"this month's {quota:,} submissions of the tier {by.tier.value} are used up", retry_after=after
                )

    async def count_model_call(self, account: Account, call: Call, now: datetime) -> None:
        """Put down a call of a model: a row of its own, and the month's sums of the tenant and of who asked."""
        assert account.tenant is not None
        row = {
            "id": new_id(),
            "tenant_id": account.tenant,
            "day": now.astimezone(UTC).date(),
            "kind": account.kind,
            "user_id": account.user,
            "analysis_id": account.analysis,
            "agent": call.agent,
            "provider": call.provider,
            "model": call.model,
            "tokens_in": call.tokens_in,
            "tokens_out": call.tokens_out,
            "dollars": call.dollars,
            "latency_ms": round(call.seconds * 1000),
            "outcome": call.outcome.value,
            "cached": call.cached,
            "created_at": now,
        }
        await self._unit.session.execute(insert(ModelCall), [row])
        tokens = call.tokens_in + call.tokens_out
        if tokens or call.dollars:
            for key in (TENANT, account.user):
                if key is not None:
                    month = period_of(now)
                    await self._count(account.tenant, month, key, None, model_tokens=tokens, model_dollars=call.dollars)
        self._unit.after_commit(lambda: self._measure(account.kind, call))

    def _measure(self, kind: str, call: Call) -> None:
        if call.outcome is CallOutcome.REUSED:
            return
        self._parts.metrics.model_call(
            kind,
            call.provider,
            call.model,
            call.outcome.value,
            seconds=call.seconds,
            tokens_in=call.tokens_in,
            tokens_out=call.tokens_out,
            dollars=float(call.dollars),
        )

    async def total(self, period: date) -> UsagePeriod | None:
        """What the tenant used in a month; None when that is nothing."""
        return await self._store.total(period)

    async def callers(self, period: date, *, cursor: str | None, limit: int) -> Page[UsagePeriod]:
        """What each key and each person used in a month."""
        return await self._store.callers(period, cursor=cursor, limit=limit)

    async def months(self, limit: int) -> Sequence[UsagePeriod]:
        """What the tenant used in each month, the latest first."""
        return await self._store.months(limit)

    @property
    def _store(self) -> UsageStore:
        return UsageStore(self._unit.session)

    async def count_requests(self, counts: Mapping[Caller, Count]) -> None:
        """Add requests to their callers' rows and to their tenants'; the unit's scope is the system's."""
        sums: dict[Caller, int] = defaultdict(int)
        for caller, count in counts.items():
            sums[caller] += count.requests
            sums[Caller(caller.tenant_id, TENANT, caller.period)] += count.requests
        # Always in the same order: two processes that flush at once then wait for each other and do not lock up.
        for caller in sorted(sums, key=lambda each: (each.tenant_id, each.period, each.id)):
            await self._count(caller.tenant_id, caller.period, caller.id, None, requests=sums[caller])

    async def _count(self, tenant: UUID, period: date, key: UUID, most: int | None, **counts: int | Decimal) -> bool:
        """Add to one row; false when its submissions have reached `most`."""
        statement = _upsert(self._unit.session.get_bind().dialect.name, tuple(counts), limited=most is not None)
        values = {"id": new_id(), "tenant_id": tenant, "period": period, "key_id": key, **counts}
        if most is not None:
            values["most"] = most
        return (await self._unit.session.execute(statement, values)).first() is not None


_COUNTS = ("requests", "submissions", "bytes", "model_tokens", "model_dollars")


@cache
def _upsert(dialect: str, counts: tuple[str, ...], *, limited: bool) -> Any:
    """The statement that adds to a row, or makes it; building it takes 0.6 ms, too much for each submission."""
    table = UsagePeriod.__table__
    names = ("id", "tenant_id", "period", "key_id", *counts)
    none = dict.fromkeys(set(_COUNTS) - set(counts), 0)
    new = inserting(dialect)(table).values({name: bindparam(name) for name in names} | none)
    return new.on_conflict_do_update(
        index_elements=["tenant_id", "period", "key_id"],
        set_={name: table.c[name] + new.excluded[name] for name in counts},
        where=table.c.submissions + new.excluded.submissions <= bindparam("most") if limited else None,
    ).returning(table.c.id)


async def flush_requests(parts: Parts) -> int:
    """Store the requests that were counted in memory, and when each key was used last; how many there were.

    What cannot be stored is kept for the next time.
    """
    counts = parts.requests.take()
    if not counts:
        return 0
    try:
        async with parts.database.unit(SYSTEM) as unit:
            await Usage(unit, parts).count_requests(counts)
            last: dict[UUID, datetime] = {}
            for caller, count in counts.items():
                last[caller.id] = max(count.last, last.get(caller.id, count.last))
            await ApiKeys(unit, parts).note_used(last)
    except BaseException:
        for caller, count in counts.items():
            parts.requests.count(caller, count.last, count.requests)
        raise
    return sum(count.requests for count in counts.values())
