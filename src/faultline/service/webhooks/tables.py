"""Tables of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from faultline.platform.database import Base
from faultline.platform.jobs.lease import Leased
from faultline.service.owned import Owned


class WebhookEndpoint(Owned, Base):
    """A URL that wants to hear of some events; no events means all."""

    __tablename__ = "webhook_endpoints"

    url: Mapped[str]
    description: Mapped[str]
    events: Mapped[list[str]]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted."""
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Signs too until `old_secret_expires_at`; encrypted."""
    old_secret_expires_at: Mapped[datetime | None]
    enabled: Mapped[bool]
    failing_since: Mapped[datetime | None]
    """When the first of an unbroken run of failures was."""
    disabled_reason: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_webhook_endpoints_tenant", "tenant_id", "id", info={"serves": "the endpoints an event goes to"}),
    )


class WebhookDelivery(Leased, Owned, Base):
    """One event on its way to one URL, and the log of its attempts."""

    __tablename__ = "webhook_deliveries"

    endpoint_id: Mapped[UUID | None] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    """None for the callback URL of an analysis, and for a channel of Slack."""
    slack_channel_id: Mapped[UUID | None]
    """Where it goes instead; `url` says no more than the host then, for whoever knows the address may write there."""
    url: Mapped[str]
    event_id: Mapped[str]
    event: Mapped[str]
    body: Mapped[str]
    status: Mapped[str]
    """pending, delivered or failed."""
    log: Mapped[list[dict[str, Any]]]
    """One entry an attempt: at, status, error, duration in ms, the beginning of the answer."""
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_webhook_deliveries_tenant", "tenant_id", "id", info={"serves": "the delivery log"}),
        Index(
            "ix_webhook_deliveries_endpoint",
            "endpoint_id",  # first, for the end of an endpoint takes its log along
            "tenant_id",
            "id",
            info={"serves": "the log of one endpoint"},
        ),
        Index(
            "uq_webhook_deliveries_event_endpoint",
            "event_id",
            "endpoint_id",
            unique=True,
            info={"serves": "an event goes to an endpoint once, however often the relay hands it over"},
        ),
        Index(
            "ix_webhook_deliveries_due",
            "available_at",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
            info={"serves": "what has to be sent now"},
        ),
    )
