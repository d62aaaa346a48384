"""Budgets and calls for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from faultline.ai.ledger import Account
from faultline.platform.database import SYSTEM, Base
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.service.budgets.alerts import RAISED
from faultline.service.budgets.ledger import DatabaseLedger
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from tests.service.budgets.calls import call, estimate
from tests.service.conftest import Key, MovableClock


@dataclass
class Money:
    """An organization's budgets over HTTP, its ledger, and what both left behind."""

    parts: Parts
    client: httpx.AsyncClient
    key: Key
    ledger: DatabaseLedger

    @property
    def account(self) -> Account:
        return Account("ci", self.key.tenant_id, self.key.id)

    async def budget(self, amount: str, unit: str = "dollars", period: str = "daily", **more: Any) -> dict[str, Any]:
        body = {"amount": amount, "unit": unit, "period": period, **more}
        answer = await self.client.post("/v1/budgets", json=body, headers=self.key.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def stand(self, budget: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
        """What is spent, held and left."""
        answer = await self.client.get(f"/v1/budgets/{budget['id']}", headers=self.key.headers)
        assert answer.status_code == 200, answer.text
        current = answer.json()["current"]
        return Decimal(current["spent"]), Decimal(current["held"]), Decimal(current["left"])

    async def spend(self, dollars: str, tokens: int = 100) -> None:
        """One call that costs what was estimated."""
        hold = await self.ledger.reserve(self.account, estimate(dollars, tokens))
        await hold.settle(call(dollars, tokens))

    async def rows(self, table: type[Base]) -> list[Any]:
        async with self.parts.database.unit(SYSTEM, write=False) as unit:
            return list((await unit.session.execute(select(table).order_by("id"))).scalars())

    async def raised(self) -> list[tuple[int, str]]:
        """The alerts that went into the outbox: threshold, and what was spent."""
        messages = [row for row in await self.rows(OutboxMessage) if row.topic == RAISED]
        return [(row.payload["threshold"], row.payload["budget"]["spent"]) for row in messages]

    async def audited(self, action: str) -> list[dict[str, Any]]:
        answer = await self.client.get(f"/v1/audit?action={action}", headers=self.key.headers)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
def money(parts: Parts, client: httpx.AsyncClient, key: Key) -> Money:
    return Money(parts, client, key, DatabaseLedger(parts))


@pytest.fixture
async def ledgers(
    parts: Parts, make_settings: Callable[..., Settings], clock: MovableClock
) -> AsyncIterator[list[DatabaseLedger]]:
    """The ledgers of two processes, as far as the database can tell."""
    other = Parts.of(make_settings(), clock)
    yield [DatabaseLedger(each) for each in (parts, other)]
    await other.close()


def other_user(user: UUID, account: Account) -> Account:
    return Account(account.kind, account.tenant, user, account.analysis)
