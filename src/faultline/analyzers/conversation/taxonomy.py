"""A taxonomy: the intents that somebody wants told apart, and two linear classifiers that tell them.

    trained = train(texts, labels)                  # needs scikit-learn; `judge` does not
    trained.taxonomy.judge(["where is my card"])    # [Verdict(label='card-arrival', confidence=.97, ...)]

Every text goes through the first tier: its static vector and its grams. Where that is not sure enough, MiniLM's vector
is made and the second tier, which sees all three, decides. How sure is sure enough was learned with the rest: the least
confidence at which the two together stay within half a point of MiniLM alone, in cross-validation.

A taxonomy is kept as bytes, which may come from a tenant and are trusted in nothing: a Zstandard frame of a declared
and bounded size around

    8 bytes   b"FLTAXO" and two digits, the version of the format
    4 bytes   little-endian, the length of the header
    header    JSON: see `Header`
    the static tier, then the MiniLM tier:
      float32 the inverse frequency of each bucket (once, before both)
      Linear.to_bytes

Needs the extra `conversation`: ask `embedding.available()` before this module is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated

import numpy as np
import zstandard
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from faultline import embedding
from faultline.analyzers.conversation import grams
from faultline.analyzers.conversation.linear import LARGEST, Linear
from faultline.core.errors import UsageError
from faultline.core.results.conversation import Tier
from faultline.embedding.embedder import Vectors

if TYPE_CHECKING:
    from faultline.analyzers.conversation.learning import Trained

MAGIC = b"FLTAXO01"
MAX_LABELS = 512
MAX_LABEL_CHARACTERS = 100
MAX_BUCKETS = 1 << 15
MAX_BYTES = 64 << 20
BEHIND = np.float32(0.5)
"""What the static vector and the grams weigh beside MiniLM's vector in the second tier."""
STATIC_DIMS, FULL_DIMS = 384, 768
_CHUNK = 1024


class NotATaxonomy(UsageError, ValueError):
    """Bytes that should be a taxonomy and are not, or not of a version that this one reads."""

    def __init__(self) -> None:
        super().__init__("this is no taxonomy, or it is damaged or of another version; train it again")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is about.

    Args:
        label: None when it is about none of the labels.
        confidence: that this is right, 0 to 1, calibrated on examples held out in training.
        tier: what decided.
        scope: how far the text looks like any label's at all, 0 to 1; below the taxonomy's threshold `label` is None.

    """

    label: str | None
    confidence: float
    tier: Tier
    scope: float


Real = Annotated[float, Field(ge=-1e3, le=1e3, allow_inf_nan=False)]


class Reading(BaseModel):
    """How the margins of a tier are read: learned from margins of examples it had not seen.

    `sharpness` scales margins before the softmax (temperature scaling, Guo et al., ICML 2017). A text's scope is the
    logistic function of `inside` times its best margin, plus `outside` times the margin of "none", plus `offset`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sharpness: Real = 4.0
    inside: Real = 4.0
    outside: Real = 0.0
    offset: Real = 4.0
    least_scope: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0


class Header(BaseModel):
    """What the bytes of a taxonomy say of themselves, before the arrays."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    labels: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=MAX_LABEL_CHARACTERS)], ...],
        Field(min_length=2, max_length=MAX_LABELS, strict=False),
    ]
    knows_none: bool
    buckets: Annotated[int, Field(ge=1, le=MAX_BUCKETS)]
    sure: Annotated[float, Field(ge=0.0, le=2.0)]
    static: Reading
    minilm: Reading
    source: Annotated[str, Field(max_length=64)] = ""


@dataclass(frozen=True, slots=True)
class Read:
    """Margins read: the best label's number, or -1 for none of them, with confidence and scope; one a text."""

    labels: NDArray[np.int64]
    confidence: Vectors
    scope: Vectors


def read_margins(margins: Vectors, reading: Reading, *, knows_none: bool) -> Read:
    """Read margins of shape (texts, labels), where the last label is "none" if `knows_none`."""
    inside = margins[:, :-1] if knows_none else margins
    best = inside.argmax(axis=1)
    top = inside.max(axis=1)
    odds = np.exp(np.float32(reading.sharpness) * (inside - top[:, None]))
    share = 1 / odds.sum(axis=1)
    drawn = reading.inside * top + reading.offset
    if knows_none:
        drawn = drawn + reading.outside * margins[:, -1]
    scope = 1 / (1 + np.exp(-np.clip(drawn, -30, 30)))
    none = scope < reading.least_scope
    confidence = np.where(none, 1 - scope, share * np.minimum(1, 2 * scope))
    return Read(np.where(none, -1, best), confidence.astype(np.float32), scope.astype(np.float32))


class Taxonomy:
    """Labels and what tells them apart; made by `train`, `builtin` or `from_bytes`. Immutable, safe in any thread."""

    def __init__(self, header: Header, inverse: Vectors, static: Linear, minilm: Linear) -> None:
        self._header = header
        self._inverse = inverse
        self._static = static
        self._minilm = minilm
        self.version = sha256(self._content()).hexdigest()[:16]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in alphabetical order."""
        return self._header.labels

    @property
    def source(self) -> str:
        """What it was learned from: a digest, or nothing."""
        return self._header.source

    def judge(self, texts: Sequence[str], *, tier: Tier | None = None) -> list[Verdict]:
        """Say what each text is about.

        Args:
            texts: of each the static tier reads 4,096 characters, MiniLM the first 128 pieces.
            tier: STATIC or MINILM to have that one decide alone; None for the cascade.

        Raises:
            MissingExtra, WrongWeights: as `embedding.static`.
        """
        verdicts: list[Verdict] = []
        for start in range(0, len(texts), _CHUNK):
            verdicts += self._judge(texts[start : start + _CHUNK], tier)
        return verdicts

    def _judge(self, texts: Sequence[str], tier: Tier | None) -> list[Verdict]:
        vectors = embedding.static().encode(texts)
        counted = grams.count(texts, self._header.buckets).weighted(self._inverse)
        first = self._read(self._static.margins(vectors, counted), self._header.static)
        verdicts = self._verdicts(first, Tier.STATIC)
        empty = [not text.strip() for text in texts]
        for index in np.flatnonzero(empty):
            verdicts[index] = Verdict(None, 1.0, Tier.STATIC, 0.0)
        sure = self._header.sure if tier is None else 0.0 if tier is Tier.STATIC else 2.0
        unsure = np.flatnonzero((first.confidence < sure) & ~np.asarray(empty, bool))
        if len(unsure):
            better = embedding.minilm().encode([texts[int(index)] for index in unsure])
            margins = self._minilm.margins(
                np.hstack([better, BEHIND * vectors[unsure]]), counted.rows(unsure).scaled(BEHIND)
            )
            decided = self._verdicts(self._read(margins, self._header.minilm), Tier.MINILM)
            for index, verdict in zip(unsure, decided, strict=True):
                verdicts[index] = verdict
        return verdicts

    def _read(self, margins: Vectors, reading: Reading) -> Read:
        return read_margins(margins, reading, knows_none=self._header.knows_none)

    def _verdicts(self, read: Read, tier: Tier) -> list[Verdict]:
        return [
            Verdict(None if label < 0 else self.labels[label], float(confidence), tier, float(scope))
            for label, confidence, scope in zip(read.labels, read.confidence, read.scope, strict=True)
        ]

    def _content(self) -> bytes:
        header = self._header.model_dump_json().encode()
        parts = [MAGIC, len(header).to_bytes(4, "little"), header, self._inverse.tobytes()]
        return b"".join([*parts, self._static.to_bytes(), self._minilm.to_bytes()])

    def to_bytes(self) -> bytes:
        """The taxonomy as bytes: the built-in one some 200 KB, one of 150 labels some 5 MB."""
        return zstandard.ZstdCompressor(level=9).compress(self._content())

    @classmethod
    def from_bytes(cls, data: bytes) -> Taxonomy:
        """What `to_bytes` wrote.

        Raises:
            NotATaxonomy: anything else.
        """
        try:
            content = _unpacked(data)
            start = len(MAGIC) + 4
            end = start + int.from_bytes(content[start - 4 : start], "little")
            return cls._of(Header.model_validate_json(content[start:end]), content[end:])
        except ValueError as error:  # of pydantic and of numpy too
            raise NotATaxonomy from error

    @classmethod
    def _of(cls, header: Header, arrays: bytes) -> Taxonomy:
        if len(set(header.labels)) != len(header.labels):
            raise ValueError("a label twice")
        columns = len(header.labels) + header.knows_none
        inverse = np.frombuffer(arrays, "<f4", header.buckets)
        if not ((inverse > 0) & (inverse < LARGEST)).all():
            raise ValueError("weights that are no numbers")
        middle = 4 * header.buckets + Linear.size(STATIC_DIMS, header.buckets, columns)
        static = Linear.from_bytes(arrays[4 * header.buckets : middle], STATIC_DIMS, header.buckets, columns)
        minilm = Linear.from_bytes(arrays[middle:], FULL_DIMS, header.buckets, columns)
        return cls(header, inverse, static, minilm)


def _unpacked(data: bytes) -> bytes:
    try:
        if not 0 < zstandard.frame_content_size(data) <= MAX_BYTES:
            raise ValueError("its size is not given, or too large")
        content: bytes = zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise ValueError("no Zstandard frame") from error
    if not content.startswith(MAGIC):
        raise ValueError("another format")
    return content


def train(texts: Sequence[str], labels: Sequence[str]) -> Trained:
    """Learn a taxonomy from labelled examples, at least 5 a label; see `learning.train`."""
    from faultline.analyzers.conversation import learning  # scikit-learn takes a second to load

    return learning.train(texts, labels)


@cache
def builtin() -> Taxonomy:
    """The general intents of support messages, learned from `examples/intents.txt` by `make weights`."""
    return Taxonomy.from_bytes(files(__package__).joinpath("weights", "intents.bin").read_bytes())
