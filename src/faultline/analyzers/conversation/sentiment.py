"""The mood of a text: positive, neutral or negative, how sure, and where between the ends.

Two linear tiers as in `taxonomy`. The first sees the static vector, VADER's scores and a few marks on the surface;
where that is not sure enough, the second sees MiniLM's vector too. Texts are judged one by one: a conversation's mood
is its messages' put together.

The weights are learned by `make weights` from the validation part of TweetEval (Barbieri et al., 2020), its emotions
(as a valence that the classes may use) and `examples/moods.txt`, with classes counted as equally frequent; a confidence
is calibrated for that. `weights/moods.bin` holds float32, little-endian, behind a JSON header and its length.

Needs the extra `conversation`: ask `embedding.available()` before this module is imported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from faultline import embedding
from faultline.core.results.conversation import Mood, Tier
from faultline.embedding import vader
from faultline.embedding.embedder import Vectors

MOODS = (Mood.NEGATIVE, Mood.NEUTRAL, Mood.POSITIVE)
BEHIND = np.float32(0.5)
"""What the static vector weighs beside MiniLM's, and the surface beside either."""
_CHUNK = 1024
_CERTAIN = 0.05
"""VADER's authors' own border between neutral and the ends."""

_NO_MOOD = re.compile(r"https?://\S{1,2000}|@\w{1,50}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LAUGHTER = re.compile(r"\b(?:lol|lmao|haha\w{0,20}|yay|wo{2,9}|omg)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feeling:
    """A text's mood. `score` is the share of positive less that of negative, -1 to 1; `confidence` is the mood's."""

    mood: Mood
    score: float
    confidence: float
    tier: Tier


@dataclass(frozen=True, slots=True)
class Scale:
    """One tier: logits are `features @ weights + bias`, with a column for each of MOODS."""

    weights: Vectors
    bias: Vectors

    def shares(self, features: Vectors) -> Vectors:
        """Probabilities of the moods, of shape (texts, 3)."""
        logits = features @ self.weights + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Vectors = odds / odds.sum(axis=1, keepdims=True)
        return shares


@dataclass(frozen=True, slots=True)
class MoodModel:
    """Both tiers; a text whose mood the static one gives at least the share `sure` does not go on to MiniLM."""

    static: Scale
    minilm: Scale
    sure: float
    source: str

    def to_bytes(self) -> bytes:
        """The model as bytes, some 14 KB."""
        arrays = (self.static.weights, self.static.bias, self.minilm.weights, self.minilm.bias)
        header = {"sure": self.sure, "source": self.source, "rows": [len(arrays[0]), len(arrays[2])]}
        written = json.dumps(header, sort_keys=True).encode()
        return b"".join(
            [len(written).to_bytes(4, "little"), written, *(each.astype("<f4").tobytes() for each in arrays)]
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> MoodModel:
        """What `to_bytes` wrote; for the package's own file, nothing is checked."""
        end = 4 + int.from_bytes(data[:4], "little")
        header = json.loads(data[4:end])
        flat, at, scales = np.frombuffer(data, "<f4", offset=end), 0, []
        for rows in header["rows"]:
            weights = flat[at : at + 3 * rows].reshape(rows, 3)
            at += 3 * rows + 3
            scales.append(Scale(weights, flat[at - 3 : at]))
        return cls(scales[0], scales[1], header["sure"], header["source"])


def judge(texts: Sequence[str], *, tier: Tier | None = None) -> list[Feeling]:
    """Say each text's mood.

    Args:
        texts: sentences or short messages in English; others are judged by what they share with it.
        tier: STATIC or MINILM to have that one decide alone; None for the cascade.

    Raises:
        MissingExtra, WrongWeights: as `embedding.static`.
    """
    feelings: list[Feeling] = []
    for start in range(0, len(texts), _CHUNK):
        feelings += _judge(_shipped(), [plain(text) for text in texts[start : start + _CHUNK]], tier)
    return feelings


def _judge(model: MoodModel, texts: Sequence[str], tier: Tier | None) -> list[Feeling]:
    marks, vectors = surface(texts), embedding.static().encode(texts)
    shares = model.static.shares(np.hstack([vectors, marks]))
    silent = np.array([not text for text in texts], bool)
    shares[silent] = (0, 1, 0)
    sure = model.sure if tier is None else 0.0 if tier is Tier.STATIC else 2.0
    unsure = np.flatnonzero((shares.max(axis=1) < sure) & ~silent)
    if len(unsure):
        better = embedding.minilm().encode([texts[int(index)] for index in unsure])
        shares[unsure] = model.minilm.shares(np.hstack([better, BEHIND * vectors[unsure], marks[unsure]]))
    asked = set(unsure.tolist())
    return [
        Feeling(
            MOODS[int(share.argmax())],
            float(np.clip(share[2] - share[0], -1, 1)),
            float(min(1.0, share.max())),
            Tier.MINILM if index in asked else Tier.STATIC,
        )
        for index, share in enumerate(shares)
    ]


def plain(text: str) -> str:
    r"""The text without addresses and mentions, which have no mood, and with `\u2019` and its like written out."""
    text = text[: vader.MAX_CHARACTERS]
    if "\\u" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return " ".join(_NO_MOOD.sub(" ", text).split()) or text.strip()


def surface(texts: Sequence[str]) -> Vectors:
    """VADER's view of each text and what its letters show, of shape (texts, 14) and about -1 to 1."""
    scores = vader.scores(texts)
    whole = scores[:, 3:4]
    ends = [whole, np.abs(whole), whole > _CERTAIN, whole < -_CERTAIN]
    found = np.hstack([2 * scores[:, :3], *ends, np.array([_letters(text) for text in texts]).reshape(-1, 7)])
    marks: Vectors = BEHIND * found.astype(np.float32)
    return marks


def _letters(text: str) -> tuple[float, ...]:
    return (
        min(text.count("!"), 6) / 3,
        min(text.count("?"), 6) / 2,
        min(len(text), 280) / 140 - 1,
        3 * sum(letter.isupper() for letter in text) / max(1, len(text)),
        float(bool(_LAUGHTER.search(text))),
        float(":" in text) / 2,
        float(any(letter.isdigit() for letter in text)) / 2,
    )


@cache
def _shipped() -> MoodModel:
    return MoodModel.from_bytes(files(__package__).joinpath("weights", "moods.bin").read_bytes())
