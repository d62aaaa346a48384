"""What a child process does: one batch of conversations as one artifact, and nothing of the service.

This module is imported in the children, so it imports the engine alone. What it answers with is ready to be stored.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import zstandard

from faultline.core.analyzer import Options
from faultline.core.artifact import Artifact
from faultline.core.model import Brief, Consultation
from faultline.core.report import Report, Status
from faultline.core.results.conversation import ConversationInsights, Insight
from faultline.engine import Registry, examine, finish
from faultline.service.conversations.transcript import Turn, jsonl

KIND = "conversation"
UNREAD = "not-understood"
_OURS = {"id", "channel", "line", "end_line"}
"""Fields of an insight that are about the batch, not about the conversation."""
_PACK = zstandard.ZstdCompressor(level=3)

Whole = tuple[str, str, str, Sequence[Turn]]
"""Id, channel, stored text and turns of a conversation."""


class Understood(NamedTuple):
    """What became of a batch: columns by conversation, and the version of the analyzer that filled them.

    `duplicates` names, for each conversation that was left out as one repeats it, which one that is. `shared` is
    whether the same words may be given the same answer from now on.
    """

    version: str
    columns: dict[str, dict[str, Any]]
    duplicates: dict[str, str]
    shared: bool


class Asked(NamedTuple):
    """What the agents want to ask models, and what they saw, pickled: the parent does not take it apart."""

    questions: list[tuple[str, Brief]]
    draft: bytes


def understand(conversations: Sequence[Whole], taxonomy: bytes | None) -> Understood:
    """Understand a batch without asking any model.

    Args:
        conversations: the batch.
        taxonomy: the bytes of the intents to sort by; None for the built-in ones.

    Raises:
        ArtifactRejected: the batch cannot be read or analyzed.
        AnalyzerFailed: the analyzer crashed.

    """
    artifact = artifact_of(conversations, taxonomy)
    return _understood(conversations, finish(examine(artifact, _options()), artifact, _options()))


def look(conversations: Sequence[Whole], taxonomy: bytes | None) -> Understood | Asked:
    """Understand a batch up to where models could help, or to the end. Raises as `understand` does."""
    artifact = artifact_of(conversations, taxonomy)
    draft = examine(artifact, _options(), briefs=True)
    if questions := draft.questions:
        return Asked(questions, pickle.dumps(draft, pickle.HIGHEST_PROTOCOL))
    return _understood(conversations, finish(draft, artifact, _options()))


def conclude(
    conversations: Sequence[Whole], taxonomy: bytes | None, draft: bytes, consultation: Consultation
) -> Understood:
    """Go on from a draft with what models answered. Raises as `understand` does."""
    artifact, drafted = artifact_of(conversations, taxonomy), pickle.loads(draft)  # noqa: S301 by our own child
    return _understood(conversations, finish(drafted, artifact, _options(), consultation))


def _options() -> Options:
    """A batch is a part of a stream: its topics are the service's to find, in the whole of it."""
    return Registry.installed().load(KIND).options_type.model_validate({"discover": False})


def artifact_of(conversations: Sequence[Whole], taxonomy: bytes | None) -> Artifact:
    """The artifact that a batch is."""
    artifact = Artifact.from_bytes(KIND, "conversations.jsonl", jsonl(conversations))
    if taxonomy is not None:
        artifact.companions["taxonomy"] = Artifact.from_bytes(KIND, "taxonomy", taxonomy)
    return artifact


def _understood(conversations: Sequence[Whole], report: Report) -> Understood:
    version = Registry.installed().load(KIND).version
    result = report.result
    columns: dict[str, dict[str, Any]] = {}
    duplicates: dict[str, str] = {}
    if isinstance(result, ConversationInsights):
        columns |= {insight.id: columns_of(insight) for insight in result.insights}
        for skipped in result.skipped:
            columns[skipped.id] = {"status": "skipped", "skip_reason": skipped.reason.value}
            if skipped.detail:
                duplicates[skipped.id] = skipped.detail
    left_out: Mapping[str, Any] = {"status": "failed", "error_code": UNREAD, "error_detail": report.summary[:500]}
    if report.status is Status.SKIPPED:
        left_out = {"status": "skipped", "skip_reason": "empty"}
    for key, *_ in conversations:
        columns.setdefault(key, dict(left_out))
    return Understood(version, columns, duplicates, report.status is Status.COMPLETED and not report.notes)


def columns_of(insight: Insight) -> dict[str, Any]:
    """What is kept of an insight, whole and in columns that lists and trends go by."""
    return {
        "status": "done",
        "insight": _PACK.compress(insight.model_dump_json(exclude=_OURS).encode()),
        "summary": insight.summary.text,
        "language": insight.language.value,
        "intent": insight.intent.value,
        "mood": insight.sentiment.value.value,
        "mood_score": insight.sentiment.score,
        "urgency": insight.urgency.value,
        "resolution": insight.resolution.value,
    }
