"""Tables of organizations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base, Keyed


class Organization(Keyed, Base):
    """A tenant: everything else belongs to one."""

    __tablename__ = "organizations"

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    tier: Mapped[str]
    callback_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Signs the calls to an analysis' own callback URL; encrypted."""
    models_off_at: Mapped[datetime | None]
    """When it was decided that no model sees anything of this organization; None while they may."""
    created_at: Mapped[datetime]
