"""Topics over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, Field

from faultline.core.results.conversation import Quote
from faultline.service.conversations.routes import Reader
from faultline.service.conversations.store import Filter
from faultline.service.conversations.topics import Told, Topics
from faultline.service.conversations.trend_routes import TrendPoint
from faultline.service.conversations.trends import LIST, MINIMUM_GROUP, Bucket, span, trends
from faultline.service.routing import PartsOf, UnitOf, router, service

routes = router("/v1/conversations", "conversations")
TopicsOf = Annotated[Topics, service(Topics)]


class TopicExample(BaseModel):
    """A sentence that shows a topic, with personal data taken out."""

    conversation_id: UUID
    quote: Quote


class TopicOut(BaseModel):
    """What several conversations are about."""

    id: Annotated[str, Field(description="Stays the same as more conversations come.")]
    name: str
    conversations: int
    growth: Annotated[
        float, Field(description="The share of the newer half of the time, less the same of all: above 0 it grows.")
    ]
    mood: Annotated[float, Field(description="The mean score, -1 to 1.")]
    negative: Annotated[int, Field(description="Conversations in a negative mood.")]
    first_at: datetime
    last_at: datetime
    emerged_at: Annotated[datetime | None, Field(description="When its last wave began.")]
    examples: list[TopicExample]
    link: Annotated[str, Field(description="Lists its conversations.")]

    @classmethod
    def of(cls, told: Told, **more: Any) -> Self:
        """From its row and what was counted."""
        counted = told.counted
        return cls(
            id=told.row.key,
            name=told.row.name,
            conversations=counted.conversations,
            growth=told.row.growth,
            mood=round(counted.mood, 4),
            negative=counted.negative,
            first_at=counted.first_at,
            last_at=counted.last_at,
            emerged_at=told.row.emerged_at,
            examples=[
                TopicExample(conversation_id=UUID(each["conversation"]), quote=Quote.model_validate(each["quote"]))
                for each in told.examples
            ],
            link=f"{LIST}?{urlencode({'topic': told.row.key, 'status': 'done'})}",
            **more,
        )


class TopicList(BaseModel):
    """All topics, the largest first."""

    minimum_group: Annotated[int, Field(description="People that make a topic; of fewer nothing is told.")]
    items: list[TopicOut]


class TopicWhole(TopicOut):
    """A topic, and how it went day by day."""

    days: Annotated[list[TrendPoint], Field(description="Of the last 30, those that are large enough to be told.")]


@routes.get("/topics")
async def list_topics(_who: Reader, topics: TopicsOf) -> TopicList:
    """List what conversations are about; topics are found as conversations come in, some seconds behind."""
    return TopicList(minimum_group=MINIMUM_GROUP, items=[TopicOut.of(each) for each in await topics.list()])


@routes.get("/topics/{topic_id}")
async def get_topic(
    topic_id: Annotated[str, Path(max_length=100)], _who: Reader, topics: TopicsOf, unit: UnitOf, parts: PartsOf
) -> TopicWhole:
    """Get a topic with its days; where it has become part of another one, that one."""
    told = await topics.get(topic_id)
    wanted = span(Filter(topic=told.row.key), Bucket.DAY, parts.clock())
    cells = await trends(unit.session, wanted, Bucket.DAY, None)
    return TopicWhole.of(
        told, days=[TrendPoint.of(cell, wanted, None) for cell in cells if cell.tally.conversations >= MINIMUM_GROUP]
    )
