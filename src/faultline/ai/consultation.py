"""One consultation: some briefs, asked about side by side, within one deadline.

For each brief the models of the route are asked in turn. One that is in trouble makes way for the next at once; only
when the whole route has been tried does it wait, and goes round again, three times in all. So a fallback costs no
pause, and a single model gets the usual retries with a growing pause.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from faultline.ai.citations import resolve
from faultline.ai.earlier import Earlier
from faultline.ai.exchange import Again, Trouble, Turn
from faultline.ai.ledger import Account, AtLimit, BudgetExhausted, Call, CallOutcome
from faultline.ai.route import Link, Question, Reply, Requests
from faultline.core.model import Answer, Brief, Consultation, ModelUse

ROUNDS = 3
"""How often a route is tried for one brief."""
ANSWERS = 3
"""How often a model may answer before one holds."""
AT_ONCE = 8
"""Briefs of one consultation that are asked about at the same time."""
BACKOFF = 0.5
"""Seconds before the second round; doubles for the third. Half of it is chance: a crowd comes back spread out."""
HELD_SECONDS = 10.0
"""How long calls in flight are waited for that fill the budget."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Clock, sleep and chance; tests bring their own.

    Args:
        clock: seconds from anywhere, never backwards.
        sleep: waits for so many seconds.
        chance: a number from 0 to 1.

    """

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random

    def spread(self, seconds: float) -> float:
        """Between a half and the whole of it."""
        return seconds * (0.5 + self.chance() / 2)


class Asking:
    """Asks about the briefs of one consultation.

    Args:
        account: whose calls they are.
        route: the models in order.
        requests: makes the calls.
        earlier: earlier answers.
        load: opens the wires of the route; called before the first request.
        patience: see there.
        seconds: from now to the deadline.

    """

    def __init__(
        self,
        account: Account,
        route: Sequence[Link],
        requests: Requests,
        earlier: Earlier,
        load: Callable[[], Awaitable[None]],
        patience: Patience,
        *,
        seconds: float,
    ) -> None:
        self._account = account
        self._route = list(route)
        self._requests = requests
        self._earlier = earlier
        self._load = load
        self._patience = patience
        self._seconds = seconds
        self._ends = patience.clock() + seconds
        self._barred: set[str] = set()
        self._spent = False
        self._stop: BudgetExhausted | None = None
        self._why: dict[str, str] = {}
        self._use = ModelUse()

    async def ask(self, briefs: Sequence[tuple[str, Brief]]) -> Consultation:
        """Ask about all of them.

        Raises:
            BudgetExhausted: the budget's owner wants that. Calls under way are waited for: they are paid anyway.

        """
        answers: list[Answer | None] = [None] * len(briefs)
        waiting = iter(enumerate(briefs))
        await asyncio.gather(*(self._work(waiting, answers) for _ in range(min(AT_ONCE, len(briefs)))))
        if self._stop:
            raise self._stop
        return Consultation(answers, self._notes(answers), self._use)

    async def _work(self, waiting: Iterator[tuple[int, tuple[str, Brief]]], answers: list[Answer | None]) -> None:
        for place, (agent, brief) in waiting:
            if self._stop:
                return
            try:
                async with asyncio.timeout(self._ends - self._patience.clock()):
                    answers[place] = await self._find(agent, brief)
            except TimeoutError:
                self._why.setdefault("", f"there was no answer within {self._seconds:g} s")
            except BudgetExhausted as error:
                self._stop = error
            except Exception as error:  # whatever it is, the analysis has an answer without a model
                _log.warning("a model could not be asked", exc_info=True)
                self._why.setdefault("", f"no model could be asked ({type(error).__name__})")

    async def _find(self, agent: str, brief: Brief) -> Answer | None:
        if earlier := await self._earlier.find(self._account, agent, brief):
            return earlier
        await self._load()
        answer = await self._answer(agent, brief)
        if answer:
            await self._earlier.keep(self._account, brief, answer)
        return answer

    async def _answer(self, agent: str, brief: Brief) -> Answer | None:
        question = Question(self._account, agent, brief)
        done: set[str] = set()
        why: dict[str, str] = {}
        answer = None
        for tried in range(ROUNDS):
            answer, pause = await self._round(question, done, why, self._patience.spread(BACKOFF * 2**tried))
            if pause is None or tried == ROUNDS - 1 or self._patience.clock() + pause >= self._ends:
                break
            await self._patience.sleep(pause)
        if not answer:
            self._why.update(why)
        return answer

    async def _round(
        self, question: Question, done: set[str], why: dict[str, str], usual: float
    ) -> tuple[Answer | None, float | None]:
        """Ask each model that may still be asked.

        Returns:
            An answer; or the seconds to wait before the next round, `usual` where nobody said; None when there is
            nothing to wait for.

        """
        pauses: list[float] = []
        links = iter(self._route)
        while not self._spent and (link := next(links, None)):
            name = str(link.name)
            if name in done or name in self._barred:
                continue
            try:
                return await self._converse(link, question, why), None
            except Trouble as trouble:
                why[name] = f"{name} {trouble.words}"
                match trouble.again:
                    case Again.NEVER:
                        self._barred.add(name)
                        self._why[name] = why[name]
                    case Again.NOT_THIS:
                        done.add(name)
                    case Again.LATER if trouble.after is not None:
                        pauses.append(trouble.after + self._patience.spread(BACKOFF))
                    case Again.SOON:
                        pauses.append(usual)
            except BudgetExhausted as error:
                why["budget"] = str(error)
                links = iter(self._cheaper(error, link, question))
        return None, None if self._spent else min(pauses, default=None)

    def _cheaper(self, error: BudgetExhausted, link: Link, question: Question) -> Sequence[Link]:
        """What is left of the route when the budget has no room for this link."""
        if error.at_limit is AtLimit.STOP:
            raise error
        if error.at_limit is AtLimit.CHEAPEST:
            cheapest = min(self._route, key=lambda each: self._requests.estimate(each, question).dollars)
            if cheapest is not link:
                self._route = [cheapest]
                return self._route
        self._spent = True
        return ()

    async def _converse(self, link: Link, question: Question, why: dict[str, str]) -> Answer | None:
        """Ask one model until an answer of it holds."""
        turns: list[Turn] = []
        for _ in range(ANSWERS):
            reply = await self._request(link, question, turns)
            if reply.heard.declined:
                raise Trouble("declined to answer", CallOutcome.REFUSED, Again.NOT_THIS)
            if reply.said is None:
                turns.append(Turn(reply.heard.text, reply.objection))
                continue
            said, dropped = await question.read(partial(resolve, reply.said, question.brief))
            if said is None:
                # The next model would see the same lines; that none shows anything may well be the truth.
                why[str(link.name)] = f"{link.name} said nothing that a line of the evidence shows"
                return None
            return Answer(said, link.name.short, dropped)
        raise Trouble("answered with something else than was asked for", CallOutcome.INVALID, Again.NOT_THIS)

    async def _request(self, link: Link, question: Question, turns: Sequence[Turn]) -> Reply:
        """One request, after waiting for calls in flight where they fill the budget."""
        patience = self._patience
        ends = min(patience.clock() + HELD_SECONDS, self._ends)
        pause = 0.05
        while True:
            try:
                return await self._requests.make(link, question, turns, self._booked)
            except Trouble as trouble:
                if trouble.again is not Again.AT_ONCE:
                    raise
            except BudgetExhausted as error:
                if not error.held or patience.clock() + pause >= ends:
                    raise
                await patience.sleep(patience.spread(pause))
                pause = min(2 * pause, 1.0)

    def _booked(self, call: Call) -> None:
        self._use += ModelUse(1, call.tokens_in, call.tokens_out, call.dollars)

    def _notes(self, answers: Sequence[Answer | None]) -> tuple[str, ...]:
        """One sentence that says why there are questions without an answer; none where there are none."""
        missing = sum(answer is None for answer in answers)
        if not missing:
            return ()
        why = ", ".join(self._why.values()) or "no model could be asked"
        if missing == len(answers):
            return (f"{why}; this is the answer without a model",)
        return (f"{why}; {missing} of {len(answers)} questions were answered without a model",)
