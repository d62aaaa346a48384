"""Tables of API keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class ApiKey(Owned, Base):
    """A key `flk_<prefix>_<secret>`, of which only the prefix and a keyed hash of the whole are kept."""

    __tablename__ = "api_keys"

    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    rotated_to: Mapped[UUID | None]
    """The key that takes this one's place; this one goes on until `expires_at`."""

    __table_args__ = (Index("ix_api_keys_tenant", "tenant_id", "id", info={"serves": "the list of keys"}),)
