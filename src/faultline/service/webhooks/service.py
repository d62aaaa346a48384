"""What can be done with webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.errors import Conflict, NotFound
from faultline.service.organizations.service import new_secret
from faultline.service.parts import Parts
from faultline.service.webhooks import states
from faultline.service.webhooks.events import WebhookTest
from faultline.service.webhooks.fanout import delivery_rows, event_id_of
from faultline.service.webhooks.schemas import WebhookChange, WebhookRequest
from faultline.service.webhooks.signing import PURPOSE
from faultline.service.webhooks.states import DeliveryStatus
from faultline.service.webhooks.store import WebhookStore
from faultline.service.webhooks.tables import WebhookDelivery, WebhookEndpoint

MAX_WEBHOOKS = 20
"""Of one organization: each makes a row of every event."""


class Webhooks:
    """Webhooks of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> WebhookStore:
        return WebhookStore(self._unit.session)

    async def create(self, wanted: WebhookRequest, *, by: Principal, origin: Origin) -> tuple[WebhookEndpoint, str]:
        """A new webhook, and its secret.

        Raises:
            UnsafeTarget: the URL is one that must not be called.
            Conflict: there are as many as there may be.

        """
        await self._parts.dialer.check(wanted.url)
        await self._unit.queue_up(f"webhooks:{by.tenant_id}")
        if await self._store.count() >= MAX_WEBHOOKS:
            raise Conflict(f"there are {MAX_WEBHOOKS} webhooks, which is as many as there may be; remove one")
        secret = new_secret()
        endpoint = WebhookEndpoint(
            id=new_id(),
            tenant_id=by.tenant_id,
            url=wanted.url,
            description=wanted.description,
            events=[event.value for event in wanted.events],
            secret=self._sealed(secret),
            enabled=True,
            created_at=self._parts.clock(),
        )
        self._unit.session.add(endpoint)
        await self._unit.session.flush()
        await self._note("created", endpoint, by, origin)
        return endpoint, secret

    async def get(self, endpoint_id: UUID) -> WebhookEndpoint:
        """One webhook.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(endpoint_id)
        if found is None:
            raise NotFound(f"there is no webhook {endpoint_id}")
        return found

    async def change(
        self, endpoint_id: UUID, wanted: WebhookChange, *, by: Principal, origin: Origin
    ) -> WebhookEndpoint:
        """Change a webhook; enabled anew or led elsewhere, it is not failing any more.

        Raises:
            UnsafeTarget: the URL is one that must not be called.
            NotFound: there is none of this id.

        """
        if wanted.url is not None:
            # Before the first statement: a name server may take its time, and nobody shall wait for our transaction.
            await self._parts.dialer.check(wanted.url)
        endpoint = await self.get(endpoint_id)
        changes = wanted.model_dump(mode="json", exclude_unset=True)
        for name, value in changes.items():
            setattr(endpoint, name, value)
        if wanted.url is not None or wanted.enabled:
            endpoint.failing_since = None
        if wanted.enabled is not None:
            endpoint.disabled_reason = None
        await self._unit.session.flush()
        await self._note("changed", endpoint, by, origin, sorted(changes))
        return endpoint

    async def delete(self, endpoint_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Remove a webhook, and all deliveries to it.

        Raises:
            NotFound: there is none of this id.

        """
        endpoint = await self.get(endpoint_id)
        await self._unit.session.delete(endpoint)
        await self._note("deleted", endpoint, by, origin)

    async def secret(self, endpoint_id: UUID, *, by: Principal, origin: Origin) -> tuple[WebhookEndpoint, str]:
        """A webhook and its secret; that it was shown is written down.

        Raises:
            NotFound: there is none of this id.

        """
        endpoint = await self.get(endpoint_id)
        await self._note("secret-shown", endpoint, by, origin)
        return endpoint, self._parts.secrets.decrypt(PURPOSE, endpoint.secret).decode()

    async def rotate(
        self, endpoint_id: UUID, overlap: timedelta, *, by: Principal, origin: Origin
    ) -> tuple[WebhookEndpoint, str]:
        """Give a webhook a new secret, beside which the old one signs for a while; an older one signs no more.

        Raises:
            NotFound: there is none of this id.

        """
        endpoint = await self.get(endpoint_id)
        secret = new_secret()
        endpoint.old_secret = endpoint.secret if overlap else None
        endpoint.old_secret_expires_at = await self._unit.now() + overlap if overlap else None
        endpoint.secret = self._sealed(secret)
        await self._unit.session.flush()
        await self._note("secret-rotated", endpoint, by, origin)
        return endpoint, secret

    async def test(self, endpoint_id: UUID) -> WebhookDelivery:
        """Send a test event to a webhook, whatever events it asks for.

        Raises:
            NotFound: there is none of this id.
            Conflict: it is disabled.

        """
        endpoint = await self._enabled(endpoint_id)
        now = await self._unit.now()
        targets = [(new_id(), endpoint.id, endpoint.url)]
        event = WebhookTest(timestamp=now)
        (row,) = delivery_rows(event, event_id_of(new_id()), endpoint.tenant_id, targets, now)
        delivery = WebhookDelivery(**row)
        self._unit.session.add(delivery)
        await self._unit.session.flush()
        self._unit.after_commit(self._parts.deliveries.nudge)
        return delivery

    async def deliveries(
        self,
        *,
        endpoint_id: UUID | None = None,
        status: DeliveryStatus | None = None,
        cursor: str | None,
        limit: int,
    ) -> Page[WebhookDelivery]:
        """Some deliveries, newest first: to one webhook, or all, those to callback URLs among them.

        Raises:
            NotFound: there is no webhook of this id.

        """
        if endpoint_id is not None:
            await self.get(endpoint_id)
        return await self._store.deliveries(endpoint_id=endpoint_id, status=status, cursor=cursor, limit=limit)

    async def delivery(self, delivery_id: UUID) -> WebhookDelivery:
        """One delivery.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find_delivery(delivery_id)
        if found is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        return found

    async def redeliver(self, delivery_id: UUID) -> WebhookDelivery:
        """Send what has ended, well or not, once more; it keeps its event id, by which receivers know it.

        Raises:
            NotFound: there is no delivery of this id.
            Conflict: it is still on its way, or its webhook is disabled.

        """
        delivery = await self.delivery(delivery_id)
        if delivery.endpoint_id is not None:
            await self._enabled(delivery.endpoint_id)
        await states.again(self._unit, delivery, await self._unit.now())
        self._unit.after_commit(self._parts.deliveries.nudge)
        await self._unit.session.refresh(delivery)
        return delivery

    async def list(self, *, cursor: str | None, limit: int) -> Page[WebhookEndpoint]:
        """Some webhooks, newest first."""
        return await self._store.list(cursor=cursor, limit=limit)

    async def _enabled(self, endpoint_id: UUID) -> WebhookEndpoint:
        endpoint = await self.get(endpoint_id)
        if not endpoint.enabled:
            raise Conflict("this webhook is disabled; enable it first")
        return endpoint

    def _sealed(self, secret: str) -> bytes:
        return self._parts.secrets.encrypt(PURPOSE, secret.encode())

    async def _note(
        self, what: str, endpoint: WebhookEndpoint, by: Principal, origin: Origin, fields: Sequence[str] = ()
    ) -> None:
        # The URL is left out: it may hold a token of the receiver's.
        await Audit(self._unit, self._parts).record(
            f"webhook.{what}",
            "webhook",
            endpoint.id,
            by=by,
            origin=origin,
            changes={"fields": list(fields)} if fields else None,
        )
