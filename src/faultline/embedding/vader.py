"""VADER (Hutto and Gilbert, ICWSM 2014): a lexicon of sentiment words and the rules around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from faultline.embedding.embedder import Vectors
from faultline.embedding.extra import required

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

MAX_CHARACTERS = 2048
SCORES = ("neg", "neu", "pos", "compound")


def scores(texts: Sequence[str]) -> Vectors:
    """Shares of negative, neutral and positive words, 0 to 1, and the whole, -1 to 1; shape (texts, 4).

    Of a text the first MAX_CHARACTERS are read. About 10,000 tweets a CPU second.

    Raises:
        MissingExtra: the extra `conversation` is not installed.
    """
    score = _analyzer().polarity_scores
    rows = [[found[name] for name in SCORES] for found in (score(text[:MAX_CHARACTERS]) for text in texts)]
    return np.asarray(rows, np.float32).reshape(-1, len(SCORES))


@cache
def _analyzer() -> SentimentIntensityAnalyzer:
    required()
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
