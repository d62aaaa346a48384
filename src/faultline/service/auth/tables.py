"""Tables of sign-in: the keys that sign tokens, and one-time links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base, Keyed
from faultline.service.owned import Owned


class SigningKey(Keyed, Base):
    """An RSA key that signs tokens; its id is the token's `kid`. A retired one still verifies until it expires."""

    __tablename__ = "signing_keys"

    private_key: Mapped[bytes] = mapped_column(LargeBinary)
    """PEM, encrypted."""
    public_key: Mapped[str]
    """PEM."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class SignInLink(Owned, Base):
    """A link that signs a user in once."""

    __tablename__ = "sign_in_links"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
