"""A process that makes many calls at once: `python -m tests.service.budgets.caller DATABASE FOLDER TENANT USER COUNT`.

Prints how many were made and refused, and the most that was ever spent and held of the first budget.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from faultline.ai.ledger import Account, BudgetExhausted
from faultline.platform.database import Tenant
from faultline.service import tables
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.budgets.service import Budgets
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from tests.service.budgets.calls import call, estimate

NOON = datetime(2026, 5, 17, 12, 0, tzinfo=UTC)


async def main(database: str, folder: str, tenant: str, user: str, count: int) -> None:
    """Make the calls; each holds more than it turns out to cost."""
    assert tables.TABLES
    settings = Settings(data_dir=Path(folder), database_url=database, secret_key=SecretStr("s" * 40))
    parts = Parts.of(settings, lambda: NOON)
    ledger, account = DatabaseLedger(parts), Account("ci", UUID(tenant), UUID(user))
    made, refused, most = 0, 0, Decimal(0)

    async def one() -> None:
        nonlocal made, refused, most
        try:
            hold = await ledger.reserve(account, estimate("0.02", 40))
        except BudgetExhausted:
            refused += 1
            return
        made += 1
        async with parts.database.unit(Tenant(account.tenant), write=False) as unit:
            [*_, first] = (await Budgets(unit, parts).list(cursor=None, limit=2)).items
        most = max(most, first.current.spent + first.current.held)
        await hold.settle(call("0.013", 30))

    await asyncio.gather(*(one() for _ in range(count)))
    await parts.close()
    print(json.dumps({"made": made, "refused": refused, "most": str(most)}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5], int(sys.argv[5])))
