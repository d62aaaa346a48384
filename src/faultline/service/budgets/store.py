"""Queries of budgets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.platform.database import Page, insert_into, inserting, new_id, page
from faultline.service.budgets.tables import Budget, BudgetAlert, BudgetHold, BudgetPeriod


class BudgetStore:
    """Reads and writes budgets in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, budget_id: UUID) -> Budget | None:
        """One budget."""
        found: Budget | None = (
            await self._session.execute(select(Budget).where(Budget.id == budget_id))
        ).scalar_one_or_none()
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[Budget]:
        """Some budgets, newest first."""
        return await page(self._session, select(Budget), Budget.id, cursor=cursor, limit=limit)

    async def count(self) -> int:
        """How many there are."""
        return (await self._session.execute(select(func.count(Budget.id)))).scalar_one()

    async def like(self, user_id: UUID | None, period: str, unit: str) -> Budget | None:
        """The budget of somebody, of this period and unit."""
        whose = Budget.user_id.is_(None) if user_id is None else Budget.user_id == user_id
        query = select(Budget).where(whose, Budget.period == period, Budget.unit == unit)
        found: Budget | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def applying(self, user_id: UUID | None, *, keep: bool = False) -> Sequence[Budget]:
        """The budgets that a call counts against: the tenant's, and its caller's; by id.

        Args:
            user_id: the caller.
            keep: whether nobody may remove them until the transaction ends.

        """
        tenants = Budget.user_id.is_(None)
        whose = tenants if user_id is None else or_(tenants, Budget.user_id == user_id)
        query = select(Budget).where(whose).order_by(Budget.id)
        if keep:
            query = query.with_for_update(read=True, key_share=True)
        return (await self._session.execute(query)).scalars().all()

    async def some(self, ids: Iterable[UUID]) -> Sequence[Budget]:
        """Those of some budgets that are still there, by id; nobody can remove them until the transaction ends."""
        query = select(Budget).where(Budget.id.in_(list(ids))).order_by(Budget.id)
        return (await self._session.execute(query.with_for_update(read=True, key_share=True))).scalars().all()

    async def periods(self, wanted: Collection[tuple[UUID, date]]) -> dict[UUID, BudgetPeriod]:
        """The rows of some budgets' periods, by budget; there is none where nothing was spent yet."""
        query = select(BudgetPeriod).where(tuple_(BudgetPeriod.budget_id, BudgetPeriod.start).in_(list(wanted)))
        return {row.budget_id: row for row in (await self._session.execute(query)).scalars()}

    async def take(self, tenant: UUID, budget: UUID, start: date, amount: int, most: int) -> bool:
        """Hold an amount of a budget, which is `most` in all; false when it has no room for it.

        One statement checks and counts, so that calls at the same time cannot both take the last of it.
        """
        if amount > most:
            return False
        statement = _taking(self._session.get_bind().dialect.name)
        values = {**_row(tenant, budget, start), "spent": 0, "held": amount, "most": most}
        return (await self._session.execute(statement, values)).first() is not None

    async def hold(
        self, tenant: UUID, reservation: UUID, rooms: Iterable[tuple[UUID, date, int]], expires_at: datetime
    ) -> None:
        """Write down what one call holds: of each budget so much."""
        rows = [
            {
                "id": new_id(),
                "tenant_id": tenant,
                "reservation_id": reservation,
                "budget_id": budget,
                "start": start,
                "amount": amount,
                "expires_at": expires_at,
            }
            for budget, start, amount in rooms
        ]
        await self._session.execute(insert(BudgetHold), rows)

    async def let_go(self, reservation: UUID) -> dict[tuple[UUID, date], int]:
        """End what one call holds; returns how much it was of each budget, nothing when the reaper was quicker."""
        gone = await self._session.execute(
            delete(BudgetHold)
            .where(BudgetHold.reservation_id == reservation)
            .returning(BudgetHold.budget_id, BudgetHold.start, BudgetHold.amount)
            .execution_options(synchronize_session=False)
        )
        return {(row.budget_id, row.start): row.amount for row in gone}

    async def expired(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Holds whose time is over."""
        query = select(BudgetHold.id).where(BudgetHold.expires_at <= now).limit(limit)
        return (await self._session.execute(query)).scalars().all()

    async def reap(self, ids: Collection[UUID]) -> Sequence[tuple[UUID, date, int]]:
        """End some holds; returns of which budget, in which period, and how much each of them was."""
        gone = await self._session.execute(
            delete(BudgetHold)
            .where(BudgetHold.id.in_(ids))
            .returning(BudgetHold.budget_id, BudgetHold.start, BudgetHold.amount)
            .execution_options(synchronize_session=False)
        )
        return [(row.budget_id, row.start, row.amount) for row in gone]

    async def give_back(self, budget: UUID, start: date, amount: int) -> None:
        """Hold so much less of a budget."""
        await self._session.execute(
            update(BudgetPeriod)
            .where(BudgetPeriod.budget_id == budget, BudgetPeriod.start == start)
            .values(held=BudgetPeriod.held - amount)
            .execution_options(synchronize_session=False)
        )

    async def spend(self, tenant: UUID, budget: UUID, start: date, cost: int, held: int) -> int:
        """Count what a call cost, and give back what it held; returns what is spent in all."""
        statement = _spending(self._session.get_bind().dialect.name)
        values = {**_row(tenant, budget, start), "spent": cost, "held": 0, "given": held}
        spent: int = (await self._session.execute(statement, values)).scalar_one()
        return spent

    async def raised(self, budget: UUID, start: date, threshold: int) -> bool:
        """Whether an alert was raised already."""
        query = select(BudgetAlert.id).where(
            BudgetAlert.budget_id == budget, BudgetAlert.start == start, BudgetAlert.threshold == threshold
        )
        return (await self._session.execute(query)).first() is not None

    async def raise_once(self, tenant: UUID, budget: UUID, start: date, threshold: int, now: datetime) -> bool:
        """Raise an alert; false when that was done before."""
        row = {**_row(tenant, budget, start), "threshold": threshold, "raised_at": now}
        made = await self._session.execute(
            insert_into(self._session, BudgetAlert).values(row).on_conflict_do_nothing().returning(BudgetAlert.id)
        )
        return made.first() is not None


def _row(tenant: UUID, budget: UUID, start: date) -> dict[str, Any]:
    return {"id": new_id(), "tenant_id": tenant, "budget_id": budget, "start": start}


_PERIOD = ("id", "tenant_id", "budget_id", "start", "spent", "held")
_KEY = ("budget_id", "start")


@cache
def _taking(dialect: str) -> Any:
    """See `take`; made once, for building it costs more than running it."""
    table = BudgetPeriod.__table__
    new = inserting(dialect)(table).values({name: bindparam(name) for name in _PERIOD})
    return new.on_conflict_do_update(
        index_elements=_KEY,
        set_={"held": table.c.held + new.excluded.held},
        where=table.c.spent + table.c.held + new.excluded.held <= bindparam("most"),
    ).returning(table.c.id)


@cache
def _spending(dialect: str) -> Any:
    """See `spend`."""
    table = BudgetPeriod.__table__
    new = inserting(dialect)(table).values({name: bindparam(name) for name in _PERIOD})
    return new.on_conflict_do_update(
        index_elements=_KEY,
        set_={"spent": table.c.spent + new.excluded.spent, "held": table.c.held - bindparam("given")},
    ).returning(table.c.spent)
