"""How a conversation stands at its end, from its last turns.

Resolved: the customer says that it works, or what was asked is done or answered and nobody objects. Pending: somebody
has promised something, or waits for the other. Unresolved: it still does not work, was refused, or nobody has answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from faultline.analyzers.conversation.heard import Heard, Turn
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core.results.conversation import Judged, Resolution, Tier

_TROUBLE = (
    "broken",
    "repeat",
    "anger",
    "churn",
    "legal",
    "problem",
    "money",
    "outage",
    "widespread",
    "locked",
    "cut-off",
    "dispute",
    "security",
    "safety",
)
_PROMISED = ("promise", "handed")
"""Something is to come: somebody has said so, or works on it."""


def judge(heard: Heard) -> Judged:
    """The state, with the sentence that tells it."""
    value, confidence, sentence = _state(heard)
    return Judged(
        value=value, confidence=confidence, tier=Tier.RULES, quote=sentence.quote if sentence is not None else None
    )


def _state(heard: Heard) -> tuple[Resolution, float, Sentence | None]:
    if not heard.customer:
        return Resolution.UNKNOWN, 0.5, None
    if not heard.others:
        return _alone(heard.customer)
    last = heard.turns[-1]
    if last.customer:
        return _customer_last(heard, last)
    return _agent_last(heard, last)


def _alone(turns: Sequence[Turn]) -> tuple[Resolution, float, Sentence | None]:
    """Nobody has answered."""
    last = turns[-1]
    if "fixed" in last.cues and not last.cues & {"broken", "question"} and len(turns) > 1:
        return Resolution.RESOLVED, 0.75, last.first("fixed")
    for turn in turns:
        if sentence := turn.first(*_TROUBLE, "request", "question"):
            if turn.cues & {"praise"} and not turn.cues & {"question", "broken", "request", "money", "locked"}:
                continue
            return Resolution.UNRESOLVED, 0.8, sentence
    if any(turn.cues & {"praise", "thanks"} for turn in turns):
        return Resolution.UNKNOWN, 0.75, None
    return Resolution.UNRESOLVED, 0.55, turns[0].told[0].sentence


def _customer_last(heard: Heard, last: Turn) -> tuple[Resolution, float, Sentence | None]:
    said = last.cues
    helper = heard.others[-1]
    if said & {"churn", "legal"} and not said & {"fixed"}:
        return Resolution.UNRESOLVED, 0.85, last.first("legal", "churn")
    if "fixed" in said and not _objects(last):
        return Resolution.RESOLVED, 0.92, last.first("fixed")
    if "accepts" in said and "promise" in helper.cues and not said & {"broken", "question"}:
        return Resolution.PENDING, 0.8, helper.first("promise")
    if said & {"broken", "anger"} and not _only_relief(last):
        return Resolution.UNRESOLVED, 0.87, last.first("broken", "anger")
    if "promise" in said:
        return Resolution.PENDING, 0.75, last.first("promise")
    if said & {"thanks", "praise"}:
        return _after_thanks(helper, last)
    if "promise" in helper.cues and not said & {"question", "repeat"}:
        return Resolution.PENDING, 0.7, helper.first("promise")
    if said & {"question", "request", *_TROUBLE}:
        return Resolution.UNRESOLVED, 0.75, last.first(*_TROUBLE, "request", "question")
    # "Ok", "sure", a number that was asked for.
    if helper.cues & {*_PROMISED} and "done" not in helper.cues:
        return Resolution.PENDING, 0.75, helper.first(*_PROMISED)
    if "done" in helper.cues:
        return Resolution.RESOLVED, 0.6, helper.first("done")
    if "unable" in helper.cues:
        return Resolution.UNRESOLVED, 0.65, helper.first("unable")
    return Resolution.UNRESOLVED, 0.55, last.told[-1].sentence


def _objects(turn: Turn) -> bool:
    """Whether a "works now" is taken back: by what stands after it, or by the same sentence."""
    for at in range(len(turn.told) - 1, -1, -1):
        told = turn.told[at].cues
        if told & {"broken", "anger"} and "fixed" not in told:
            return True
        if "fixed" in told:
            return "broken" in told and "thanks" not in turn.cues and "praise" not in turn.cues
    return False


def _only_relief(turn: Turn) -> bool:
    """Whether what sounds like trouble stands beside thanks for an answer, and asks for nothing more."""
    return "thanks" in turn.cues and not turn.cues & {"broken", "question", "request"}


def _after_thanks(helper: Turn, last: Turn) -> tuple[Resolution, float, Sentence | None]:
    said = helper.cues
    if "question" in last.cues and "?" in last.told[-1].sentence.plain:
        return Resolution.UNRESOLVED, 0.6, last.first("question")
    if said & {*_PROMISED} and not said & {"done", "closing"}:
        return Resolution.PENDING, 0.8, helper.first(*_PROMISED)
    if "asks" in said and not said & {"done"} and "?" not in helper.told[-1].sentence.plain:
        return Resolution.PENDING, 0.6, helper.first("asks")
    return Resolution.RESOLVED, 0.8, last.first("thanks", "praise")


def _agent_last(heard: Heard, last: Turn) -> tuple[Resolution, float, Sentence | None]:
    before = next((turn for turn in reversed(heard.turns) if turn.customer), None)
    said = last.cues
    if last.automatic and not said & {"done"}:
        sentence = before.first(*_TROUBLE, "request", "question") if before else None
        return Resolution.UNRESOLVED, 0.7, sentence
    settled = before is not None and (
        ("fixed" in before.cues and not _objects(before))
        or ("thanks" in before.cues and not before.cues & {"broken", "question", "anger", "request"})
    )
    if settled and before is not None and not said & {"promise"}:
        earlier = next((t for t in reversed(heard.others) if t.number < before.number), None)
        if "fixed" not in before.cues and earlier is not None:
            return _after_thanks(earlier, before)
        return Resolution.RESOLVED, 0.9, before.first("fixed", "thanks")
    if settled and before is not None and "fixed" in before.cues:
        return Resolution.RESOLVED, 0.85, before.first("fixed")
    if "done" in said:
        return Resolution.RESOLVED, 0.68, last.first("done")
    if only_praises(heard):
        return Resolution.RESOLVED, 0.75, last.told[0].sentence
    if said & {*_PROMISED}:
        return Resolution.PENDING, 0.82, last.first(*_PROMISED)
    if asked := next((told.sentence for told in last.told if "asks" in told.cues and "closing" not in told.cues), None):
        return Resolution.PENDING, 0.75, asked
    if "unable" in said:
        return Resolution.UNRESOLVED, 0.7, last.first("unable")
    if before is not None and before.cues & {"anger", "churn", "legal"}:
        return Resolution.UNRESOLVED, 0.6, before.first("legal", "churn", "anger")
    if before is not None and before.cues & {*_TROUBLE, "request"} and "question" not in before.cues:
        return Resolution.UNRESOLVED, 0.55, before.first(*_TROUBLE, "request")
    return Resolution.RESOLVED, 0.6, last.told[0].sentence


def only_praises(heard: Heard) -> bool:
    """Whether the customer has come to say something nice and nothing else."""
    said = frozenset[str]().union(*(turn.cues for turn in heard.customer))
    return "praise" in said and not said & {"question", "request", *_TROUBLE}
