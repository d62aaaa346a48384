"""What goes over the wire about installations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class InstallationStart(BaseModel):
    """Where to go to install the App, or to choose what it may see."""

    install_url: Annotated[str, Field(description="Open it in the browser that you are signed in with.")]
    expires_at: datetime


class InstallationOut(BaseModel):
    """An installation of the App that is linked to the organization."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    installation_id: Annotated[int, Field(description="Its number at GitHub.")]
    account: Annotated[str, Field(description="The user or the organization at GitHub.", examples=["acme"])]
    suspended: Annotated[bool, Field(description="Whether somebody at GitHub has suspended it.")]
    created_at: datetime


class InstallationList(BaseModel):
    """The installations, the newest first."""

    items: list[InstallationOut]
    next_cursor: str | None = None
