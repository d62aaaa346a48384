"""Which cells belong together: three linkages, each for what it does well.

1. Average linkage, cut at `APART`, says how many groups there are. It chains, so its groups themselves are not used.
2. Ward's linkage, cut at that number, makes the groups. It likes equal sizes, so it cuts a big topic in pieces.
3. Average linkage over those groups, cut at `ALIKE`, joins what is one topic after all.

The mean similarity of all pairs of two cells is the product of their sums over that of their counts, so average linkage
of cells is that of their members. Similarities are taken above that of two members of anything (`common`), which
makes one pair of cuts serve different models and subjects: two questions to a bank are alike from the start.

Cells of one topic get a bonus, `INERTIA`, so that topics do not come and go from one regrouping to the next.
Nearest-neighbour chains (Murtagh, 1983) make each linkage quadratic: 2,000 cells take 0.1 s.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Whole = NDArray[np.int64]

APART, ALIKE = 0.38, 0.42
"""Measured on banking77 and CLINC150, even and skewed: `benchmarks/conversation_topics.py`."""
INERTIA = 0.03
NO_TOPIC = -1
_FAR = 1e9


def common(total: Floats, count: int) -> float:
    """Mean cosine of two different members of everything seen, from the sum of their unit vectors."""
    return float((total @ total - count) / (count * (count - 1))) if count > 1 else 0.0


def above(similarity: Floats, base: float) -> Floats:
    """Similarity above what any two members have: 0 for those, 1 for twins."""
    # Where everything is the same sentence nothing is left to divide by.
    return np.asarray((similarity - base) / max(1.0 - base, 0.05))


def group(sums: Floats, counts: Whole, labels: Whole, base: float, least: int) -> Whole:
    """Put cells into groups.

    Args:
        sums: of the unit vectors of each cell, (cells, dimensions).
        counts: members of each cell.
        labels: number of the topic that each cell is in now, `NO_TOPIC` for none.
        base: what `common` says of all that was seen.
        least: members that make a group.

    Returns:
        The group of each cell, 0 and up in the order of their first cells; `NO_TOPIC` where there is none.

    """
    # Single precision: of 2,048 cells each matrix is 16 MB.
    same = ((labels[:, None] == labels[None, :]) & (labels >= 0)[:, None]).astype(np.float32)
    weights = counts.astype(np.float32)
    alike = above(_mean_cosines(sums, weights), base) + INERTIA * same
    loose = _cut(_chain(1.0 - alike, weights, ward=False), len(counts), APART)
    many = int((np.bincount(loose, weights=weights) >= least).sum())
    if not many:
        return np.full(len(counts), NO_TOPIC)
    centres = sums / weights[:, None]
    squares = (centres**2).sum(axis=1)
    # In the space that has one more dimension a topic, where topics are apart by the inertia.
    known = (labels >= 0).astype(np.float32)
    apart = squares[:, None] + squares[None, :] - 2.0 * (centres @ centres.T)
    apart = np.maximum(apart, 0.0) + INERTIA * (known[:, None] + known[None, :] - 2.0 * same)
    # A cell of 100,000 must not swallow five of something new: the root of a count is its weight.
    roots = np.sqrt(weights)
    ward = apart * (roots[:, None] * roots[None, :]) / (roots[:, None] + roots[None, :])
    merges = sorted(_chain(ward, roots, ward=True), key=lambda merge: merge[0])
    pieces = _joined(merges[: len(counts) - many], len(counts))
    return _together(sums, counts, labels, pieces, base)


def _together(sums: Floats, counts: Whole, labels: Whole, pieces: Whole, base: float) -> Whole:
    names, piece = np.unique(pieces, return_inverse=True)
    members = np.zeros((len(names), len(counts)), dtype=np.float32)
    members[piece, np.arange(len(counts))] = 1.0
    weights = counts.astype(np.float32)
    sizes = members @ weights
    topics = np.unique(labels[labels >= 0])
    shares = members @ (weights[:, None] * (labels[:, None] == topics[None, :])) / sizes[:, None]
    alike = above(_mean_cosines(members @ sums, sizes), base) + INERTIA * (shares @ shares.T)
    joined = _cut(_chain(1.0 - alike, sizes, ward=False), len(names), ALIKE)[piece]
    _, first, found = np.unique(joined, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[found]


def _mean_cosines(sums: Floats, sizes: Floats) -> Floats:
    centres = sums / sizes[:, None]
    return np.asarray(centres @ centres.T, dtype=np.float32)


Merge = tuple[float, int, int]


def _chain(distances: Floats, sizes: Floats, *, ward: bool) -> list[Merge]:
    """All merges of a linkage, Ward's or average: distance, the one that goes on, and the one that ends in it."""
    distances, sizes = distances.copy(), sizes.copy()
    np.fill_diagonal(distances, _FAR)
    alive = np.ones(len(sizes), dtype=bool)
    merges: list[Merge] = []
    chain: list[int] = []
    for _ in range(len(sizes) - 1):
        if not chain:
            chain.append(int(np.argmax(alive)))
        while True:
            last = chain[-1]
            near = int(distances[last].argmin())
            if len(chain) > 1 and distances[last, chain[-2]] <= distances[last, near]:
                break
            chain.append(near)
        b, a = sorted((chain.pop(), chain.pop()), reverse=True)
        between = float(distances[a, b])
        merges.append((between, a, b))
        # Lance and Williams (1967): the distances of what was merged from those of its parts.
        others = sizes if ward else 0.0
        row = (sizes[a] + others) * distances[a] + (sizes[b] + others) * distances[b] - others * between
        row /= sizes[a] + sizes[b] + others
        alive[b] = False
        row[~alive] = _FAR
        row[a] = _FAR
        distances[a], distances[:, a] = row, row
        distances[b], distances[:, b] = _FAR, _FAR
        sizes[a] += sizes[b]
    return merges


def _cut(merges: list[Merge], count: int, similarity: float) -> Whole:
    return _joined([merge for merge in merges if 1.0 - merge[0] >= similarity], count)


def _joined(merges: list[Merge], count: int) -> Whole:
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for _, a, b in merges:
        one, other = sorted((root(a), root(b)))
        parent[other] = one
    return np.array([root(index) for index in range(count)], dtype=np.int64)
