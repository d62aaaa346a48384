"""What a child process does: one analysis, and nothing of the service.

This module is imported in the children, so it imports the engine alone. What it answers with is ready to be stored: the
process that answers requests neither packs a report nor takes it apart.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from faultline.core.analyzer import Options
from faultline.core.artifact import Artifact, BytesContent, Content, PathContent
from faultline.core.model import Brief, Consultation
from faultline.core.report import Report
from faultline.engine import Registry, analyze, keeps
from faultline.engine import examine as first_step
from faultline.engine import finish as second_step

_PACK = zstandard.ZstdCompressor(level=3)


class Examined(NamedTuple):
    """A report, and what is kept of it in columns and rows; keys and tenant are still to be added.

    `body` is the report's JSON, compressed with zstd; empty where it is kept already. `severity` is the rank of the
    worst finding, None when there is none. `reusable` says whether it may answer for the same content again, for whom
    the same models are asked: those that `route` names.
    """

    status: str
    summary: str
    severity: int | None
    runs: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    body: bytes
    reusable: bool
    route: str = ""

    @classmethod
    def of(cls, report: Report, body: bytes = b"") -> Examined:
        """Take a report apart."""
        return cls(
            status=report.status.value,
            summary=_text(report.summary),
            severity=min((finding.severity.rank for finding in report.findings), default=None),
            runs=[_text(run.model_dump(mode="json")) for run in report.agent_runs],
            findings=[
                _text(
                    {
                        "agent": finding.agent,
                        "rule_id": finding.rule_id,
                        "severity": finding.severity.rank,
                        "title": finding.title,
                        "description": finding.description,
                        "suggested_fix": finding.suggested_fix,
                        "confidence": finding.confidence,
                        "path": finding.location and finding.location.path,
                        "start_line": finding.location and finding.location.start_line,
                        "end_line": finding.location and finding.location.end_line,
                        "evidence": list(finding.evidence),
                        "fingerprint": finding.fingerprint,
                        "proven": finding.proven,
                        "cwe": list(finding.cwe),
                    }
                )
                for finding in report.findings
            ],
            body=body,
            reusable=keeps(report),
        )


class Asked(NamedTuple):
    """What the agents want to ask models, and what they saw, pickled: the parent does not take it apart."""

    questions: list[tuple[str, Brief]]
    draft: bytes


class Subject(NamedTuple):
    """What is analyzed.

    Args:
        kind: the artifact's kind.
        name: what the sender called it.
        source: the content, or the path of the file it is in.
        digest: its SHA-256 and size, which are known.
        metadata: the sender's words on it.
        options: as they came; they were checked when the analysis was submitted.

    """

    kind: str
    name: str
    source: bytes | str
    digest: tuple[str, int]
    metadata: dict[str, str]
    options: Any

    def opened(self) -> tuple[Artifact, Options]:
        """The artifact and the options of its kind."""
        chosen = Registry.installed().load(self.kind).options_type.model_validate(self.options)
        content: Content = (
            BytesContent(self.source) if isinstance(self.source, bytes) else PathContent(Path(self.source))
        )
        return Artifact(self.kind, self.name, content, metadata=self.metadata, _digest=self.digest), chosen


def examine(subject: Subject) -> Examined:
    """Analyze one artifact, without models.

    Raises:
        ArtifactRejected: the content cannot be read or analyzed.
        AnalyzerFailed: the analyzer crashed.

    """
    return _packed(analyze(*subject.opened()).report)


def look(subject: Subject) -> Examined | Asked:
    """Analyze one artifact up to where models could help; to the end where they could not. Raises as `examine` does."""
    artifact, chosen = subject.opened()
    draft = first_step(artifact, chosen, briefs=True)
    if questions := draft.questions:
        return Asked(questions, pickle.dumps(draft, pickle.HIGHEST_PROTOCOL))
    return _packed(second_step(draft, artifact, chosen))


def finish(subject: Subject, draft: bytes, consultation: Consultation) -> Examined:
    """Go on from a draft with what models answered. Raises as `examine` does."""
    artifact, chosen = subject.opened()
    return _packed(second_step(pickle.loads(draft), artifact, chosen, consultation))  # noqa: S301 by our own child


def _packed(report: Report) -> Examined:
    return Examined.of(report, _PACK.compress(report.model_dump_json().encode()))


def _text(value: Any) -> Any:
    """The value without NUL characters, which logs have and no PostgreSQL text can."""
    match value:
        case str():
            return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        case list():
            return [_text(item) for item in value]
        case dict():
            return {key: _text(item) for key, item in value.items()}
    return value
