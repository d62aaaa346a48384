"""What is told of the topics: those with enough people in them, and of each a name, growth and example sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from faultline.analyzers.conversation.topics import names
from faultline.analyzers.conversation.topics.cells import PERIODS, Cells, Sample
from faultline.analyzers.conversation.topics.grouping import NO_TOPIC
from faultline.analyzers.conversation.topics.growth import Rate
from faultline.core.results.conversation import Quoted, Topic

RECENT = 7
"""Periods that count as lately."""
EXAMPLES = 3

Rows = NDArray[np.intp]


def told(cells: Cells | None, minimum_group: int) -> list[int]:
    """Labels of the topics with enough people in them, the oldest first."""
    people: defaultdict[int, set[int]] = defaultdict(set)
    for row, samples in enumerate(cells.samples if cells is not None else ()):
        assert cells is not None
        label = int(cells.labels[row])
        if label != NO_TOPIC and len(people[label]) < minimum_group:
            people[label].update(sample.person for sample in samples)
    return sorted(label for label, known in people.items() if len(known) >= minimum_group)


def rows_of(cells: Cells, label: int) -> Rows:
    """The cells of a topic."""
    return np.flatnonzero(cells.labels[: cells.size] == label)


def name_all(cells: Cells, labels: Iterable[int]) -> dict[int, str]:
    """Name topics by the sentences that were kept of them; empty where no word is said by enough people."""
    return names.name_all(
        {
            label: [
                names.Spoken(sample.person, sample.quote.text, int(cells.counts[row]) / len(cells.samples[row]))
                for row in rows_of(cells, label)
                for sample in cells.samples[row]
            ]
            for label in labels
        }
    )


def topic(cells: Cells, label: int, ident: str, name: str) -> Topic:
    """All that is told of one topic."""
    rows = rows_of(cells, label)
    size = int(cells.counts[rows].sum())
    mood = float(np.clip(cells.moods[rows].sum() / size, -1.0, 1.0))
    growth = _newer(cells, rows) - _newer(cells, np.arange(cells.size))
    return Topic(
        id=ident,
        name=name,
        size=size,
        growth=round(growth, 4),
        mood=round(mood, 4),
        examples=_examples(cells, rows),
    )


def rate(cells: Cells, label: int) -> Rate:
    """How many came of a topic lately, and before."""
    rows = rows_of(cells, label)
    recent, all_recent = (int(cells.periods[chosen, -RECENT:].sum()) for chosen in (rows, slice(None)))
    before, all_before = (
        int(cells.periods[chosen, :-RECENT].sum() + cells.earlier[chosen].sum()) for chosen in (rows, slice(None))
    )
    return Rate(recent, before, all_recent, all_before)


def _newer(cells: Cells, rows: Rows) -> float:
    """The share of the newer half of the time that is kept apart."""
    every = cells.periods[: cells.size].sum(axis=0)
    first = 0 if cells.earlier.any() else int(np.argmax(every > 0))
    half = first + (PERIODS - first + 1) // 2
    dated = int(cells.periods[rows].sum() + cells.earlier[rows].sum())
    return int(cells.periods[rows, half:].sum()) / dated if dated else 0.0


def _examples(cells: Cells, rows: Rows) -> tuple[Quoted, ...]:
    """The sentences nearest to the middle, of different people and in different words."""
    middle = cells.sums[rows].sum(axis=0)
    norms = np.linalg.norm(cells.sums[rows], axis=1) * (float(np.linalg.norm(middle)) or 1.0)
    near = (cells.sums[rows] @ middle) / np.maximum(norms, 1e-12)
    ranked = [
        (-float(close) * sample.near, sample.person, sample)
        for row, close in zip(rows, near, strict=True)
        for sample in cells.samples[row]
    ]
    chosen: dict[str, Sample] = {}
    people: set[int] = set()
    for _, person, sample in sorted(ranked, key=lambda entry: entry[:2]):
        words = " ".join(sample.quote.text.lower().split())
        if person not in people and words not in chosen:
            chosen[words] = sample
            people.add(person)
        if len(chosen) == EXAMPLES:
            break
    return tuple(Quoted(conversation=sample.conversation, quote=sample.quote) for sample in chosen.values())
