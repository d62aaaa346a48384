"""What a child process does: one analysis, and nothing of the service.

This module is imported in the children, so it imports the engine alone. What it answers with is ready to be stored: the
process that answers requests neither packs a report nor takes it apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from faultline.core.artifact import Artifact, BytesContent, Content, PathContent
from faultline.core.report import Report
from faultline.engine import Registry, analyze

_PACK = zstandard.ZstdCompressor(level=3)


class Examined(NamedTuple):
    """A report, and what is kept of it in columns and rows; keys and tenant are still to be added.

    `body` is the report's JSON, compressed with zstd; empty where it is kept already. `severity` is the rank of the
    worst finding, None when there is none.
    """

    status: str
    summary: str
    severity: int | None
    runs: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    body: bytes

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
                    }
                )
                for finding in report.findings
            ],
            body=body,
        )


def examine(
    kind: str, name: str, source: bytes | str, digest: tuple[str, int], metadata: dict[str, str], options: Any
) -> Examined:
    """Analyze one artifact.

    Args:
        kind: the artifact's kind.
        name: what the sender called it.
        source: the content, or the path of the file it is in.
        digest: its SHA-256 and size, which are known.
        metadata: the sender's words on it.
        options: as they came; they were checked when the analysis was submitted.

    Raises:
        ArtifactRejected: the content cannot be read or analyzed.
        AnalyzerFailed: the analyzer crashed.

    """
    chosen = Registry.installed().load(kind).options_type.model_validate(options)
    content: Content = BytesContent(source) if isinstance(source, bytes) else PathContent(Path(source))
    artifact = Artifact(kind, name, content, metadata=metadata, _digest=digest)
    report = analyze(artifact, chosen).report
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
