"""The labelled data of the conversation benchmarks, divided without anybody's choice, and vectors made once a run.

The files stay where they are: `../shared` from the project's root, or the folder that FAULTLINE_SHARED names.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from ci_runner import SHARED
from faultline import embedding

DATA = SHARED / "data" / "conversations"
HELD_OUT = 0.2

Labelled = list[tuple[str, str]]


def present() -> bool:
    """Whether the data is there; says so where it is not."""
    if DATA.is_dir():
        return True
    print(f"not present: {DATA.name}")
    return False


def banking() -> Labelled:
    """banking77's training part: questions to a bank with one of 77 intents."""
    with (DATA / "banking77_train.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row["category"]) for row in csv.DictReader(stream)]


def clinc() -> dict[str, Labelled]:
    """CLINC150 by its own parts: train, val, oos_train, oos_val."""
    parts = json.loads((DATA / "clinc150_train_val.json").read_text(encoding="utf-8"))
    return {name: [(text, label) for text, label in rows] for name, rows in parts.items()}


def tweets(name: str) -> Labelled:
    """One of TweetEval's parts."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["text"], row["label"]) for row in map(json.loads, lines)]


def divided(rows: Labelled) -> tuple[Labelled, Labelled]:
    """What is learned from, and a fifth that is not: in the order of a hash of the texts, so that nobody chose it."""
    ordered = sorted(rows, key=lambda row: sha256(row[0].encode()).hexdigest())
    middle = int(len(ordered) * HELD_OUT)
    return ordered[middle:], ordered[:middle]


def nearest(learned: Labelled, asked: Sequence[str]) -> list[str]:
    """Answer each text with the label of the example nearest to it by MiniLM: the simple way."""
    known = embedding.minilm().encode([text for text, _ in learned])
    found = [int((known @ vector).argmax()) for vector in embedding.minilm().encode(asked)]
    return [learned[index][1] for index in found]


def words(learned: Labelled, asked: Sequence[str]) -> list[str]:
    """Answer by TF-IDF of words and pairs with logistic regression: what people do first."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    seen = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10, max_iter=60, tol=1e-3)
    model.fit(seen.fit_transform([text for text, _ in learned]), [label for _, label in learned])
    return [str(label) for label in model.predict(seen.transform(asked))]


def area(inside: Sequence[float], outside: Sequence[float]) -> float:
    """The area under the ROC curve: how often one from inside scores above one from outside, ties half."""
    both = np.concatenate([inside, outside])
    order = np.argsort(both, kind="stable")
    ranks: NDArray[np.float64] = np.empty(len(both))
    ranks[order] = np.arange(1, len(both) + 1)
    for value in np.unique(both):
        ranks[both == value] = ranks[both == value].mean()
    return float((ranks[: len(inside)].sum() - len(inside) * (len(inside) + 1) / 2) / (len(inside) * len(outside)))
