"""The relay: hands the messages of the outbox to whoever they are for.

A message and what its handler writes go together: the handler runs in the transaction that deletes the message. So a
message is handled once, however many relays run; what must happen outside of the database is done after the commit, and
may be lost with the process, which is why it can only be a nudge.

A message whose handler fails is put off, for 1 s, then 2 s, 4 s, up to five minutes, and holds up no other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, func, select, update

from faultline.platform.database import SYSTEM, Database, UnitOfWork
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs.outbox import OutboxMessage

BATCH = 50
MAX_ATTEMPTS = 20
"""A message that failed so often, over an hour, stays where it is, for somebody to look at."""
MAX_PAUSE = timedelta(minutes=5)

Handler = Callable[[UnitOfWork, OutboxMessage], Awaitable[None]]
_log = structlog.get_logger()


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxMessage.attempts < MAX_ATTEMPTS, OutboxMessage.available_at <= now)


async def set_aside(unit: UnitOfWork) -> int:
    """How many messages nobody will hand over any more; a unit of a tenant counts its own."""
    query = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.attempts >= MAX_ATTEMPTS)
    return int((await unit.session.execute(query)).scalar_one())


async def bring_back(unit: UnitOfWork, now: datetime) -> int:
    """Have those messages handed over after all; returns how many."""
    back = await unit.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.attempts >= MAX_ATTEMPTS)
        .values(attempts=0, available_at=now)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(back.all())


class Relay:
    """Hands over messages by their topic."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        self._database = database
        self._handlers = handlers

    async def relay(self) -> int:
        """Hand over everything that waits; returns how many messages it was."""
        done = 0
        while await self._waiting():
            try:
                handed = await self._batch()
            except TryAgainLater:
                raise  # no message's fault
            except Exception:
                _log.exception("a batch of the outbox failed; going on one by one")
                handed = await self._one_by_one()
            done += handed
            if handed < BATCH:  # that was all; whatever has come since has rung
                break
        return done

    async def _waiting(self) -> bool:
        """Look without taking a lock: most of the time there is nothing."""
        async with self._database.unit(SYSTEM, write=False) as unit:
            query = select(OutboxMessage.id).where(_due(await unit.now())).limit(1)
            return (await unit.session.execute(query)).first() is not None

    async def _batch(self) -> int:
        async with self._database.unit(SYSTEM) as unit:
            due = select(OutboxMessage.id).where(_due(await unit.now())).order_by(OutboxMessage.id).limit(BATCH)
            return await self._hand_over(unit, OutboxMessage.id.in_(due.with_for_update(skip_locked=True)))

    async def _one_by_one(self) -> int:
        """Each message in a transaction of its own, so that one that fails does not stop the others."""
        async with self._database.unit(SYSTEM, write=False) as unit:
            due = select(OutboxMessage).where(_due(await unit.now())).order_by(OutboxMessage.id).limit(BATCH)
            messages = (await unit.session.execute(due)).scalars().all()
        done = 0
        for message in messages:
            try:
                async with self._database.unit(SYSTEM) as unit:
                    done += await self._hand_over(unit, OutboxMessage.id == message.id)
            except TryAgainLater:
                raise
            except Exception:
                _log.exception("a message of the outbox failed", topic=message.topic, message_id=str(message.id))
                async with self._database.unit(SYSTEM) as unit:
                    pause = min(timedelta(seconds=2**message.attempts), MAX_PAUSE)
                    await unit.session.execute(
                        update(OutboxMessage)
                        .where(OutboxMessage.id == message.id)
                        .values(attempts=OutboxMessage.attempts + 1, available_at=await unit.now() + pause)
                    )
        return done

    async def _hand_over(self, unit: UnitOfWork, which: ColumnElement[bool]) -> int:
        taken = await unit.session.execute(
            delete(OutboxMessage).where(which).returning(OutboxMessage).execution_options(synchronize_session=False)
        )
        messages = sorted(taken.scalars(), key=lambda message: message.id)
        for message in messages:
            await self._handlers[message.topic](unit, message)
        return len(messages)
