"""What goes over the wire about organizations, and about who is asking."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from faultline.service.auth.principal import Role, Scope
from faultline.service.tiers import Tier

OrganizationName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["Acme"])
]


class OrganizationRequest(BaseModel):
    """An organization as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: OrganizationName


class OrganizationOut(BaseModel):
    """An organization."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    slug: str
    tier: Tier
    created_at: datetime


class ModelsRequest(BaseModel):
    """Whether language models may see what the organization has analyzed."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool


class ModelsOut(BaseModel):
    """Which language models are asked for the organization, if any."""

    enabled: bool = Field(description="Whether the organization wants it.")
    route: list[str] = Field(
        description="The models in the order in which they are asked; empty where none are configured.",
        examples=[["openai:gpt-5-mini"]],
    )


class SecretOut(BaseModel):
    """The secret that signs calls to callback URLs (Standard Webhooks)."""

    secret: str = Field(examples=["whsec_..."])


class Mine(BaseModel):
    """Something that is known by its id and name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str


class MyOrganization(Mine):
    """The organization of who is asking."""

    slug: str
    tier: Tier


class MyUser(Mine):
    """The person who is asking."""

    email: str | None


class MyKey(Mine):
    """The key that is asking."""

    prefix: str


class Me(BaseModel):
    """Who is asking, and what they may do."""

    organization: MyOrganization
    user: MyUser | None
    key: MyKey | None
    role: Role | None = Field(description="Of a person; a key has scopes only.")
    scopes: list[Scope]
    organizations: list[MyOrganization] = Field(description="All that a person may switch to; of a key its own.")
