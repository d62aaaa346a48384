"""Forgets conversations that are older than they are to be kept, with all that they said."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from faultline.platform.database import SYSTEM
from faultline.service.conversations.states import ConversationStatus
from faultline.service.conversations.tables import Conversation
from faultline.service.conversations.topic_task import mark_stale
from faultline.service.parts import Parts
from faultline.service.retention import due_ids

BATCH = 500
_ENDED = (ConversationStatus.DONE, ConversationStatus.SKIPPED, ConversationStatus.FAILED)


async def forget_old_conversations(parts: Parts) -> int:
    """Forget everything that is due, in batches; returns how many conversations it was."""
    forgotten = 0
    while batch := await _batch(parts):
        forgotten += batch
    return forgotten


async def _batch(parts: Parts) -> int:
    due = parts.clock() - timedelta(days=parts.settings.retention_days)
    query = due_ids(Conversation, Conversation.created_at, due, BATCH, Conversation.status.in_(_ENDED))
    async with parts.database.unit(SYSTEM, write=False) as unit:
        old = list((await unit.session.execute(query)).scalars())
    if not old:
        return 0
    async with parts.database.unit(SYSTEM) as unit:
        gone = await unit.session.execute(
            delete(Conversation)
            .where(Conversation.id.in_(old), Conversation.status.in_(_ENDED))
            .returning(Conversation.id)
            .execution_options(synchronize_session=False)
        )
        await mark_stale(unit)
        return len(gone.all())
