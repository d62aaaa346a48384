"""Queries of usage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.ai.ledger import CallOutcome
from faultline.platform.database import Page, page
from faultline.service.usage.tables import ModelCall, UsagePeriod

TENANT = UUID(int=0)
"""Stands in place of a key for the whole tenant."""


class Dimension(StrEnum):
    """What calls of models can be told apart by."""

    DAY = "day"
    PROVIDER = "provider"
    MODEL = "model"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class ModelSums:
    """Some calls of models, added up. A dimension that was not asked for is None; `seconds` is of all calls."""

    day: date | None
    provider: str | None
    model: str | None
    kind: str | None
    calls: int
    failed: int
    reused: int
    tokens_in: int
    tokens_out: int
    dollars: Decimal
    seconds: float


class UsageStore:
    """Reads usage in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def total(self, period: date) -> UsagePeriod | None:
        """The tenant's own row of a month."""
        query = select(UsagePeriod).where(UsagePeriod.period == period, UsagePeriod.key_id == TENANT)
        found: UsagePeriod | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def callers(self, period: date, *, cursor: str | None, limit: int) -> Page[UsagePeriod]:
        """The rows of keys and people in a month, the newest first."""
        query = select(UsagePeriod).where(UsagePeriod.period == period, UsagePeriod.key_id != TENANT)
        return await page(self._session, query, UsagePeriod.id, cursor=cursor, limit=limit)

    async def months(self, limit: int) -> Sequence[UsagePeriod]:
        """The tenant's own rows, the latest month first."""
        query = select(UsagePeriod).where(UsagePeriod.key_id == TENANT).order_by(UsagePeriod.period.desc())
        return (await self._session.execute(query.limit(limit))).scalars().all()

    async def models(self, since: date, until: date, by: Sequence[Dimension]) -> list[ModelSums]:
        """Calls of models on some days, the last one too, added up by some dimensions and in their order."""
        columns: list[ColumnElement[object]] = [getattr(ModelCall, name) for name in dict.fromkeys(by)]
        made = ModelCall.outcome != CallOutcome.REUSED
        query = (
            select(
                *columns,
                _count_if(made).label("calls"),
                _count_if(made, ModelCall.outcome != CallOutcome.ANSWERED).label("failed"),
                _count_if(ModelCall.cached.is_(True)).label("reused"),
                func.sum(ModelCall.tokens_in).label("tokens_in"),
                func.sum(ModelCall.tokens_out).label("tokens_out"),
                func.sum(ModelCall.dollars).label("dollars"),
                func.sum(ModelCall.latency_ms).label("latency_ms"),
            )
            .where(ModelCall.day >= since, ModelCall.day <= until)
            .group_by(*columns)
            .order_by(*columns)
        )
        found = []
        for row in (await self._session.execute(query)).mappings():
            if row["tokens_in"] is None:  # without dimensions there is a row of nothing, too
                continue
            found.append(
                ModelSums(
                    **{name.value: row.get(name.value) for name in Dimension},
                    calls=int(row["calls"]),
                    failed=int(row["failed"]),
                    reused=int(row["reused"]),
                    tokens_in=int(row["tokens_in"]),
                    tokens_out=int(row["tokens_out"]),
                    dollars=row["dollars"],
                    seconds=int(row["latency_ms"]) / 1000,
                )
            )
        return found


def _count_if(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(*conditions), 1), else_=0))
