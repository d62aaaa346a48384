"""Trends over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from faultline.service.conversations.filters import FilterOf
from faultline.service.conversations.routes import Reader
from faultline.service.conversations.store import Filter
from faultline.service.conversations.trends import MINIMUM_GROUP, Bucket, Cell, GroupBy, link, span, trends
from faultline.service.routing import PartsOf, UnitOf, router

routes = router("/v1/conversations", "conversations")


class TrendPoint(BaseModel):
    """The conversations of one group in one stretch of time."""

    start: datetime
    end: datetime
    group: Annotated[
        str | None,
        Field(description="Null without `by`, and for all that has no name or is too small to be given one."),
    ]
    conversations: int
    mood: Annotated[float, Field(description="The mean score, -1 to 1.")]
    positive: int
    neutral: int
    negative: int
    link: Annotated[str | None, Field(description="Lists these conversations.")]

    @classmethod
    def of(cls, cell: Cell, wanted: Filter, by: GroupBy | None) -> TrendPoint:
        """From what was counted."""
        tally = cell.tally
        return cls(
            start=cell.start,
            end=cell.end,
            group=cell.group,
            conversations=tally.conversations,
            mood=round(tally.score / tally.conversations, 4),
            positive=tally.positive,
            neutral=tally.neutral,
            negative=tally.negative,
            link=link(cell, wanted, by),
        )


class Trends(BaseModel):
    """Volume and mood over time; stretches without conversations are left out."""

    bucket: Bucket
    by: GroupBy | None
    since: datetime
    minimum_group: Annotated[int, Field(description="Groups smaller than this have no name here.")]
    points: list[TrendPoint]


@routes.get("/trends")
async def get_conversation_trends(
    _who: Reader,
    unit: UnitOf,
    parts: PartsOf,
    wanted: FilterOf,
    bucket: Annotated[Bucket, Query(description="How time is divided, in UTC.")] = Bucket.DAY,
    by: Annotated[GroupBy | None, Query(description="What conversations are told apart by.")] = None,
) -> Trends:
    """Count conversations and their moods over time; each number has a link to the conversations that it counts.

    Without `since` it looks back 30 days, or 48 hours.
    """
    asked = span(wanted, bucket, parts.clock())
    cells = await trends(unit.session, asked, bucket, by)
    assert asked.since is not None
    points = [TrendPoint.of(cell, asked, by) for cell in cells]
    return Trends(bucket=bucket, by=by, since=asked.since, minimum_group=MINIMUM_GROUP, points=points)
