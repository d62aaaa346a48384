"""Tables of repositories."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class Repository(Owned, Base):
    """A repository at a provider, known there as `external_id`."""

    __tablename__ = "repositories"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    provider: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str]
    default_branch: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_repositories_tenant_provider_external",
            "tenant_id",
            "provider",
            "external_id",
            unique=True,
            info={"serves": "a repository by the provider's id"},
        ),
        Index("ix_repositories_project", "project_id", info={"serves": "the repositories of a project"}),
    )
