"""Findings and reports of reviews, made in a line."""

from __future__ import annotations

from typing import Any

from faultline.core.finding import Edit, Finding, Location, Severity, fingerprint
from faultline.core.report import AgentRun, ArtifactInfo, Report, Status
from faultline.core.results.review import ReviewedFile, ReviewResult, Span

FILE = ReviewedFile(
    path="app.py",
    change="modified",
    language="python",
    added=2,
    removed=2,
    hunks=(Span(start_line=7, end_line=13), Span(start_line=37, end_line=43)),
)
"""As the pull request of the stand-in changes it."""


def finding(line: int = 10, end: int | None = None, *, name: str = "", **more: Any) -> Finding:
    """A finding in `app.py`."""
    known: dict[str, Any] = {
        "rule_id": "security.eval",
        "agent": "security",
        "severity": Severity.HIGH,
        "title": "Text becomes code",
        "description": "`eval` runs what it is given.",
        "suggested_fix": "Use `ast.literal_eval`.",
        "confidence": 0.9,
        "location": Location(path="app.py", start_line=line, end_line=end or line),
        "cwe": ("CWE-95",),
    }
    made = known | more
    made.setdefault("fingerprint", fingerprint(made["rule_id"], name or f"{made['location']}"))
    return Finding(**made)


def mended(start: int, end: int, replacement: str | None) -> dict[str, Any]:
    """What makes a finding's edit a proven one."""
    edit = Edit(path="app.py", start_line=start, end_line=end, replacement=replacement)
    return {"edits": (edit,), "proven": True}


def report(*findings: Finding, **more: Any) -> Report:
    """A report with these findings."""
    runs: tuple[AgentRun, ...] = more.pop("agent_runs", ())
    outer = {name: more.pop(name) for name in ("status", "notes") if name in more}
    result = ReviewResult(**{"base": "main", "head": "topic", "files": (FILE,), **more})
    return Report(
        kind="review",
        artifact=ArtifactInfo(name="acme/shop#1", sha256="0" * 64, bytes=1),
        summary="said",
        findings=findings,
        agent_runs=runs,
        result=result,
        **{"status": Status.COMPLETED, **outer},
    )
