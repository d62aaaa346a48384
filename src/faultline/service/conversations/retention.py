"""Forgets conversations that are older than they are to be kept, with all that they said."""

from __future__ import annotations

from datetime import timedelta

from faultline.service.conversations.states import ConversationStatus
from faultline.service.conversations.tables import Conversation
from faultline.service.conversations.topic_task import mark_stale
from faultline.service.parts import Parts
from faultline.service.retention import due_ids, forget

BATCH = 500
_ENDED = (ConversationStatus.DONE, ConversationStatus.SKIPPED, ConversationStatus.FAILED)


async def forget_old_conversations(parts: Parts) -> int:
    """Forget everything that is due, in batches; returns how many conversations it was."""
    due = parts.clock() - timedelta(days=parts.settings.retention_days)
    ended = Conversation.status.in_(_ENDED)
    query = due_ids(Conversation, Conversation.created_at, due, BATCH, ended)
    return await forget(parts, Conversation, query, ended, along=mark_stale)
