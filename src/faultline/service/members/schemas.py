"""What goes over the wire about members."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from faultline.service.auth.principal import Role

Email = Annotated[
    str, Field(max_length=254, pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$", examples=["ada@example.com"])
]


class InvitationRequest(BaseModel):
    """Who is invited."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    role: Role = Role.MEMBER


class RoleRequest(BaseModel):
    """The role as it shall be."""

    model_config = ConfigDict(extra="forbid")

    role: Role


class MemberOut(BaseModel):
    """A member."""

    id: UUID = Field(description="Of the membership.")
    user_id: UUID
    name: str
    email: str | None
    role: Role
    created_at: datetime
    last_seen_at: datetime | None = Field(description="When they signed in last.")


class MemberPage(BaseModel):
    """Some members, who joined last first."""

    items: list[MemberOut]
    next_cursor: str | None


class InvitationOut(BaseModel):
    """An invitation that waits."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime


class InvitationCreated(InvitationOut):
    """A new invitation, with its link, which is shown this once."""

    code: str
    link: str = Field(description="Whoever opens it is a member; give it to nobody else.")


class InvitationPage(BaseModel):
    """Some invitations, newest first."""

    items: list[InvitationOut]
    next_cursor: str | None
