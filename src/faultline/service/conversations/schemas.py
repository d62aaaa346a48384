"""What goes over the wire about conversations."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

import zstandard
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from faultline.analyzers.conversation.conversation import Role
from faultline.core.results.conversation import Mood, Resolution, SkipReason, Urgency
from faultline.service.analyses.schemas import Metadata
from faultline.service.conversations.states import ConversationStatus
from faultline.service.conversations.tables import Conversation
from faultline.service.conversations.transcript import Said, unpacked
from faultline.service.texts import Text

MAX_MESSAGES = 10_000
MAX_MESSAGE_CHARACTERS = 1_000_000
_UNPACK = zstandard.ZstdDecompressor()
_ROLES = {
    "user": Role.CUSTOMER,
    "client": Role.CUSTOMER,
    "visitor": Role.CUSTOMER,
    "assistant": Role.AGENT,
    "support": Role.AGENT,
    "operator": Role.AGENT,
}
"""What others call the roles."""


def _role(value: Any) -> Any:
    """A role by any of its names; whoever has another one is unknown."""
    if value is None:
        return Role.UNKNOWN
    if not isinstance(value, str):
        return value
    name = value.strip().lower()
    return _ROLES.get(name) or (Role(name) if name in set(Role) else Role.UNKNOWN)


def _in_range(value: datetime) -> datetime:
    """Times that every database and every clock can tell."""
    if not 1970 <= value.year <= 9998:
        raise ValueError("must be from 1970 on")
    return value.astimezone(UTC)


def _aware(value: Any) -> Any:
    """A time without a zone is in UTC; chat exports often have none."""
    if isinstance(value, str) and len(value) <= 40:
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return value
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_aware), AfterValidator(_in_range)]
Channel = Annotated[Text, Field(max_length=100, examples=["email"])]
ExternalId = Annotated[Text, Field(min_length=1, max_length=300, examples=["ticket-4711"])]


class MessageIn(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid")

    role: Annotated[
        Role, BeforeValidator(_role, json_schema_input_type=str | None), Field(description="Who wrote it.")
    ] = Role.UNKNOWN
    text: Annotated[Text, Field(max_length=MAX_MESSAGE_CHARACTERS)]
    time: Annotated[Time | None, Field(description="When it was written; UTC where it has no zone.")] = None
    author: Annotated[Text | None, Field(max_length=200, description="The name of who wrote it.")] = None


class ConversationIn(BaseModel):
    """A conversation to be understood."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "channel": "email",
                    "external_id": "ticket-4711",
                    "messages": [
                        {
                            "role": "customer",
                            "time": "2026-05-17T09:30:00Z",
                            "text": "I was charged twice for order 8812. Please refund one of them today.",
                        },
                        {"role": "agent", "text": "Sorry about that. I will refund it this afternoon."},
                    ],
                }
            ]
        },
    )

    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=MAX_MESSAGES)]
    channel: Annotated[Channel | None, Field(description="Where it was held.")] = None
    external_id: Annotated[
        ExternalId | None,
        Field(description="What you call it. Sent again in the same channel, it replaces what was there."),
    ] = None
    metadata: Annotated[Metadata, Field(description="Your own words on it; they are given back.")] = {}

    def said(self) -> list[Said]:
        """The messages."""
        return [Said(each.role.value, each.text, each.time, each.author) for each in self.messages]


class ConversationError(BaseModel):
    """Why a conversation could not be understood."""

    code: str
    detail: str


class ConversationOut(BaseModel):
    """A conversation as it stands, without its messages."""

    id: UUID
    channel: str | None
    external_id: str | None
    status: ConversationStatus
    messages: int
    happened_at: Annotated[datetime, Field(description="Of its first message that has a time, else of its arrival.")]
    created_at: datetime
    finished_at: datetime | None
    summary: str | None
    language: str | None
    intent: str | None
    mood: Mood | None
    mood_score: Annotated[float | None, Field(description="-1 to 1.")]
    urgency: Urgency | None
    resolution: Resolution | None
    topic: Annotated[str | None, Field(description="The id of its topic.")]
    skip_reason: SkipReason | None
    error: ConversationError | None
    cached: Annotated[bool, Field(description="Whether the same words had been understood before.")]
    metadata: dict[str, str]

    @classmethod
    def of(cls, row: Conversation, **more: Any) -> Self:
        """From its row."""
        return cls(
            id=row.id,
            channel=row.channel or None,
            external_id=row.external_id,
            status=ConversationStatus(row.status),
            messages=row.message_count,
            happened_at=row.happened_at,
            created_at=row.created_at,
            finished_at=row.finished_at,
            summary=row.summary,
            language=row.language,
            intent=row.intent,
            mood=Mood(row.mood) if row.mood else None,
            mood_score=row.mood_score,
            urgency=Urgency(row.urgency) if row.urgency else None,
            resolution=Resolution(row.resolution) if row.resolution else None,
            topic=row.topic_id or None,
            skip_reason=SkipReason(row.skip_reason) if row.skip_reason else None,
            error=ConversationError(code=row.error_code, detail=row.error_detail or "") if row.error_code else None,
            cached=row.cached,
            metadata=row.details,
            **more,
        )


class MessageOut(BaseModel):
    """One message, as it is stored."""

    role: Role
    text: str
    time: datetime | None
    author: str | None


class ConversationWhole(ConversationOut):
    """A conversation with its messages, and with what was understood."""

    transcript: list[MessageOut]
    insight: Annotated[
        dict[str, Any] | None,
        Field(
            description="`Insight` of `report.schema.json`: each statement with its confidence, its tier and its quote."
        ),
    ]

    @classmethod
    def whole(cls, row: Conversation) -> Self:
        """From its row, with all of its columns."""
        insight = json.loads(_UNPACK.decompress(row.insight)) if row.insight else None
        return cls.of(row, transcript=unpacked(row.text, row.turns), insight=insight)


class ConversationPage(BaseModel):
    """Some conversations, the last to come in first."""

    items: list[ConversationOut]
    next_cursor: str | None


class Receipt(BaseModel):
    """What became of a conversation that was sent."""

    id: UUID
    external_id: str | None
    status: ConversationStatus
    created: Annotated[
        bool, Field(description="Whether it is new; else it was there already, perhaps with fewer messages.")
    ]


class RejectedLine(BaseModel):
    """A line of a bulk that was not taken, and why."""

    line: Annotated[int, Field(description="Its number, from 1.")]
    reason: str


class BulkReceipt(BaseModel):
    """What became of a bulk."""

    lines: Annotated[int, Field(description="That were not empty.")]
    accepted: Annotated[int, Field(description="New, or with new messages: they will be understood.")]
    duplicates: Annotated[int, Field(description="That were there already.")]
    rejected: int
    rejected_lines: Annotated[list[RejectedLine], Field(description="The first 1,000 of those.")]


class Deleted(BaseModel):
    """How many conversations were deleted."""

    deleted: int
