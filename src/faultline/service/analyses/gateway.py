"""The model gateway, as far as the service knows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from faultline.ai.ledger import Account
from faultline.core.model import Brief, Consultation


class Gateway(Protocol):
    """Asks models; see `faultline.ai.gateway`, which is loaded only where models are configured."""

    route: str
    """Names the models that may answer; part of the result cache's key."""

    async def consult(self, account: Account, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        """Ask a model about each brief, given with the name of its agent.

        Raises:
            BudgetExhausted: a budget has no room, and its owner wants the analysis to fail then.

        """
        ...

    async def close(self) -> None:
        """Write down what is still to be written, and let go of connections."""
        ...
