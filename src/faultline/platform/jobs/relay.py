"""The relay: hands the messages of the outbox to whoever they are for.

A message and what its handler writes go together: the handler runs in the transaction that deletes the message. So a
message is handled once, however many relays run; what must happen outside of the database is done after the commit, and
may be lost with the process, which is why it can only be a nudge.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog
from sqlalchemy import delete, select, update

from faultline.platform.database import SYSTEM, Database, UnitOfWork
from faultline.platform.jobs.outbox import OutboxMessage

BATCH = 200
MAX_ATTEMPTS = 20
"""A message that failed so often stays where it is, for somebody to look at."""

Handler = Callable[[UnitOfWork, OutboxMessage], Awaitable[None]]
_log = structlog.get_logger()


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
                handed = await self._batch(BATCH)
            except Exception:
                _log.exception("a batch of the outbox failed; going on one by one")
                handed = await self._one_by_one()
            done += handed
            if not handed:
                break
        return done

    async def _waiting(self) -> bool:
        """Look without taking a lock: most of the time there is nothing."""
        async with self._database.unit(SYSTEM, write=False) as unit:
            query = select(OutboxMessage.id).where(OutboxMessage.attempts < MAX_ATTEMPTS).limit(1)
            return (await unit.session.execute(query)).first() is not None

    async def _batch(self, size: int) -> int:
        async with self._database.unit(SYSTEM) as unit:
            query = select(OutboxMessage).where(OutboxMessage.attempts < MAX_ATTEMPTS).order_by(OutboxMessage.id)
            messages = (await unit.session.execute(query.limit(size).with_for_update(skip_locked=True))).scalars().all()
            for message in messages:
                await self._handlers[message.topic](unit, message)
            keys = [message.id for message in messages]
            await unit.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(keys)))
            return len(keys)

    async def _one_by_one(self) -> int:
        """Each message in a transaction of its own, so that one that fails does not stop the others."""
        async with self._database.unit(SYSTEM, write=False) as unit:
            query = select(OutboxMessage).where(OutboxMessage.attempts < MAX_ATTEMPTS).order_by(OutboxMessage.id)
            messages = (await unit.session.execute(query.limit(BATCH))).scalars().all()
        done = 0
        for message in messages:
            try:
                async with self._database.unit(SYSTEM) as unit:
                    taken = await unit.session.execute(
                        delete(OutboxMessage).where(OutboxMessage.id == message.id).returning(OutboxMessage.id)
                    )
                    if taken.first():
                        await self._handlers[message.topic](unit, message)
                        done += 1
            except Exception:
                _log.exception("a message of the outbox failed", topic=message.topic, message_id=str(message.id))
                async with self._database.unit(SYSTEM) as unit:
                    await unit.session.execute(
                        update(OutboxMessage)
                        .where(OutboxMessage.id == message.id)
                        .values(attempts=OutboxMessage.attempts + 1)
                    )
        return done
