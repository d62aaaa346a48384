"""What every model of this room gives: unit vectors of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """A model that makes vectors of texts; safe to use from several threads."""

    @property
    def dims(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts, of shape (texts, dims) and length 1, in the texts' order.

        A vector depends on its text alone, not on the texts beside it, up to the rounding of float32. A text in which
        the model knows nothing may have a vector of zeros.
        """
        ...


def unit(vectors: Vectors) -> Vectors:
    """The rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return scaled
