"""What goes over the wire about webhooks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from faultline.service.webhooks.events import EventType
from faultline.service.webhooks.states import DeliveryStatus
from faultline.service.webhooks.tables import WebhookDelivery

MAX_OVERLAP_HOURS = 7 * 24


def _each_once(events: list[EventType]) -> list[EventType]:
    return list(dict.fromkeys(events))


Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        description="Where to post to; it must lead to a public address.",
        examples=["https://ci.example.com/hooks/faultline"],
    ),
]
Events = Annotated[
    list[EventType],
    AfterValidator(_each_once),
    Field(max_length=50, description="What to hear of; empty for everything.", examples=[["analysis.failed"]]),
]
Description = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["Chat bot of team A"])]


class WebhookRequest(BaseModel):
    """A webhook that is to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "url": "https://ci.example.com/hooks/faultline",
                    "events": ["analysis.completed", "analysis.failed"],
                    "description": "Chat bot of team A",
                }
            ]
        },
    )

    url: Url
    events: Events = []
    description: Description = ""


class WebhookChange(BaseModel):
    """What shall be different; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"events": ["analysis.failed"], "enabled": True}]}
    )

    url: Url | None = None
    events: Events | None = None
    description: Description | None = None
    enabled: Annotated[
        bool | None, Field(description="`true` also forgets that the webhook was failing, `false` sends nothing to it.")
    ] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("null is no value here; leave out what shall stay as it is")
        return self


class SecretRotation(BaseModel):
    """How a secret is to be rotated."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: Annotated[
        float, Field(ge=0, le=MAX_OVERLAP_HOURS, description="How long the old secret signs beside the new one.")
    ] = 24


class WebhookOut(BaseModel):
    """A webhook."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    url: str
    events: list[EventType]
    description: str
    enabled: bool
    disabled_reason: Annotated[str | None, Field(description="Why we disabled it; null when you did.")]
    failing_since: Annotated[datetime | None, Field(description="When the first of an unbroken run of failures was.")]
    old_secret_expires_at: Annotated[datetime | None, Field(description="Until when the old secret signs as well.")]
    created_at: datetime


class WebhookCreated(WebhookOut):
    """A webhook that was just made, with its secret."""

    secret: Annotated[str, Field(description="`whsec_` and base64: verify signatures with it.")]


class WebhookSecret(BaseModel):
    """The secret of a webhook."""

    secret: Annotated[str, Field(description="`whsec_` and base64: verify signatures with it.")]
    old_secret_expires_at: Annotated[datetime | None, Field(description="Until when the old secret signs as well.")]


class WebhookPage(BaseModel):
    """Some webhooks, newest first."""

    items: list[WebhookOut]
    next_cursor: str | None


class AttemptOut(BaseModel):
    """One attempt to deliver."""

    at: datetime
    status: Annotated[int | None, Field(description="The HTTP status of the answer; null without one.")]
    error: Annotated[
        str | None,
        Field(description="One word for what went wrong short of an answer: `timeout`, `reset`, `refused-address` ..."),
    ]
    ms: Annotated[int, Field(description="How long it took.")]
    answer: Annotated[str, Field(description="The beginning of the answer's body.")]


class DeliveryOut(BaseModel):
    """One event on its way to one URL."""

    id: UUID
    webhook_id: Annotated[UUID | None, Field(description="Null for the callback URL of an analysis.")]
    url: str
    event_id: Annotated[str, Field(description="The `webhook-id` header: the same at every attempt.")]
    event: EventType
    status: DeliveryStatus
    attempts: Annotated[list[AttemptOut], Field(description="The oldest first.")]
    next_attempt_at: Annotated[datetime | None, Field(description="Null when there will be none.")]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, row: WebhookDelivery, **more: Any) -> Self:
        """From its row."""
        return cls(
            id=row.id,
            webhook_id=row.endpoint_id,
            url=row.url,
            event_id=row.event_id,
            event=EventType(row.event),
            status=DeliveryStatus(row.status),
            attempts=[AttemptOut.model_validate(entry) for entry in row.log],
            next_attempt_at=row.available_at if row.status == DeliveryStatus.PENDING else None,
            created_at=row.created_at,
            finished_at=row.finished_at,
            **more,
        )


class DeliveryAnswer(DeliveryOut):
    """A delivery with what is sent."""

    payload: Annotated[dict[str, Any], Field(description="The event, as it goes over the wire.")]

    @classmethod
    def of(cls, row: WebhookDelivery, **more: Any) -> Self:
        """From its row."""
        return super().of(row, payload=json.loads(row.body), **more)


class DeliveryPage(BaseModel):
    """Some deliveries, newest first."""

    items: list[DeliveryOut]
    next_cursor: str | None
