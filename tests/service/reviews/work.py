"""What the children do in tests of reviews: a finding for each added line with `FLAW rule [severity]` in it.

The fingerprint is made of the rule and the line's words, as the real one is: neither line number nor path is in it.
A change with `CRASH` in it fails, and one with `BLIND agent` says that the agent failed.
"""

from __future__ import annotations

import re

import zstandard

from faultline.analyzers.review.reading import read
from faultline.core.artifact import Artifact, BytesContent, PathContent
from faultline.core.finding import Finding, Location, Severity, fingerprint
from faultline.core.report import AgentRun, ArtifactInfo, Report, Status
from faultline.core.results.review import ReviewedFile, ReviewResult, Span
from faultline.service.analyses import examine as real
from faultline.service.analyses.examine import Examined, Subject

_FLAW = re.compile(r"FLAW (?P<rule>\S+)(?: (?P<severity>critical|high|medium|low|info))?")


def examine(subject: Subject) -> Examined:
    if subject.kind != "review":
        return real.examine(subject)
    content = BytesContent(subject.source) if isinstance(subject.source, bytes) else PathContent(subject.source)  # type: ignore[arg-type]
    change = read(Artifact("review", subject.name, content))
    findings, files, blind = [], [], []
    for file in change.files:
        for number, text in enumerate(file.head.lines if file.head else (), start=1):
            if number not in file.added:
                continue
            if "CRASH" in text:
                raise ValueError("a defect")
            if "BLIND" in text:
                blind.append(text.split("BLIND ")[1].strip())
            if match := _FLAW.search(text):
                findings.append(_finding(match, file.path, number, text.strip()))
        files.append(
            ReviewedFile(
                path=file.path,
                old_path=file.old_path,
                change=file.change,
                hunks=tuple(
                    Span(start_line=hunk.new_start, end_line=hunk.new_start + hunk.new_length - 1)
                    for hunk in file.hunks
                    if hunk.new_length
                ),
            )
        )
    runs = [AgentRun(agent="security", version="1", status="completed", findings=len(findings))]
    runs += [AgentRun(agent=each, version="1", status="failed", findings=0, error="blind") for each in blind]
    report = Report(
        kind="review",
        status=Status.PARTIAL if blind else Status.COMPLETED,
        summary=f"{len(findings)} findings",
        artifact=ArtifactInfo(name=subject.name, sha256=subject.digest[0], bytes=subject.digest[1]),
        findings=tuple(each for each in findings if each.agent not in blind),
        agent_runs=tuple(runs),
        result=ReviewResult(files=tuple(files)),
    )
    return Examined.of(report, zstandard.ZstdCompressor().compress(report.model_dump_json().encode()))


def _finding(match: re.Match[str], path: str, number: int, text: str) -> Finding:
    rule = match["rule"]
    return Finding(
        rule_id=rule,
        agent=rule.partition("/")[0] if "/" in rule else "security",
        severity=Severity(match["severity"] or "high"),
        title=f"{rule} is here",
        description="It should not be.",
        location=Location(path=path, start_line=number, end_line=number),
        evidence=(text,),
        cwe=("CWE-89",),
        fingerprint=fingerprint(rule, text),
    )
