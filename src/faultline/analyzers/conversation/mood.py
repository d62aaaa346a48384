"""The mood of one message by rules: a small lexicon with negation and emphasis, and the cues of anger and praise.

It is the first tier of sentiment: sure where a customer shouts or praises, and all there is without the extra
`conversation`. Scores are -1 to 1.
"""

from __future__ import annotations

import math
import re

from faultline.analyzers.conversation.heard import Turn
from faultline.analyzers.conversation.sentences import fold
from faultline.analyzers.conversation.words import data

_WEIGHTS = {"delighted": 3.0, "pleased": 2.0, "content": 1.0, "troubled": -1.0, "annoyed": -2.0, "furious": -3.0}
_WORDS = {kind: fold(words).split() for kind, words in data("mood").items()}
_LEXICON = {word: weight for kind, weight in _WEIGHTS.items() for word in _WORDS[kind]}
_NEGATIONS, _STRONGER = frozenset(_WORDS["negation"]), frozenset(_WORDS["emphasis"])
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[\U0001F300-\U0001FAFF\u2764]")
_CUES = {
    "anger": -3.2, "safety": -2.5, "outage": -2.0, "security": -2.0, "broken": -1.4, "repeat": -1.8, "legal": -2.0,
    "churn": -1.6, "money": -1.2, "locked": -1.4, "cut-off": -1.4, "problem": -0.5, "praise": 1.8, "fixed": 0.4,
    "widespread": -1.5,
}  # fmt: skip
_COURTESY = 0.4
"""Weight of what is kind in a short answer: "perfect, thanks" is manners."""
_SHORT = 8
_SPREAD = 14.0
"""As VADER's normalisation: x / sqrt(x*x + spread)."""
POSITIVE, NEGATIVE = 0.36, -0.17
"""Scores from which on a mood is not neutral: thanks are manners, a fault that is reported is half a complaint."""


def score(turn: Turn) -> tuple[float, float]:
    """The mood of a message, and how sure the rules are of it, 0 to 1."""
    total, hits = 0.0, 0
    for told in turn.told:
        words = _TOKEN.findall(told.sentence.folded)
        for at, word in enumerate(words):
            weight = _LEXICON.get(word)
            if weight is None:
                continue
            if weight > 0 and "wish" in told.cues:
                continue  # "would be great" praises nothing
            near = words[max(0, at - 3) : at]
            if not _NEGATIONS.isdisjoint(near):
                # "not good" is bad, "no problem" is hardly good.
                weight *= -0.6 if weight > 0 else -0.3
            elif near and near[-1] in _STRONGER:
                weight *= 1.3
            total += weight
            hits += 1
    cues = turn.cues
    if total > 0 and at_most(turn, _SHORT):
        total *= _COURTESY
    for kind, weight in _CUES.items():
        if kind in cues and not (kind == "praise" and "anger" in cues):
            total += weight
            hits += 1
    value = total / math.sqrt(total * total + _SPREAD)
    sure = 0.35 if not hits else min(0.95, 0.45 + 0.5 * abs(value))
    return round(value, 3), round(sure, 3)


def at_most(turn: Turn, words: int) -> bool:
    """Whether a message has no more words than that."""
    return sum(told.sentence.folded.count(" ") + 1 for told in turn.told) <= words


def weigh(turn: Turn) -> float:
    """How much a message tells of the mood of the whole: a short answer little, shouting in it much."""
    words = sum(told.sentence.folded.count(" ") + 1 for told in turn.told)
    return 1.0 if turn.cues & {"anger", "broken", "churn"} else 0.35 + 0.65 * min(1.0, words / 12)


def blend(rules: float, classified: float) -> float:
    """One score of two opinions: a classifier that has read tweets, and rules that know what a support desk reads."""
    return 0.5 * rules + 0.5 * classified
