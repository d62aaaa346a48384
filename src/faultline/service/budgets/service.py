"""What can be done with budgets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from faultline.core.errors import UsageError
from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.api_keys.service import ApiKeys
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.budgets.alerts import announce, reached
from faultline.service.budgets.schemas import BudgetChange, BudgetOut, BudgetRequest
from faultline.service.budgets.store import BudgetStore
from faultline.service.budgets.tables import Budget
from faultline.service.budgets.units import Period, Unit, plain
from faultline.service.errors import Conflict, NotFound
from faultline.service.members.service import Members
from faultline.service.parts import Parts

MAX_BUDGETS = 1000
"""Of one organization."""


class Budgets:
    """Budgets of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> BudgetStore:
        return BudgetStore(self._unit.session)

    async def create(self, wanted: BudgetRequest, *, by: Principal, origin: Origin) -> BudgetOut:
        """A new budget; what was spent before in its first period does not count.

        Raises:
            UsageError: it counts tokens, of which there are no parts.
            NotFound: neither a person nor a key of the organization has this id.
            Conflict: there is one like it, or there are as many as there may be.

        """
        _whole(wanted.unit, wanted.amount)
        if wanted.user_id is not None and not await self._is_known(wanted.user_id):
            raise NotFound(f"there is neither a member nor an API key {wanted.user_id}")
        await self._unit.queue_up(f"budgets:{by.tenant_id}")
        if await self._store.like(wanted.user_id, wanted.period, wanted.unit):
            raise Conflict(f"there is a {wanted.period} budget of {wanted.unit} for them already; change that one")
        if await self._store.count() >= MAX_BUDGETS:
            raise Conflict(f"there are {MAX_BUDGETS} budgets, which is as many as there may be; remove one")
        budget = Budget(id=new_id(), tenant_id=by.tenant_id, created_at=self._parts.clock(), **wanted.model_dump())
        self._unit.session.add(budget)
        await self._unit.session.flush()
        await self._note("created", budget, by, origin, wanted.model_dump(mode="json"))
        return await self._shown(budget)

    async def get(self, budget_id: UUID) -> BudgetOut:
        """One budget, and how it stands.

        Raises:
            NotFound: there is none of this id.

        """
        return await self._shown(await self._find(budget_id))

    async def list(self, *, cursor: str | None, limit: int) -> Page[BudgetOut]:
        """Some budgets, and how they stand, newest first."""
        found = await self._store.list(cursor=cursor, limit=limit)
        starts = _starts(found.items, await self._unit.now())
        rows = await self._store.periods(starts.items())
        shown = [BudgetOut.of(budget, rows.get(budget.id), starts[budget.id]) for budget in found.items]
        return Page(shown, found.next_cursor)

    async def change(self, budget_id: UUID, wanted: BudgetChange, *, by: Principal, origin: Origin) -> BudgetOut:
        """Change a budget; it counts from the next call on.

        Raises:
            UsageError: it counts tokens, of which there are no parts.
            NotFound: there is none of this id.

        """
        budget, now = await self._find(budget_id), await self._unit.now()
        changes: dict[str, Any] = {}
        if wanted.amount is not None and wanted.amount != budget.amount:
            _whole(Unit(budget.unit), wanted.amount)
            changes["amount"] = [f"{plain(budget.amount):f}", f"{plain(wanted.amount):f}"]
            budget.amount = wanted.amount
        if wanted.at_limit is not None and wanted.at_limit != budget.at_limit:
            changes["at_limit"] = [budget.at_limit, wanted.at_limit.value]
            budget.at_limit = wanted.at_limit
        if changes:
            await self._unit.session.flush()
            starts = _starts([budget], now)
            for row in (await self._store.periods(starts.items())).values():
                # What is spent already may be a larger part of the budget now.
                await announce(self._unit, self._parts, reached(budget, row.start, row.spent), now)
            await self._note("changed", budget, by, origin, changes)
        return await self._shown(budget)

    async def delete(self, budget_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Remove a budget; calls in flight go on.

        Raises:
            NotFound: there is none of this id.

        """
        budget = await self._find(budget_id)
        await self._unit.session.delete(budget)
        await self._unit.session.flush()
        await self._note("deleted", budget, by, origin, {"period": budget.period, "unit": budget.unit})

    async def _is_known(self, caller: UUID) -> bool:
        if await Members(self._unit, self._parts).has_user(caller):
            return True
        try:
            await ApiKeys(self._unit, self._parts).get(caller)
        except NotFound:
            return False
        return True

    async def _find(self, budget_id: UUID) -> Budget:
        found = await self._store.find(budget_id)
        if found is None:
            raise NotFound(f"there is no budget {budget_id}")
        return found

    async def _shown(self, budget: Budget) -> BudgetOut:
        starts = _starts([budget], await self._unit.now())
        return BudgetOut.of(budget, (await self._store.periods(starts.items())).get(budget.id), starts[budget.id])

    async def _note(self, what: str, budget: Budget, by: Principal, origin: Origin, changes: dict[str, Any]) -> None:
        said = {name: value for name, value in changes.items() if value is not None}
        await Audit(self._unit, self._parts).record(
            f"budget.{what}", "budget", budget.id, by=by, origin=origin, changes=said
        )


def _starts(budgets: Sequence[Budget], now: datetime) -> dict[UUID, date]:
    """The first day of the period that each of them is in."""
    return {budget.id: Period(budget.period).start(now) for budget in budgets}


def _whole(unit: Unit, amount: Any) -> None:
    if unit is Unit.TOKENS and amount != int(amount):
        raise UsageError("a budget of tokens is a whole number of them")
