"""Tables of projects."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from faultline.platform.database import Base
from faultline.service.owned import Owned


class Project(Owned, Base):
    """What an organization groups its analyses by."""

    __tablename__ = "projects"

    name: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_projects_tenant_name", "tenant_id", "name", unique=True, info={"serves": "a project by its name"}),
    )
