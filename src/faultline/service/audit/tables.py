"""Tables of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from faultline.platform.database import Base
from faultline.service.owned import Owned


class AuditEntry(Owned, Base):
    """Who did what, from where. Each entry's hash covers the one before; the database refuses changes and deletions."""

    __tablename__ = "audit_log"

    sequence: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    address: Mapped[str]
    user_agent: Mapped[str]
    request_id: Mapped[str]
    changes: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        Index(
            "uq_audit_log_tenant_sequence",
            "tenant_id",
            "sequence",
            unique=True,
            info={"serves": "the end of the chain, and the log in order"},
        ),
    )
