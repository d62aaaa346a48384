"""The labelled questions of `../shared/data/conversations`, and their vectors, which are kept for the next run."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "conversations"
BANKING = FOLDER / "banking77_train.csv"
CLINC = FOLDER / "clinc150_train_val.json"

Labelled = list[tuple[str, str]]


def present() -> bool:
    """Whether the data are there; says so where they are not."""
    there = BANKING.is_file() and CLINC.is_file()
    if not there:
        print(f"{FOLDER.name}: not present")
    return there


def banking() -> Labelled:
    """Text and intent of banking77's training part, shuffled: 10,003 of 77 intents."""
    with BANKING.open(encoding="utf-8", newline="") as file:
        rows = [(row["text"].strip(), row["category"]) for row in csv.DictReader(file)]
    random.Random(77).shuffle(rows)
    return rows


def clinc(count: int = 10_000) -> Labelled:
    """Text and intent of as many questions of CLINC150 that are in its scope, shuffled: 150 intents."""
    parts = json.loads(CLINC.read_text(encoding="utf-8"))
    rows = [(text, intent) for part in ("train", "val") for text, intent in parts[part]]
    random.Random(150).shuffle(rows)
    return rows[:count]


def minilm(texts: Sequence[str]) -> np.ndarray:
    """MiniLM's vectors, (texts, 384); 10,000 take 25 CPU seconds the first time."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    kept = Path(tempfile.gettempdir()) / f"faultline-minilm-{digest}.npy"
    if kept.is_file():
        return np.asarray(np.load(kept))
    from faultline import embedding

    vectors = embedding.minilm().encode(texts)
    np.save(kept, vectors)
    return vectors
