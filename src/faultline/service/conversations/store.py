"""Queries of conversations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from faultline.core.results.conversation import Mood, Resolution, Urgency
from faultline.platform.database import Page, page
from faultline.service.conversations.states import NO_RESULT, ConversationStatus
from faultline.service.conversations.tables import Conversation, ConversationSettings, ConversationTaxonomy

_SHARED = ("status", *(name for name in NO_RESULT if name not in ("topic_id", "topic_cell", "cached")))
"""What the same words have in common."""
_SHARED_COLUMNS = [getattr(Conversation, name) for name in _SHARED]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which conversations are wanted; None is all."""

    status: ConversationStatus | None = None
    channel: str | None = None
    external_id: str | None = None
    intent: str | None = None
    mood: Mood | None = None
    urgency: Urgency | None = None
    resolution: Resolution | None = None
    topic: str | None = None
    since: datetime | None = None
    """That happened then or later."""
    until: datetime | None = None
    """That happened before."""
    text: str | None = None
    """In any message, in any case of letters."""

    def applied(self, query: Select[Any]) -> Select[Any]:
        """The query, of these only."""
        for column, value in (
            (Conversation.status, self.status),
            (Conversation.channel, self.channel),
            (Conversation.external_id, self.external_id),
            (Conversation.intent, self.intent),
            (Conversation.mood, self.mood),
            (Conversation.urgency, self.urgency),
            (Conversation.resolution, self.resolution),
            (Conversation.topic_id, self.topic),
        ):
            if value is not None:
                query = query.where(column == value)
        if self.since is not None:
            query = query.where(
                Conversation.happened_hour >= hour_of(self.since), Conversation.happened_at >= self.since
            )
        if self.until is not None:
            query = query.where(
                Conversation.happened_hour <= hour_of(self.until), Conversation.happened_at < self.until
            )
        if self.text:
            query = query.where(Conversation.text.icontains(self.text, autoescape=True))
        return query


class TaxonomyInUse(NamedTuple):
    """The taxonomy that new conversations are sorted by."""

    id: UUID
    model: bytes


def hour_of(moment: datetime) -> int:
    """Whole hours since 1970."""
    return int(moment.timestamp() // 3600)


class ConversationStore:
    """Reads and deletes conversations in a session's scope."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, conversation_id: UUID) -> Conversation | None:
        """One conversation, with its messages and its insight."""
        query = select(Conversation).where(Conversation.id == conversation_id)
        whole = query.options(*map(undefer, (Conversation.text, Conversation.turns, Conversation.insight)))
        found: Conversation | None = (await self._session.execute(whole)).scalar_one_or_none()
        return found

    async def with_identity(self, identity: str) -> Conversation | None:
        """The conversation that is the same one as something that comes in."""
        query = select(Conversation).where(Conversation.identity == identity)
        found: Conversation | None = (await self._session.execute(query)).scalar_one_or_none()
        return found

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[Conversation]:
        """Some conversations, the last to come in first."""
        query = wanted.applied(select(Conversation))
        return await page(self._session, query, Conversation.id, cursor=cursor, limit=limit)

    async def delete(self, conversation_id: UUID) -> bool:
        """Delete one; whether there was one."""
        gone = await self._session.execute(
            delete(Conversation).where(Conversation.id == conversation_id).returning(Conversation.id)
        )
        return gone.first() is not None

    async def delete_external(self, external_id: str, channel: str | None) -> int:
        """Delete what has an external id, in one channel or in all; how many there were."""
        query = delete(Conversation).where(Conversation.external_id == external_id)
        if channel is not None:
            query = query.where(Conversation.channel == channel)
        gone = await self._session.execute(
            query.returning(Conversation.id).execution_options(synchronize_session=False)
        )
        return len(gone.all())

    async def understood(self, hashes: Collection[str], version: str) -> dict[str, dict[str, Any]]:
        """What conversations with this content were understood as, with this version: the columns that say so."""
        rows = await self._session.execute(
            select(Conversation.content_hash, *_SHARED_COLUMNS).where(
                Conversation.content_hash.in_(hashes),
                Conversation.version == version,
                Conversation.status.in_((ConversationStatus.DONE, ConversationStatus.SKIPPED)),
            )
        )
        return {row[0]: dict(zip(_SHARED, row[1:], strict=True)) for row in rows}

    async def taxonomy_in_use(self) -> TaxonomyInUse | None:
        """The tenant's own taxonomy; None for the built-in one."""
        query = select(ConversationTaxonomy.id, ConversationTaxonomy.model).join(
            ConversationSettings, ConversationSettings.taxonomy_id == ConversationTaxonomy.id
        )
        row = (await self._session.execute(query)).first()
        return TaxonomyInUse(row.id, row.model) if row and row.model else None

    async def settings(self) -> ConversationSettings | None:
        """What the tenant has chosen."""
        found: ConversationSettings | None = (
            await self._session.execute(select(ConversationSettings))
        ).scalar_one_or_none()
        return found

    async def count(self) -> int:
        """How many conversations there are."""
        return (await self._session.execute(select(func.count(Conversation.id)))).scalar_one()
