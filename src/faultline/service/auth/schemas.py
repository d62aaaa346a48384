"""What goes over the wire about sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class CodeRequest(BaseModel):
    """A one-time code."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=200, description="What stands behind `token=` in the link.")


class SwitchRequest(BaseModel):
    """Where to go."""

    model_config = ConfigDict(extra="forbid")

    organization_id: UUID


class TokenOut(BaseModel):
    """A token for `Authorization: Bearer`."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_at: datetime
    organization_id: UUID


class SigningKeyOut(BaseModel):
    """The key that signs from now on."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(description="The `kid` of the tokens that it signs.")
    created_at: datetime


class KeySet(BaseModel):
    """A JWK set (RFC 7517)."""

    keys: list[dict[str, Any]]
