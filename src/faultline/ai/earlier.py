"""Earlier answers that serve again, put down as calls that cost nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from faultline.ai.ledger import Account, Call, CallOutcome, Ledger
from faultline.ai.models import parse
from faultline.core.model import Answer, Brief, Cited

_log = logging.getLogger(__name__)


class Reused(Protocol):
    """An earlier answer that serves."""

    @property
    def said(self) -> Cited:
        """What was said, with citations of the brief at hand."""
        ...

    @property
    def model(self) -> str:
        """Who said it, as in `openai:gpt-5-mini`."""
        ...


class Reuse(Protocol):
    """Knows earlier answers; see reuse.py."""

    async def lookup(self, account: Account, brief: Brief) -> Reused | None:
        """An earlier answer that serves this brief."""
        ...

    async def remember(self, account: Account, brief: Brief, said: Cited, model: str | None = None) -> None:
        """Keep an answer; `model` is who gave it."""
        ...


class Earlier:
    """Looks for earlier answers. What goes wrong there is a miss, never an error.

    Args:
        reuse: knows them; None for never.
        ledger: puts down that one was used.
        clock: seconds from anywhere, never backwards.
        observe: hears of every use.

    """

    def __init__(
        self,
        reuse: Reuse | None,
        ledger: Ledger,
        clock: Callable[[], float],
        observe: Callable[[Account, Call], None],
    ) -> None:
        self._reuse = reuse
        self._ledger = ledger
        self._clock = clock
        self._observe = observe

    async def find(self, account: Account, agent: str, brief: Brief) -> Answer | None:
        """An earlier answer that serves this brief."""
        if self._reuse is None or brief.reuse is None:
            return None
        begun = self._clock()
        try:
            found = await self._reuse.lookup(account, brief)
            if found is None:
                return None
            name = parse(found.model)
            call = Call(
                agent=agent,
                provider=name.provider,
                model=name.model,
                tokens_in=0,
                tokens_out=0,
                dollars=Decimal(0),
                seconds=self._clock() - begun,
                outcome=CallOutcome.REUSED,
                cached=True,
            )
            await self._ledger.note(account, call)
        except Exception:
            _log.warning("earlier answers could not be looked through", exc_info=True)
            return None
        self._observe(account, call)
        return Answer(found.said, found.model, reused=True)

    async def keep(self, account: Account, brief: Brief, answer: Answer) -> None:
        """Remember an answer for later."""
        if self._reuse is None or brief.reuse is None:
            return
        try:
            await self._reuse.remember(account, brief, answer.said, answer.model)
        except Exception:
            _log.warning("an answer could not be kept", exc_info=True)
