"""DatabaseLedger: room for a call of a model before it is made, and its bill afterwards.

Every budget that applies to a call has one row for each of its periods, with what is spent and what is held. Reserving
adds to `held` by a statement that changes nothing where there is no room, for all budgets in one transaction or for
none, so calls at the same time cannot pass a budget together: it is overspent by no more than calls cost over their
estimates. A free call holds nothing, and nothing refuses it.

Beside the sum there is a row for each hold. Whoever deletes that row takes its amount off the sum: the call itself, or
the reaper when the call's process died. So room is given back once.

What a call has cost is recorded whatever happens to who asked for it: it was spent. The work is done by tasks of the
ledger, which a cancellation does not reach, and tried again while the database is out of order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import structlog

from faultline.ai.ledger import Account, AtLimit, BudgetExhausted, Call, Estimate
from faultline.platform.database import Tenant, new_id
from faultline.platform.errors import TryAgainLater
from faultline.service.budgets.alerts import EXHAUSTED, Reached, announce, reached
from faultline.service.budgets.store import BudgetStore
from faultline.service.budgets.tables import Budget
from faultline.service.budgets.units import Period, Unit, plain
from faultline.service.parts import Parts
from faultline.service.usage.service import Usage

AT_A_TIME = 4
"""How many calls look into the database at a time. The others wait here, where nobody else waits for their connection:
200 at once made requests wait for one for 5 s and more."""
SPARE_SECONDS = 60.0
"""How much longer than the models have time a hold lives, for the work around the calls."""
PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between attempts to write down what was spent."""
_STRICTEST = (AtLimit.STOP, AtLimit.EMBEDDED, AtLimit.CHEAPEST)
_T = TypeVar("_T")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Room:
    """What one call needs of one budget, in whole units."""

    budget: Budget
    start: date
    amount: int

    @property
    def most(self) -> int:
        """All that the budget is."""
        return Unit(self.budget.unit).whole(self.budget.amount)


class _NoRoom(Exception):
    """One of the budgets has none; what was held of the others is rolled back."""


class DatabaseLedger:
    """See the module. Implements `ai.ledger.Ledger`.

    Args:
        parts: of this process.

    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lifetime = timedelta(seconds=parts.settings.model_seconds + SPARE_SECONDS)
        self._turns = asyncio.Semaphore(AT_A_TIME)
        self._writing: set[asyncio.Task[Any]] = set()

    async def reserve(self, account: Account, estimate: Estimate) -> Reservation:
        """Keep room for a call in every budget that applies.

        Raises:
            BudgetExhausted: one of them has none; of several the one that is strictest about it.
            TryAgainLater: the database is out of order. No model is asked then, since nobody could tell what it costs.

        """
        return await self._insist(lambda: self._reserve(account, estimate), PAUSES[:2])

    async def note(self, account: Account, call: Call) -> None:
        """Put down a call for which no room was needed; should it have cost something, budgets count it."""
        budgets: tuple[tuple[UUID, date], ...] = ()
        if call.dollars or call.tokens_in or call.tokens_out:
            async with self._parts.database.unit(_scope(account), write=False) as unit:
                now = await unit.now()
                found = await BudgetStore(unit.session).applying(account.user)
                budgets = tuple((budget.id, Period(budget.period).start(now)) for budget in found)
        await self.settle(account, None, budgets, call)

    async def settle(
        self, account: Account, reservation: UUID | None, budgets: Sequence[tuple[UUID, date]], call: Call
    ) -> None:
        """End a reservation, and write down what its call has cost; see `Reservation`."""
        await self._surely(lambda: self._settle(account, reservation, budgets, call))

    async def release(self, account: Account, reservation: UUID) -> None:
        """End a reservation; see `Reservation`."""
        await self._surely(lambda: self._release(account, reservation))

    async def _reserve(self, account: Account, estimate: Estimate) -> Reservation:
        async with self._parts.database.unit(_scope(account), write=False) as unit:
            if not await BudgetStore(unit.session).applying(account.user):
                return Reservation(self, account, None, ())
        rooms: list[Room] = []
        try:
            async with self._parts.database.unit(_scope(account)) as unit:
                store, now = BudgetStore(unit.session), await unit.now()
                budgets = await store.applying(account.user, keep=True)
                rooms = [_room(budget, estimate, now) for budget in budgets]
                reservation = await _held(store, rooms, now + self._lifetime)
        except _NoRoom:
            raise await self._refusal(account, rooms) from None
        return Reservation(self, account, reservation, tuple((room.budget.id, room.start) for room in rooms))

    async def _settle(
        self, account: Account, reservation: UUID | None, budgets: Sequence[tuple[UUID, date]], call: Call
    ) -> None:
        scope, starts = _scope(account), dict(budgets)
        async with self._parts.database.unit(scope) as unit:
            store, now = BudgetStore(unit.session), await unit.now()
            held = await store.let_go(reservation) if reservation else {}
            alerts: list[Reached] = []
            for budget in await store.some(starts) if starts else ():
                start = starts[budget.id]
                cost = Unit(budget.unit).cost(call.tokens_in + call.tokens_out, call.dollars)
                given = held.get((budget.id, start), 0)
                if cost or given:
                    spent = await store.spend(scope.id, budget.id, start, cost, given)
                    alerts += reached(budget, start, spent, before=spent - cost)
            await Usage(unit, self._parts).count_model_call(account, call, now)
            await announce(unit, self._parts, alerts, now)

    async def _release(self, account: Account, reservation: UUID) -> None:
        async with self._parts.database.unit(_scope(account)) as unit:
            store = BudgetStore(unit.session)
            for (budget, start), amount in sorted((await store.let_go(reservation)).items()):
                await store.give_back(budget, start, amount)

    async def _refusal(self, account: Account, rooms: Sequence[Room]) -> BudgetExhausted:
        """Why there is no room, for whoever asked; and an alert where it is not only calls in flight that fill it."""
        scope, full, spent_up = _scope(account), [], []
        rooms = [room for room in rooms if room.amount]
        async with self._parts.database.unit(scope, write=False) as unit:
            store = BudgetStore(unit.session)
            rows = await store.periods([(room.budget.id, room.start) for room in rooms])
            for room in rooms:
                row = rows.get(room.budget.id)
                spent, held = (row.spent, row.held) if row else (0, 0)
                if spent + room.amount > room.most:
                    spent_up.append(room)
                elif spent + held + room.amount > room.most:
                    full.append(room)
            alerts = [
                Reached(room.budget, room.start, EXHAUSTED, row.spent if (row := rows.get(room.budget.id)) else 0)
                for room in spent_up
                if not await store.raised(room.budget.id, room.start, EXHAUSTED)
            ]
        if alerts:
            async with self._parts.database.unit(scope) as unit:
                await announce(unit, self._parts, alerts, await unit.now())
        # Where neither is left, room has come back meanwhile: whoever asks again will find it.
        chosen = min(spent_up or full or rooms, key=lambda room: _STRICTEST.index(AtLimit(room.budget.at_limit)))
        return _exhausted(chosen, held=not spent_up)

    async def _surely(self, write: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Write in a task that goes on when who waits for it is cancelled."""
        task = asyncio.create_task(self._until_written(write))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        await asyncio.shield(task)

    async def _until_written(self, write: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._insist(write, PAUSES)
        except TryAgainLater as error:
            _log.error("what a model call has cost could not be written down", error=str(error))

    async def _insist(self, work: Callable[[], Awaitable[_T]], pauses: Sequence[float]) -> _T:
        """Do it, in turn, and again after each pause while the database is out of order or busy."""
        for pause in pauses:
            try:
                async with self._turns:
                    return await work()
            except TryAgainLater:
                await asyncio.sleep(pause)
        async with self._turns:
            return await work()


class Reservation:
    """Room that is kept for one call. Implements `ai.ledger.Hold`; what comes second does nothing."""

    def __init__(
        self,
        ledger: DatabaseLedger,
        account: Account,
        reservation: UUID | None,
        budgets: tuple[tuple[UUID, date], ...],
    ) -> None:
        self._ledger = ledger
        self._account = account
        self._reservation = reservation
        self._budgets = budgets
        self._over = False

    async def settle(self, call: Call) -> None:
        """Give the room back and put down what the call really cost; never fails for want of room."""
        if not self._over:
            self._over = True
            await self._ledger.settle(self._account, self._reservation, self._budgets, call)

    async def release(self) -> None:
        """Give the room back: no call was made."""
        if not self._over:
            self._over = True
            if self._reservation:
                await self._ledger.release(self._account, self._reservation)


def _scope(account: Account) -> Tenant:
    assert account.tenant is not None, "a call of the service is made for a tenant"
    return Tenant(account.tenant)


def _room(budget: Budget, estimate: Estimate, now: datetime) -> Room:
    amount = Unit(budget.unit).cost(estimate.tokens_in + estimate.tokens_out, max(estimate.dollars, Decimal(0)))
    return Room(budget, Period(budget.period).start(now), amount)


async def _held(store: BudgetStore, rooms: Sequence[Room], expires_at: datetime) -> UUID | None:
    """Hold what a call needs of each budget, in the order of their ids; None where it needs nothing.

    Raises:
        _NoRoom: one of them has none.

    """
    needed = [room for room in rooms if room.amount]
    if not needed:
        return None
    for room in needed:
        if not await store.take(room.budget.tenant_id, room.budget.id, room.start, room.amount, room.most):
            raise _NoRoom
    reservation = new_id()
    holds = [(room.budget.id, room.start, room.amount) for room in needed]
    await store.hold(needed[0].budget.tenant_id, reservation, holds, expires_at)
    return reservation


def _exhausted(room: Room, *, held: bool) -> BudgetExhausted:
    budget, resets_at = room.budget, Period(room.budget.period).end(room.start)
    whose = "of this user or key" if budget.user_id else "of the organization"
    amount = f"{plain(budget.amount):,f} {budget.unit}"
    state = "is held by calls in flight" if held else "has no room for another call"
    words = f"the {budget.period} budget {whose}, {amount}, {state}; it begins anew at {resets_at:%Y-%m-%d %H:%M} UTC"
    return BudgetExhausted(words, at_limit=AtLimit(budget.at_limit), resets_at=resets_at, held=held)
