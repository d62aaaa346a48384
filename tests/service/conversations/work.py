"""What the children do in tests of the batch runner: a small reading of each conversation, unless its words say more.

`kill me` kills the process, `crash` raises, `stay FILE` leaves the process' id in the file and never ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from faultline.core.model import Brief, Cited, Consultation, Evidence
from faultline.core.results.conversation import (
    Insight,
    Judged,
    Mood,
    Quote,
    Resolution,
    Sentiment,
    Summary,
    Tier,
    Urgency,
)
from faultline.service.conversations.transcript import unpacked
from faultline.service.conversations.understanding import Asked, Understood, Whole, columns_of


def insight(key: str, text: str, intent: str = "refund") -> Insight:
    """An insight that says nothing but what the text begins with."""
    quote = Quote(message=1, start=0, end=len(text), text=text)
    mood = Mood.NEGATIVE if "angry" in text else Mood.NEUTRAL
    judged: dict[str, Any] = {"confidence": 1.0, "tier": Tier.RULES, "quote": quote}
    return Insight(
        id=key,
        line=1,
        end_line=1,
        messages=1,
        language=Judged(value="en", **judged),
        sentiment=Sentiment(value=mood, score=-0.5 if mood is Mood.NEGATIVE else 0.0, **judged),
        intent=Judged(value=text.split()[0] if text.startswith("intent-") else intent, **judged),
        urgency=Judged(value=Urgency.NORMAL, **judged),
        resolution=Judged(value=Resolution.UNKNOWN, **judged),
        summary=Summary(text=text[:100], confidence=1.0, tier=Tier.RULES, quotes=(quote,)),
    )


def understand(conversations: Sequence[Whole], taxonomy: bytes | None) -> Understood:
    """Stands in for `understanding.understand`."""
    columns: dict[str, dict[str, Any]] = {}
    for key, _channel, text, turns in conversations:
        words = unpacked(text, turns)[0]["text"]
        if words == "kill me":
            os.kill(os.getpid(), signal.SIGKILL)
        if words == "crash":
            raise ValueError("a defect")
        if words.startswith("stay "):
            began = Path(words.removeprefix("stay "))
            began.with_suffix(".new").write_text(str(os.getpid()))
            began.with_suffix(".new").rename(began)
            threading.Event().wait()
        if words == "hm":
            columns[key] = {"status": "skipped", "skip_reason": "too-short"}
            continue
        columns[key] = columns_of(insight(key, words, (taxonomy or b"refund").decode()))
    return Understood("toy", columns, {}, True)


def look(conversations: Sequence[Whole], taxonomy: bytes | None) -> Understood | Asked:
    """Stands in for `understanding.look`: models could help with everything but what is too short."""
    found = understand(conversations, taxonomy)
    if all(columns["status"] == "skipped" for columns in found.columns.values()):
        return found
    brief = Brief("What is it about?", (Evidence(1, conversations[0][2]),), Cited)
    return Asked([("listener", brief)], b"draft")


def conclude(
    conversations: Sequence[Whole], taxonomy: bytes | None, draft: bytes, consultation: Consultation
) -> Understood:
    """Stands in for `understanding.conclude`."""
    assert draft == b"draft"
    found = understand(conversations, taxonomy)
    return found._replace(shared=not consultation.notes)
