"""What goes over the wire about uploads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in lower-case hexadecimal.")]


class UploadStatus(StrEnum):
    """Where an upload is."""

    OPEN = "open"
    COMPLETE = "complete"
    TAKEN = "taken"
    """An analysis has it."""


class UploadRequest(BaseModel):
    """An upload that is to begin."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")] = "artifact"
    bytes: Annotated[int | None, Field(ge=0, le=10**15, description="How large it will be, if you know.")] = None
    sha256: Annotated[Sha256 | None, Field(description="Checked when it is complete.")] = None


class UploadOut(BaseModel):
    """An upload as it stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    status: UploadStatus
    bytes: int | None
    received: Annotated[int, Field(description="The offset at which the next part begins.")]
    sha256: str | None
    created_at: datetime
    expires_at: datetime
