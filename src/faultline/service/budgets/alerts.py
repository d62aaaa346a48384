"""Alerts: once for each budget, period and threshold, to webhooks and to the audit log.

The row that is unique decides; what follows from it is in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from faultline.platform.database import UnitOfWork
from faultline.platform.jobs.outbox import enqueue
from faultline.service.audit.service import Audit
from faultline.service.budgets.store import BudgetStore
from faultline.service.budgets.tables import Budget
from faultline.service.budgets.units import Period, Unit, plain
from faultline.service.parts import Parts

RAISED = "budget.raised"
"""Topic of the outbox message that tells of an alert."""
WARNING = 80
EXHAUSTED = 100
"""Thresholds, in percent. The second is also reached when a call is refused: what is left may be too little for any."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A budget has reached a threshold in a period; `spent` is in whole units."""

    budget: Budget
    start: date
    threshold: int
    spent: int


def reached(budget: Budget, start: date, spent: int, before: int = -1) -> list[Reached]:
    """The thresholds that lie between what was spent before a call and what is spent after it."""
    most = Unit(budget.unit).whole(budget.amount)
    return [
        Reached(budget, start, threshold, spent)
        for threshold in (WARNING, EXHAUSTED)
        if before * 100 < most * threshold <= spent * 100
    ]


async def announce(unit: UnitOfWork, parts: Parts, alerts: list[Reached], now: datetime) -> int:
    """Raise those alerts that were not raised yet; returns how many. The last thing to be done in a transaction."""
    store, new = BudgetStore(unit.session), []
    for alert in alerts:
        if await store.raise_once(alert.budget.tenant_id, alert.budget.id, alert.start, alert.threshold, now):
            new.append(alert)
    for alert in new:
        budget, unit_of, period = alert.budget, Unit(alert.budget.unit), Period(alert.budget.period)
        stand = {
            "id": str(budget.id),
            "user_id": str(budget.user_id) if budget.user_id else None,
            "period": budget.period,
            "unit": budget.unit,
            "amount": str(plain(budget.amount)),
            "at_limit": budget.at_limit,
            "spent": str(unit_of.amount(alert.spent)),
            "since": alert.start.isoformat(),
            "resets_at": period.end(alert.start).isoformat(),
        }
        payload = {"threshold": alert.threshold, "at": now.isoformat(), "budget": stand}
        enqueue(unit, budget.tenant_id, RAISED, payload, now)
        await Audit(unit, parts).note(
            "budget.exhausted" if alert.threshold == EXHAUSTED else "budget.alert",
            "budget",
            budget.id,
            tenant_id=budget.tenant_id,
            changes={"threshold": alert.threshold, "since": stand["since"], "spent": stand["spent"]},
        )
    if new:
        unit.after_commit(parts.relay.nudge)
    return len(new)
