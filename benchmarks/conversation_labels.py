"""Reads our labelled conversations and scores what the analyzer says of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultline.analyzers.conversation.conversation import Conversation, Message, Role
from faultline.core.results.conversation import Insight

DATA = Path(__file__).parent.parent / "tests" / "analyzers" / "conversation" / "data"
SINGLE = ("language", "sentiment", "urgency", "resolution")


@dataclass(frozen=True)
class Labelled:
    """A conversation, and what a person says of it."""

    conversation: Conversation
    labels: dict[str, Any]


def load(name: str) -> list[Labelled]:
    """The labelled conversations of `develop` or `kept_back`."""
    found = []
    for line, row in enumerate((DATA / f"{name}.jsonl").read_text("utf-8").splitlines(), start=1):
        record = json.loads(row)
        messages = tuple(Message(Role(each["role"]), each["text"], line) for each in record["messages"])
        found.append(Labelled(Conversation(record["id"], messages, line, line, record["channel"]), record["labels"]))
    return found


def value(insight: Insight, field: str) -> str:
    """The value of a field as a label."""
    return str(getattr(insight, field).value)


def accuracy(labelled: Sequence[Labelled], insights: Sequence[Insight], field: str) -> float:
    """Share of conversations where the field has the labelled value."""
    right = sum(value(insight, field) == each.labels[field] for each, insight in zip(labelled, insights, strict=True))
    return right / len(labelled)


def macro_recall(labels: Sequence[str], said: Sequence[str]) -> float:
    """Mean over the labels of the share that was found."""
    totals, hits = Counter(labels), Counter(label for label, each in zip(labels, said, strict=True) if label == each)
    return sum(hits[label] / totals[label] for label in totals) / len(totals)


def majority(labelled: Sequence[Labelled], field: str) -> float:
    """What saying the most frequent label every time would reach."""
    return Counter(each.labels[field] for each in labelled).most_common(1)[0][1] / len(labelled)


def precision_recall(
    labelled: Sequence[Labelled],
    insights: Sequence[Insight],
    wanted: Callable[[Labelled], Sequence[Any]],
    said: Callable[[Insight], Sequence[Any]],
    agree: Callable[[Any, Any], bool],
) -> tuple[float, float]:
    """Of what was said, the share that was wanted; of what was wanted, the share that was said."""
    right_said = all_said = right_wanted = all_wanted = 0
    for each, insight in zip(labelled, insights, strict=True):
        want, have = wanted(each), said(insight)
        all_wanted += len(want)
        all_said += len(have)
        right_wanted += sum(any(agree(one, other) for other in have) for one in want)
        right_said += sum(any(agree(one, other) for one in want) for other in have)
    return right_said / max(1, all_said), right_wanted / max(1, all_wanted)


def actions(labelled: Sequence[Labelled], insights: Sequence[Insight]) -> tuple[float, float]:
    """Precision and recall of open action items: the owner and the sentence agree."""
    return precision_recall(
        labelled,
        insights,
        lambda each: each.labels["actions"],
        lambda insight: insight.actions,
        lambda want, have: want["owner"] == have.owner and want["contains"] in have.quote.text,
    )


def entities(labelled: Sequence[Labelled], insights: Sequence[Insight]) -> tuple[float, float]:
    """Precision and recall of entities: type and value agree."""
    return precision_recall(
        labelled,
        insights,
        lambda each: each.labels["entities"],
        lambda insight: insight.entities,
        lambda want, have: want["type"] == have.type and want["value"].lower() == have.value.lower(),
    )


def calibration(pairs: Iterable[tuple[float, bool]], bins: int = 5) -> float:
    """Expected calibration error: how far confidence is from the share that is right (Guo et al., 2017)."""
    rows = sorted(pairs)
    error = 0.0
    for at in range(bins):
        part = rows[at * len(rows) // bins : (at + 1) * len(rows) // bins]
        if part:
            sure = sum(confidence for confidence, _ in part) / len(part)
            right = sum(is_right for _, is_right in part) / len(part)
            error += abs(sure - right) * len(part) / len(rows)
    return error
