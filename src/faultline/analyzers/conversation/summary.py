"""A summary of the conversation's own sentences: the problem, what was done or offered, how it ended."""

from __future__ import annotations

from faultline.analyzers.conversation.heard import Heard, Told
from faultline.analyzers.conversation.sentences import Sentence
from faultline.core.results.conversation import Summary, Tier

MAX_SENTENCE, MAX_TEXT = 180, 600

_TELLS = {
    "problem": 1.0,
    "broken": 0.8,
    "request": 0.7,
    "question": 0.5,
    "money": 0.9,
    "outage": 1.0,
    "widespread": 0.5,
    "security": 1.0,
    "safety": 1.2,
    "locked": 0.9,
    "churn": 0.8,
    "legal": 0.5,
    "repeat": 0.2,
    "anger": -0.2,
    "thanks": -0.5,
    "calm": -0.1,
    "praise": 0.1,
    "fixed": -0.3,
}


def make(heard: Heard) -> Summary:
    """Up to three sentences in the order they were said."""
    chosen: list[Sentence] = []
    problem = _problem(heard)
    if problem is not None:
        chosen.append(problem)
    if (answer := _answer(heard, problem)) is not None:
        chosen.append(answer)
    if (outcome := _outcome(heard)) is not None and outcome not in chosen:
        chosen.append(outcome)
    chosen.sort(key=lambda sentence: (sentence.message, sentence.start))
    text = " ".join(_short(sentence.plain) for sentence in chosen)[:MAX_TEXT]
    confidence = 0.3 + 0.25 * (problem is not None) + 0.15 * (len(chosen) > 1) + 0.1 * (len(chosen) > 2)
    return Summary(
        text=text, confidence=round(confidence, 2), tier=Tier.RULES, quotes=tuple(each.quote for each in chosen)
    )


def _problem(heard: Heard) -> Sentence | None:
    """The customer's sentence that says most; those of the first message go first."""
    best: tuple[float, Sentence] | None = None
    for at, turn in enumerate(heard.customer[:6]):
        for place, told in enumerate(turn.told[:40]):
            score = _weight(told) - 0.45 * at - 0.05 * place
            if best is None or score > best[0]:
                best = score, told.sentence
    return best[1] if best else None


def _weight(told: Told) -> float:
    words = told.sentence.folded.count(" ") + 1
    length = 0.5 if 5 <= words <= 40 else -0.6 if words < 3 else 0.0
    return length + min(2.2, sum(_TELLS.get(kind, 0.0) for kind in told.cues))


def _answer(heard: Heard, problem: Sentence | None) -> Sentence | None:
    """What was done, else refused, else promised: the last of each."""
    for kind in ("done", "unable", "promise"):
        for turn in reversed(heard.others):
            if problem is not None and turn.number < problem.message:
                break
            for told in turn.told:
                if kind in told.cues and "closing" not in told.cues:
                    return told.sentence
    for turn in heard.others:
        if not turn.automatic:
            long = [told.sentence for told in turn.told if told.sentence.folded.count(" ") > 4]
            if long:
                return long[0]
    return None


def _outcome(heard: Heard) -> Sentence | None:
    """What the customer says last about how it stands."""
    customers = heard.customer
    if len(customers) < 2:
        return None
    return customers[-1].first("fixed", "broken", "churn", "legal", "anger", "repeat", "thanks", "promise", "question")


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= MAX_SENTENCE:
        return text
    return text[: MAX_SENTENCE - 3].rsplit(" ", 1)[0].rstrip(",;: ") + "..."
