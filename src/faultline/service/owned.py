"""Owned: the base of every table whose rows belong to an organization."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import TenantOwned


class Owned(TenantOwned):
    """A row of one organization; it goes when the organization goes."""

    # The type is said: it would be that of the other table, which a statement made at import may not know yet.
    tenant_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("organizations.id", ondelete="CASCADE"))
