"""Cells: what a topic map keeps of the stream. Many sentences that are nearly the same are one cell.

A cell holds the sum and the count of its unit vectors, which is all that linkage needs, how many came in each period,
and a few sentences. The sentences are those of the people whose hash is least: a sample that is fair, that two cells
can put together, and that counts people exactly up to its size.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faultline.analyzers.conversation.topics.grouping import NO_TOPIC
from faultline.core.results.conversation import Quote

CAPACITY = 2048
"""Cells of a map: 3 MB of vectors at 384 dimensions."""
PERIODS = 56
"""Periods whose counts are kept apart; what is older is one sum."""
HALF_LIFE = 50_000
"""Conversations after which a cell that got none of them counts half when room has to be made."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence of a cell, redacted. `person` is a hash; `near` its cosine to the cell when it came."""

    person: int
    near: float
    conversation: str
    quote: Quote


@dataclass(slots=True)
class Cells:
    """The cells of a map; row i of each array is one cell. The first `size` rows are in use."""

    dims: int
    keep: int
    """Sentences kept of a cell."""
    size: int = 0
    born: int = 0
    """Serial number of the next cell: a cell's own never comes again."""
    sums: NDArray[np.float32] = field(init=False)
    counts: NDArray[np.int64] = field(init=False)
    moods: NDArray[np.float64] = field(init=False)
    labels: NDArray[np.int64] = field(init=False)
    serials: NDArray[np.int64] = field(init=False)
    touched: NDArray[np.int64] = field(init=False)
    earlier: NDArray[np.int64] = field(init=False)
    periods: NDArray[np.int64] = field(init=False)
    samples: list[list[Sample]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, (dtype, shape) in self.layout(CAPACITY).items():
            setattr(self, name, np.zeros(shape, dtype=dtype))

    def layout(self, rows: int) -> dict[str, tuple[type[Any], tuple[int, ...]]]:
        """Type and shape of each array, for as many cells."""
        return {
            "sums": (np.float32, (rows, self.dims)),
            "counts": (np.int64, (rows,)),
            "moods": (np.float64, (rows,)),
            "labels": (np.int64, (rows,)),
            "serials": (np.int64, (rows,)),
            "touched": (np.int64, (rows,)),
            "earlier": (np.int64, (rows,)),
            "periods": (np.int64, (rows, PERIODS)),
        }

    def centres(self) -> NDArray[np.float32]:
        """Unit vectors of the cells' middles, (size, dims)."""
        sums = self.sums[: self.size]
        return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12), dtype=np.float32)

    def open(self, label: int) -> int:
        """Begin a cell; there has to be room."""
        row, self.size = self.size, self.size + 1
        self.labels[row], self.serials[row] = label, self.born
        self.born += 1
        self.samples.append([])
        return row

    def put(self, row: int, vector: NDArray[np.float32], mood: float, period: int | None, clock: int) -> None:
        """Put one conversation into a cell. `period` counts from the oldest one kept; below 0 is earlier."""
        self.sums[row] += vector
        self.counts[row] += 1
        self.moods[row] += mood
        self.touched[row] = clock
        if period is not None and period >= 0:
            self.periods[row, period] += 1
        elif period is not None:
            self.earlier[row] += 1

    def wants(self, row: int, person: int) -> bool:
        """Whether a sentence of this person would be kept: only then is it worth redacting."""
        kept = self.samples[row]
        return all(person != one.person for one in kept) and (len(kept) < self.keep or person < kept[-1].person)

    def show(self, row: int, sample: Sample) -> None:
        """Keep a sentence that the cell wants."""
        kept = self.samples[row]
        kept.append(sample)
        kept.sort(key=lambda one: one.person)
        del kept[self.keep :]

    def shift(self, by: int) -> None:
        """Move on in time: the oldest periods go into what was earlier."""
        by = min(by, PERIODS)
        self.earlier += self.periods[:, :by].sum(axis=1)
        self.periods[:, : PERIODS - by] = self.periods[:, by:].copy()
        self.periods[:, PERIODS - by :] = 0

    def make_room(self, free: int, clock: int) -> tuple[dict[int, int], int]:
        """Give up the cells that matter least, until so many are free.

        A cell of a topic goes into the topic's nearest; one of none, or a topic's last, is forgotten.

        Returns:
            Serial numbers of the cells that went into another, and that one's; how many conversations were forgotten.

        """
        surplus = self.size - (CAPACITY - free)
        if surplus <= 0:
            return {}, 0
        rows = slice(0, self.size)
        worth = self.counts[rows] * 0.5 ** ((clock - self.touched[rows]) / HALF_LIFE)
        leaving = np.lexsort((self.serials[rows], worth))[:surplus]
        stays = np.ones(self.size, dtype=bool)
        stays[leaving] = False
        centres = self.centres()
        moved, forgotten = {}, 0
        for row in leaving:
            kin = np.flatnonzero(stays & (self.labels[rows] == self.labels[row]) & (self.labels[row] != NO_TOPIC))
            if not len(kin):
                forgotten += int(self.counts[row])
                continue
            into = int(kin[int((centres[kin] @ centres[row]).argmax())])
            self._pour(int(row), into)
            moved[int(self.serials[row])] = int(self.serials[into])
        self._keep(np.flatnonzero(stays))
        return moved, forgotten

    def _pour(self, row: int, into: int) -> None:
        for array in (self.sums, self.counts, self.moods, self.earlier, self.periods):
            array[into] += array[row]
        self.touched[into] = max(self.touched[into], self.touched[row])
        for sample in self.samples[row]:
            if self.wants(into, sample.person):
                self.show(into, replace(sample, near=0.9 * sample.near))

    def _keep(self, rows: NDArray[np.intp]) -> None:
        for name in self.layout(0):
            array = getattr(self, name)
            array[: len(rows)] = array[rows]
            array[len(rows) :] = 0
        self.samples = [self.samples[row] for row in rows]
        self.size = len(rows)
