"""Small parts that the gateway's tests share: a brief, a clock that is moved by hand, a ledger with one budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from faultline.ai.consultation import Patience
from faultline.ai.gateway import Gateway, open_gateway
from faultline.ai.ledger import Account, AtLimit, BudgetExhausted, Call, Estimate, Ledger
from faultline.core.model import Brief, Cited, Consultation, Evidence

ACCOUNT = Account("ci")


class Cause(Cited):
    """Why it failed."""

    cause: str
    fix: str | None = None


BRIEF = Brief("Why did it fail?", (Evidence(1, "E   assert 1 == 2"), Evidence(2, "1 failed")), Cause)
SOUND = {"cause": "the assertion does not hold", "cites": [1]}


class Clock:
    """A clock that moves only when somebody sleeps; `slept` are the pauses."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    @property
    def patience(self) -> Patience:
        return Patience(lambda: self.now, self.sleep, lambda: 0.5)


@dataclass
class Purse:
    """A ledger with one budget, in tokens: what is held and what is spent never passes it, but for what a call takes
    beyond its estimate. Tells whoever looks how it went."""

    tokens: int = 10**9
    at_limit: AtLimit = AtLimit.EMBEDDED
    held: int = 0
    spent: int = 0
    most: int = 0
    calls: list[Call] = field(default_factory=list)
    noted: list[Call] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    open_holds: int = 0

    async def reserve(self, account: Account, estimate: Estimate) -> _Hold:
        await asyncio.sleep(0)
        size = estimate.tokens_in + estimate.tokens_out
        if self.spent + self.held + size > self.tokens:
            raise BudgetExhausted(
                "the daily budget of the organization is used up",
                at_limit=self.at_limit,
                held=self.spent + size <= self.tokens,
            )
        self.estimates.append(estimate)
        self.held += size
        self.open_holds += 1
        self.most = max(self.most, self.held + self.spent)
        return _Hold(self, size)

    async def note(self, account: Account, call: Call) -> None:
        self.noted.append(call)


@dataclass
class _Hold:
    purse: Purse
    size: int

    async def settle(self, call: Call) -> None:
        await asyncio.sleep(0)
        self.purse.spent += call.tokens_in + call.tokens_out
        self.purse.calls.append(call)
        await self.release()

    async def release(self) -> None:
        self.purse.held -= self.size
        self.purse.open_holds -= 1


def opened(
    *models: str,
    ledger: Ledger | None = None,
    clock: Clock | None = None,
    environment: dict[str, str] | None = None,
    deadline: float = 60.0,
    observe: Callable[[Account, Call], None] | None = None,
) -> Gateway:
    """A gateway over these models, by a clock that is moved by hand."""
    return open_gateway(
        models,
        ledger or Purse(),
        environment=environment or {},
        observe=observe,
        deadline=deadline,
        patience=(clock or Clock()).patience,
    )


async def asked(gateway: Gateway, *briefs: Brief) -> Consultation:
    """Ask about these briefs, or about the usual one."""
    return await gateway.consult(ACCOUNT, [("diagnosis", brief) for brief in briefs or (BRIEF,)])
