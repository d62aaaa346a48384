"""Answers that may be used again, in the memory of this process."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from faultline.ai.reuse import Entry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PER_SHELF = 10_000
"""Entries of one tenant's question; 15 MB at 384 dimensions, and 4 ms to look through."""
ALTOGETHER = 50_000


class MemoryStore:
    """A `Store` of bounded size: the oldest entry of a full shelf goes, and the shelf that was not used for longest.

    Args:
        per_shelf: most entries of one tenant's question.
        altogether: most entries of all.

    """

    def __init__(self, *, per_shelf: int = PER_SHELF, altogether: int = ALTOGETHER) -> None:
        self._per_shelf = per_shelf
        self._altogether = max(altogether, per_shelf)
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()
        self._entries = 0

    async def same(self, shelf: str, text: str) -> Entry | None:
        """The entry of this very text."""
        found = self._shelves.get(shelf)
        return None if found is None else found.same(text)

    async def nearest(self, shelf: str, vector: NDArray[np.float32], count: int) -> Sequence[tuple[float, Entry]]:
        """The nearest entries and their cosines, the nearest first."""
        found = self._shelves.get(shelf)
        if found is None:
            return ()
        self._shelves.move_to_end(shelf)
        return await asyncio.to_thread(found.nearest, vector, count)

    async def size(self, shelf: str) -> int:
        """How many entries it has."""
        found = self._shelves.get(shelf)
        return 0 if found is None else len(found)

    async def put(self, shelf: str, entry: Entry) -> None:
        """Keep an entry, in place of the one of the same text."""
        found = self._shelves.setdefault(shelf, _Shelf(self._per_shelf))
        self._shelves.move_to_end(shelf)
        before = len(found)
        found.put(entry)
        self._entries += len(found) - before
        while self._entries > self._altogether:
            _, gone = self._shelves.popitem(last=False)
            self._entries -= len(gone)


class _Shelf:
    """Entries in the order they came, and their vectors in rows of one array, which doubles as it fills."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._rows: dict[str, int] = {}
        self._next = 0
        self._vectors: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def same(self, text: str) -> Entry | None:
        with self._lock:
            row = self._rows.get(text.casefold())
            return None if row is None else self._entries[row]

    def put(self, entry: Entry) -> None:
        import numpy as np

        with self._lock:
            key = entry.text.casefold()
            known = key in self._rows
            row = self._rows[key] if known else self._next
            if self._vectors is None:
                self._vectors = np.zeros((min(64, self._most), len(entry.vector)), dtype=np.float32)
            if row >= len(self._vectors):
                more = np.zeros((min(len(self._vectors), self._most - len(self._vectors)), self._vectors.shape[1]))
                self._vectors = np.concatenate([self._vectors, more.astype(np.float32)])
            if row == len(self._entries):
                self._entries.append(entry)
            else:
                del self._rows[self._entries[row].text.casefold()]
                self._entries[row] = entry
            self._vectors[row] = entry.vector
            self._rows[key] = row
            if not known:
                self._next = (row + 1) % self._most

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[tuple[float, Entry]]:
        import numpy as np

        with self._lock:
            if self._vectors is None:
                return []
            close = self._vectors[: len(self._entries)] @ vector
            first = min(count, len(close)) - 1
            best = np.argpartition(-close, first)[: first + 1]
            best = best[np.lexsort((best, -close[best]))]
            return [(float(close[row]), self._entries[row]) for row in best]
