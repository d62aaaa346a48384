"""Reports to render, built by hand: as nasty as real artifacts."""

from __future__ import annotations

from typing import Any

from faultline.core.finding import Finding, Location, Severity, fingerprint
from faultline.core.report import AgentRun, ArtifactInfo, Report, Result, Status
from faultline.core.results.ci import Category, CiDiagnosis, Excerpt
from faultline.engine.pipeline import Envelope, Outcome

NASTY = "\x1b[31mred\x1b[0m ```` **bold** @somebody #12 <script> ::error:: | a\u202eb"


class Counts(Result):
    """The typed result of a third party's kind."""

    count: int = 0


def finding(severity: Severity = Severity.HIGH, **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "rule_id": "demo/rule",
        "agent": "demo",
        "severity": severity,
        "title": "Something broke",
        "description": "It broke because of a thing.",
        "suggested_fix": "Mend the thing.",
        "confidence": 0.9,
        "location": Location(path="src/a b.py", start_line=3, end_line=4),
        "evidence": ("first line", "second error line"),
        "fingerprint": fingerprint("demo/rule", severity),
    }
    return Finding(**(fields | changes))


def report(*findings: Finding, **changes: Any) -> Report:
    fields: dict[str, Any] = {
        "kind": "demo",
        "artifact": ArtifactInfo(name="a.txt", sha256="ab" * 32, bytes=12),
        "status": Status.COMPLETED,
        "summary": "All said.",
        "findings": findings,
        "agent_runs": (AgentRun(agent="demo", version="1", status="completed", findings=len(findings)),),
        "result": Counts(count=len(findings)),
    }
    return Report(**(fields | changes))


def excerpt(start: int, *lines: str) -> Excerpt:
    text = "\n".join(lines)
    return Excerpt(
        start_line=start, end_line=start + len(lines) - 1, start_byte=10 * start, end_byte=10 * start + 9, text=text
    )


def diagnosis(**changes: Any) -> CiDiagnosis:
    fields: dict[str, Any] = {
        "failed": True,
        "category": Category.COMPILE,
        "confidence": 0.92,
        "provider": "github-actions",
        "failing_step": "Build",
        "exit_code": 101,
        "tool": "cargo",
        "evidence": (excerpt(1234, "error[E0425]: cannot find value `x`", "  --> src/main.rs:4:5"),),
        "cascade": (excerpt(1240, "error: could not compile `demo`"),),
        "suggested_fix": "Declare `x` or import it.",
        "fingerprint": "cd" * 16,
    }
    return CiDiagnosis(**(fields | changes))


def ci_report(result: CiDiagnosis | None = None, *more: Finding, **changes: Any) -> Report:
    result = result or diagnosis()
    first = finding(title="cannot find value `x`", location=Location(path="build.log", start_line=1234, end_line=1235))
    return report(
        *((first, *more) if result.evidence else ()),
        kind="ci",
        artifact=ArtifactInfo(name="build.log", sha256="ab" * 32, bytes=12),
        result=result,
        **changes,
    )


def outcome(shown: Report, *, timings: bool = False) -> Outcome:
    return Outcome(shown, Envelope({"agents": 0.0123456789}, "miss") if timings else None)
