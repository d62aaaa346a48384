"""Tables of repositories."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class Repository(Owned, Base):
    """A repository at a provider, known there as `external_id`, and how its pull requests are reviewed."""

    __tablename__ = "repositories"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    provider: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str]
    """`owner/name`, as it is called now."""
    default_branch: Mapped[str]
    private: Mapped[bool] = mapped_column(default=False)
    installation_id: Mapped[int | None] = mapped_column(BigInteger)
    """Of the GitHub App; None where it does not see the repository (any more)."""
    enabled: Mapped[bool] = mapped_column(default=True)
    comment_budget: Mapped[int] = mapped_column(default=10)
    """Inline comments of one review at most."""
    minimum_severity: Mapped[str] = mapped_column(default="low")
    """What is less bad is neither posted nor remembered."""
    ci_comments: Mapped[bool] = mapped_column(default=True)
    """Whether a failed workflow is explained on its pull request."""
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
        Index("ix_repositories_tenant", "tenant_id", "id", info={"serves": "the list, newest first"}),
        Index("ix_repositories_project", "project_id", info={"serves": "the repositories of a project"}),
    )
