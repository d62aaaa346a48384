"""What can be done with conversations that are there."""

from __future__ import annotations

from uuid import UUID

from faultline.core.errors import UsageError
from faultline.platform.database import Page, UnitOfWork
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.conversations.store import ConversationStore, Filter
from faultline.service.conversations.tables import Conversation
from faultline.service.conversations.topic_task import mark_stale
from faultline.service.errors import NotFound
from faultline.service.parts import Parts


class Conversations:
    """Conversations of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> ConversationStore:
        return ConversationStore(self._unit.session)

    async def get(self, conversation_id: UUID) -> Conversation:
        """One conversation, whole.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(conversation_id)
        if found is None:
            raise NotFound(f"there is no conversation {conversation_id}")
        return found

    async def list(self, wanted: Filter, *, cursor: str | None, limit: int) -> Page[Conversation]:
        """Some conversations, the last to come in first."""
        if wanted.since and wanted.until and wanted.since >= wanted.until:
            raise UsageError("`since` must be before `until`")
        return await self._store.list(wanted, cursor=cursor, limit=limit)

    async def delete(self, conversation_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Delete one conversation with all that it said. A worker that reads it meanwhile records nothing.

        Raises:
            NotFound: there is none of this id.

        """
        if not await self._store.delete(conversation_id):
            raise NotFound(f"there is no conversation {conversation_id}")
        await mark_stale(self._unit)
        await Audit(self._unit, self._parts).record(
            "conversation.deleted", "conversation", conversation_id, by=by, origin=origin
        )

    async def delete_external(self, external_id: str, channel: str | None, *, by: Principal, origin: Origin) -> int:
        """Delete what has an external id, in one channel or in all; how many conversations it was."""
        deleted = await self._store.delete_external(external_id, channel)
        if deleted:
            await mark_stale(self._unit)
            await Audit(self._unit, self._parts).record(
                "conversation.deleted",
                "conversation",
                "by external id",  # which itself may be personal
                by=by,
                origin=origin,
                changes={"deleted": deleted},
            )
        return deleted
