"""A route: the models that may answer, in the order in which they are asked, and what each request goes through.

breaker ──> a place at the provider ──> room in the budget ──> the call ──> the bill
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from faultline.ai import prices
from faultline.ai.breaker import Breaker, Passage, Resting
from faultline.ai.exchange import Again, Heard, Trouble, Turn
from faultline.ai.ledger import Account, Call, CallOutcome, Estimate, Hold, Ledger
from faultline.ai.models import ModelName
from faultline.ai.prompt import Prompt, render
from faultline.ai.tokens import estimate_tokens
from faultline.core.model import Brief, Cited

if TYPE_CHECKING:
    from faultline.ai.wire import Wire

CALL_SECONDS = 60.0
"""The longest that one request may take; a server that trickles never meets the client's own timeouts."""
PLACES = 32
"""Requests under way at one provider."""
INLINE = 5_000
"""Characters of evidence that are read on the event loop: some 2 ms of it. A thread of its own costs 0.2 ms."""
UNSAID_PAUSE = 2.0
"""Seconds that a model is left alone which said 429 and not for how long."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Link:
    """One model of a route. `places` is shared by all models of the same provider."""

    name: ModelName
    key: str | None = field(repr=False)
    breaker: Breaker
    places: asyncio.Semaphore
    wire: Wire | None = None
    paused_until: float = -math.inf


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a model: `said` is None where it did not hold, and `objection` says to the model why."""

    said: Cited | None
    heard: Heard
    objection: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked, by whom and for whom."""

    account: Account
    agent: str
    brief: Brief

    @cached_property
    def prompt(self) -> Prompt:
        """What the model reads. Made when a request is, for it is most of our own work: 1.4 ms for 30 lines."""
        return render(self.brief)

    async def read(self, work: Callable[[], T]) -> T:
        """Do work that goes through all of the brief: in a thread where it is long, for 500 lines take up to 43 ms."""
        if sum(len(line.text) for line in self.brief.evidence) <= INLINE:
            return work()
        return await asyncio.to_thread(work)


class Requests:
    """Makes requests.

    Args:
        ledger: keeps budgets and puts down calls.
        clock: seconds from anywhere, never backwards.
        observe: hears of every call that was made.

    """

    def __init__(self, ledger: Ledger, clock: Callable[[], float], observe: Callable[[Account, Call], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._observe = observe
        self._bookings: set[asyncio.Task[None]] = set()

    async def make(
        self, link: Link, question: Question, turns: Sequence[Turn], booked: Callable[[Call], None]
    ) -> Reply:
        """Make one request.

        Args:
            link: whom to ask; its wire is open.
            question: what.
            turns: what was said before, about an answer that did not hold.
            booked: hears of the call, if one was made.

        Raises:
            Trouble: no answer came.
            BudgetExhausted: there is no room for it.

        """
        try:
            async with link.breaker.passage() as passage:
                self._check_pause(link)
                async with link.places:
                    self._check_pause(link)  # those before in the line may have heard that it is too much
                    return await self._call(link, question, turns, booked, passage)
        except Resting as resting:
            words = f"is left alone for a while after errors in a row; the last time it {resting.why}"
            raise Trouble(words, CallOutcome.FAILED, Again.LATER) from None

    async def _call(
        self,
        link: Link,
        question: Question,
        turns: Sequence[Turn],
        booked: Callable[[Call], None],
        passage: Passage,
    ) -> Reply:
        assert link.wire is not None
        await question.read(lambda: question.prompt)
        estimate = self.estimate(link, question, turns)
        hold = await self._ledger.reserve(question.account, estimate)
        begun = self._clock()
        outcome, reply = CallOutcome.FAILED, None
        try:
            reply = await self._exchange(link.wire, question, turns)
            outcome = _outcome(reply)
            passage.succeeded()
        except Trouble as trouble:
            outcome = trouble.outcome
            self._take_note(link, trouble, passage)
            raise
        except asyncio.CancelledError:
            outcome = CallOutcome.TIMED_OUT
            raise
        finally:
            tokens_in, tokens_out = _used(reply, estimate) if reply else (0, 0)
            call = Call(
                agent=question.agent,
                provider=link.name.provider,
                model=link.name.model,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                dollars=prices.rate(link.name).cost(tokens_in, tokens_out),
                seconds=self._clock() - begun,
                outcome=outcome,
            )
            booked(call)
            await self._settle(question.account, hold, call)
        return reply

    def estimate(self, link: Link, question: Question, turns: Sequence[Turn] = ()) -> Estimate:
        """The most that one request may come to."""
        tokens_in = question.prompt.tokens
        tokens_in += sum(estimate_tokens(turn.answer) + estimate_tokens(turn.objection) + _TURN for turn in turns)
        answer_tokens = question.brief.answer_tokens
        tokens_out = link.wire.limit(answer_tokens) if link.wire else answer_tokens
        dollars = prices.rate(link.name).cost(tokens_in, tokens_out)
        return Estimate(link.name.provider, link.name.model, tokens_in, tokens_out, dollars)

    async def _exchange(self, wire: Wire, question: Question, turns: Sequence[Turn]) -> Reply:
        brief = question.brief
        try:
            async with asyncio.timeout(CALL_SECONDS):
                heard = await wire.ask(
                    question.prompt.system,
                    question.prompt.user,
                    brief.answer,
                    answer_tokens=brief.answer_tokens,
                    turns=turns,
                )
        except TimeoutError:
            words = f"did not answer within {CALL_SECONDS:g} s"
            raise Trouble(words, CallOutcome.TIMED_OUT, Again.SOON) from None
        try:
            return Reply(brief.answer.model_validate_json(_json(heard.text)), heard)
        except ValidationError as error:
            return Reply(None, heard, _objection(error, heard, brief))

    def _take_note(self, link: Link, trouble: Trouble, passage: Passage) -> None:
        if trouble.sick:
            passage.failed(trouble.words)
        if trouble.again is Again.LATER:
            if trouble.after is None:
                trouble.after = UNSAID_PAUSE
            link.paused_until = max(link.paused_until, self._clock() + trouble.after)

    def _check_pause(self, link: Link) -> None:
        left = link.paused_until - self._clock()
        if left > 0:
            words = f"is rate limited by its provider for another {math.ceil(left)} s"
            raise Trouble(words, CallOutcome.RATE_LIMITED, Again.LATER, after=left)

    async def _settle(self, account: Account, hold: Hold, call: Call) -> None:
        """Put the call down, also when whoever asked has gone."""
        booking = asyncio.ensure_future(self._book(account, hold, call))
        self._bookings.add(booking)
        booking.add_done_callback(self._bookings.discard)
        await asyncio.shield(booking)

    async def _book(self, account: Account, hold: Hold, call: Call) -> None:
        try:
            await hold.settle(call)
        except Exception:
            # The answer is there and is not thrown away; the ledger gives back what nobody settles.
            _log.warning("a call of %s:%s could not be put down", call.provider, call.model, exc_info=True)
        self._observe(account, call)

    async def finish(self) -> None:
        """Wait until all calls are put down."""
        while self._bookings:
            await asyncio.wait(self._bookings)


_TURN = 16  # tokens that a provider wraps around a message
_MAX_OBJECTIONS = 5


def _outcome(reply: Reply) -> CallOutcome:
    if reply.said is not None:
        return CallOutcome.ANSWERED
    return CallOutcome.REFUSED if reply.heard.declined else CallOutcome.INVALID


def _used(reply: Reply, estimate: Estimate) -> tuple[int, int]:
    """Tokens in and out; where the server did not count, the upper bounds, so that no model is free by its silence."""
    heard = reply.heard
    if heard.tokens_in is None or heard.tokens_out is None:
        return estimate.tokens_in, min(estimate_tokens(heard.text), estimate.tokens_out)
    return heard.tokens_in, heard.tokens_out


def _json(text: str) -> str:
    """The object in what a model wrote: some wrap it into a fence or into words."""
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text


def _objection(error: ValidationError, heard: Heard, brief: Brief) -> str:
    """Tell the model what is wrong with its answer, in words that hold nothing of it but names of fields."""
    if heard.cut:
        what = f"It was cut off: an answer has at most {brief.answer_tokens} tokens. Be shorter."
    else:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        what = "; ".join(
            f"{'.'.join(str(part) for part in each['loc']) or 'all'}: {each['msg']}"[:200]
            for each in wrong[:_MAX_OBJECTIONS]
        )
    schema = json.dumps(brief.answer.model_json_schema(), separators=(",", ":"))
    return f"That answer cannot be used. {what}\nAnswer again, with one JSON object of this schema alone: {schema}"
