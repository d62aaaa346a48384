"""Tables of idempotency keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class IdempotencyKey(Owned, Base):
    """A caller's key and the answer that its request got; both become true in the request's own transaction."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str]
    fingerprint: Mapped[str]
    """SHA-256 over method, path, query and body: the same key with another request is an error."""
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_idempotency_keys_tenant_key", "tenant_id", "key", unique=True, info={"serves": "a request come again"}
        ),
        Index("ix_idempotency_keys_expiry", "expires_at", info={"serves": "the sweeper of old keys"}),
    )
