"""Budgets over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from faultline.service.auth.access import OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.budgets.schemas import BudgetChange, BudgetOut, BudgetPage, BudgetRequest
from faultline.service.budgets.service import Budgets
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service

routes = router("/v1/budgets", "budgets")

Reader = Annotated[Principal, requires(Scope.USAGE_READ)]
Writer = Annotated[Principal, requires(Scope.BUDGETS_WRITE)]
BudgetsOf = Annotated[Budgets, service(Budgets)]
From = Annotated[Origin, OriginOf]


@routes.post("", status_code=201, responses={404: {"description": "Nobody has the `user_id`."}})
async def create(wanted: BudgetRequest, who: Writer, budgets: BudgetsOf, origin: From) -> BudgetOut:
    """Make a budget: what models may cost in a day or a month, and what happens then.

    It counts from now on. One call takes room in all budgets that apply to it.
    """
    return await budgets.create(wanted, by=who, origin=origin)


@routes.get("")
async def list_budgets(
    _who: Reader, budgets: BudgetsOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> BudgetPage:
    """List budgets with what is spent, held and left in the current period, newest first."""
    found = await budgets.list(cursor=cursor, limit=limit)
    return BudgetPage(items=found.items, next_cursor=found.next_cursor)


@routes.get("/{budget_id}")
async def get(budget_id: UUID, _who: Reader, budgets: BudgetsOf) -> BudgetOut:
    """Get a budget with what is spent, held and left in the current period."""
    return await budgets.get(budget_id)


@routes.patch("/{budget_id}")
async def change(budget_id: UUID, wanted: BudgetChange, who: Writer, budgets: BudgetsOf, origin: From) -> BudgetOut:
    """Change how much a budget is, or what happens when there is no room."""
    return await budgets.change(budget_id, wanted, by=who, origin=origin)


@routes.delete("/{budget_id}", status_code=204)
async def delete(budget_id: UUID, who: Writer, budgets: BudgetsOf, origin: From) -> None:
    """Remove a budget."""
    await budgets.delete(budget_id, by=who, origin=origin)
