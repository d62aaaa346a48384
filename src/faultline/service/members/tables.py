"""Tables of users and memberships."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base, Keyed
from faultline.service.owned import Owned


class User(Keyed, Base):
    """A person; what they may do is said by their memberships."""

    __tablename__ = "users"

    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    github_id: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]


class Membership(Owned, Base):
    """A user's role in an organization: viewer, member, admin or owner."""

    __tablename__ = "memberships"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[str]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("uq_memberships_tenant_user", "tenant_id", "user_id", unique=True, info={"serves": "a member's role"}),
        Index("ix_memberships_user", "user_id", info={"serves": "the organizations of a user who signs in"}),
    )


class Invitation(Owned, Base):
    """A membership that waits for a person: whoever opens its link, or signs in with that verified address."""

    __tablename__ = "invitations"

    email: Mapped[str]
    role: Mapped[str]
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_invitations_tenant_email", "tenant_id", "email", unique=True, info={"serves": "an invitation renewed"}
        ),
        Index("ix_invitations_email", "email", info={"serves": "the invitations of somebody who signs in"}),
    )
