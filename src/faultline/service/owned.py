"""Owned: the base of every table whose rows belong to an organization."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import TenantOwned


class Owned(TenantOwned):
    """A row of one organization; it goes when the organization goes."""

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
