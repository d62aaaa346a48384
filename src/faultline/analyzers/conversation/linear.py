"""The classifier of one tier: a matrix over a text's vector and its grams, and the bytes it is kept as."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faultline.analyzers.conversation.grams import Grams
from faultline.embedding.embedder import Vectors

LARGEST = 1e4
"""Beyond any number that is learned; products of such numbers stay far from what float32 holds."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Margins of n labels: above 0 a label fits, below it does not.

    `dense` has the shape (dims, n) and `grams` (buckets, n), whose columns `scales` (n,) turns back into floats.
    `bias` has the shape (n,). All are little-endian, as they are kept.
    """

    dense: Vectors
    grams: NDArray[np.int8]
    scales: Vectors
    bias: Vectors

    @classmethod
    def quantised(cls, weights: NDArray[np.float64], bias: NDArray[np.float64], dims: int) -> Linear:
        """Of weights of shape (dims + buckets, n) those of the grams as int8: a quarter of the size."""
        grams = weights[dims:]
        scales = np.maximum(np.abs(grams).max(axis=0), 1e-9) / 127
        return cls(
            weights[:dims].astype("<f4"),
            np.rint(grams / scales).astype(np.int8),
            scales.astype("<f4"),
            bias.astype("<f4"),
        )

    def margins(self, vectors: Vectors, grams: Grams) -> Vectors:
        """Margins, of shape (texts, n)."""
        found: Vectors = vectors @ self.dense + grams.times(self.grams) * self.scales + self.bias
        return found

    def to_bytes(self) -> bytes:
        """The four arrays after each other."""
        return b"".join(part.tobytes() for part in (self.dense, self.grams, self.scales, self.bias))

    @staticmethod
    def size(dims: int, buckets: int, labels: int) -> int:
        """How many bytes `to_bytes` gives."""
        return labels * (4 * dims + buckets + 8)

    @classmethod
    def from_bytes(cls, data: bytes, dims: int, buckets: int, labels: int) -> Linear:
        """What `to_bytes` wrote.

        Raises:
            ValueError: not that many bytes, or with numbers that no training gives.
        """
        if len(data) != cls.size(dims, buckets, labels):
            raise ValueError("cut off, or too long")
        dense = np.frombuffer(data, "<f4", dims * labels).reshape(dims, labels)
        grams = np.frombuffer(data, np.int8, buckets * labels, 4 * dims * labels).reshape(buckets, labels)
        scales, bias = np.frombuffer(data, "<f4", 2 * labels, labels * (4 * dims + buckets)).reshape(2, labels)
        if not all((np.abs(part) < LARGEST).all() for part in (dense, scales, bias)):
            raise ValueError("weights that are no numbers")
        return cls(dense, grams, scales, bias)
