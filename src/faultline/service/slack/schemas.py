"""What goes over the wire about channels."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from faultline.core.finding import Severity
from faultline.service.slack.tables import SlackChannel

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["#reviews"])]
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2000,
        pattern=r"^[!-~]+$",
        description="An incoming webhook of Slack's, or of a chat that takes the same messages. It is not shown again.",
        examples=["https://hooks.slack.com/services/T000/B000/XXXX"],
    ),
]
Glob = Annotated[str, Field(min_length=1, max_length=250, pattern=r"^[!-~]+$")]
Repositories = Annotated[
    list[Glob],
    Field(
        max_length=50, description="Which repositories, as `owner/name` with `*`; empty for all.", examples=[["acme/*"]]
    ),
]
Least = Annotated[Severity, Field(description="A review is told if it has a finding as bad as this.")]
OnlyNew = Annotated[bool, Field(description="Whether only findings count that are new in this review.")]


class SlackRequest(BaseModel):
    """A channel that shall hear of finished reviews."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "#reviews",
                    "url": "https://hooks.slack.com/services/T000/B000/XXXX",
                    "minimum_severity": "high",
                    "repositories": ["acme/*"],
                }
            ]
        },
    )

    name: Name
    url: Url
    minimum_severity: Least = Severity.MEDIUM
    repositories: Repositories = []
    only_new: OnlyNew = True


class SlackChange(BaseModel):
    """What shall be different; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"minimum_severity": "critical", "enabled": True}]}
    )

    name: Name | None = None
    url: Url | None = None
    minimum_severity: Severity | None = None
    repositories: Repositories | None = None
    only_new: bool | None = None
    enabled: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("null is no value here; leave out what shall stay as it is")
        return self


class SlackOut(BaseModel):
    """A channel."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    minimum_severity: Severity
    repositories: list[str]
    only_new: bool
    enabled: bool
    last_error: Annotated[str | None, Field(description="Why the last message did not arrive; null when it did.")]
    last_sent_at: Annotated[datetime | None, Field(description="When the last message arrived.")]
    created_at: datetime

    @classmethod
    def of(cls, row: SlackChannel) -> Self:
        """From its row."""
        return cls.model_validate(row)


class SlackPage(BaseModel):
    """Some channels, newest first."""

    items: list[SlackOut]
    next_cursor: str | None
