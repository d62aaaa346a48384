"""all-MiniLM-L6-v2 (of Reimers and Gurevych's sentence-transformers), quantised to int8 and run by onnxruntime.

Texts are sorted by length and run 16 at a time: that pads little, and larger batches are slower (measured, short
questions a CPU second: 150 one by one, 430 by 16, 370 by 64). A batch runs on one thread and batches run beside each
other, since onnxruntime's own threads gain nothing on matrices this small.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime

from faultline.embedding.embedder import Vectors, unit
from faultline.embedding.lean import lean
from faultline.embedding.pieces import LAST, MAX_PIECES, cut
from faultline.embedding.weights import MINILM

BATCH = 16
MAX_THREADS = 4


class MiniLM:
    """MiniLM as an Embedder: the mean of the last layer over all pieces, `[CLS]` and `[SEP]` too, at length 1.

    Raises:
        MissingExtra, WrongWeights: as `Weights.read`.
    """

    dims = 384

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Folding constants would turn all weights into floats at load: 50 MB more for 9 % more texts a second.
        with TemporaryDirectory(prefix="faultline-") as folder:
            # From a file, for of bytes the runtime makes another copy: 23 MB at its peak.
            file = Path(folder, "minilm.onnx")
            file.write_bytes(lean(MINILM.read()))
            self._session = onnxruntime.InferenceSession(
                file, options, providers=["CPUExecutionProvider"], disabled_optimizers=["ConstantFolding"]
            )
        self._threads = min(MAX_THREADS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
        self._pool: ThreadPoolExecutor | None = None
        self._starting = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder; of a text the first 128 pieces are read."""
        pieces = [ids if len(ids) <= MAX_PIECES else [*ids[: MAX_PIECES - 1], LAST] for ids in cut(texts, marked=True)]
        return unit(self.pooled(pieces))

    def pooled(self, pieces: Sequence[Sequence[int]]) -> Vectors:
        """Mean vectors, of shape (texts, dims) and any length, of texts given as their pieces with their marks."""
        order = sorted(range(len(pieces)), key=lambda index: len(pieces[index]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        vectors: Vectors = np.zeros((len(pieces), self.dims), np.float32)
        made = self._beside_each_other([[pieces[index] for index in batch] for batch in batches])
        for batch, rows in zip(batches, made, strict=True):
            vectors[batch] = rows
        return vectors

    def _beside_each_other(self, batches: list[list[Sequence[int]]]) -> Iterable[Vectors]:
        if len(batches) < 2 or self._threads == 1:
            return map(self._batch, batches)
        with self._starting:
            self._pool = self._pool or ThreadPoolExecutor(self._threads, thread_name_prefix="minilm")
        return self._pool.map(self._batch, batches)

    def _batch(self, pieces: list[Sequence[int]]) -> Vectors:
        ids = np.zeros((len(pieces), max(map(len, pieces))), np.int64)
        present = np.zeros_like(ids)
        for row, of_one in enumerate(pieces):
            ids[row, : len(of_one)] = of_one
            present[row, : len(of_one)] = 1
        layer = self._session.run(
            None, {"input_ids": ids, "attention_mask": present, "token_type_ids": np.zeros_like(ids)}
        )[0]
        mean: Vectors = np.einsum("bsd,bs->bd", layer, present.astype(np.float32), dtype=np.float32)
        mean /= present.sum(axis=1, keepdims=True)
        return mean
