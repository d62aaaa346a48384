"""What goes over the wire about repositories."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from faultline.core.finding import Severity
from faultline.service.repositories.tables import Repository

MAX_BUDGET = 50
"""Of comments; whoever gets more in one review reads none."""
Budget = Annotated[
    int, Field(ge=0, le=MAX_BUDGET, description="Inline comments of one review at most; the rest is in the summary.")
]


class RepositoryOut(BaseModel):
    """A repository, and how its pull requests are reviewed."""

    id: UUID
    project_id: UUID
    provider: str
    external_id: Annotated[str, Field(description="What the provider knows it by; it stays when it is renamed.")]
    name: Annotated[str, Field(examples=["acme/shop"])]
    default_branch: str
    private: bool
    connected: Annotated[bool, Field(description="Whether the GitHub App sees it.")]
    enabled: bool
    comment_budget: int
    minimum_severity: Severity
    ci_comments: bool
    created_at: datetime

    @classmethod
    def of(cls, row: Repository) -> Self:
        """From its row."""
        names = set(cls.model_fields) - {"connected"}
        return cls(connected=row.installation_id is not None, **{name: getattr(row, name) for name in names})


class RepositoryPage(BaseModel):
    """Some repositories, newest first."""

    items: list[RepositoryOut]
    next_cursor: str | None


class RepositoryChange(BaseModel):
    """What shall be otherwise; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"comment_budget": 5}]})

    enabled: Annotated[bool | None, Field(description="Whether pull requests are reviewed.")] = None
    comment_budget: Budget | None = None
    minimum_severity: Annotated[
        Severity | None, Field(description="What is less bad is neither posted nor remembered.")
    ] = None
    ci_comments: Annotated[
        bool | None, Field(description="Whether a failed workflow is explained on its pull request.")
    ] = None
    project_id: Annotated[UUID | None, Field(description="Another project that it shall belong to.")] = None
