"""TopicMap: finds what conversations are about while they stream in, and keeps the names of what it found.

    map = TopicMap()
    placed = map.add(items)          # cell and topic of each, where it has one already
    map.topics()                     # what people write about, from `minimum_group` people on
    map.emerging()                   # what has begun to grow since the last time, each wave once
    TopicMap.from_bytes(map.to_bytes())

A conversation goes to the topic whose middle is nearest, if it is near enough, and there into the nearest cell; else it
begins a cell of its own. From time to time the cells are grouped again (`grouping`), and a group inherits the name of
the topic that most of its cells were in. Two topics that have become one keep the older id, and the other leads there;
of one that has become two the larger part keeps it. All state is bounded: `CAPACITY` cells, `keep` sentences in each.

Nothing about a group of fewer people than `minimum_group` leaves: no id, no count, no sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from faultline.analyzers.conversation.topics import packing, telling
from faultline.analyzers.conversation.topics.cells import CAPACITY, PERIODS, Cells, Sample
from faultline.analyzers.conversation.topics.grouping import NO_TOPIC, Whole, above, common, group
from faultline.analyzers.conversation.topics.lineage import ACCEPT, inherit, without_strangers
from faultline.core.privacy import redact
from faultline.core.results.conversation import Quote, Topic

DAY = 86_400.0
MINIMUM_GROUP = 5
JOIN = 0.65
"""How alike a sentence and a cell have to be, above what any two are."""
COVERED = 0.25
"""Share of the conversations that are in some group, at least, if similarities are measured from the right base."""
SHARP = 0.05
"""Cosine that makes one topic e times as probable as another."""
CHUNK = 256
FIRST, OFTEN, SELDOM = 100, 0.25, 5_000
"""Conversations after which to group again: a quarter of those before, but not fewer or more than this."""
LONGEST = 300
"""Characters kept of a sentence, and of an id."""


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation, as a topic map sees it.

    Args:
        id: the conversation's; each is added once.
        vector: embedded `quote`, or more of the conversation; of one model for all of a map.
        quote: the sentence that says best what it is about; redacted before it is kept.
        time: when it began.
        mood: score of its sentiment, -1 to 1.
        author: who wrote it, so that one person is not a group; the conversation itself where that is not known.

    """

    id: str
    vector: NDArray[np.float32]
    quote: Quote
    time: datetime | None = None
    mood: float = 0.0
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a conversation went.

    Store `cell` with it: `TopicMap.topic_of(cell)` says at any time later what topic it belongs to by then, also for
    those that came before there was one. None once the cell is forgotten.
    """

    id: str
    cell: int | None
    topic: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Emerging:
    """A topic of which there is more than there was, and more than chance explains.

    `factor` is its share of the last seven periods over its share before, None for one that is new; `chance` the
    probability that one like it would be, had nothing changed.
    """

    topic: Topic
    recent: int
    factor: float | None
    chance: float


class TopicMap:
    """Topics of a stream of conversations.

    Args:
        minimum_group: people that make a topic, 2 to 100.
        period: seconds that count as one period in time.

    """

    def __init__(self, *, minimum_group: int = MINIMUM_GROUP, period: float = DAY) -> None:
        if not 2 <= minimum_group <= 100:
            raise ValueError("minimum_group is between 2 and 100")
        if not period > 0:
            raise ValueError("a period lasts longer than 0 seconds")
        self._state = packing.State(minimum_group=minimum_group, period=period)
        self._cells: Cells | None = None
        self._total: NDArray[np.float64] = np.zeros(0)
        self._named: dict[int, str] | None = None

    @property
    def seen(self) -> int:
        """How many conversations have been added."""
        return self._state.seen

    def add(self, items: Iterable[Item], *, now: datetime | None = None) -> tuple[Placement, ...]:
        """Add conversations, in the order they came.

        Args:
            items: no id twice.
            now: a time after this is taken as this: a wrong clock must not end all that is recent.

        Raises:
            ValueError: a vector is of another length than those before, or not finite.

        """
        items = tuple(items)
        placed: list[Placement] = []
        latest = None if now is None else now.timestamp()
        for start in range(0, len(items), CHUNK):
            placed += self._add_chunk(items[start : start + CHUNK], latest)
            state = self._state
            if state.seen - state.grouped_at >= min(max(FIRST, OFTEN * state.seen), SELDOM):
                self.settle()
        return tuple(placed)

    def place(self, items: Iterable[Item]) -> tuple[Placement, ...]:
        """Say where conversations belong without adding them."""
        items = tuple(items)
        if self._cells is None or not items:
            return tuple(Placement(item.id, None, None, 0.0) for item in items)
        vectors = self._unit(items)
        labels, confidence = self._nearest_topics(vectors)
        rows = (vectors @ self._cells.centres().T).argmax(axis=1).tolist()
        return self._placements(items, rows, labels, confidence)

    def settle(self) -> None:
        """Group the cells again. `add` does it from time to time; at the end of a file it is due at once."""
        cells, state = self._cells, self._state
        state.grouped_at = state.seen
        self._named = None
        if cells is None:
            return
        rows = slice(0, cells.size)
        base = common(self._total, state.seen)
        # Where everything is about one thing, nothing is more alike than that: then measure from further below.
        for state.base in (base, base / 2.0, 0.0):
            found = group(cells.sums[rows], cells.counts[rows], cells.labels[rows], state.base, state.minimum_group)
            found = without_strangers(cells, found, state.base, state.minimum_group)
            if cells.counts[rows][found != NO_TOPIC].sum() >= COVERED * state.seen:
                break
        inherit(cells, state, found)

    def topics(self) -> tuple[Topic, ...]:
        """The topics that are large enough to be told, the largest first."""
        return tuple(sorted(map(self._topic, self._told()), key=lambda topic: (-topic.size, topic.id)))

    def emerging(self) -> tuple[Emerging, ...]:
        """Topics that are new or significantly larger than before, each once until its wave is over."""
        labels, waves = self._told(), self._state.waves
        begun = []
        for label in labels:
            assert self._cells is not None
            rate = telling.rate(self._cells, label)
            if label in waves:
                if rate.is_over():
                    waves.remove(label)
            elif rate.begins(len(labels)):
                waves.append(label)
                factor = rate.factor if rate.before else None
                begun.append(Emerging(self._topic(label), rate.recent, factor, rate.chance))
        return tuple(sorted(begun, key=lambda wave: (wave.chance, wave.topic.id)))

    def topic_of(self, cell: int) -> str | None:
        """The id of the topic that the conversations of a cell belong to now."""
        if self._cells is None:
            return None
        serials = self._cells.serials[: self._cells.size]
        row = np.flatnonzero(serials == self._state.moved_cells.get(cell, cell))
        label = int(self._cells.labels[row[0]]) if len(row) else NO_TOPIC
        return self._state.ids[label] if label in self._told() else None

    def cells_of(self, topic: str) -> tuple[int, ...]:
        """The cells whose conversations belong to a topic, for a query that drills down; none for what is not told."""
        ident = self.current(topic)
        label = next((label for label in self._told() if self._state.ids[label] == ident), None)
        if self._cells is None or label is None:
            return ()
        own = set(self._cells.serials[telling.rows_of(self._cells, label)].tolist())
        return tuple(sorted(own | {cell for cell, into in self._state.moved_cells.items() if into in own}))

    def quoted(self) -> frozenset[str]:
        """The conversations of which a sentence is kept."""
        samples = self._cells.samples if self._cells is not None else ()
        return frozenset(sample.conversation for kept in samples for sample in kept)

    def forget(self, conversations: Collection[str]) -> None:
        """Let go of every sentence of some conversations; that they were counted stays."""
        for kept in self._cells.samples if self._cells is not None else ():
            kept[:] = [sample for sample in kept if sample.conversation not in conversations]
        self._named = None

    def current(self, topic: str) -> str:
        """The id that a topic has now: another one where it has become part of an older topic."""
        return self._state.moved_topics.get(topic, topic)

    def to_bytes(self) -> bytes:
        """All of it, compressed; about 2 MB when full."""
        return packing.pack(self._state, self._cells, self._total)

    @classmethod
    def from_bytes(cls, raw: bytes) -> TopicMap:
        """What `to_bytes` gave.

        Raises:
            DamagedTopics: it is not that, or larger than any map can be.

        """
        state, cells, total = packing.unpack(raw)
        restored = cls(minimum_group=state.minimum_group, period=state.period)
        restored._state, restored._cells, restored._total = state, cells, total
        return restored

    def _add_chunk(self, items: Sequence[Item], latest: float | None) -> list[Placement]:
        if not items:
            return []
        vectors = self._unit(items)
        cells, state = self._cells, self._state
        if cells is None:
            cells = self._cells = Cells(vectors.shape[1], max(8, state.minimum_group))
            self._total = np.zeros(vectors.shape[1])
            state.salt = f"{_hash(items[0].id):x}"
        moved, forgotten = cells.make_room(CHUNK, state.seen)
        packing.remember(state.moved_cells, moved)
        state.forgotten += forgotten
        self._total += vectors.sum(axis=0, dtype=np.float64)
        state.seen += len(items)
        if not state.grouped_at:
            state.base = common(self._total, state.seen) / 2.0
        self._named = None
        periods = self._periods(items, latest)
        labels, confidence = self._nearest_topics(vectors)
        rows = self._nearest_cells(vectors, labels)
        for item, vector, row, period in zip(items, vectors, rows, periods, strict=True):
            cells.put(row, vector, item.mood, period, state.seen)
            person = _hash(item.author if item.author is not None else item.id)
            if cells.wants(row, person):
                middle = cells.sums[row]
                near = float(vector @ middle) / (float(np.linalg.norm(middle)) or 1.0)
                text = redact(item.quote.text[: 4 * LONGEST])[:LONGEST]
                quote = item.quote.model_copy(update={"text": text})
                cells.show(row, Sample(person, near, item.id[:LONGEST], quote))
        return list(self._placements(items, rows, labels, confidence))

    def _placements(
        self, items: Sequence[Item], rows: Sequence[int], labels: Whole, confidence: NDArray[np.float64]
    ) -> tuple[Placement, ...]:
        assert self._cells is not None
        told = {label: self._state.ids[label] for label in self._told()}
        return tuple(
            Placement(item.id, int(self._cells.serials[row]), told.get(label), float(sure) if label in told else 0.0)
            for item, row, label, sure in zip(items, rows, labels.tolist(), confidence, strict=True)
        )

    def _told(self) -> list[int]:
        """Labels of the topics that are told: with people enough, and a word that enough of them say."""
        labels = telling.told(self._cells, self._state.minimum_group)
        if self._named is None or not self._named.keys() >= set(labels):
            self._named = telling.name_all(self._cells, labels) if self._cells is not None else {}
        return [label for label in labels if self._named[label]]

    def _topic(self, label: int) -> Topic:
        assert self._cells is not None
        assert self._named is not None
        return telling.topic(self._cells, label, self._state.ids[label], self._named[label])

    def _unit(self, items: Sequence[Item]) -> NDArray[np.float32]:
        lengths = {np.shape(item.vector) for item in items}
        expected = (self._cells.dims,) if self._cells is not None else min(lengths)
        if lengths != {expected} or len(expected) != 1 or not 0 < expected[0] <= packing.MAX_DIMS:
            raise ValueError("vectors of one map have one length")
        vectors = np.stack([np.asarray(item.vector, dtype=np.float32) for item in items])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(norms).all():
            raise ValueError("a vector is not finite")
        return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)

    def _nearest_topics(self, vectors: NDArray[np.float32]) -> tuple[Whole, NDArray[np.float64]]:
        """Label and confidence of the nearest topic of each; `NO_TOPIC` where it is too far."""
        labels, means = self._means()
        nobody = np.full(len(vectors), NO_TOPIC), np.zeros(len(vectors))
        if not len(labels):
            return nobody
        norms = np.maximum(np.linalg.norm(means, axis=1), 1e-12)
        alike = (vectors @ means.T) / norms
        best = alike.argmax(axis=1)
        top = alike[np.arange(len(vectors)), best]
        fits = above(top * norms[best], self._state.base) >= ACCEPT
        odds = np.exp((alike - top[:, None]) / SHARP).sum(axis=1)
        return np.where(fits, labels[best], NO_TOPIC), np.where(fits, 1.0 / odds, 0.0)

    def _nearest_cells(self, vectors: NDArray[np.float32], labels: Whole) -> list[int]:
        """The nearest cell of the same topic for each, or a new one."""
        assert self._cells is not None
        cells = self._cells
        before, enough = cells.size, self._state.base + JOIN * (1.0 - self._state.base)
        similar = vectors @ cells.centres().T
        similar[labels[:, None] != cells.labels[None, :before]] = -1.0
        twins = vectors @ vectors.T
        rows: list[int] = []
        fresh: list[tuple[int, int]] = []
        for index, label in enumerate(labels.tolist()):
            row = int(similar[index].argmax()) if before else -1
            nearest = float(similar[index, row]) if before else -1.0
            for first, opened in fresh:
                if cells.labels[opened] == label and twins[index, first] > nearest:
                    row, nearest = opened, float(twins[index, first])
            if row < 0 or nearest < enough:
                row = cells.open(label)
                fresh.append((index, row))
            rows.append(row)
        return rows

    def _means(self) -> tuple[Whole, NDArray[np.float32]]:
        """Labels of all topics, told or not, and the mean of their members' vectors."""
        if self._cells is None:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32)
        cells = self._cells
        labels, index = np.unique(cells.labels[: cells.size], return_inverse=True)
        members = np.zeros((len(labels), cells.size), dtype=np.float32)
        members[index, np.arange(cells.size)] = 1.0
        counts = members @ cells.counts[: cells.size].astype(np.float32)
        means = (members @ cells.sums[: cells.size]) / np.maximum(counts, 1.0)[:, None]
        real = labels != NO_TOPIC
        return labels[real], np.asarray(means[real], dtype=np.float32)

    def _periods(self, items: Sequence[Item], latest: float | None) -> list[int | None]:
        """The period of each among those kept, after moving on to the newest of them."""
        assert self._cells is not None
        times = [None if item.time is None else item.time.timestamp() for item in items]
        known = [time if latest is None else min(time, latest) for time in times if time is not None]
        if known:
            newest = int(max(known) // self._state.period)
            if self._state.newest is not None and newest > self._state.newest:
                self._cells.shift(newest - self._state.newest)
            self._state.newest = newest if self._state.newest is None else max(newest, self._state.newest)
        first = (self._state.newest or 0) - PERIODS + 1
        return [
            None if time is None else int((time if latest is None else min(time, latest)) // self._state.period) - first
            for time in times
        ]


def _hash(person: str) -> int:
    return int.from_bytes(hashlib.blake2b(person.encode("utf-8", "surrogatepass"), digest_size=7).digest(), "big")


def discover(items: Sequence[Item], minimum_group: int = MINIMUM_GROUP) -> tuple[Topic, ...]:
    """The topics of one file, whose time is divided so that all of it is kept apart."""
    return discover_map(items, minimum_group).topics()


def discover_map(items: Sequence[Item], minimum_group: int = MINIMUM_GROUP) -> TopicMap:
    """As `discover`, with the map itself, which says by `place` what each conversation is about."""
    times = [item.time.timestamp() for item in items if item.time is not None]
    span = max(times) - min(times) if times else 0.0
    found = TopicMap(minimum_group=minimum_group, period=max(span / (PERIODS - 2), 1.0))
    found.add(items)
    found.settle()
    return found


__all__ = ["CAPACITY", "Emerging", "Item", "Placement", "TopicMap", "discover", "discover_map"]
