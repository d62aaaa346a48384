"""What goes over the wire about API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from faultline.service.auth.principal import Scope

MAX_OVERLAP = 30 * 86_400
DEFAULT_OVERLAP = 86_400

KeyName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["ci of checkout"])
]


class ApiKeyRequest(BaseModel):
    """A key as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: KeyName
    scopes: set[Scope] = Field(min_length=1, description="What the key may do; nothing that you may not do yourself.")
    expires_at: AwareDatetime | None = Field(None, description="When it stops working; left out: never.")


class RotationRequest(BaseModel):
    """How a key is replaced."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: int = Field(
        default=DEFAULT_OVERLAP, ge=0, le=MAX_OVERLAP, description="How long the old key goes on working."
    )


class ApiKeyOut(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    prefix: str = Field(description="The eight characters after `flk_`, by which people tell keys apart.")
    scopes: list[Scope]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="Behind by a few seconds.")
    revoked_at: datetime | None
    rotated_to: UUID | None = Field(description="The key that takes this one's place.")


class ApiKeyCreated(ApiKeyOut):
    """A new key, with its secret, which is shown this once."""

    key: str = Field(examples=["flk_k3y9x0ab_..."])


class ApiKeyPage(BaseModel):
    """Some keys, newest first."""

    items: list[ApiKeyOut]
    next_cursor: str | None
