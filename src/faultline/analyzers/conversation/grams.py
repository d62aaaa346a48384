"""Which word pieces, and which pairs of neighbours, a text holds: what vectors of meaning blur.

"Not" and "now" mean much the same to a mean vector; a pair of pieces keeps them apart. Pieces and pairs fall into
buckets by a hash, so that no vocabulary is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faultline.embedding.embedder import Vectors
from faultline.embedding.pieces import cut

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)  # the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)


@dataclass(frozen=True, slots=True)
class Grams:
    """Rows of a sparse matrix: row `i` has its buckets and their values from `starts[i]` to `starts[i + 1]`."""

    starts: NDArray[np.int64]
    buckets: NDArray[np.int64]
    values: Vectors

    def weighted(self, inverse: Vectors) -> Grams:
        """The rows with `(1 + log n) * inverse[bucket]` in place of the count n, at length 1."""
        values = (1 + np.log(self.values)) * inverse[self.buckets]
        lengths = np.sqrt(self.sums((values * values)[:, None])[:, 0])
        counts = np.diff(self.starts)
        return Grams(self.starts, self.buckets, (values / np.repeat(np.maximum(lengths, 1e-12), counts)).astype("<f4"))

    def rows(self, chosen: NDArray[np.int64]) -> Grams:
        """Some of the rows."""
        counts = np.diff(self.starts)[chosen]
        starts = np.concatenate([[0], np.cumsum(counts)])
        entries = np.arange(starts[-1]) + np.repeat(self.starts[chosen] - starts[:-1], counts)
        return Grams(starts, self.buckets[entries], self.values[entries])

    def scaled(self, factor: np.float32) -> Grams:
        """The rows times a number."""
        return Grams(self.starts, self.buckets, self.values * factor)

    def times(self, weights: NDArray[np.int8]) -> Vectors:
        """The product with a matrix of shape (buckets, n), of shape (rows, n)."""
        return self.sums(self.values[:, None] * weights[self.buckets])

    def sums(self, values: Vectors) -> Vectors:
        """Sums over each row of values of shape (entries, n), of shape (rows, n)."""
        total: Vectors = np.zeros((len(self.starts) - 1, values.shape[1]), np.float32)
        filled = np.diff(self.starts) > 0
        if filled.any():
            total[filled] = np.add.reduceat(values, self.starts[:-1][filled], axis=0)
        return total


def count(texts: Sequence[str], buckets: int) -> Grams:
    """Count the pieces and the pairs of each text, its marks of begin and end among them.

    Args:
        texts: of each the first 4,096 characters are read.
        buckets: how many there are; a power of two.

    """
    pieces = cut(texts, marked=True)
    flat = np.fromiter((piece for of_one in pieces for piece in of_one), np.uint64)
    rows = np.repeat(np.arange(len(pieces)), [len(of_one) for of_one in pieces])
    pairs = flat[:-1] * _GOLDEN + flat[1:] + np.uint64(1)
    neighbours = rows[:-1] == rows[1:]
    hashes = np.concatenate([flat, pairs[neighbours]])
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX
    hashes ^= hashes >> np.uint64(32)
    owners = np.concatenate([rows, rows[:-1][neighbours]])
    keys, counts = np.unique(owners * buckets + (hashes % np.uint64(buckets)).astype(np.int64), return_counts=True)
    starts = np.searchsorted(keys, np.arange(len(pieces) + 1) * buckets)
    return Grams(starts.astype(np.int64), keys % buckets, counts.astype(np.float32))
