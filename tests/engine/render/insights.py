"""Conversations as reports show them, built by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from faultline.core.finding import Finding
from faultline.core.report import ArtifactInfo, Report
from faultline.core.results.conversation import (
    ActionItem,
    ConversationInsights,
    Day,
    Entity,
    Insight,
    Judged,
    Mood,
    Quote,
    Quoted,
    Sentiment,
    Skipped,
    SkipReason,
    Summary,
    Tier,
    Topic,
)
from tests.engine.render import reports


def quote(text: str = "My order is late.") -> Quote:
    return Quote(message=1, start=0, end=len(text), text=text)


def judged(value: str, said: str | None = None) -> Judged:
    return Judged(value=value, confidence=0.9, tier=Tier.RULES, quote=quote(said) if said else None)


def insight(number: int = 1, **changes: Any) -> Insight:
    fields: dict[str, Any] = {
        "id": f"c-{number}",
        "channel": "chat",
        "line": number,
        "end_line": number + 1,
        "messages": 2,
        "language": judged("en"),
        "sentiment": Sentiment(value=Mood.NEGATIVE, score=-0.5, confidence=0.8, tier=Tier.STATIC, drift=-0.6),
        "intent": judged("delivery"),
        "urgency": judged("high", "My order is late."),
        "resolution": judged("pending"),
        "key_phrases": (judged("late order"),),
        "entities": (Entity(type="order", value="77120", confidence=0.9, tier=Tier.RULES, quote=quote()),),
        "summary": Summary(text="My order is late.", confidence=0.6, tier=Tier.RULES, quotes=(quote(),)),
        "actions": (
            ActionItem(
                text="I will call you.", owner="agent", due="tomorrow", confidence=0.8, tier=Tier.RULES, quote=quote()
            ),
        ),
    }
    return Insight(**(fields | changes))


def calm(number: int, **changes: Any) -> Insight:
    pleased = Sentiment(value=Mood.POSITIVE, score=0.5, confidence=0.8, tier=Tier.STATIC)
    return insight(
        number, **({"urgency": judged("normal"), "sentiment": pleased, "intent": judged("praise")} | changes)
    )


def topic(number: int = 1, **changes: Any) -> Topic:
    fields: dict[str, Any] = {
        "id": f"t-{number}",
        "name": "late parcels",
        "size": 12,
        "growth": 0.3,
        "mood": -0.42,
        "examples": (Quoted(conversation="c-1", quote=quote("Where is my parcel?")),),
    }
    return Topic(**(fields | changes))


def report(*insights: Insight, findings: tuple[Finding, ...] = (), **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "conversations": len(insights) + len(changes.get("skipped", ())),
        "insights": insights,
        "intents": dict(Counter(each.intent.value for each in insights)),
        "moods": dict(Counter(each.sentiment.value.value for each in insights)),
        "urgencies": dict(Counter(each.urgency.value for each in insights)),
    }
    more = {name: changes.pop(name) for name in ("agent_runs", "notes", "summary") if name in changes}
    return reports.report(
        *findings,
        kind="conversation",
        artifact=ArtifactInfo(name="chats.csv", sha256="ab" * 32, bytes=12),
        result=ConversationInsights(**(fields | changes)),
        **more,
    )


SKIPPED = (
    Skipped(id="x", line=3, reason=SkipReason.ONLY_EMOJI),
    Skipped(id="y", line=4, reason=SkipReason.DUPLICATE, detail="c-1"),
    Skipped(id="z", line=5, reason=SkipReason.ONLY_EMOJI),
)
DAYS = (Day(day=date(2026, 5, 4), conversations=1, mood=0.0), Day(day=date(2026, 5, 5), conversations=2, mood=0.1))
