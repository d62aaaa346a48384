"""What a child process does about topics: put new conversations into an organization's topic map.

The map is made of numpy, which comes with an extra and takes memory: it is imported in the children, when it is used.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import zstandard

from faultline import embedding
from faultline.core.results.conversation import Quote, Topic
from faultline.service.conversations.transcript import Turn

LANGUAGES = frozenset({"en", "und"})
"""That the vectors know; a topic of any other would be its language."""
FEW = 1_000
"""Up to so many conversations they are grouped again each time: it is cheap, and a newcomer sees topics early."""
_UNPACK = zstandard.ZstdDecompressor()


class New(NamedTuple):
    """A conversation that the map has not seen."""

    id: str
    insight: bytes
    """Compressed JSON."""
    turns: Sequence[Turn]
    happened_at: datetime
    mood: float


class Placed(NamedTuple):
    """What the map says after it has seen new conversations."""

    state: bytes
    cells: dict[str, int]
    """Of the new conversations that have one."""
    labels: dict[str, str]
    """The topic of each cell that has one."""
    topics: list[dict[str, Any]]
    emerging: list[dict[str, Any]]
    moved: dict[str, str]
    """Topics that have become part of others."""


def quoted(state: bytes) -> frozenset[str]:
    """The conversations of which a map keeps a sentence."""
    from faultline.analyzers.conversation.topics import TopicMap

    return TopicMap.from_bytes(state).quoted()


def placed(
    state: bytes | None,
    new: Sequence[New],
    gone: Collection[str],
    known: Sequence[str],
    minimum_group: int,
    now: datetime,
) -> Placed:
    """Add conversations to a map.

    Args:
        state: of the map; None for a new one.
        new: what it has not seen, in the order it came.
        gone: conversations that were deleted.
        known: the topics that have been told so far.
        minimum_group: people that make a topic.
        now: the time.

    """
    from faultline.analyzers.conversation.topics import Item, TopicMap

    found = TopicMap(minimum_group=minimum_group) if state is None else TopicMap.from_bytes(state)
    found.forget(gone)
    told = [(each, quote) for each in new if (quote := _quote(each)) is not None]
    cells: dict[str, int] = {}
    if told:
        vectors = embedding.static().encode([quote.text for _, quote in told])
        items = [
            Item(each.id, vector, quote, each.happened_at, each.mood, _author(each.turns))
            for (each, quote), vector in zip(told, vectors, strict=True)
        ]
        cells = {each.id: each.cell for each in found.add(items, now=now) if each.cell is not None}
    if found.seen < FEW:
        found.settle()
    topics = found.topics()
    emerging = [
        {"id": wave.topic.id, "recent": wave.recent, "factor": None if wave.factor is None else round(wave.factor, 2)}
        for wave in found.emerging()
    ]
    return Placed(
        state=found.to_bytes(),
        cells=cells,
        labels={str(cell): topic.id for topic in topics for cell in found.cells_of(topic.id)},
        topics=[_told(topic) for topic in topics],
        emerging=emerging,
        moved={topic: into for topic in known if (into := found.current(topic)) != topic},
    )


def _told(topic: Topic) -> dict[str, Any]:
    return {
        "key": topic.id,
        "name": topic.name,
        "growth": round(topic.growth, 4),
        "examples": [each.model_dump(mode="json") for each in topic.examples],
    }


def _quote(each: New) -> Quote | None:
    """The sentence that says best what a conversation is about: the one that shows the intent, or sums it up."""
    insight = json.loads(_UNPACK.decompress(each.insight))
    if insight["language"]["value"] not in LANGUAGES:
        return None
    quotes = [insight["intent"]["quote"], *insight["summary"]["quotes"]]
    chosen = next((quote for quote in quotes if quote and quote["text"].strip()), None)
    return Quote.model_validate(chosen) if chosen else None


def _author(turns: Sequence[Turn]) -> str | None:
    """Who the customer is, where that is known."""
    names = [author for role, author, *_ in turns if role in ("customer", "unknown") and author]
    return names[0] if names else None
