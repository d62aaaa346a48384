"""Intent and subjects by rules: the first tier, and all there is without the extra `conversation`."""

from __future__ import annotations

from collections import Counter

from faultline.analyzers.conversation.cues import cue_set
from faultline.analyzers.conversation.heard import Heard, Turn
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core.results.conversation import Judged, Tier

UNKNOWN = "other"
"""The value of an intent that nothing tells."""
MAX_TOPICS = 3

_SURE = {
    "fraud": 0.85,
    "cancellation": 0.82,
    "refund": 0.8,
    "feature-request": 0.8,
    "account-access": 0.75,
    "return": 0.7,
    "change-of-data": 0.7,
    "billing": 0.65,
    "bug-report": 0.65,
    "delivery": 0.6,
    "praise": 0.6,
    "complaint": 0.5,
    "how-to": 0.5,
}
"""How far the rule can be trusted where it speaks; where several speak, the surer one goes first."""


def labels(known: object) -> tuple[str, ...]:
    """The intents that there are: those of a taxonomy, else those of the rules."""
    of_taxonomy: tuple[str, ...] = getattr(known, "labels", ())
    return of_taxonomy or tuple(sorted(_SURE))


def opening(heard: Heard) -> Turn | None:
    """The customer's first message that says more than hello."""
    customers = heard.customer
    for turn in customers[:4]:
        if sum(told.sentence.folded.count(" ") + 1 for told in turn.told) > 3 or any(
            len(told.sentence.text) > 8 and not told.sentence.text.isascii() for told in turn.told
        ):
            return turn
    return customers[0] if customers else None


def intent(turn: Turn | None) -> Judged:
    """What the customer wants, by the first message that says it."""
    found: dict[str, Sentence] = {}
    for told in turn.told[:12] if turn else ():
        for kind in cue_set("intent").find(told.sentence.folded):
            found.setdefault(kind, told.sentence)
    if not found:
        return Judged(value=UNKNOWN, confidence=0.3, tier=Tier.RULES)
    best = min(found, key=lambda kind: (-_SURE[kind], kind))
    rivals = sum(1 for kind in found if kind not in {best, "how-to", "complaint", "praise"})
    confidence = _SURE[best] - 0.08 * min(2, rivals)
    return Judged(value=best, confidence=round(confidence, 2), tier=Tier.RULES, quote=found[best].quote)


def topics(heard: Heard) -> tuple[Judged, ...]:
    """The subjects that the customer's sentences name, the most often named first."""
    first: dict[str, Sentence] = {}
    counts = Counter[str]()
    for turn in heard.customer[:20]:
        for told in turn.told[:20]:
            for kind in cue_set("topic").find(told.sentence.folded):
                first.setdefault(kind, told.sentence)
                counts[kind] += 1
    ranked = sorted(counts, key=lambda kind: (-counts[kind], first[kind].message, first[kind].start, kind))
    return tuple(
        Judged(
            value=kind,
            confidence=round(min(0.9, 0.5 + 0.12 * counts[kind]), 2),
            tier=Tier.RULES,
            quote=first[kind].quote,
        )
        for kind in ranked[:MAX_TOPICS]
    )
