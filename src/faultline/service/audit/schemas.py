"""What goes over the wire about the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class AuditEntryOut(BaseModel):
    """Who did what, from where."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    sequence: int = Field(description="1 for the first entry of the organization; there are no gaps.")
    at: datetime
    actor: str = Field(examples=["key:0192e4a0-5b7c-7000-8000-000000000000"])
    action: str = Field(examples=["key.revoked"])
    entity: str = Field(examples=["key"])
    entity_id: str
    address: str
    user_agent: str
    request_id: str
    changes: dict[str, Any]
    previous_hash: str
    hash: str


class AuditPage(BaseModel):
    """Some entries, newest first."""

    items: list[AuditEntryOut]
    next_cursor: str | None


class HeadOut(BaseModel):
    """The end of the chain. Kept elsewhere, it shows later whether the end was cut off."""

    model_config = ConfigDict(from_attributes=True)

    sequence: int = Field(description="0 when nothing was recorded.")
    hash: str


class VerdictOut(BaseModel):
    """Whether the chain is whole."""

    intact: bool
    head: HeadOut = Field(description="The last entry that is in order.")
    broken_at: int | None = Field(description="The first entry that is not.")
    reason: str | None
