"""`understand`: conversations to Insights, each field by the cheapest tier that is sure enough.

Rules look at every conversation for itself. What they are not sure of, the mood of a message and what the customer
wants, is judged for all conversations in one call each, for the classifiers are fast in batches only. They have learned
English; what is written in another language stays with the rules.

A post, a single message that nobody answers, has the mood that the classifier gives it: it has learned from posts. The
messages of a chat are judged by rules too, which know that a customer who reports a fault calmly is no happy one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from faultline.analyzers.conversation import (
    actions,
    entities,
    intents,
    language,
    mood,
    phrases,
    resolution,
    summary,
    urgency,
)  # fmt: skip
from faultline.analyzers.conversation.conversation import Conversation
from faultline.analyzers.conversation.heard import Heard, Turn, hear
from faultline.core.results.conversation import Insight, Judged, Mood, Sentiment, Tier

SURE_MOOD, SURE_INTENT = 0.75, 0.8
"""Confidence of the rules from which on nobody else is asked."""
SURE_VERDICT = 0.8
"""The same of static vectors about an intent."""
MAX_TEXT, MAX_OPENING = 400, 240
"""Characters of a message that are read for its mood, and for what the customer wants."""
IN_DOUBT, SURE_STATIC = 0.04, 0.5
"""MiniLM is asked for a mood where the whole is as near to another one and static vectors are no surer than this: on
our labelled conversations it is right as often as they are, at 15 times the cost."""
CLASSIFIED_LANGUAGES = frozenset({"en", language.UNKNOWN})
SURE_LANGUAGE = 0.85
"""Below this a text of another language is judged as well: a post of names and hashtags may look like Dutch."""
MAX_JUDGED = 24
"""Of the customer's messages in one conversation, so many are judged: the first and the last ones."""


class Verdict(Protocol):
    """What a taxonomy says of a text; no label means that none fits."""

    @property
    def label(self) -> str | None:
        """The intent."""
        ...

    @property
    def confidence(self) -> float:
        """0 to 1."""
        ...

    @property
    def tier(self) -> Tier:
        """What decided."""
        ...

    @property
    def scope(self) -> float:
        """How far the text looks like any intent's, 0 to 1."""
        ...


class Feeling(Protocol):
    """What the sentiment classifier says of a text."""

    @property
    def mood(self) -> Mood:
        """The most likely one."""
        ...

    @property
    def score(self) -> float:
        """-1 to 1."""
        ...

    @property
    def confidence(self) -> float:
        """0 to 1."""
        ...

    @property
    def tier(self) -> Tier:
        """What decided."""
        ...


class Intents(Protocol):
    """Judges what customers want, many texts at once."""

    def judge(self, texts: Sequence[str], *, tier: Tier | None = None) -> Sequence[Verdict]:
        """One verdict a text; of this tier, or of the cascade."""
        ...


class Feelings(Protocol):
    """Judges moods, many texts at once."""

    def judge(self, texts: Sequence[str], *, tier: Tier | None = None) -> Sequence[Feeling]:
        """One feeling a text; of this tier, or of the cascade."""
        ...


@dataclass(frozen=True, slots=True)
class Classifiers:
    """What judges where rules are unsure; None where it is not installed.

    `own` says that the intents are the user's: rules know nothing of those. `tier` is the dearest that may be used.
    """

    intents: Intents | None = None
    feelings: Feelings | None = None
    own: bool = False
    tier: Tier = Tier.MINILM


@dataclass(frozen=True, slots=True)
class Understood:
    """A conversation as heard, and what it says."""

    heard: Heard
    insight: Insight


@dataclass(slots=True)
class _Score:
    """The mood of one of the customer's messages."""

    turn: Turn
    score: float
    confidence: float
    tier: Tier = Tier.RULES
    by_rules: float = 0.0


@dataclass(slots=True)
class _Draft:
    heard: Heard
    language: Judged
    opening: Turn | None
    intent: Judged
    scores: list[_Score]
    scope: float | None = None
    post: Feeling | None = None
    """The mood of a single message that nobody has answered, as the classifier has it."""

    @property
    def readable(self) -> bool:
        """Whether the classifiers know the language, as far as it is known."""
        return self.language.value in CLASSIFIED_LANGUAGES or (
            self.language.confidence < SURE_LANGUAGE and self.language.value in language.LATIN
        )


def understand(conversations: Sequence[Conversation], classifiers: Classifiers | None = None) -> list[Insight]:
    """What each conversation says, in their order; see `listen`."""
    return [understood.insight for understood in listen(conversations, classifiers)]


def listen(conversations: Sequence[Conversation], classifiers: Classifiers | None = None) -> list[Understood]:
    """Hear each conversation and say what it says, in their order.

    Args:
        conversations: any number; a few hundred at a time let the classifiers work in batches.
        classifiers: what judges where the rules are unsure; None for the rules alone.

    """
    classifiers = classifiers or Classifiers()
    drafts = [_draft(hear(conversation)) for conversation in conversations]
    _judge_moods(drafts, classifiers)
    _judge_intents(drafts, classifiers)
    return [Understood(draft.heard, _insight(draft)) for draft in drafts]


def _draft(heard: Heard) -> _Draft:
    turns = heard.customer
    said = [told.sentence for turn in turns[:12] for told in turn.told[:12]]
    code, confidence = language.detect(" ".join(each.plain for each in said), " ".join(each.folded for each in said))
    longest = max(said, key=lambda sentence: len(sentence.text), default=None)
    spoken = Judged(value=code, confidence=confidence, tier=Tier.RULES, quote=longest.quote if longest else None)
    opening = intents.opening(heard)
    kept = turns if len(turns) <= MAX_JUDGED else turns[: MAX_JUDGED // 2] + turns[-MAX_JUDGED // 2 :]
    scores = [_Score(turn, *mood.score(turn)) for turn in kept]
    return _Draft(heard, spoken, opening, intents.intent(opening), scores)


def _judge_moods(drafts: Sequence[_Draft], classifiers: Classifiers) -> None:
    if classifiers.feelings is None:
        return
    tier = Tier.STATIC if classifiers.tier is Tier.STATIC else None
    posts = [draft for draft in drafts if draft.readable and len(draft.heard.turns) == 1 == len(draft.scores)]
    texts = [draft.scores[0].turn.message.text[:MAX_TEXT] for draft in posts]
    for draft, feeling in zip(posts, classifiers.feelings.judge(texts, tier=tier) if texts else (), strict=True):
        draft.post = feeling
        draft.scores[0].score = round(feeling.score, 3)
        draft.scores[0].confidence, draft.scores[0].tier = feeling.confidence, feeling.tier
    unsure = [
        each
        for draft in drafts
        if draft.readable and draft.post is None
        for each in draft.scores
        if each.confidence < SURE_MOOD
    ]
    if not unsure:
        return
    for each in unsure:
        each.by_rules = each.score
    _feel(unsure, classifiers.feelings, Tier.STATIC)
    if classifiers.tier is Tier.STATIC:
        return
    doubtful = [
        each
        for draft in drafts
        if draft.post is None and _distance(_total(draft.scores)) < IN_DOUBT
        for each in draft.scores
        if each.tier is Tier.STATIC and each.confidence < SURE_STATIC
    ]
    if doubtful:
        _feel(doubtful, classifiers.feelings, Tier.MINILM)


def _feel(scores: Sequence[_Score], feelings: Feelings, tier: Tier) -> None:
    texts = [each.turn.message.text[:MAX_TEXT] for each in scores]
    for each, feeling in zip(scores, feelings.judge(texts, tier=tier), strict=True):
        each.score = round(max(-1.0, min(1.0, mood.blend(each.by_rules, feeling.score))), 3)
        each.confidence, each.tier = feeling.confidence, feeling.tier


def _total(scores: Sequence[_Score]) -> float:
    """The mood of the whole: the last word weighs more, for it is how the customer left."""
    if not scores:
        return 0.0
    weights = [mood.weigh(each.turn) for each in scores]
    weights[-1] *= 1.2
    return sum(weight * each.score for weight, each in zip(weights, scores, strict=True)) / sum(weights)


def _distance(total: float) -> float:
    """How far a score is from where the mood would be another one."""
    return min(abs(total - mood.POSITIVE), abs(total - mood.NEGATIVE))


def _judge_intents(drafts: Sequence[_Draft], classifiers: Classifiers) -> None:
    if classifiers.intents is None:
        return
    unsure = [
        (draft, draft.opening)
        for draft in drafts
        if draft.opening is not None and (classifiers.own or (draft.intent.confidence < SURE_INTENT and draft.readable))
    ]
    if not unsure:
        return
    if not classifiers.own:
        # Where two simple opinions agree, or static vectors are sure, MiniLM says the same in 9 of 10.
        verdicts = _verdicts(unsure, classifiers.intents, Tier.STATIC)
        _take(unsure, verdicts, where=lambda said, rule: said.label == rule.value or said.confidence >= SURE_VERDICT)
        unsure = [pair for pair in unsure if pair[0].intent.tier is Tier.RULES]
    if unsure:
        tier = Tier.STATIC if classifiers.tier is not Tier.MINILM else None
        verdicts = _verdicts(unsure, classifiers.intents, tier)
        _take(unsure, verdicts, where=lambda verdict, intent: classifiers.own or verdict.confidence > intent.confidence)


def _verdicts(pairs: Sequence[tuple[_Draft, Turn]], judge: Intents, tier: Tier | None) -> Sequence[Verdict]:
    return judge.judge([opening.message.text[:MAX_OPENING] for _, opening in pairs], tier=tier)


def _take(
    pairs: Sequence[tuple[_Draft, Turn]], verdicts: Sequence[Verdict], *, where: Callable[[Verdict, Judged], bool]
) -> None:
    for (draft, opening), verdict in zip(pairs, verdicts, strict=True):
        draft.scope = round(max(0.0, min(1.0, float(verdict.scope))), 3)
        if where(verdict, draft.intent):
            sentence = opening.first("request", "problem", "question") or opening.told[0].sentence
            sure = max(
                float(verdict.confidence), 0.0 if verdict.label != draft.intent.value else draft.intent.confidence
            )
            draft.intent = Judged(
                value=verdict.label or intents.UNKNOWN,
                confidence=round(max(0.0, min(1.0, sure)), 3),
                tier=verdict.tier,
                quote=sentence.quote,
            )


def _sentiment(scores: Sequence[_Score], post: Feeling | None) -> Sentiment:
    """The mood of the whole conversation, with the sentence that shows it best."""
    if not scores:
        return Sentiment(value=Mood.NEUTRAL, score=0.0, confidence=0.3, tier=Tier.RULES)
    total = _total(scores)
    value = Mood.POSITIVE if total >= mood.POSITIVE else Mood.NEGATIVE if total <= mood.NEGATIVE else Mood.NEUTRAL
    value = post.mood if post else value
    leading = min(scores, key=lambda each: abs(each.score - (1 if total > 0 else -1))) if total else scores[-1]
    sentence = leading.turn.first(
        *(("anger", "broken", "repeat", "problem") if total < 0 else ("praise", "fixed", "thanks"))
    )
    told = sentence or leading.turn.told[0].sentence
    tail = scores[-max(1, len(scores) // 3) :]
    drift = sum(each.score for each in tail) / len(tail) - scores[0].score if len(scores) > 1 else 0.0
    mean = sum(each.confidence for each in scores) / len(scores)
    return Sentiment(
        value=value,
        score=round(total, 3),
        confidence=round(post.confidence if post else min(0.95, 0.4 + 0.3 * mean + 0.5 * _distance(total)), 3),
        tier=max((each.tier for each in scores), key=list(Tier).index),
        quote=told.quote,
        turns=tuple(each.score for each in scores),
        drift=round(drift, 3),
    )


def _insight(draft: _Draft) -> Insight:
    heard = draft.heard
    conversation = heard.conversation
    state = resolution.judge(heard)
    times = [message.time for message in conversation.messages if message.time is not None]
    return Insight(
        id=conversation.id,
        channel=conversation.channel,
        line=conversation.line,
        end_line=conversation.end_line,
        messages=len(conversation.messages),
        started_at=_earliest(times),
        ended_at=_latest(times),
        language=draft.language,
        sentiment=_sentiment(draft.scores, draft.post),
        intent=draft.intent,
        scope=draft.scope,
        topics=intents.topics(heard),
        urgency=urgency.judge(heard),
        resolution=state,
        key_phrases=phrases.find(heard, draft.language.value),
        entities=entities.find(heard),
        summary=summary.make(heard),
        actions=actions.find(heard, state.value),
    )


def _instant(time: datetime) -> float:
    """Clocks may be out of order, with and without a zone; a time without one is taken for UTC."""
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def _earliest(times: Sequence[datetime]) -> datetime | None:
    return min(times, key=_instant, default=None)


def _latest(times: Sequence[datetime]) -> datetime | None:
    return max(times, key=_instant, default=None)
