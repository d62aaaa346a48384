"""Volume and mood over time, each number of which leads to the conversations that it counts.

A number that is given with the name of a group (a channel, an intent, a topic) counts at least `MINIMUM_GROUP`
conversations: smaller ones are added up in one group without a name, so that nobody can be made out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from faultline.core.errors import UsageError
from faultline.core.results.conversation import Mood
from faultline.service.conversations.states import ConversationStatus
from faultline.service.conversations.store import Filter
from faultline.service.conversations.tables import Conversation

MINIMUM_GROUP = 5
MOST_BUCKETS = 750
"""Two years of days, or a month of hours."""
LIST = "/v1/conversations"


class Bucket(StrEnum):
    """How time is divided; in UTC."""

    HOUR = "hour"
    DAY = "day"

    @property
    def hours(self) -> int:
        """How long one is."""
        return 24 if self is Bucket.DAY else 1

    @property
    def usual(self) -> timedelta:
        """How far back one looks, unless one says so."""
        return timedelta(days=30) if self is Bucket.DAY else timedelta(hours=48)


class GroupBy(StrEnum):
    """What conversations may be told apart by."""

    CHANNEL = "channel"
    INTENT = "intent"
    TOPIC = "topic"
    URGENCY = "urgency"
    RESOLUTION = "resolution"


_COLUMNS: dict[GroupBy, Any] = {
    GroupBy.CHANNEL: Conversation.channel,
    GroupBy.INTENT: Conversation.intent,
    GroupBy.TOPIC: Conversation.topic_id,
    GroupBy.URGENCY: Conversation.urgency,
    GroupBy.RESOLUTION: Conversation.resolution,
}


class Tally(NamedTuple):
    """Some conversations: how many, the sum of their scores, and how many of each mood."""

    conversations: int
    score: float
    positive: int
    neutral: int
    negative: int

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.conversations + other.conversations,
            self.score + other.score,
            self.positive + other.positive,
            self.neutral + other.neutral,
            self.negative + other.negative,
        )


NONE = Tally(0, 0.0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """The conversations of one group in one stretch of time; `group` is None for those without a name."""

    start: datetime
    end: datetime
    group: str | None
    tally: Tally


def span(wanted: Filter, bucket: Bucket, now: datetime) -> Filter:
    """The filter with whole buckets of time.

    Raises:
        UsageError: it is more time than can be answered for at once, or none.

    """
    until = wanted.until or now
    since = wanted.since or until - bucket.usual
    if since >= until:
        raise UsageError("`since` must be before `until`")
    size = timedelta(hours=bucket.hours)
    if (until - since) / size > MOST_BUCKETS:
        raise UsageError(f"ask for at most {MOST_BUCKETS} stretches of a {bucket.value} at once")
    begins = _start(_number(since, bucket), bucket)
    return replace(wanted, since=begins, until=wanted.until or now + timedelta(seconds=1))


async def trends(session: AsyncSession, wanted: Filter, bucket: Bucket, by: GroupBy | None) -> list[Cell]:
    """What was counted, by time and group; stretches without conversations are left out."""
    number = (Conversation.happened_hour // bucket.hours).label("number")
    group = (_COLUMNS[by] if by else Conversation.status).label("name")
    query = (
        wanted.applied(
            select(
                number,
                group,
                func.count(Conversation.id),
                func.coalesce(func.sum(Conversation.mood_score), 0.0),
                *(func.sum(case((Conversation.mood == mood.value, 1), else_=0)) for mood in Mood),
            )
        )
        .where(Conversation.status == ConversationStatus.DONE)
        .group_by(number, group)
        .order_by(number, group)
    )
    rows = (await session.execute(query)).all()
    return _folded(((row[0], (row[1] or None) if by else None, Tally(*row[2:])) for row in rows), bucket)


def _folded(rows: Iterable[tuple[int, str | None, Tally]], bucket: Bucket) -> list[Cell]:
    cells = []
    rest: defaultdict[int, Tally] = defaultdict(lambda: NONE)
    for number, name, tally in rows:
        if name is None or tally.conversations < MINIMUM_GROUP:
            rest[number] = rest[number].plus(tally)
        else:
            cells.append(Cell(_start(number, bucket), _start(number + 1, bucket), name, tally))
    cells += [Cell(_start(number, bucket), _start(number + 1, bucket), None, tally) for number, tally in rest.items()]
    return sorted(cells, key=lambda cell: (cell.start, cell.group is None, cell.group or ""))


def link(cell: Cell, wanted: Filter, by: GroupBy | None) -> str | None:
    """Where the conversations of a cell are listed; None for those of groups that have no name."""
    if by and cell.group is None:
        return None
    since = max(cell.start, wanted.since) if wanted.since else cell.start
    until = min(cell.end, wanted.until) if wanted.until else cell.end
    asked: dict[str, str] = {"status": ConversationStatus.DONE.value}
    for name in ("channel", "external_id", "intent", "mood", "urgency", "resolution", "topic", "text"):
        if (value := getattr(wanted, name)) is not None:
            asked[name] = value
    if by and cell.group:
        asked[by.value] = cell.group
    return f"{LIST}?{urlencode({**asked, 'since': since.isoformat(), 'until': until.isoformat()})}"


def _number(moment: datetime, bucket: Bucket) -> int:
    return int(moment.timestamp() // 3600) // bucket.hours


def _start(number: int, bucket: Bucket) -> datetime:
    return datetime.fromtimestamp(number * bucket.hours * 3600, UTC)
