"""Channels of Slack over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from faultline.service.auth.access import OriginOf, requires
from faultline.service.auth.principal import Origin, Principal, Scope
from faultline.service.errors import Conflict
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import PartsOf, UnitOf, router, service
from faultline.service.slack.schemas import SlackChange, SlackOut, SlackPage, SlackRequest
from faultline.service.slack.service import SlackChannels
from faultline.service.slack.telling import send_trial
from faultline.service.webhooks.schemas import DeliveryOut

routes = router("/v1/slack", "slack")

Admin = Annotated[Principal, requires(Scope.WEBHOOKS_WRITE)]
ChannelsOf = Annotated[SlackChannels, service(SlackChannels)]
From = Annotated[Origin, OriginOf]


@routes.post("", status_code=201)
async def create(wanted: SlackRequest, who: Admin, channels: ChannelsOf, origin: From) -> SlackOut:
    """Have a channel told of finished reviews.

    20 are as many as an organization may have.
    """
    return SlackOut.of(await channels.create(wanted, by=who, origin=origin))


@routes.get("")
async def list_slack_channels(
    _who: Admin, channels: ChannelsOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> SlackPage:
    """List channels, newest first."""
    found = await channels.list(cursor=cursor, limit=limit)
    return SlackPage(items=[SlackOut.of(row) for row in found.items], next_cursor=found.next_cursor)


@routes.get("/{channel_id}")
async def get(channel_id: UUID, _who: Admin, channels: ChannelsOf) -> SlackOut:
    """Get a channel."""
    return SlackOut.of(await channels.get(channel_id))


@routes.patch("/{channel_id}")
async def change(channel_id: UUID, wanted: SlackChange, who: Admin, channels: ChannelsOf, origin: From) -> SlackOut:
    """Change a channel, or enable it again."""
    return SlackOut.of(await channels.change(channel_id, wanted, by=who, origin=origin))


@routes.delete("/{channel_id}", status_code=204)
async def delete(channel_id: UUID, who: Admin, channels: ChannelsOf, origin: From) -> None:
    """Remove a channel."""
    await channels.delete(channel_id, by=who, origin=origin)


@routes.post("/{channel_id}/test", status_code=202)
async def test(channel_id: UUID, _who: Admin, channels: ChannelsOf, unit: UnitOf, parts: PartsOf) -> DeliveryOut:
    """Send a test message; look at the delivery, or the channel, to see how it went."""
    channel = await channels.get(channel_id)
    if not channel.enabled:
        raise Conflict("this channel is disabled; enable it first")
    return DeliveryOut.of(await send_trial(unit, parts, channel))
