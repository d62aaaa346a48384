"""The `sarif` format: SARIF 2.1.0 (OASIS, with errata 01), one log with one run for all reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote

from faultline import __version__
from faultline.core.finding import Finding, Severity
from faultline.core.report import Report
from faultline.engine.pipeline import Outcome
from faultline.engine.render.untrusted import plain

SCHEMA_ADDRESS = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def render(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Write one SARIF log; it can only be written when the last report is there."""
    reports = [outcome.report for outcome in outcomes]
    rules = sorted({finding.rule_id for report in reports for finding in report.findings})
    # Unique, as the schema wants it: the same file may be named twice.
    artifacts = {json.dumps(artifact): artifact for artifact in map(_artifact, reports)}
    troubles = [trouble for report in reports for trouble in _notifications(report)]
    run = {
        "tool": {
            "driver": {
                "name": "Faultline",
                "semanticVersion": __version__,
                "rules": [{"id": rule} for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(trouble["level"] == "error" for trouble in troubles),
                "toolExecutionNotifications": troubles,
            }
        ],
        "artifacts": list(artifacts.values()),
        "results": [_result(finding, rules) for report in reports for finding in report.findings],
    }
    json.dump({"$schema": SCHEMA_ADDRESS, "version": "2.1.0", "runs": [run]}, out, indent=2, ensure_ascii=False)
    out.write("\n")


def _artifact(report: Report) -> dict[str, Any]:
    return {
        "location": {"uri": _uri(report.artifact.name)},
        "length": report.artifact.bytes,
        "hashes": {"sha-256": report.artifact.sha256},
        "description": {"text": plain(report.summary)},
    }


def _notifications(report: Report) -> Iterable[dict[str, Any]]:
    for agent in report.agent_runs:
        if agent.error is not None:
            text = f"{report.artifact.name}: agent {agent.agent} failed: {agent.error}"
            yield {"level": "error", "message": {"text": plain(text)}}
    for note in report.notes:
        yield {"level": "note", "message": {"text": plain(f"{report.artifact.name}: {note}")}}


def _result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    fix = f"Fix: {finding.suggested_fix}" if finding.suggested_fix else ""
    message = "\n".join(part for part in (finding.title, finding.description, fix) if part)
    result: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": rules.index(finding.rule_id),
        "level": LEVELS.get(finding.severity, "note"),
        "message": {"text": plain(message)},
        "partialFingerprints": {"faultline/v1": finding.fingerprint},
        "properties": {"severity": finding.severity, "confidence": finding.confidence, "agent": finding.agent},
    }
    if finding.location:
        region: dict[str, Any] = {"startLine": finding.location.start_line, "endLine": finding.location.end_line}
        # A snippet has to be exactly the region's text (section 3.30.13); evidence may leave lines out.
        if len(finding.evidence) == finding.location.end_line - finding.location.start_line + 1:
            region["snippet"] = {"text": plain("\n".join(finding.evidence))}
        place = {"artifactLocation": {"uri": _uri(finding.location.path)}, "region": region}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _uri(path: str) -> str:
    """A path as a valid URI reference (RFC 3986): relative paths stay relative."""
    if _DRIVE.match(path):
        return "file:///" + quote(path.replace("\\", "/"), safe="/:", errors="replace")
    return quote(path, errors="replace")
