"""Makes conversations out of lines such as "C: where is it?" and "A: on its way"."""

from __future__ import annotations

from collections.abc import Sequence

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.analyzers.conversation.heard import Heard, hear
from faultline.analyzers.conversation.insight import Classifiers, understand
from faultline.core.results.conversation import Insight

ROLES = {"C": Role.CUSTOMER, "A": Role.AGENT, "B": Role.BOT, "S": Role.SYSTEM, "?": Role.UNKNOWN}


def talk(*lines: str, name: str = "c1") -> Conversation:
    messages = tuple(Message(ROLES[line[0]], line[3:], at) for at, line in enumerate(lines, start=1))
    return Conversation(name, messages, 1, max(1, len(lines)))


def heard(*lines: str) -> Heard:
    return hear(talk(*lines))


def insight(*lines: str, classifiers: Classifiers | None = None) -> Insight:
    return understand([talk(*lines)], classifiers)[0]


def values(found: Sequence[object]) -> list[tuple[str, str]]:
    return [(each.type, each.value) for each in found]  # type: ignore[attr-defined]
