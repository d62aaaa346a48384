"""Topics of one file: what its conversations have in common, found by the vectors of what they open with."""

from __future__ import annotations

from collections.abc import Sequence

from faultline import embedding
from faultline.analyzers.conversation import intents
from faultline.analyzers.conversation.insight import CLASSIFIED_LANGUAGES, Understood
from faultline.analyzers.conversation.topics.topic_map import Item, TopicMap
from faultline.core.results.conversation import Insight, Judged, Quote, Tier, Topic


class Discovery:
    """Collects conversations and, at the end, says their topics."""

    def __init__(self, minimum_group: int) -> None:
        self._map = TopicMap(minimum_group=minimum_group)
        self._placed: dict[str, tuple[int | None, float, Quote]] = {}
        self._topics: dict[int, Topic | None] = {}

    def add(self, batch: Sequence[Understood]) -> None:
        """Take in some conversations, each once."""
        told: list[tuple[Insight, str | None, Quote]] = []
        for each in batch:
            opening = intents.opening(each.heard)
            if opening is None or each.insight.language.value not in CLASSIFIED_LANGUAGES:
                continue
            if each.insight.id in self._placed:
                continue
            sentence = opening.first("problem", "request", "question") or opening.told[0].sentence
            told.append((each.insight, opening.message.author, sentence.quote))
            self._placed[each.insight.id] = (None, 0.0, sentence.quote)
        if not told:
            return
        vectors = embedding.static().encode([quote.text for _, _, quote in told])
        items = [
            Item(insight.id, vector, quote, insight.started_at, insight.sentiment.score, author)
            for (insight, author, quote), vector in zip(told, vectors, strict=True)
        ]
        for placed, (_, _, quote) in zip(self._map.add(items), told, strict=True):
            self._placed[placed.id] = (placed.cell, placed.confidence, quote)

    def settle(self) -> tuple[Topic, ...]:
        """The topics of all, the largest first."""
        self._map.settle()
        topics = self._map.topics()
        by_id = {topic.id: topic for topic in topics}
        cells = {cell for cell, _, _ in self._placed.values() if cell is not None}
        self._topics = {cell: by_id.get(self._map.topic_of(cell) or "") for cell in cells}
        return topics

    def of(self, insight: Insight) -> Judged | None:
        """The topic that a conversation belongs to, once all have settled."""
        cell, confidence, quote = self._placed.get(insight.id, (None, 0.0, None))
        topic = self._topics.get(cell) if cell is not None else None
        if topic is None:
            return None
        return Judged(value=topic.name, confidence=round(confidence or 0.5, 2), tier=Tier.STATIC, quote=quote)
