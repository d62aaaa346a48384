"""The ledger of the command line: no budgets, so there is always room; it adds up what was used."""

from __future__ import annotations

from faultline.ai.ledger import Account, Call, Estimate, Hold
from faultline.core.model import ModelUse


class SimpleLedger:
    """A ledger without budgets. `use` is the sum of all calls that were made."""

    def __init__(self) -> None:
        self.use = ModelUse()

    async def reserve(self, account: Account, estimate: Estimate) -> Hold:
        """See Ledger; never refuses."""
        return _Open(self)

    async def note(self, account: Account, call: Call) -> None:
        """See Ledger; an answer used again costs nothing and is no call."""


class _Open:
    def __init__(self, ledger: SimpleLedger) -> None:
        self._ledger = ledger

    async def settle(self, call: Call) -> None:
        self._ledger.use += ModelUse(1, call.tokens_in, call.tokens_out, call.dollars)

    async def release(self) -> None:
        pass
