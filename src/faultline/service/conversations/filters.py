"""Which conversations a request is about: the query parameters that the list and the trends have in common."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from faultline.core.results.conversation import Mood, Resolution, Urgency
from faultline.service.conversations.schemas import Time
from faultline.service.conversations.store import Filter


async def _filter(
    channel: Annotated[str | None, Query(max_length=100, description="Held in this channel.")] = None,
    external_id: Annotated[str | None, Query(max_length=300, description="That you call so.")] = None,
    intent: Annotated[str | None, Query(max_length=100, description="Of this intent.")] = None,
    mood: Annotated[Mood | None, Query(description="In this mood.")] = None,
    urgency: Annotated[Urgency | None, Query(description="As urgent as this.")] = None,
    resolution: Annotated[Resolution | None, Query(description="That stand like this at their end.")] = None,
    topic: Annotated[str | None, Query(max_length=100, description="Of the topic with this id.")] = None,
    since: Annotated[Time | None, Query(description="That happened then or later; UTC where it has no zone.")] = None,
    until: Annotated[Time | None, Query(description="That happened before.")] = None,
    text: Annotated[str | None, Query(max_length=200, description="With this in any of the messages.")] = None,
) -> Filter:
    return Filter(None, channel, external_id, intent, mood, urgency, resolution, topic, since, until, text)


FilterOf = Annotated[Filter, Depends(_filter)]
