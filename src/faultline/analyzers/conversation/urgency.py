"""How soon somebody should look: what the customer says of danger, outages, deadlines, money, patience."""

from __future__ import annotations

from faultline.analyzers.conversation.heard import Heard
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core.results.conversation import Judged, Tier, Urgency

_WEIGHTS = {
    "safety": 3.0,
    "outage": 1.9,
    "widespread": 1.3,
    "security": 1.9,
    "urgent": 1.2,
    "deadline": 1.2,
    "legal": 1.2,
    "locked": 0.9,
    "cut-off": 1.2,
    "money": 0.7,
    "repeat": 0.7,
    "anger": 0.6,
    "churn": 0.6,
    "dispute": 0.4,
    "broken": 0.25,
    "problem": 0.15,
    "calm": -1.6,
}
"""How much each kind of cue adds, once a conversation."""
_AGAIN = 0.8
"""What more than one sentence about an outage or an intruder adds."""
_GRAVE = frozenset({"safety", "outage", "widespread", "security", "urgent", "deadline"})
MOST_OF_THE_REST = 1.9
"""However angry, a customer who waits for a parcel is no emergency: without one of the grave kinds this is the most."""
CRITICAL, HIGH = 2.6, 1.2
_LOUD = 12
"""Letters of a sentence from which on capitals alone are shouting."""


def judge(heard: Heard) -> Judged:
    """The urgency, with the sentence that adds most to it."""
    best: dict[str, Sentence] = {}
    again = 0.0
    praises = asks = False
    for turn in heard.customer:
        for told in turn.told:
            for kind in told.cues & _WEIGHTS.keys():
                if kind in best and kind in ("outage", "security"):
                    again = _AGAIN
                best.setdefault(kind, told.sentence)
            asks = asks or "question" in told.cues
            praises = praises or "praise" in told.cues
            if "urgent" not in best and "anger" not in best and _shouts(told.sentence.plain):
                best["anger"] = told.sentence
    grave = sum(_WEIGHTS[kind] for kind in best.keys() & _GRAVE)
    score = grave + again + min(MOST_OF_THE_REST, sum(_WEIGHTS[kind] for kind in best.keys() - _GRAVE))
    at_ease = "calm" in best or (praises and not asks and score < 0.1 and len(heard.customer) < 3)
    value = (
        Urgency.CRITICAL if score >= CRITICAL else Urgency.HIGH if score >= HIGH
        else Urgency.LOW if at_ease and score < 0.3 else Urgency.NORMAL
    )  # fmt: skip
    leading = sorted(best, key=lambda kind: (-abs(_WEIGHTS[kind]), best[kind].message, best[kind].start))
    tells = bool(leading) and (value is not Urgency.NORMAL or score >= 0.5)
    quote = best[leading[0]].quote if tells else None
    return Judged(value=value, confidence=_confidence(score, value), tier=Tier.RULES, quote=quote)


def _confidence(score: float, value: Urgency) -> float:
    """By the distance to the nearest other level; measured on our labelled conversations."""
    edges = {
        Urgency.CRITICAL: score - CRITICAL, Urgency.HIGH: min(CRITICAL - score, score - HIGH),
        Urgency.NORMAL: HIGH - score, Urgency.LOW: 0.3 if score >= 0 else 0.8,
    }  # fmt: skip
    return round(0.62 + 0.3 * min(1.0, max(0.0, edges[value])), 2)


def _shouts(plain: str) -> bool:
    if not plain.isupper():
        return False
    return sum(map(str.isalpha, plain)) >= _LOUD and " " in plain.strip()
