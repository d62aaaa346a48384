"""Tables of Slack."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.service.owned import Owned


class SlackChannel(Owned, Base):
    """An incoming webhook of a channel, and which reviews it wants to hear of."""

    __tablename__ = "slack_channels"

    name: Mapped[str]
    url: Mapped[bytes] = mapped_column(LargeBinary)
    """Whoever knows it can write to the channel, so it is encrypted."""
    minimum_severity: Mapped[str]
    repositories: Mapped[list[str]]
    """Globs over `owner/name`; none means all."""
    only_new: Mapped[bool]
    """Whether a review is told only when it brings findings that were not known before."""
    enabled: Mapped[bool]
    last_error: Mapped[str | None]
    """Why the last message could not be delivered; None when it was."""
    last_sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_slack_channels_tenant", "tenant_id", "id", info={"serves": "the channels a review is told to"}),
    )
