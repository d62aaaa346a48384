"""Tables of uploads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class Upload(Owned, Base):
    """Content on its way in; `received` bytes have arrived, in the order of `parts` (blob keys)."""

    __tablename__ = "uploads"

    name: Mapped[str]
    status: Mapped[str]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    """How large it will be, where the sender said so."""
    expected_sha256: Mapped[str | None]
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    parts: Mapped[list[str]]
    blob: Mapped[str | None]
    """Where the whole lies once it is complete."""
    sha256: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_uploads_tenant", "tenant_id", "id", info={"serves": "the list of uploads"}),
        Index("ix_uploads_expiry", "expires_at", info={"serves": "the sweeper of abandoned uploads"}),
    )
