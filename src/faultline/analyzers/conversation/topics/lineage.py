"""What a new grouping makes of the topics there were: who goes on, who becomes part of another, who is new."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from faultline.analyzers.conversation.topics.cells import Cells
from faultline.analyzers.conversation.topics.grouping import NO_TOPIC, Whole, above
from faultline.analyzers.conversation.topics.packing import State, remember

ACCEPT = 0.22
"""How alike a sentence and a topic's members are on average, at least, above what any two are. True members: 0.45."""


def without_strangers(cells: Cells, found: Whole, base: float, least: int) -> Whole:
    """Take out of each group the cells that are not like it, and the groups that are too small then."""
    found = found.copy()
    sums, counts = cells.sums[: cells.size], cells.counts[: cells.size]
    for group in np.unique(found[found != NO_TOPIC]):
        rows = np.flatnonzero(found == group)
        whole, many = sums[rows].sum(axis=0), int(counts[rows].sum())
        others = np.maximum(many - counts[rows], 1)
        # Each cell against the rest of its group; a cell that is most of it is no stranger.
        alike = ((sums[rows] @ whole) - (sums[rows] ** 2).sum(axis=1)) / (counts[rows] * others)
        strange = (above(alike, base) < ACCEPT) & (counts[rows] * 2 < many)
        found[rows[strange]] = NO_TOPIC
        if counts[rows[~strange]].sum() < least:
            found[rows] = NO_TOPIC
    return found


def inherit(cells: Cells, state: State, found: Whole) -> None:
    """Label the cells: a group gets the label of the topic whose largest part is in it, the oldest of several."""
    counts, old = cells.counts[: cells.size], cells.labels[: cells.size].copy()
    found = found.copy()
    claims: defaultdict[int, list[int]] = defaultdict(list)
    for label in np.unique(old[old != NO_TOPIC]).tolist():
        mine = old == label
        shares = np.bincount(found[mine] + 1, weights=counts[mine])
        heir = int(shares[1:].argmax()) if shares[1:].any() else NO_TOPIC
        if heir == NO_TOPIC:
            # No group is like it any more; whoever has been told of it still finds it.
            heir = int(found.max()) + 1
            found[mine] = heir
        claims[heir].append(label)
    # A topic whose last cell was forgotten is gone.
    state.ids = {label: name for label, name in state.ids.items() if any(label in claim for claim in claims.values())}
    state.waves = [label for label in state.waves if label in state.ids]
    for group in np.unique(found[found != NO_TOPIC]).tolist():
        members = found == group
        if claims[group]:
            label, *others = sorted(claims[group])
            _absorb(state, label, others)
        else:
            label = _begin(state, int(cells.serials[: cells.size][members].min()))
            if set(old[members].tolist()) & set(state.waves):
                # Part of a wave that has been told already.
                state.waves.append(label)
        cells.labels[: cells.size][members] = label
    cells.labels[: cells.size][found == NO_TOPIC] = NO_TOPIC


def _absorb(state: State, label: int, others: Sequence[int]) -> None:
    for other in others:
        remember(state.moved_topics, {state.ids.pop(other): state.ids[label]})
        if other in state.waves:
            state.waves.remove(other)
            state.waves += [label] if label not in state.waves else []


def _begin(state: State, serial: int) -> int:
    label = state.next_label
    state.next_label += 1
    state.ids[label] = hashlib.blake2b(f"{state.salt}:{label}:{serial}".encode(), digest_size=6).hexdigest()
    return label
