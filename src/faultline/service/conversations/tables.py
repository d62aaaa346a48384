"""Tables of conversations, their topics and the taxonomies that they are sorted by."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, deferred, mapped_column

from faultline.platform.database import Base, Json
from faultline.platform.jobs.lease import Leased
from faultline.service.owned import Owned


class Conversation(Leased, Owned, Base):
    """One conversation and what it says. Its status is changed by the functions of `states.py` alone.

    The messages lie in two columns: `text`, in which they can be searched, holds their texts, each ended by a line
    feed; `turns` says who wrote which part of it and when (`transcript.py`).
    """

    __tablename__ = "conversations"

    channel: Mapped[str]
    """Empty where the sender named none."""
    external_id: Mapped[str | None]
    identity: Mapped[str]
    """SHA-256 over channel and external id; over channel and content where there is no external id."""
    content_hash: Mapped[str]
    """SHA-256 over the messages as they came: what the exact cache goes by."""
    status: Mapped[str]
    priority: Mapped[int]
    """The tenant's tier as a number; the weight of its turns."""
    text: Mapped[str] = deferred(mapped_column(Text, nullable=False))
    turns: Mapped[list[Any]] = deferred(mapped_column(Json, nullable=False))
    size: Mapped[int]
    """Bytes of JSON that it came as."""
    message_count: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    """The sender's own words on it, as `metadata` over the wire."""
    submitted_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    happened_at: Mapped[datetime]
    """The time of its first message that has one, else of its arrival."""
    happened_hour: Mapped[int]
    """The same in whole hours since 1970: what trends are counted by."""

    version: Mapped[str | None]
    """What it was understood with: analyzer, taxonomy, models. Only what agrees in it is shared."""
    cached: Mapped[bool]
    insight: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The JSON of an `Insight`, compressed with zstd."""
    summary: Mapped[str | None]
    language: Mapped[str | None]
    intent: Mapped[str | None]
    mood: Mapped[str | None]
    mood_score: Mapped[float | None]
    urgency: Mapped[str | None]
    resolution: Mapped[str | None]
    topic_id: Mapped[str | None]
    """Key of its topic; empty when it has none, None until somebody has looked."""
    topic_cell: Mapped[int | None]
    """The cell of the topic map that it went to; what topic a cell belongs to may change."""
    skip_reason: Mapped[str | None]
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq_conversations_tenant_identity",
            "tenant_id",
            "identity",
            unique=True,
            info={"serves": "taking the same conversation in once"},
        ),
        Index("ix_conversations_tenant", "tenant_id", "id", info={"serves": "the list, newest first"}),
        Index("ix_conversations_intent", "tenant_id", "intent", "id", info={"serves": "the list of one intent"}),
        Index(
            "ix_conversations_topic",
            "tenant_id",
            "topic_id",
            "id",
            info={"serves": "the list of one topic, and what is in it"},
        ),
        Index(
            "ix_conversations_unplaced",
            "tenant_id",
            "id",
            "topic_id",
            sqlite_where=sql("status = 'done' AND topic_id IS NULL"),
            postgresql_where=sql("status = 'done' AND topic_id IS NULL"),
            info={"serves": "the topic map: what it has not seen"},
        ),
        Index("ix_conversations_time", "tenant_id", "happened_hour", info={"serves": "trends"}),
        Index(
            "ix_conversations_content",
            "tenant_id",
            "content_hash",
            info={"serves": "the exact cache: what the same words were understood as"},
        ),
        Index(
            "ix_conversations_external",
            "tenant_id",
            "external_id",
            sqlite_where=sql("external_id IS NOT NULL"),
            postgresql_where=sql("external_id IS NOT NULL"),
            info={"serves": "forgetting what has an external id, in whichever channel"},
        ),
        Index(
            "ix_conversations_queue",
            "tenant_id",
            "id",
            "status",  # else SQLite reads every row
            sqlite_where=sql("status = 'queued'"),
            postgresql_where=sql("status = 'queued'"),
            info={"serves": "the worker: what to take next, and the depth and age of the queue"},
        ),
        Index(
            "ix_conversations_running",
            "lease_expires_at",
            sqlite_where=sql("status = 'running'"),
            postgresql_where=sql("status = 'running'"),
            info={"serves": "the reaper of lost work"},
        ),
    )


class ConversationSettings(Owned, Base):
    """What one organization has chosen; without a row everything is as the service's settings say."""

    __tablename__ = "conversation_settings"

    taxonomy_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation_taxonomies.id", ondelete="SET NULL"))
    """The one that new conversations are sorted by; None is the built-in one."""
    redact_at_rest: Mapped[bool | None]

    __table_args__ = (
        Index(
            "uq_conversation_settings_tenant",
            "tenant_id",
            unique=True,
            info={"serves": "what an organization has chosen"},
        ),
        Index(
            "ix_conversation_settings_taxonomy",
            "taxonomy_id",
            info={"serves": "whether a taxonomy is in use, when it goes"},
        ),
    )


class ConversationTaxonomy(Leased, Owned, Base):
    """Intents that were learned, or are to be learned, from labelled examples; one row a version."""

    __tablename__ = "conversation_taxonomies"

    number: Mapped[int]
    """Counts up from 1 within the organization."""
    name: Mapped[str]
    status: Mapped[str]
    examples: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The labelled examples as JSON, compressed with zstd; kept until they are learned."""
    example_count: Mapped[int]
    labels: Mapped[list[str]]
    scores: Mapped[dict[str, Any] | None]
    """What cross-validation found."""
    model: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_conversation_taxonomies_tenant_number",
            "tenant_id",
            "number",
            unique=True,
            info={"serves": "the list, newest first, and the next number"},
        ),
        Index(
            "ix_conversation_taxonomies_open",
            "available_at",
            sqlite_where=sql("finished_at IS NULL"),
            postgresql_where=sql("finished_at IS NULL"),
            info={"serves": "the worker: what is to be learned, and what was lost while it was"},
        ),
    )


class ConversationTopic(Owned, Base):
    """A topic that several conversations share. How many they are is counted when somebody asks."""

    __tablename__ = "conversation_topics"

    key: Mapped[str]
    """Stays the same as more conversations come."""
    name: Mapped[str]
    examples: Mapped[list[dict[str, Any]]]
    """Sentences that show it, by conversation; those of conversations that are gone are not shown."""
    growth: Mapped[float]
    """The share of the newer half of the time among its conversations, less the same of all."""
    moved_to: Mapped[str | None]
    """The topic that it has become part of."""
    emerged_at: Mapped[datetime | None]
    """When its last wave began, which webhooks heard of."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_conversation_topics_tenant_key",
            "tenant_id",
            "key",
            unique=True,
            info={"serves": "the topics of a tenant"},
        ),
    )


class ConversationTopicMap(Owned, Base):
    """What topic discovery remembers of one organization's conversations."""

    __tablename__ = "conversation_topic_maps"

    state: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    labels: Mapped[dict[str, Any]] = deferred(mapped_column(Json, nullable=False))
    """The topic of each cell that has one, as `topic_id` of the conversations says."""
    stale: Mapped[bool]
    """Whether conversations were deleted of which it may remember a sentence."""
    revision: Mapped[int]
    """Counts up with every change: of two who began with the same one, the second has done nothing."""
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_conversation_topic_maps_tenant",
            "tenant_id",
            unique=True,
            info={"serves": "the topic map of a tenant"},
        ),
    )
