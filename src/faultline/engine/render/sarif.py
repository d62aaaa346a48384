"""The `sarif` format: SARIF 2.1.0 (OASIS, with errata 01), one log with one run for all reports.

Tags and `security-severity` of a rule are as GitHub's code scanning reads them ("SARIF support for code scanning").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO
from urllib.parse import quote

from faultline import __version__
from faultline.core.finding import Edit, Finding, Place, Severity
from faultline.core.report import Report
from faultline.core.results.design import DesignResult
from faultline.core.results.review import Reading, ReviewResult
from faultline.engine.pipeline import Outcome
from faultline.engine.render.untrusted import plain

SCHEMA_ADDRESS = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}
SCORES = {
    Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0", Severity.INFO: "1.0",
}  # fmt: skip
MAX_RELATED = 100
"""Places of one result beside its first."""
_CHANGES = {"added": "added", "copied": "added", "modified": "modified", "renamed": "renamed", "mode": "modified"}
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def render(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Write one SARIF log; it can only be written when the last report is there."""
    reports = [outcome.report for outcome in outcomes]
    rules = sorted({finding.rule_id for report in reports for finding in report.findings})
    # Unique, as the schema wants it: the same file may be named twice.
    described = [each for report in reports for each in (_artifact(report), *_files(report))]
    artifacts = {json.dumps(artifact): artifact for artifact in described}
    troubles = [trouble for report in reports for trouble in _notifications(report)]
    run = {
        "tool": {
            "driver": {
                "name": "Faultline",
                "semanticVersion": __version__,
                "rules": list(_rules(rules, reports)),
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


def _files(report: Report) -> Iterator[dict[str, Any]]:
    """The files that were looked at."""
    if isinstance(report.result, DesignResult):
        for document in report.result.documents:
            yield {"location": {"uri": _uri(document.path)}, "roles": ["analysisTarget"]}
    if isinstance(report.result, ReviewResult):
        for file in report.result.files:
            if file.reading in (Reading.WHOLE, Reading.PART):
                roles = ["analysisTarget", *([_CHANGES[file.change]] if file.change in _CHANGES else [])]
                yield {"location": {"uri": _uri(file.path)}, "roles": roles}


def _rules(ids: Sequence[str], reports: Sequence[Report]) -> Iterator[dict[str, Any]]:
    """What each rule is about, as its worst finding has it; reports rank those first."""
    findings = [finding for report in reports for finding in report.findings]
    kinds = {finding.rule_id: report.kind for report in reports for finding in report.findings}
    for rule in ids:
        found = min((each for each in findings if each.rule_id == rule), key=lambda each: each.severity.rank)
        told: dict[str, Any] = {
            "id": rule,
            "name": "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", rule)) or rule,
            "shortDescription": {"text": plain(found.title)},
            "defaultConfiguration": {"level": LEVELS.get(found.severity, "note")},
        }
        tags = [found.agent, *(f"external/cwe/cwe-{cwe.removeprefix('CWE-').zfill(3)}" for cwe in found.cwe)]
        told["properties"] = {"tags": list(dict.fromkeys(tags))}
        if found.agent == "security":
            told["properties"]["security-severity"] = SCORES[found.severity]
        if about := _about(kinds[rule], rule):
            told["fullDescription"] = {"text": about[0]}
            told["help"] = {"text": about[1]}
        yield told


def _about(kind: str, rule: str) -> tuple[str, str] | None:
    """Why a rule of ours matters and what to do; None for another's. What a finding says may belong to one place."""
    if kind == "design":
        from faultline.analyzers.design.rules import catalogue as designs  # here, for other kinds do without them

        known_design = designs().get(rule)
        return (known_design.why, known_design.fix) if known_design is not None else None
    if rule.partition("/")[0] not in ("security", "style", "logic", "performance", "architecture"):
        return None
    from faultline.analyzers.review.rules import catalogue

    known = catalogue().get(rule)
    return (known.why, known.fix) if known is not None else None


def _fix(finding: Finding) -> dict[str, Any]:
    """A proven suggestion (section 3.55)."""
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in finding.edits:
        changes.setdefault(edit.path, []).append(_replacement(edit))
    return {
        "description": {"text": plain(finding.suggested_fix or finding.title)},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(path)}, "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    """Without columns a region ends before its last newline (section 3.30.2); lines that go take theirs along."""
    if edit.replacement is None:
        gone = {"startLine": edit.start_line, "startColumn": 1, "endLine": edit.end_line + 1, "endColumn": 1}
        return {"deletedRegion": gone}
    return {
        "deletedRegion": {"startLine": edit.start_line, "endLine": edit.end_line},
        "insertedContent": {"text": edit.replacement},
    }


def _notifications(report: Report) -> Iterable[dict[str, Any]]:
    for agent in report.agent_runs:
        if agent.error is not None:
            text = f"{report.artifact.name}: agent {agent.agent} failed: {agent.error}"
            yield {"level": "error", "message": {"text": plain(text)}}
        for unread in agent.unread:
            yield {"level": "warning", "message": {"text": plain(f"{report.artifact.name}: not read: {unread}")}}
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
    if finding.cwe:
        result["properties"]["cwe"] = list(finding.cwe)
    if finding.proven and finding.edits:
        result["fixes"] = [_fix(finding)]
    if finding.location:
        region: dict[str, Any] = {"startLine": finding.location.start_line, "endLine": finding.location.end_line}
        # A snippet has to be exactly the region's text (section 3.30.13); evidence may leave lines out.
        if len(finding.evidence) == finding.location.end_line - finding.location.start_line + 1:
            region["snippet"] = {"text": plain("\n".join(finding.evidence))}
        place = {"artifactLocation": {"uri": _uri(finding.location.path)}, "region": region}
        result["locations"] = [{"physicalLocation": place}]
    if related := [_related(number, each) for number, each in enumerate(finding.places[1 : MAX_RELATED + 1], 1)]:
        result["relatedLocations"] = related
    return result


def _related(number: int, place: Place) -> dict[str, Any]:
    """Where a finding shows as well (section 3.27.22)."""
    region = {"startLine": place.start_line, "endLine": place.end_line}
    told: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(place.path)}, "region": region}}
    return {"id": number, **told, **({"message": {"text": plain(place.symbol)}} if place.symbol else {})}


def _uri(path: str) -> str:
    """A path as a valid URI reference (RFC 3986): relative paths stay relative."""
    if _DRIVE.match(path):
        return "file:///" + quote(path.replace("\\", "/"), safe="/:", errors="replace")
    return quote(path, errors="replace")
