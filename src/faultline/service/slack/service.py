"""What can be done with channels of Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from faultline.platform.database import Page, UnitOfWork, new_id
from faultline.service.audit.service import Audit
from faultline.service.auth.principal import Origin, Principal
from faultline.service.errors import Conflict, NotFound
from faultline.service.parts import Parts
from faultline.service.slack.schemas import SlackChange, SlackRequest
from faultline.service.slack.store import SlackStore
from faultline.service.slack.tables import SlackChannel

PURPOSE = "slack-address"
MAX_CHANNELS = 20
NO_CHANNEL = frozenset({403, 404, 410})
"""What Slack answers where there is no such webhook any more, or its channel is archived or closed to it."""


class SlackChannels:
    """Channels of the tenant that the unit of work is about."""

    def __init__(self, unit: UnitOfWork, parts: Parts) -> None:
        self._unit = unit
        self._parts = parts

    @property
    def _store(self) -> SlackStore:
        return SlackStore(self._unit.session)

    async def create(self, wanted: SlackRequest, *, by: Principal, origin: Origin) -> SlackChannel:
        """A new channel.

        Raises:
            UnsafeTarget: the URL is one that must not be called.
            Conflict: there are as many as there may be.

        """
        await self._parts.dialer.check(wanted.url)
        await self._unit.queue_up(f"slack:{by.tenant_id}")
        if await self._store.count() >= MAX_CHANNELS:
            raise Conflict(f"there are {MAX_CHANNELS} channels, which is as many as there may be; remove one")
        channel = SlackChannel(
            id=new_id(),
            tenant_id=by.tenant_id,
            url=self._sealed(wanted.url),
            enabled=True,
            created_at=self._parts.clock(),
            **wanted.model_dump(mode="json", exclude={"url"}),
        )
        self._unit.session.add(channel)
        await self._unit.session.flush()
        await self._note("created", channel, by, origin)
        return channel

    async def get(self, channel_id: UUID) -> SlackChannel:
        """One channel.

        Raises:
            NotFound: there is none of this id.

        """
        found = await self._store.find(channel_id)
        if found is None:
            raise NotFound(f"there is no channel {channel_id}")
        return found

    async def list(self, *, cursor: str | None, limit: int) -> Page[SlackChannel]:
        """Some channels, newest first."""
        return await self._store.list(cursor=cursor, limit=limit)

    async def change(self, channel_id: UUID, wanted: SlackChange, *, by: Principal, origin: Origin) -> SlackChannel:
        """Change a channel.

        Raises:
            UnsafeTarget: the URL is one that must not be called.
            NotFound: there is none of this id.

        """
        if wanted.url is not None:
            await self._parts.dialer.check(wanted.url)
        channel = await self.get(channel_id)
        changes = wanted.model_dump(mode="json", exclude_unset=True)
        for name, value in changes.items():
            setattr(channel, name, self._sealed(value) if name == "url" else value)
        if wanted.url is not None or wanted.enabled:
            channel.last_error = None
        await self._unit.session.flush()
        await self._note("changed", channel, by, origin, sorted(changes))
        return channel

    async def delete(self, channel_id: UUID, *, by: Principal, origin: Origin) -> None:
        """Remove a channel; what is on its way to it is not sent.

        Raises:
            NotFound: there is none of this id.

        """
        channel = await self.get(channel_id)
        await self._unit.session.delete(channel)
        await self._note("deleted", channel, by, origin)

    async def address(self, channel_id: UUID) -> str | None:
        """Where a channel is written to; None where nothing may be written any more.

        Raises:
            UsageError: it cannot be decrypted.

        """
        channel = await self._store.find(channel_id)
        if channel is None or not channel.enabled:
            return None
        return self._parts.secrets.decrypt(PURPOSE, channel.url).decode()

    async def note(self, channel_id: UUID, error: str | None, gone: bool, now: datetime) -> None:
        """Note how an attempt went; a channel that is no more is written to no more."""
        channel = await self._store.find(channel_id)
        if channel is None:
            return
        channel.last_error = error
        if error is None:
            channel.last_sent_at = now
        if gone:
            channel.enabled = False
        await self._unit.session.flush()

    def host_of(self, channel: SlackChannel) -> str:
        """The host that a channel is at, which is all that may be shown of its address."""
        url = urlsplit(self._parts.secrets.decrypt(PURPOSE, channel.url).decode())
        return f"{url.scheme}://{url.netloc}"

    def _sealed(self, url: str) -> bytes:
        return self._parts.secrets.encrypt(PURPOSE, url.encode())

    async def _note(
        self, what: str, channel: SlackChannel, by: Principal, origin: Origin, fields: Sequence[str] = ()
    ) -> None:
        await Audit(self._unit, self._parts).record(
            f"slack-channel.{what}",
            "slack-channel",
            channel.id,
            by=by,
            origin=origin,
            changes={"fields": list(fields)} if fields else None,
        )
