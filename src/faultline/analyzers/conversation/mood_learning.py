"""Learns the weights of `sentiment` and says how well they will do; `make weights` runs it.

The emotions of TweetEval come first: one logistic regression tells joy and optimism from anger and sadness. What it
says, a valence, is a feature of the three classes. Both steps are linear, so that their product is all that is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from faultline import embedding
from faultline.analyzers.conversation import sentiment
from faultline.analyzers.conversation.learning import least_sure
from faultline.analyzers.conversation.sentiment import BEHIND, MOODS, MoodModel, Scale
from faultline.analyzers.conversation.taxonomy import Read
from faultline.core.results.conversation import Mood
from faultline.embedding.embedder import Vectors

FOLDS = 5
OWN_WEIGHT = 1.5
"""What a sentence of support counts beside a tweet."""
PLEASANT = ("joy", "optimism")
"""The labels of TweetEval's emotions that are pleasant; the others are anger and sadness."""
STRENGTH = 0.3
"""The inverse of regularisation. On the validation part .3 and 1 differ by less than chance; .1 and 3 are worse."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text, its mood, and what it counts."""

    text: str
    mood: Mood
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class MoodScores:
    """Mean recall of the three moods in cross-validation, 0 to 1: of each tier alone, and of both together.

    Only examples of weight 1 are counted in `static`, `minilm` and `cascade`; `own` is the cascade's on the others.
    """

    static: float
    minilm: float
    cascade: float
    own: float
    escalated: float


@dataclass(frozen=True, slots=True)
class Features:
    """What each tier sees of some texts."""

    static: Vectors
    minilm: Vectors

    @classmethod
    def of(cls, texts: Sequence[str]) -> Features:
        """Features of texts, as `sentiment.judge` makes them."""
        cleaned = [sentiment.plain(text) for text in texts]
        marks, vectors = sentiment.surface(cleaned), embedding.static().encode(cleaned)
        better = embedding.minilm().encode(cleaned)
        return cls(np.hstack([vectors, marks]), np.hstack([better, BEHIND * vectors, marks]))


def learn(
    examples: Sequence[Example], emotions: Sequence[tuple[str, bool]], *, source: str = ""
) -> tuple[MoodModel, MoodScores]:
    """Learn both tiers.

    Args:
        examples: texts with their mood.
        emotions: texts, and whether their emotion is a pleasant one.
        source: what the examples are, to be remembered.

    """
    truth = np.array([MOODS.index(each.mood) for each in examples])
    weight = np.array([each.weight for each in examples])
    seen, felt = Features.of([each.text for each in examples]), Features.of([text for text, _ in emotions])
    pleasant = np.array([good for _, good in emotions])
    folds = _folds(truth)
    scales, reads = [], []
    for rows, of_emotions in ((seen.static, felt.static), (seen.minilm, felt.minilm)):
        valence = _valence(of_emotions, pleasant)
        held_out = np.zeros((len(examples), len(MOODS)), np.float32)
        for fold in range(FOLDS):
            rest = folds != fold
            scale = _fit(rows[rest], valence, truth[rest], weight[rest])
            held_out[~rest] = rows[~rest] @ scale.weights + scale.bias
        sharpness = min(np.geomspace(0.5, 2, 41), key=lambda factor: _surprise(factor * held_out, truth))
        scale = _fit(rows, valence, truth, weight)
        scales.append(Scale(scale.weights * np.float32(sharpness), scale.bias * np.float32(sharpness)))
        shares = Scale(np.eye(3, dtype=np.float32), np.zeros(3, np.float32)).shares(held_out * np.float32(sharpness))
        reads.append(Read(shares.argmax(axis=1), shares.max(axis=1), np.ones(len(shares), np.float32)))
    sure = least_sure(reads[0], reads[1], truth)
    stays = reads[0].confidence >= sure
    both = np.where(stays, reads[0].labels, reads[1].labels)
    public = weight == 1
    scores = MoodScores(
        static=mean_recall(truth[public], reads[0].labels[public]),
        minilm=mean_recall(truth[public], reads[1].labels[public]),
        cascade=mean_recall(truth[public], both[public]),
        own=mean_recall(truth[~public], both[~public]),
        escalated=float((~stays).mean()),
    )
    return MoodModel(scales[0], scales[1], sure, source), scores


def mean_recall(truth: NDArray[np.int64], answered: NDArray[np.int64]) -> float:
    """The mean over the moods of how many of each were found, 0 to 1; 0 for a mood that does not occur."""
    return float(
        np.mean([(answered[truth == mood] == mood).sum() / max(1, (truth == mood).sum()) for mood in range(3)])
    )


def _valence(rows: Vectors, pleasant: NDArray[np.bool_]) -> NDArray[np.float64]:
    learned = LogisticRegression(C=1.0, class_weight="balanced", max_iter=300).fit(rows, pleasant)
    return np.append(learned.coef_[0], learned.intercept_[0])


def _fit(rows: Vectors, valence: NDArray[np.float64], truth: NDArray[np.int64], weight: NDArray[np.float64]) -> Scale:
    felt = BEHIND * (rows @ valence[:-1] + valence[-1])
    balance = np.array([weight.sum() / (3 * weight[truth == mood].sum()) for mood in range(3)])
    learned = LogisticRegression(C=STRENGTH, max_iter=300).fit(
        np.column_stack([rows, felt]), truth, sample_weight=weight * balance[truth]
    )
    of_rows, of_valence = learned.coef_[:, :-1].T, BEHIND * learned.coef_[:, -1]
    weights = of_rows + valence[:-1, None] * of_valence
    return Scale(weights.astype(np.float32), (learned.intercept_ + valence[-1] * of_valence).astype(np.float32))


def _folds(truth: NDArray[np.int64]) -> NDArray[np.int64]:
    folds = np.zeros(len(truth), np.int64)
    for mood in range(3):
        members = np.random.default_rng(len(truth)).permutation(np.flatnonzero(truth == mood))
        folds[members] = np.arange(len(members)) % FOLDS
    return folds


def _surprise(logits: Vectors, truth: NDArray[np.int64]) -> float:
    """Mean over the moods of the negative logarithm of what the softmax gives to the truth."""
    top = logits.max(axis=1, keepdims=True)
    lost = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0] - logits[np.arange(len(truth)), truth]
    return float(np.mean([lost[truth == mood].mean() for mood in range(3)]))
