"""The reaper of holds: gives back the room of calls whose process died before it settled them."""

from __future__ import annotations

from faultline.platform.database import SYSTEM
from faultline.service.budgets.store import BudgetStore
from faultline.service.parts import Parts

BATCH = 500
INTERVAL_SECONDS = 10.0


async def reap_holds(parts: Parts) -> int:
    """Give back all that is due, in batches; returns how many holds it was. Run by two at once, each hold goes once."""
    reaped = 0
    while batch := await _batch(parts):
        reaped += batch
    return reaped


async def _batch(parts: Parts) -> int:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        due = await BudgetStore(unit.session).expired(await unit.now(), BATCH)
    if not due:
        return 0
    async with parts.database.unit(SYSTEM) as unit:
        store = BudgetStore(unit.session)
        gone = await store.reap(due)
        # In the order in which calls are settled, so that nobody waits in a circle.
        for budget, start, amount in sorted(gone):
            await store.give_back(budget, start, amount)
    return len(gone)
