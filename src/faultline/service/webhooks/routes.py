"""Webhooks over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from faultline.service.auth.access import NoStore, OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import router, service
from faultline.service.webhooks.schemas import (
    DeliveryAnswer,
    DeliveryOut,
    DeliveryPage,
    SecretRotation,
    WebhookChange,
    WebhookCreated,
    WebhookOut,
    WebhookPage,
    WebhookRequest,
    WebhookSecret,
)
from faultline.service.webhooks.service import Webhooks
from faultline.service.webhooks.states import DeliveryStatus

routes = router("/v1/webhooks", "webhooks")

WebhooksAdmin = Annotated[Principal, requires(Scope.WEBHOOKS_WRITE)]
SecretReader = Annotated[Principal, requires(Scope.WEBHOOKS_WRITE, write=True)]
WebhooksOf = Annotated[Webhooks, service(Webhooks)]
From = Annotated[Origin, OriginOf]


@routes.post("", status_code=201, dependencies=[NoStore])
async def create(wanted: WebhookRequest, who: WebhooksAdmin, webhooks: WebhooksOf, origin: From) -> WebhookCreated:
    """Make a webhook; its secret is in the answer.

    20 are as many as an organization may have.
    """
    endpoint, secret = await webhooks.create(wanted, by=who, origin=origin)
    return WebhookCreated(**WebhookOut.model_validate(endpoint).model_dump(), secret=secret)


@routes.get("")
async def list_webhooks(
    _who: WebhooksAdmin, webhooks: WebhooksOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> WebhookPage:
    """List webhooks, newest first."""
    found = await webhooks.list(cursor=cursor, limit=limit)
    return WebhookPage(items=[WebhookOut.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/deliveries")
async def list_all_deliveries(
    _who: WebhooksAdmin,
    webhooks: WebhooksOf,
    status: DeliveryStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> DeliveryPage:
    """List deliveries to all webhooks and callback URLs, newest first."""
    found = await webhooks.deliveries(status=status, cursor=cursor, limit=limit)
    return DeliveryPage(items=[DeliveryOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/deliveries/{delivery_id}")
async def get_delivery(delivery_id: UUID, _who: WebhooksAdmin, webhooks: WebhooksOf) -> DeliveryAnswer:
    """Get a delivery with its payload and all attempts."""
    return DeliveryAnswer.of(await webhooks.delivery(delivery_id))


@routes.post("/deliveries/{delivery_id}/redeliver", status_code=202)
async def redeliver(delivery_id: UUID, _who: WebhooksAdmin, webhooks: WebhooksOf) -> DeliveryOut:
    """Send once more what was delivered or has failed.

    The event id is the same, so a receiver that has it already will know.
    """
    return DeliveryOut.of(await webhooks.redeliver(delivery_id))


@routes.get("/{webhook_id}")
async def get(webhook_id: UUID, _who: WebhooksAdmin, webhooks: WebhooksOf) -> WebhookOut:
    """Get a webhook."""
    return WebhookOut.model_validate(await webhooks.get(webhook_id))


@routes.patch("/{webhook_id}")
async def change(
    webhook_id: UUID, wanted: WebhookChange, who: WebhooksAdmin, webhooks: WebhooksOf, origin: From
) -> WebhookOut:
    """Change a webhook, or enable it again."""
    return WebhookOut.model_validate(await webhooks.change(webhook_id, wanted, by=who, origin=origin))


@routes.delete("/{webhook_id}", status_code=204)
async def delete(webhook_id: UUID, who: WebhooksAdmin, webhooks: WebhooksOf, origin: From) -> None:
    """Remove a webhook and its delivery log; what is on its way is not sent again."""
    await webhooks.delete(webhook_id, by=who, origin=origin)


@routes.get("/{webhook_id}/secret", dependencies=[NoStore])
async def secret(webhook_id: UUID, who: SecretReader, webhooks: WebhooksOf, origin: From) -> WebhookSecret:
    """Get the secret of a webhook; the audit log says that you did."""
    endpoint, plain = await webhooks.secret(webhook_id, by=who, origin=origin)
    return WebhookSecret(secret=plain, old_secret_expires_at=endpoint.old_secret_expires_at)


@routes.post("/{webhook_id}/rotate", dependencies=[NoStore])
async def rotate(
    webhook_id: UUID, who: WebhooksAdmin, webhooks: WebhooksOf, origin: From, wanted: SecretRotation | None = None
) -> WebhookSecret:
    """Make a new secret; the old one signs as well for a while, so that receivers can change over."""
    overlap = timedelta(hours=(wanted or SecretRotation()).overlap_hours)
    endpoint, plain = await webhooks.rotate(webhook_id, overlap, by=who, origin=origin)
    return WebhookSecret(secret=plain, old_secret_expires_at=endpoint.old_secret_expires_at)


@routes.post("/{webhook_id}/test", status_code=202)
async def test(webhook_id: UUID, _who: WebhooksAdmin, webhooks: WebhooksOf) -> DeliveryOut:
    """Send a `webhook.test` event; look at the delivery to see how it went."""
    return DeliveryOut.of(await webhooks.test(webhook_id))


@routes.get("/{webhook_id}/deliveries")
async def list_deliveries(
    webhook_id: UUID,
    _who: WebhooksAdmin,
    webhooks: WebhooksOf,
    status: DeliveryStatus | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> DeliveryPage:
    """List the deliveries to a webhook, newest first."""
    found = await webhooks.deliveries(endpoint_id=webhook_id, status=status, cursor=cursor, limit=limit)
    return DeliveryPage(items=[DeliveryOut.of(row) for row in found.items], next_cursor=found.next_cursor)
