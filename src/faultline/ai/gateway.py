"""The model gateway: briefs in, answers that hold out, and a note where there is none.

Importing this costs nothing; pydantic-ai, which takes seconds, is imported by the first question, or by `load`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from faultline.ai import prices
from faultline.ai.breaker import Breaker
from faultline.ai.consultation import Asking, Patience
from faultline.ai.earlier import Earlier, Reuse
from faultline.ai.ledger import Account, Call, Ledger
from faultline.ai.models import key_of, parse
from faultline.ai.route import PLACES, Link, Requests
from faultline.core.errors import UsageError
from faultline.core.model import Brief, Consultation

if TYPE_CHECKING:
    import httpx2

DEADLINE = 120.0
"""Seconds that one consultation may take."""


class Gateway:
    """Asks the models of one route.

    Args:
        links: the models in the order in which they are asked.
        ledger: keeps budgets and puts down calls.
        reuse: knows earlier answers; None for never.
        observe: hears of every call.
        deadline: seconds that one consultation may take.
        patience: clock, sleep and chance; None for the real ones.

    """

    route: str
    """Names the models; part of the result cache's key."""

    def __init__(
        self,
        links: Sequence[Link],
        ledger: Ledger,
        *,
        reuse: Reuse | None = None,
        observe: Callable[[Account, Call], None] | None = None,
        deadline: float = DEADLINE,
        patience: Patience | None = None,
    ) -> None:
        self.route = " ".join(str(link.name) for link in links)
        self._links = links
        self._deadline = deadline
        self._patience = patience or Patience(time.monotonic)
        observe = observe or _nobody
        self._requests = Requests(ledger, self._patience.clock, observe)
        self._earlier = Earlier(reuse, ledger, self._patience.clock, observe)
        self._client: httpx2.AsyncClient | None = None
        self._loading = asyncio.Lock()

    async def load(self) -> None:
        """Import what asking needs, in a thread; the first question does it as well."""
        if self._client is not None:
            return
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(_wire_up, self._links)

    async def consult(self, account: Account, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        """Ask about each brief, given with the name of its agent.

        Raises:
            BudgetExhausted: a budget has no room, and its owner wants the analysis to fail then. Nothing else is
                raised; notes say why there is no answer.

        """
        asking = Asking(
            account, self._links, self._requests, self._earlier, self.load, self._patience, seconds=self._deadline
        )
        return await asking.ask(briefs)

    async def close(self) -> None:
        """Wait for bookings under way and close the connections."""
        await self._requests.finish()
        if self._client is not None:
            await self._client.aclose()


class Waiting:
    """The engine's gateway: waits for the answers. For one thread at a time, and not for one that runs an event loop.

    Args:
        gateway: to ask; closed with this.

    """

    def __init__(self, gateway: Gateway) -> None:
        self.route = gateway.route
        self._gateway = gateway
        self._runner = asyncio.Runner()

    def consult(self, kind: str, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        """See engine.Gateway."""
        return self._runner.run(self._gateway.consult(Account(kind), briefs))

    def close(self) -> None:
        """Close the gateway."""
        with self._runner as runner:
            runner.run(self._gateway.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_gateway(
    models: Sequence[str],
    ledger: Ledger,
    *,
    environment: Mapping[str, str],
    reuse: Reuse | None = None,
    observe: Callable[[Account, Call], None] | None = None,
    deadline: float = DEADLINE,
    patience: Patience | None = None,
) -> Gateway:
    """Open a gateway to a route of models. No model is asked and nothing is imported yet.

    Args:
        models: their names in the order in which they are asked, as in `openai:gpt-5-mini`; see models.py.
        ledger: keeps budgets and puts down calls.
        environment: where keys are looked for.
        reuse: knows earlier answers; None for never.
        observe: hears of every call.
        deadline: seconds that one consultation may take.
        patience: clock, sleep and chance; None for the real ones.

    Raises:
        UsageError: a name makes no sense, a key is missing, or the extra `ai` is not installed.

    """
    if not models:
        raise UsageError("a route needs a model")
    names = list(dict.fromkeys(parse(model) for model in models))
    keys = [key_of(name, environment) for name in names]
    if find_spec("pydantic_ai") is None or find_spec("genai_prices") is None:
        raise UsageError("asking models needs more packages: pip install 'faultline[ai]'")
    patience = patience or Patience(time.monotonic)
    places = {name.provider: asyncio.Semaphore(PLACES) for name in names}
    links = [
        Link(name, key, Breaker(patience.clock), places[name.provider]) for name, key in zip(names, keys, strict=True)
    ]
    return Gateway(links, ledger, reuse=reuse, observe=observe, deadline=deadline, patience=patience)


def _wire_up(links: Sequence[Link]) -> httpx2.AsyncClient:
    """Make the connections' client and what speaks over it, for each model."""
    from faultline.ai import wire

    client = wire.open_client()
    for link in links:
        link.wire = wire.Wire(link.name, link.key, client)
        prices.rate(link.name)  # the price list takes a third of a second to import
    return client


def _nobody(account: Account, call: Call) -> None:
    pass
