"""Texts as weighted means of word-piece vectors: no model runs, only a table is read.

The table is MiniLM's answer to each piece of its vocabulary, alone between its marks, less their mean (the method of
Model2Vec, Minish Lab 2024). A piece weighs `a / (a + p)` (Arora, Liang and Ma, ICLR 2017), where its probability `p`
follows Zipf's law over its place in the vocabulary, which is sorted by frequency by and large. All 384 dimensions stay:
their principal components would be shorter, but close eigenvalues turn their axes from one machine to the next, and
classifiers learned on one would then be wrong on another.

The table is 11.7 MB, a row of int8 and its scale for each piece. It is made at the first use and kept in the user's
cache folder:

    16 bytes   BLAKE2b of all that follows
    122,088    float32 little-endian, the scale of each row, its weight included
    11,720,448 int8, the rows

A file that is cut or altered, or that another version made, is made again. Several processes that miss it at once wait
for the one that makes it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faultline.core.folders import cache_folder
from faultline.embedding.embedder import Vectors, unit
from faultline.embedding.pieces import COUNT, FIRST, FIRST_WORD, LAST, cut
from faultline.embedding.weights import MINILM

if sys.platform != "win32":
    import fcntl

RECIPE = 1
"""Raised whenever the same weights would give another table."""
DIMS = 384
COMMON = 1.5e-4
"""The `a` above."""

_DIGEST_BYTES = 16
_SCALES_BYTES = 4 * COUNT
_FILE_BYTES = _DIGEST_BYTES + _SCALES_BYTES + COUNT * DIMS
_CHUNK = 4096


class Static:
    """A table of piece vectors as an Embedder.

    Args:
        rows: int8, of shape (pieces, dims).
        scales: float32, of shape (pieces,).

    """

    dims = DIMS

    def __init__(self, rows: NDArray[np.int8], scales: Vectors) -> None:
        self._rows = rows
        self._scales = scales

    @classmethod
    def installed(cls, progress: Callable[[float], None] | None = None) -> Static:
        """The table in the user's cache folder, made first where there is none.

        Where there is no place to keep it, it is made for this process alone.

        Raises:
            MissingExtra, WrongWeights: as `Weights.read`.
        """
        path = _path()
        if path is None:
            return cls(*_parts(distil(progress)))
        data = _intact(path)
        if data is None:
            with contextlib.ExitStack() as held:
                with contextlib.suppress(OSError):  # a folder that cannot be written: made, and not kept
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    held.enter_context(_alone(path.with_suffix(".lock")))
                data = _intact(path)  # another process may have made it meanwhile
                if data is None:
                    data = distil(progress)
                    with contextlib.suppress(OSError):
                        _keep(path, data)
        return cls(*_parts(data))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder; every piece of a text's first 4,096 characters counts."""
        vectors: Vectors = np.zeros((len(texts), self.dims), np.float32)
        for start in range(0, len(texts), _CHUNK):
            pieces = cut(texts[start : start + _CHUNK], marked=False)
            self._add_up(pieces, vectors[start : start + _CHUNK])
        return unit(vectors)

    def _add_up(self, pieces: list[list[int]], sums: Vectors) -> None:
        for row, of_one in enumerate(pieces):
            if of_one:
                ids = np.asarray(of_one)
                sums[row] = self._scales[ids] @ self._rows[ids].astype(np.float32)


def distil(progress: Callable[[float], None] | None = None) -> bytes:
    """Make the table with MiniLM, about 10 s of CPU, as the bytes of its file.

    Raises:
        MissingExtra, WrongWeights: as `Weights.read`.
    """
    from faultline.embedding.encoder import MiniLM  # the runtime takes 0.2 s to load, and only this once

    teacher = MiniLM()
    words = range(FIRST_WORD, COUNT)
    made: list[Vectors] = []
    for start in range(0, len(words), _CHUNK):
        made.append(teacher.pooled([[FIRST, piece, LAST] for piece in words[start : start + _CHUNK]]))
        if progress is not None:
            progress(min(1.0, (start + _CHUNK) / len(words)))
    vectors = np.vstack(made)
    vectors -= vectors.mean(axis=0, dtype=np.float64).astype(np.float32)

    probability = 1 / (np.arange(len(words)) + 2.7)  # Zipf's law with Mandelbrot's offset for English
    probability /= probability.sum()
    largest = np.abs(vectors).max(axis=1)
    rows = np.zeros((COUNT, DIMS), np.int8)
    rows[FIRST_WORD:] = np.rint(vectors / largest[:, None] * 127)
    scales = np.zeros(COUNT, "<f4")
    scales[FIRST_WORD:] = largest / 127 * (COMMON / (COMMON + probability))
    content = scales.tobytes() + rows.tobytes()
    return _digest(content) + content


def kept() -> bool:
    """Whether the table is in the user's cache folder, whole."""
    path = _path()
    return path is not None and _intact(path) is not None


def _path() -> Path | None:
    folder = cache_folder(os.environ)
    return folder / f"static-{RECIPE}-{MINILM.digest[:16]}.bin" if folder else None


def _parts(data: bytes) -> tuple[NDArray[np.int8], Vectors]:
    scales = np.frombuffer(data, "<f4", COUNT, _DIGEST_BYTES)
    rows = np.frombuffer(data, np.int8, COUNT * DIMS, _DIGEST_BYTES + _SCALES_BYTES)
    return rows.reshape(COUNT, DIMS), scales


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST_BYTES).digest()


def _intact(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    whole = len(data) == _FILE_BYTES and _digest(data[_DIGEST_BYTES:]) == data[:_DIGEST_BYTES]
    return data if whole else None


def _keep(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock of a file while others wait; it goes with its process. On Windows each makes a table of its own."""
    with path.open("ab") as lock:
        if sys.platform != "win32":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
