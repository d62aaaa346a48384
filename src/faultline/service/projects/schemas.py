"""What goes over the wire about projects."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

ProjectName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["checkout"])]


class ProjectRequest(BaseModel):
    """A project as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: ProjectName


class ProjectOut(BaseModel):
    """A project."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_at: datetime


class ProjectPage(BaseModel):
    """Some projects, newest first."""

    items: list[ProjectOut]
    next_cursor: str | None
