"""Tables of GitHub."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class GitHubInstallation(Owned, Base):
    """An installation of the App, linked to the organization whose repositories it shows."""

    __tablename__ = "github_installations"

    installation_id: Mapped[int] = mapped_column(BigInteger)
    account: Mapped[str]
    """The user or the organization at GitHub."""
    suspended: Mapped[bool]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_github_installations_installation",
            "installation_id",
            unique=True,
            info={"serves": "whose an installation is; it is one organization's at most"},
        ),
        Index("ix_github_installations_tenant", "tenant_id", "id", info={"serves": "the list of installations"}),
    )
