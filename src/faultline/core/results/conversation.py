"""ConversationInsights: what customers say, each statement with the sentence it comes from."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from faultline.core.finding import Noun
from faultline.core.report import Result

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Polarity = Annotated[float, Field(ge=-1.0, le=1.0)]


class Tier(StrEnum):
    """What made a statement, the cheapest first."""

    RULES = "rules"
    STATIC = "static"
    MINILM = "minilm"
    MODEL = "model"


class Mood(StrEnum):
    """The sentiment of a customer."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Urgency(StrEnum):
    """How soon somebody should look, most urgent first."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Resolution(StrEnum):
    """How a conversation stands at its end."""

    RESOLVED = "resolved"
    PENDING = "pending"
    """Somebody has promised something that is not done yet."""
    UNRESOLVED = "unresolved"
    UNKNOWN = "unknown"


class Quote(Noun):
    """A sentence of a conversation: message number (1-based) and half-open offsets in characters of its text."""

    message: Annotated[int, Field(ge=1)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str


class Judged(Noun):
    """A value, how sure we are, what made it, and the sentence that shows it (None where no single one does)."""

    value: str
    confidence: Share
    tier: Tier
    quote: Quote | None = None


class Sentiment(Noun):
    """The customer's mood. `drift` is the score of the last turns less that of the first, -2 to 2."""

    value: Mood
    score: Polarity
    confidence: Share
    tier: Tier
    quote: Quote | None = None
    turns: tuple[Polarity, ...] = ()
    """The score of each of the customer's messages, in order."""
    drift: Annotated[float, Field(ge=-2.0, le=2.0)] = 0.0


class Entity(Noun):
    """Something named: an order number, an amount, a date, a product, a person. Personal data is masked in `value`."""

    type: str
    value: str
    confidence: Share
    tier: Tier
    quote: Quote


class ActionItem(Noun):
    """Something that somebody has promised, or was asked to do. `owner` is the role that has to act."""

    text: str
    owner: str
    due: str | None
    confidence: Share
    tier: Tier
    quote: Quote


class Summary(Noun):
    """A few sentences: without a model the conversation's own, which `quotes` name."""

    text: str
    confidence: Share
    tier: Tier
    quotes: tuple[Quote, ...] = ()


class Insight(Noun):
    """What one conversation says. `line` and `end_line` are where it stands in the file, 1-based and inclusive."""

    id: str
    channel: str | None = None
    line: Annotated[int, Field(ge=1)]
    end_line: Annotated[int, Field(ge=1)]
    messages: int
    started_at: datetime | None = None
    ended_at: datetime | None = None
    language: Judged
    sentiment: Sentiment
    intent: Judged
    scope: Share | None = None
    """How far the text looks like any of the taxonomy's intents; low where it is about something else."""
    topics: tuple[Judged, ...] = ()
    urgency: Judged
    resolution: Judged
    key_phrases: tuple[Judged, ...] = ()
    entities: tuple[Entity, ...] = ()
    summary: Summary
    actions: tuple[ActionItem, ...] = ()


class SkipReason(StrEnum):
    """Why a conversation was not looked at."""

    EMPTY = "empty"
    TOO_SHORT = "too-short"
    ONLY_LINK = "only-link"
    ONLY_EMOJI = "only-emoji"
    AUTO_REPLY = "auto-reply"
    SPAM = "spam"
    DUPLICATE = "duplicate"


class Skipped(Noun):
    """A conversation that the prefilter left out, and why; `detail` names the one that a duplicate repeats."""

    id: str
    line: Annotated[int, Field(ge=1)]
    reason: SkipReason
    detail: str = ""


class Quoted(Noun):
    """A sentence, and the conversation it is from."""

    conversation: str
    quote: Quote


class Topic(Noun):
    """What several conversations are about. `id` stays the same as more of them come.

    `growth` is the share of the newer half of the time among its conversations, less the same of all: above 0 it grows.
    """

    id: str
    name: str
    size: int
    growth: float
    mood: Polarity
    examples: tuple[Quoted, ...]


class Day(Noun):
    """The conversations of one day."""

    day: date
    conversations: int
    mood: Polarity
    """Mean score."""


class ConversationInsights(Result):
    """What the conversations of one file say: each for itself, and all together.

    `conversations` counts all that were read; `insights` and `skipped` divide them. Topics are given from as many
    conversations on as `minimum_group`, so that no single customer can be made out.
    """

    conversations: int
    insights: tuple[Insight, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    intents: dict[str, int] = Field(default_factory=dict)
    moods: dict[str, int] = Field(default_factory=dict)
    urgencies: dict[str, int] = Field(default_factory=dict)
    tiers: dict[str, int] = Field(default_factory=dict)
    """How many statements each tier made."""
    topics: tuple[Topic, ...] = ()
    minimum_group: int = 5
    days: tuple[Day, ...] = ()
