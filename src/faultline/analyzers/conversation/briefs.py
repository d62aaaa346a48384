"""What a model may see of conversations that the cheaper tiers are unsure of, and what becomes of its answers.

Two briefs at most for a conversation. What the customer wants may be lent to the next one who writes the same
(`reuse`); a summary, actions and the state belong to one conversation alone. The evidence is the conversation's
sentences, each under a number of its own, so that what the model cites is an exact quote. Findings stay as the rules
made them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from faultline.analyzers.conversation import intents
from faultline.analyzers.conversation.actions import MAX_ACTIONS, MAX_TEXT
from faultline.analyzers.conversation.insight import Understood
from faultline.analyzers.conversation.summary import MAX_TEXT as MAX_SUMMARY
from faultline.core import privacy
from faultline.core.model import Answer, Brief, Cited, Evidence
from faultline.core.results.conversation import ActionItem, Insight, Judged, Quote, Summary, Tier, Urgency

MAX_CONVERSATIONS: Final = 25
"""Of one file; the most urgent of those that are in doubt, then the most doubtful."""
MAX_SENTENCES: Final = 80
UNSURE_INTENT: Final = 0.5
UNSURE_STATE: Final = 0.65
"""Confidence below which a model is asked."""
LONG: Final = 10
"""Messages from which on three of the conversation's own sentences are a poor summary."""
TRUST: Final = 0.75
"""Confidence of what a model says with citations that hold; taken from no measurement, so never above a sure rule's."""
WANTED: Final = (
    "The lines are a conversation with a support desk. Say which one of the intents listed in the facts says best what "
    "the customer wants, and the subject in at most four words."
)
STANDS: Final = (
    "The lines are a conversation with a support desk. Summarise it in at most three sentences: the problem, what was "
    "done or offered, how it stands. List what is still to be done, by whom and until when. Say how it stands at the "
    "end: resolved; pending, when somebody has promised something or waits for the other; or unresolved."
)


class Wanted(Cited):
    """What the customer wants; every field may be lent to somebody who writes the same."""

    intent: Annotated[str, Field(min_length=1, max_length=64, description="One of the intents of the facts.")]
    topic: Annotated[str | None, Field(max_length=40, description="The subject, at most four words.")] = None


class Told(Cited):
    """One statement, with the lines that show it."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_SUMMARY, description="Plain English.")]


class ToDo(Cited):
    """Something still to be done."""

    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT, description="One short sentence.")]
    owner: Annotated[Literal["agent", "customer"], Field(description="Who has to act.")]
    due: Annotated[str | None, Field(max_length=60, description="When, in the words of the lines.")] = None


class State(Cited):
    """How the conversation stands."""

    value: Literal["resolved", "pending", "unresolved"]


class Stands(Cited):
    """Summary, open actions and state of one conversation."""

    summary: Annotated[Told | None, Field(description="At most three sentences.")] = None
    actions: Annotated[tuple[ToDo, ...], Field(max_length=MAX_ACTIONS)] = ()
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A conversation that a model may help with; can be pickled. `place` is that of its insight."""

    place: int
    rank: tuple[int, float]
    sentences: tuple[tuple[str, Quote], ...]
    """Role and sentence; the first is line 1."""
    opening: str
    intent: bool
    state: bool


def doubt(understood: Understood, place: int) -> Doubt | None:
    """Whether a model could say more of this conversation than has been found."""
    insight = understood.insight
    wanted = insight.intent.confidence < UNSURE_INTENT
    state = insight.resolution.confidence < UNSURE_STATE or insight.messages >= LONG
    if not (wanted or state):
        return None
    told = [(turn, each) for turn in understood.heard.turns for each in turn.told]
    half = MAX_SENTENCES // 2
    kept = told if len(told) <= MAX_SENTENCES else told[:half] + told[-half:]
    opening = intents.opening(understood.heard)
    urgency = list(Urgency).index(Urgency(insight.urgency.value))
    return Doubt(
        place=place,
        rank=(urgency, min(insight.intent.confidence, insight.resolution.confidence)),
        sentences=tuple(("customer" if turn.customer else "agent", each.sentence.quote) for turn, each in kept),
        opening=opening.message.text[:400] if opening else "",
        intent=wanted,
        state=state,
    )


def briefs(doubts: Sequence[Doubt], insights: Sequence[Insight], labels: Sequence[str]) -> list[Brief]:
    """One or two briefs for each doubt, in order."""
    return [brief for _, brief in _briefs(doubts, insights, labels)]


def _briefs(
    doubts: Sequence[Doubt], insights: Sequence[Insight], labels: Sequence[str]
) -> Iterator[tuple[Doubt, Brief]]:
    for each in doubts:
        evidence = tuple(
            Evidence(number, f"{role}: {quote.text}") for number, (role, quote) in enumerate(each.sentences, start=1)
        )
        insight = insights[each.place]
        if each.intent and labels:
            first = [line for line, (role, _) in zip(evidence, each.sentences, strict=True) if role == "customer"][:12]
            facts = {"intents": ", ".join(labels)}
            yield each, Brief(WANTED, tuple(first), Wanted, facts, answer_tokens=150, reuse=each.opening or None)
        if each.state:
            facts = {"urgency": insight.urgency.value, "mood": insight.sentiment.value.value}
            yield each, Brief(STANDS, evidence, Stands, facts, answer_tokens=600)


def revise(
    doubts: Sequence[Doubt], insights: Sequence[Insight], labels: Sequence[str], answers: Sequence[Answer | None]
) -> list[Insight]:
    """The insights with what the answers say, each field that a model has made marked so."""
    revised = list(insights)
    for (each, _), answer in zip(_briefs(doubts, insights, labels), answers, strict=True):
        if answer is None:
            continue
        said = answer.said
        changed: dict[str, object] = {}
        if isinstance(said, Wanted):
            changed = _wanted(said, next(_quotes(said, each), None), revised[each.place], labels)
        elif isinstance(said, Stands):
            changed = _stands(said, each)
        revised[each.place] = revised[each.place].model_copy(update=changed)
    return revised


def _wanted(said: Wanted, quote: Quote | None, insight: Insight, labels: Sequence[str]) -> dict[str, object]:
    changed: dict[str, object] = {}
    if said.intent in labels:
        changed["intent"] = _judged(said.intent, quote)
    topic = privacy.redact(" ".join((said.topic or "").lower().split()))
    if topic and all(topic != known.value for known in insight.topics):
        changed["topics"] = (_judged(topic, quote), *insight.topics)
    return changed


def _stands(said: Stands, each: Doubt) -> dict[str, object]:
    changed: dict[str, object] = {}
    if said.summary is not None:
        quotes = tuple(_quotes(said.summary, each))
        changed["summary"] = Summary(text=said.summary.text, confidence=TRUST, tier=Tier.MODEL, quotes=quotes)
    if said.state is not None:
        changed["resolution"] = _judged(said.state.value, next(_quotes(said.state, each), None))
    found = [(item, quote) for item in said.actions if (quote := next(_quotes(item, each), None))]
    if found:
        changed["actions"] = tuple(
            ActionItem(text=item.text, owner=item.owner, due=item.due, confidence=TRUST, tier=Tier.MODEL, quote=quote)
            for item, quote in found
        )
    return changed


def _judged(value: str, quote: Quote | None) -> Judged:
    return Judged(value=value, confidence=TRUST, tier=Tier.MODEL, quote=quote)


def _quotes(said: Cited, each: Doubt) -> Iterator[Quote]:
    """The sentences that were cited."""
    for number in dict.fromkeys(said.cites):
        if 1 <= number <= len(each.sentences):
            yield each.sentences[number - 1][1]
