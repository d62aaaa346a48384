"""Topics as they are told: counted now, from what is there, and only from `MINIMUM_GROUP` conversations on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.core.results.conversation import Mood
from faultline.platform.database import UnitOfWork
from faultline.service.conversations.states import ConversationStatus
from faultline.service.conversations.tables import Conversation, ConversationTopic
from faultline.service.conversations.trends import MINIMUM_GROUP
from faultline.service.errors import NotFound
from faultline.service.parts import Parts


class Counted(NamedTuple):
    """How many conversations a topic has, in what mood, and since when."""

    conversations: int
    mood: float
    negative: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A topic and what was counted of it."""

    row: ConversationTopic
    counted: Counted
    examples: list[dict[str, Any]]


class Topics:
    """Topics of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    async def list(self) -> list[Told]:
        """All topics, the largest first."""
        session = self._unit.session
        rows = (
            (await session.execute(select(ConversationTopic).where(ConversationTopic.moved_to.is_(None))))
            .scalars()
            .all()
        )
        counted = await _counted(session, [row.key for row in rows])
        there = await _there(session, [each["conversation"] for row in rows for each in row.examples])
        told = [
            Told(row, counted[row.key], [each for each in row.examples if each["conversation"] in there])
            for row in rows
            if row.key in counted
        ]
        return sorted(told, key=lambda topic: (-topic.counted.conversations, topic.row.key))

    async def get(self, key: str) -> Told:
        """One topic; where it has become part of another, that one.

        Raises:
            NotFound: there is none of this id that may be told.

        """
        session = self._unit.session
        for _ in range(2):
            row = (
                await session.execute(select(ConversationTopic).where(ConversationTopic.key == key))
            ).scalar_one_or_none()
            if row is None or row.moved_to is None:
                break
            key = row.moved_to
        counted = await _counted(session, [key])
        if row is None or key not in counted:
            raise NotFound("there is no topic of this id")
        there = await _there(session, [each["conversation"] for each in row.examples])
        return Told(row, counted[key], [each for each in row.examples if each["conversation"] in there])


async def _counted(session: AsyncSession, keys: list[str]) -> dict[str, Counted]:
    rows = await session.execute(
        select(
            Conversation.topic_id,
            func.count(Conversation.id),
            func.coalesce(func.avg(Conversation.mood_score), 0.0),
            func.sum(case((Conversation.mood == Mood.NEGATIVE.value, 1), else_=0)),
            func.min(Conversation.happened_at),
            func.max(Conversation.happened_at),
        )
        .where(Conversation.topic_id.in_(keys), Conversation.status == ConversationStatus.DONE)
        .group_by(Conversation.topic_id)
        .having(func.count(Conversation.id) >= MINIMUM_GROUP)
    )
    return {str(row[0]): Counted(*row[1:]) for row in rows}


async def _there(session: AsyncSession, ids: list[str]) -> set[str]:
    """Which of some conversations have not been deleted."""
    rows = await session.execute(select(Conversation.id).where(Conversation.id.in_([UUID(key) for key in ids])))
    return {key.hex for key in rows.scalars()}
