"""What the gateway needs of whoever keeps the money: room for a call before it is made, and its bill afterwards.

    reserve ──> Hold ──> settle(call)       the call was made: its real cost takes the place of the estimate
                  └────> release()          it was not made after all

A hold that is neither settled nor released, as its process died, is the ledger's to give back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from faultline.core.errors import FaultlineError


class AtLimit(StrEnum):
    """What happens when a budget has no room for a call."""

    CHEAPEST = "cheapest"
    """The route's cheapest model is tried, if the budget has room for that; else no model."""
    EMBEDDED = "embedded"
    """No model: the embedded answer, which costs nothing and is never refused."""
    STOP = "stop"
    """The analysis fails with `BudgetExhausted`."""


class BudgetExhausted(FaultlineError):
    """A budget has no room for this call.

    Args:
        words: which budget, in a sentence.
        at_limit: what its owner chose for this case.
        resets_at: when it begins anew.
        held: whether it is calls in flight that fill it, so that there may be room in a moment.

    """

    code = "budget-exhausted"
    status = 402

    def __init__(self, words: str, *, at_limit: AtLimit, resets_at: datetime | None = None, held: bool = False) -> None:
        self.at_limit = at_limit
        self.resets_at = resets_at
        self.held = held
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose call it is; all None on the command line."""

    kind: str
    tenant: UUID | None = None
    user: UUID | None = None
    analysis: UUID | None = None


class CallOutcome(StrEnum):
    """How one call of a model ended."""

    ANSWERED = "answered"
    INVALID = "invalid"
    """It answered, but not with what was asked for."""
    RATE_LIMITED = "rate-limited"
    REFUSED = "refused"
    """The provider does not know the key or the model, or does not like the request."""
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    REUSED = "reused"
    """No call was needed: an earlier answer serves."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The most that one call may come to."""

    provider: str
    model: str
    tokens_in: int
    tokens_out: int
    dollars: Decimal


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model, as it is billed. A call that never reached the provider has no tokens."""

    agent: str
    provider: str
    model: str
    tokens_in: int
    tokens_out: int
    dollars: Decimal
    seconds: float
    outcome: CallOutcome
    cached: bool = False
    """Whether an earlier answer was used, in whole."""


class Hold(Protocol):
    """Room that is kept for one call."""

    async def settle(self, call: Call) -> None:
        """Give the room back and put down what the call really cost; never fails for want of room."""
        ...

    async def release(self) -> None:
        """Give the room back: no call was made."""
        ...


class Ledger(Protocol):
    """Keeps budgets, and a row for each call."""

    async def reserve(self, account: Account, estimate: Estimate) -> Hold:
        """Keep room for a call.

        Raises:
            BudgetExhausted: there is none.

        """
        ...

    async def note(self, account: Account, call: Call) -> None:
        """Put down a call for which no room was needed, such as an answer used again."""
        ...
