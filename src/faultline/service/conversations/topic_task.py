"""Finds topics: puts what has been understood into each organization's topic map, and tells of topics that emerge.

The map is read, changed in a child process and written back with its revision: of two workers that do this at once the
second writes nothing. The message that a topic emerges is left in the same transaction, so that each wave is told of
once. Where a topic's cells change hands, its conversations follow in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import aliased, undefer

from faultline import embedding
from faultline.core.errors import FaultlineError
from faultline.platform.database import SYSTEM, Tenant, UnitOfWork, insert_into, new_id
from faultline.platform.jobs.outbox import enqueue
from faultline.platform.jobs.pool import PoolClosed, ProcessSlots
from faultline.service.conversations.discovery import New, Placed, placed, quoted
from faultline.service.conversations.states import ConversationStatus, in_status
from faultline.service.conversations.tables import Conversation, ConversationTopic, ConversationTopicMap
from faultline.service.conversations.trends import MINIMUM_GROUP
from faultline.service.parts import Parts

EMERGING = "conversations.topic_emerging"
"""Topic of the outbox message that tells of a wave."""
AT_ONCE = 1_000
"""Conversations that a map sees in one go: some 0.2 s in a child."""
SECONDS = 300.0
_log = structlog.get_logger()


class TopicFinder:
    """Keeps the topic maps up to date.

    Args:
        parts: of this process.
        slots: the processes it is done in.

    """

    def __init__(self, parts: Parts, slots: ProcessSlots) -> None:
        self._parts = parts
        self._slots = slots

    async def find(self) -> int:
        """Show every map what it has not seen; returns how many conversations that was."""
        if not embedding.available():
            return 0
        async with self._parts.database.unit(SYSTEM, write=False) as unit:
            tenants = list((await unit.session.execute(_TENANTS)).scalars())
            stale = select(ConversationTopicMap.tenant_id).where(ConversationTopicMap.stale)
            tenants += set((await unit.session.execute(stale)).scalars()) - set(tenants)
        return sum([await self._of(tenant) for tenant in tenants])

    async def _of(self, tenant: UUID) -> int:
        seen = 0
        while True:
            try:
                count = await self._step(tenant)
            except PoolClosed:
                return seen
            except FaultlineError as error:
                _log.warning("topics could not be found", tenant_id=str(tenant), error=str(error))
                return seen
            seen += count
            if count < AT_ONCE:
                return seen

    async def _step(self, tenant: UUID) -> int:
        async with self._parts.database.unit(Tenant(tenant), write=False) as unit:
            query = select(ConversationTopicMap).options(
                undefer(ConversationTopicMap.state), undefer(ConversationTopicMap.labels)
            )
            map_ = (await unit.session.execute(query)).scalar_one_or_none()
            known = list((await unit.session.execute(select(ConversationTopic.key))).scalars())
            new = [New(row[0].hex, *row[1:]) for row in await unit.session.execute(_UNSEEN)]
            now = await unit.now()
        if not new and not (map_ and map_.stale):
            return 0
        gone = await self._gone(tenant, map_) if map_ and map_.stale else frozenset[str]()
        state = map_.state if map_ else None
        found = await self._slots.run(placed, state, new, gone, known, MINIMUM_GROUP, now, timeout=SECONDS)
        async with self._parts.database.unit(Tenant(tenant)) as unit:
            if not await _store(unit, tenant, map_, found, now):
                return 0
            await _place(unit, new, found)
            await _relabel(unit, map_.labels if map_ else {}, found.labels)
            await _tell(unit, tenant, found, now)
            unit.after_commit(self._parts.relay.nudge)
        return len(new)

    async def _gone(self, tenant: UUID, map_: ConversationTopicMap) -> frozenset[str]:
        """The conversations that the map quotes and that are not there any more."""
        ids = [UUID(key) for key in await self._slots.run(quoted, map_.state, timeout=SECONDS)]
        there: set[UUID] = set()
        async with self._parts.database.unit(Tenant(tenant), write=False) as unit:
            for start in range(0, len(ids), 500):
                query = select(Conversation.id).where(Conversation.id.in_(ids[start : start + 500]))
                there.update((await unit.session.execute(query)).scalars())
        return frozenset(key.hex for key in ids if key not in there)


async def mark_stale(unit: UnitOfWork) -> None:
    """Conversations were deleted: whatever the maps in the unit's scope remember of them is to be forgotten."""
    maps = update(ConversationTopicMap).values(stale=True)
    await unit.session.execute(maps.execution_options(synchronize_session=False))


async def _store(
    unit: UnitOfWork, tenant: UUID, map_: ConversationTopicMap | None, found: Placed, now: datetime
) -> bool:
    """Write the map, unless somebody else has changed it."""
    values = {"state": found.state, "labels": found.labels, "stale": False, "updated_at": now}
    if map_ is None:
        made = await unit.session.execute(
            insert_into(unit.session, ConversationTopicMap)
            .values(id=new_id(), tenant_id=tenant, revision=1, **values)
            .on_conflict_do_nothing()
            .returning(ConversationTopicMap.id)
        )
        return made.first() is not None
    changed = await unit.session.execute(
        update(ConversationTopicMap)
        .where(ConversationTopicMap.id == map_.id, ConversationTopicMap.revision == map_.revision)
        .values(revision=map_.revision + 1, **values)
        .returning(ConversationTopicMap.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


async def _place(unit: UnitOfWork, new: Sequence[New], found: Placed) -> None:
    """Write down where the new ones went, unless they have been changed meanwhile."""
    rows = []
    for each in new:
        cell = found.cells.get(each.id)
        topic = found.labels.get(str(cell), "") if cell is not None else ""
        rows.append({"key": UUID(each.id), "cell": cell, "topic": topic})
    if rows:
        await (await unit.session.connection()).execute(_PLACE, rows)


async def _relabel(unit: UnitOfWork, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Let the conversations of cells that have changed hands follow."""
    changes: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for cell in before.keys() | after.keys():
        was, is_ = before.get(cell, ""), after.get(cell, "")
        if was != is_:
            changes[was, is_].append(int(cell))
    for (was, is_), cells in sorted(changes.items()):
        for start in range(0, len(cells), 500):
            await unit.session.execute(
                update(Conversation)
                .where(Conversation.topic_id == was, Conversation.topic_cell.in_(cells[start : start + 500]))
                .values(topic_id=is_)
                .execution_options(synchronize_session=False)
            )


async def _tell(unit: UnitOfWork, tenant: UUID, found: Placed, now: datetime) -> None:
    """Write the topics that may be told, and leave a message of each that emerges."""
    waves = {wave["id"]: wave for wave in found.emerging}
    told = {topic["key"] for topic in found.topics}
    for topic in found.topics:
        values = {**topic, "moved_to": None, "updated_at": now}
        if topic["key"] in waves:
            values["emerged_at"] = now
            enqueue(unit, tenant, EMERGING, {**waves[topic["key"]], "name": topic["name"], "at": now.isoformat()}, now)
        await unit.session.execute(
            insert_into(unit.session, ConversationTopic)
            .values(id=new_id(), tenant_id=tenant, created_at=now, **values)
            .on_conflict_do_update(index_elements=["tenant_id", "key"], set_=values)
        )
    for key, into in found.moved.items():
        await unit.session.execute(
            update(ConversationTopic).where(ConversationTopic.key == key).values(moved_to=into, examples=[])
        )
    await unit.session.execute(
        delete(ConversationTopic)
        .where(ConversationTopic.key.not_in(told | found.moved.keys()))
        .execution_options(synchronize_session=False)
    )


def _unseen(table: Any = Conversation) -> list[Any]:
    return [in_status(ConversationStatus.DONE, table), table.topic_id.is_(None)]


def _tenants_with_unseen() -> Any:
    """One look into the index for each tenant, as in `queue.py`."""
    first = select(Conversation.tenant_id).where(*_unseen()).order_by(Conversation.tenant_id).limit(1)
    found = select(first.scalar_subquery().label("tenant_id")).cte("tenants", recursive=True)
    other = aliased(Conversation)
    following = (
        select(other.tenant_id)
        .where(*_unseen(other), other.tenant_id > found.c.tenant_id)
        .order_by(other.tenant_id)
        .limit(1)
    )
    found = found.union_all(select(following.scalar_subquery()).where(found.c.tenant_id.is_not(None)))
    return select(found.c.tenant_id).where(found.c.tenant_id.is_not(None))


_TENANTS = _tenants_with_unseen()
_UNSEEN = (
    select(
        Conversation.id,
        Conversation.insight,
        Conversation.turns,
        Conversation.happened_at,
        func.coalesce(Conversation.mood_score, 0.0),
    )
    .where(*_unseen())
    .order_by(Conversation.id)
    .limit(AT_ONCE)
)
_table: Any = Conversation.__table__
_PLACE = (
    update(_table)
    .where(
        _table.c.id == bindparam("key"), _table.c.topic_id.is_(None), _table.c.status == ConversationStatus.DONE.value
    )
    .values(topic_id=bindparam("topic"), topic_cell=bindparam("cell"))
)
