"""What keeping budgets adds to a call of a model, and whether 200 calls at once keep within them. SQLite, one process.

python benchmarks/model_budgets.py
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from faultline.ai.ledger import Account, BudgetExhausted, Call, CallOutcome, Estimate
from faultline.platform.database import SYSTEM, Tenant, new_id
from faultline.service import tables
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.budgets.store import BudgetStore
from faultline.service.budgets.tables import Budget
from faultline.service.budgets.units import Unit
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from faultline.service.serve import bring_up_to_date
from faultline.service.settings import Settings
from measure import row

AT_ONCE = 200
ONE_BY_ONE = 400
MOST_MS = 5.0
"""CPU time of reserving and settling together, with two budgets; a call of a model takes a second and more."""
ESTIMATE = Estimate("openai", "gpt-5-mini", 1500, 800, Decimal("0.02"))
CALL = Call("agent", "openai", "gpt-5-mini", 1200, 300, Decimal("0.013"), 1.0, CallOutcome.ANSWERED)


async def main() -> int:
    """Measure, print, and say whether the limits hold."""
    assert tables.TABLES
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), secret_key=SecretStr("s" * 40))
        await asyncio.to_thread(bring_up_to_date, settings)
        parts = Parts.of(settings)
        try:
            return await _measure(parts)
        finally:
            await parts.close()


async def _measure(parts: Parts) -> int:
    ledger = DatabaseLedger(parts)
    free = await _cpu_ms(ledger, await _tenant(parts, []))
    kept = [row("reserve and settle, no budget", free, "ms CPU")]
    two = await _cpu_ms(ledger, await _tenant(parts, [("daily", "1000"), ("monthly", "10000")]))
    kept.append(row("reserve and settle, two budgets", two, "ms CPU", against=free, at_most=MOST_MS))
    tenant = await _tenant(parts, [("daily", "1")])
    start = time.perf_counter()
    made = sum(await asyncio.gather(*(_call(ledger, tenant) for _ in range(AT_ONCE))))
    seconds = time.perf_counter() - start
    async with parts.database.unit(Tenant(tenant), write=False) as unit:
        store = BudgetStore(unit.session)
        [budget] = await store.applying(None)
        [period] = (await store.periods([(budget.id, (await unit.now()).date())])).values()
    print(f"{AT_ONCE} calls at once for $1, of which {made} were made, in {seconds:.2f} s:")
    kept.append(row("spent", float(Unit.DOLLARS.amount(period.spent)), "$", at_most=1))
    kept.append(row("still held", float(Unit.DOLLARS.amount(period.held)), "$", at_most=0))
    return int(not all(kept))


async def _cpu_ms(ledger: DatabaseLedger, tenant: UUID) -> float:
    await _call(ledger, tenant)
    start = time.process_time()
    for _ in range(ONE_BY_ONE):
        await _call(ledger, tenant)
    return (time.process_time() - start) / ONE_BY_ONE * 1000


async def _tenant(parts: Parts, budgets: list[tuple[str, str]]) -> UUID:
    now = parts.clock()
    organization = Organization(
        id=new_id(), name="x", slug=new_id().hex, tier="free", callback_secret=b"x", created_at=now
    )
    async with parts.database.unit(SYSTEM) as unit:
        unit.session.add(organization)
        await unit.session.flush()
        for period, amount in budgets:
            columns = {"period": period, "unit": "dollars", "amount": Decimal(amount), "at_limit": "embedded"}
            unit.session.add(Budget(id=new_id(), tenant_id=organization.id, created_at=now, **columns))
    return organization.id


async def _call(ledger: DatabaseLedger, tenant: UUID) -> int:
    account = Account("ci", tenant)
    try:
        hold = await ledger.reserve(account, ESTIMATE)
    except BudgetExhausted:
        return 0
    await hold.settle(CALL)
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
