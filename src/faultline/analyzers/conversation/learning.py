"""Learns a taxonomy from labelled examples and says how well it will do: cross-validated, calibrated, with warnings.

Each tier is a linear support vector machine, one label against the rest (squared hinge loss, Fan et al., JMLR 2008).
Over banking77 it is 2 to 3 points better on these features than logistic regression, and its best margin tells what is
out of scope as well as any distance we tried. Its margins become probabilities by a temperature.
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from faultline import embedding
from faultline.analyzers.conversation import grams
from faultline.analyzers.conversation.examples import examples
from faultline.analyzers.conversation.linear import Linear
from faultline.analyzers.conversation.taxonomy import (
    BEHIND,
    FULL_DIMS,
    MAX_BUCKETS,
    MAX_LABEL_CHARACTERS,
    MAX_LABELS,
    STATIC_DIMS,
    Header,
    Read,
    Reading,
    Taxonomy,
    read_margins,
)
from faultline.core.errors import UsageError
from faultline.embedding.embedder import Vectors

FEWEST = 5
"""Examples that a label needs."""
THIN = 15
"""Examples below which a label's own scores say little."""
NONE = frozenset({"none", "oos", "out-of-scope", "out_of_scope", "out of scope"})
"""Labels, in lower case, of examples that belong to no intent."""
MAX_EXAMPLES = 200_000
FOLDS = 5
MANY = 5000
"""From so many examples on a quarter is held out, once: it says enough, and learning five times over costs minutes."""

LOSS, LOSS_OF_MANY = 0.004, 0.002
"""How much accuracy the cascade may lose against MiniLM alone, half a point with room for what chance adds.

With MANY examples the one standard error that is added is small, and looking for the best place loses more than it: on
fresh examples CLINC150 lost .0047 with .004, and loses .0036 with .002.
"""
LOST_INSIDE, LOST_UNSEEN = 0.005, 0.002
"""The share of right answers that may be refused as out of scope; the second where no examples say what that is."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label does: shares 0 to 1."""

    label: str
    examples: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares, 0 to 1, over examples that were judged by what had learned from others (cross-validation).

    Args:
        examples: how many were learned from; those of no intent count.
        folds: in how many parts they were divided; 1 where a quarter was held out, once.
        accuracy: of the cascade.
        macro_f1: the mean of the labels' F1.
        static_accuracy: of the static tier alone.
        minilm_accuracy: of MiniLM alone.
        escalated: how many texts went on to MiniLM.
        calibration_error: expected calibration error, ten bins.
        labels: each label's own.

    """

    examples: int
    folds: int
    accuracy: float
    macro_f1: float
    static_accuracy: float
    minilm_accuracy: float
    escalated: float
    calibration_error: float
    labels: tuple[LabelScore, ...]


@dataclass(frozen=True, slots=True)
class Trained:
    """A taxonomy, how it did in cross-validation, and what is wrong with its examples, in sentences."""

    taxonomy: Taxonomy
    scores: Scores
    warnings: tuple[str, ...]


def train(texts: Sequence[str], labels: Sequence[str], *, source: str = "") -> Trained:
    """Learn a taxonomy.

    Examples of no intent, labelled as in NONE, teach what is out of scope. Without any, a list of our own stands in.

    Args:
        texts: the examples.
        labels: the intent of each.
        source: what the examples are, to be remembered in the taxonomy.

    Raises:
        UsageError: less than two labels have enough examples, or the limits are passed.
        MissingExtra, WrongWeights: as `embedding.minilm`.
    """
    kept, said = _examples(texts, labels)
    names = tuple(sorted({label for _, label in kept if label is not None}))
    if len(names) < 2:
        raise UsageError(" ".join([f"At least two labels with {FEWEST} examples each are needed.", *said]))
    if len(names) > MAX_LABELS:
        raise UsageError(f"{len(names)} labels, and at most {MAX_LABELS} can be learned")
    knows_none = any(label is None for _, label in kept)
    columns = np.array([len(names) if label is None else names.index(label) for _, label in kept])
    # Without examples of no intent ours say what margins look like there; they teach the classifiers nothing.
    outside = [] if knows_none else [text for text, label in examples("intents") if label == "none"]
    made = _Features.of([text for text, _ in kept], outside)

    folds = _folds(columns)
    asked = folds >= 0
    readings, reads = [], []
    for rows in (made.static, made.full):
        held_out = np.zeros((len(kept), len(names) + knows_none), np.float32)
        for fold in range(folds.max() + 1):
            model = _fit(rows[: len(kept)][folds != fold], columns[folds != fold])
            held_out[folds == fold] = _margins(model, rows[: len(kept)][folds == fold])
        model = _fit(rows[: len(kept)], columns)
        reading = _reading(held_out[asked], columns[asked], len(names), _margins(model, rows[len(kept) :]))
        readings.append((model, reading))
        reads.append(read_margins(held_out[asked], reading, knows_none=knows_none))

    truth = np.where(columns == len(names), -1, columns)[asked]
    sure = least_sure(reads[0], reads[1], truth, loss=LOSS if asked.all() else LOSS_OF_MANY)
    (static, static_reading), (minilm, minilm_reading) = readings
    header = Header(
        labels=names,
        knows_none=knows_none,
        buckets=made.buckets,
        sure=sure,
        static=static_reading,
        minilm=minilm_reading,
        source=source,
    )
    taxonomy = Taxonomy(
        header, made.inverse, Linear.quantised(*static, STATIC_DIMS), Linear.quantised(*minilm, FULL_DIMS)
    )
    scores = _scores(names, columns, truth, reads[0], reads[1], sure)
    return Trained(taxonomy, replace(scores, folds=int(folds.max()) + 1), tuple(said))


def least_sure(static: Read, minilm: Read, truth: NDArray[np.int64], *, loss: float = LOSS) -> float:
    """The least confidence of the static tier that MiniLM need not see.

    Where that tier answers, it may be wrong where MiniLM is right more often than the reverse by `loss` of all texts at
    most, one standard error of that difference included; with few examples nothing keeps to that, and all go on.
    """
    worse = (minilm.labels == truth).astype(int) - (static.labels == truth).astype(int)
    order = np.argsort(-static.confidence, kind="stable")
    lost = np.cumsum(worse[order])
    error = np.sqrt(np.cumsum(np.abs(worse[order])))
    allowed = np.flatnonzero(lost + error <= loss * len(truth))
    return float(static.confidence[order[allowed[-1]]]) if len(allowed) else 2.0


Model = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Weights of shape (features, labels) and bias of shape (labels,)."""


def _examples(texts: Sequence[str], labels: Sequence[str]) -> tuple[list[tuple[str, str | None]], list[str]]:
    """What can be learned from, with None for no intent, and what is wrong with the rest."""
    if len(texts) != len(labels):
        raise UsageError(f"{len(texts)} texts and {len(labels)} labels; each text needs one")
    if len(texts) > MAX_EXAMPLES:
        raise UsageError(f"{len(texts)} examples, and at most {MAX_EXAMPLES} can be learned from")
    said: list[str] = []
    by_text: dict[str, dict[str, str]] = defaultdict(dict)
    for text, label in zip(texts, labels, strict=True):
        if len(label) > MAX_LABEL_CHARACTERS or not label.strip() or not label.isprintable():
            raise UsageError(
                f"A label of 1 to {MAX_LABEL_CHARACTERS} printable characters is needed, not {label!r:.60}"
            )
        if text.strip():
            by_text[" ".join(text.casefold().split())].setdefault(label.strip(), text)
    if blank := sum(not text.strip() for text in texts):
        said.append(f"{blank} examples have no text and were left out.")
    torn = {text: sorted(found) for text, found in by_text.items() if len(found) > 1}
    for text, found in list(torn.items())[:5]:
        said.append(f"{text[:60]!r} is labelled {' and '.join(found)}; it was left out.")
    if len(torn) > 5:
        said.append(f"{len(torn) - 5} more texts have several labels and were left out.")
    unique = [next(iter(found.items())) for found in by_text.values() if len(found) == 1]
    counted = Counter(label for label, _ in unique)
    for label, n in sorted(counted.items()):
        if n < FEWEST and label.lower() not in NONE:
            said.append(f"{label} has {n} examples and was left out: {FEWEST} are needed.")
        elif n < THIN and label.lower() not in NONE:
            said.append(f"{label} has only {n} examples: its scores say little.")
    kept = [
        (text, None if label.lower() in NONE else label)
        for label, text in unique
        if counted[label] >= FEWEST or label.lower() in NONE
    ]
    if 0 < sum(label is None for _, label in kept) < FEWEST:
        kept = [(text, label) for text, label in kept if label is not None]
        said.append(f"Examples of no intent are less than {FEWEST} and were left out.")
    return kept, said


@dataclass(frozen=True, slots=True)
class _Features:
    """Rows of both tiers, of shape (texts, dims + buckets), as `Linear` will see them."""

    static: csr_matrix
    full: csr_matrix
    inverse: Vectors
    buckets: int

    @classmethod
    def of(cls, texts: Sequence[str], outside: Sequence[str]) -> _Features:
        both = [*texts, *outside]
        distinct = len(np.unique(grams.count(texts, 1 << 30).buckets))
        buckets = min(MAX_BUCKETS, 1 << int(2 * distinct).bit_length())
        counted = grams.count(both, buckets)
        learned = counted.buckets[: counted.starts[len(texts)]]
        seen = np.bincount(learned, minlength=buckets)
        inverse = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype("<f4")
        weighted = counted.weighted(inverse)
        found = csr_matrix((weighted.values, weighted.buckets, weighted.starts), shape=(len(both), buckets))
        static = csr_matrix(embedding.static().encode(both))
        full = csr_matrix(embedding.minilm().encode(both))
        return cls(
            hstack([static, found]).tocsr(), hstack([full, BEHIND * static, BEHIND * found]).tocsr(), inverse, buckets
        )


def _folds(columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each example, or -1 for one that is only learned from.

    Each label's are dealt out in turn, in an order that only their number decides. Of many examples every fourth is in
    fold 0, and no other in any.
    """
    parts = FOLDS if len(columns) < MANY else 4
    folds = np.zeros(len(columns), np.int64)
    for label in np.unique(columns):
        members = np.random.default_rng(len(columns)).permutation(np.flatnonzero(columns == label))
        folds[members] = (np.arange(len(members)) + label) % parts
    return folds if parts == FOLDS else np.where(folds == 0, 0, -1)


def _fit(rows: csr_matrix, columns: NDArray[np.int64]) -> Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # far from the limit already, the accuracy stands still
        model = LinearSVC(C=1.0, tol=0.1, max_iter=200, random_state=0).fit(rows, columns)
    weights, bias = model.coef_.T, np.atleast_1d(model.intercept_)
    if weights.shape[1] == 1:  # of two labels one vector is learned, for the second
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def _margins(model: Model, rows: csr_matrix) -> Vectors:
    weights, bias = model
    margins: Vectors = (rows @ weights + bias).astype(np.float32)
    return margins


def _reading(held_out: Vectors, columns: NDArray[np.int64], names: int, outside: Vectors) -> Reading:
    """Learn how margins are to be read; `outside` are margins of texts of no intent, where no examples are of none."""
    knows_none = held_out.shape[1] > names
    inside = columns < names
    own = held_out[inside]
    sharpness = min(np.geomspace(1, 16, 49), key=lambda factor: _surprise(factor * own[:, :names], columns[inside]))
    others = held_out[~inside] if knows_none else outside
    seen = np.vstack([own, others])
    drawn = np.column_stack([seen[:, :names].max(axis=1), seen[:, names] if knows_none else np.zeros(len(seen))])
    is_inside = np.arange(len(seen)) < len(own)
    line = LogisticRegression(C=10.0, class_weight="balanced").fit(drawn, is_inside)
    reading = Reading(
        sharpness=float(sharpness),
        inside=float(line.coef_[0, 0]),
        outside=float(line.coef_[0, 1]),
        offset=float(line.intercept_[0]),
    )
    read = read_margins(held_out, reading, knows_none=knows_none)
    right = np.sort(read.scope[inside & (read.labels == columns)])
    least = (
        min(0.5, float(right[int((LOST_INSIDE if knows_none else LOST_UNSEEN) * len(right))])) if len(right) else 0.0
    )
    return reading.model_copy(update={"least_scope": least})


def _surprise(logits: Vectors, truth: NDArray[np.int64]) -> float:
    """Mean negative logarithm of what the softmax gives to the truth."""
    top = logits.max(axis=1, keepdims=True)
    whole = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
    return float((whole - logits[np.arange(len(truth)), truth]).mean())


def _scores(
    names: Sequence[str], columns: NDArray[np.int64], truth: NDArray[np.int64], static: Read, minilm: Read, sure: float
) -> Scores:
    stays = static.confidence >= sure
    answered = np.where(stays, static.labels, minilm.labels)
    confidence = np.where(stays, static.confidence, minilm.confidence)
    right = answered == truth
    labels = []
    for index, name in enumerate(names):
        hit = float((right & (truth == index)).sum())
        precision = hit / max(1, (answered == index).sum())
        recall = hit / max(1, (truth == index).sum())
        f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
        labels.append(LabelScore(name, int((columns == index).sum()), float(precision), float(recall), float(f1)))
    bins = np.minimum((confidence * 10).astype(int), 9)
    apart = sum(abs((confidence[bins == each] - right[bins == each]).sum()) for each in range(10))
    return Scores(
        examples=len(columns),
        folds=0,
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([label.f1 for label in labels])),
        static_accuracy=float((static.labels == truth).mean()),
        minilm_accuracy=float((minilm.labels == truth).mean()),
        escalated=float((~stays).mean()),
        calibration_error=float(apart / len(truth)),
        labels=tuple(labels),
    )
