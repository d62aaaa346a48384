"""The view of any report: a verdict, then each finding with its evidence and its fix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from faultline.core.finding import Finding, by_severity
from faultline.core.report import Report, Status
from faultline.engine.render import markup
from faultline.engine.render.excerpts import of_finding
from faultline.engine.render.findings import heading, place, reasons
from faultline.engine.render.lines import EMPTY, Line, evidence, labelled, notes, troubles
from faultline.engine.render.untrusted import one_line, plural


def text(report: Report) -> Iterator[Line]:
    """Styled lines for a terminal."""
    yield [(one_line(report.artifact.name), "bold"), (f"  {report.kind}: {verdict(report)}", "")]
    if report.summary:
        yield from labelled("", report.summary, "dim")
    yield from finding_lines(report.findings)
    yield from remark_lines(report)


def markdown(report: Report) -> Iterator[str]:
    """Markdown blocks."""
    yield f"### {markup.code(report.artifact.name)} {markup.prose(report.kind)}: {markup.prose(verdict(report))}"
    if report.summary:
        yield markup.prose(report.summary)
    yield from finding_blocks(report.findings)
    yield from remark_blocks(report)


def remark_lines(report: Report) -> Iterator[Line]:
    """What an agent could not do, and what was not done as asked, as styled lines."""
    for remark in (*troubles(report), *notes(report)):
        yield [(f"  ! {remark}", "yellow")]


def remark_blocks(report: Report) -> Iterator[str]:
    """What an agent could not do, and what was not done as asked, as Markdown blocks."""
    for trouble in troubles(report):
        yield f"> **Incomplete:** {markup.prose(trouble)}"
    for note in notes(report):
        yield f"> **Note:** {markup.prose(note)}"


def verdict(report: Report) -> str:
    """How many findings of which severity, or why there are none."""
    if report.status is Status.SKIPPED:
        return "skipped"
    parts = by_severity(report.findings)
    found = f"{plural(len(report.findings), 'finding')} ({parts})" if parts else "no findings"
    return f"{found}, incomplete" if report.status is Status.PARTIAL else found


def finding_lines(findings: Iterable[Finding]) -> Iterator[Line]:
    """Each finding as styled lines, an empty line before it."""
    for finding in findings:
        yield EMPTY
        yield heading(finding)
        if finding.location:
            yield [(f"  {place(finding)}", "cyan")]
        yield from evidence(of_finding(finding))
        yield from reasons(finding)


def finding_blocks(findings: Iterable[Finding]) -> Iterator[str]:
    """Each finding as Markdown blocks."""
    for finding in findings:
        where = f" at {markup.code(place(finding))}" if finding.location else ""
        yield (
            f"**{finding.severity}: {markup.prose(finding.title)}**{where} "
            f"({markup.code(finding.rule_id)}, {finding.confidence:.0%} sure)"
        )
        if finding.description:
            yield markup.prose(finding.description)
        if rows := of_finding(finding):
            yield markup.fence(rows)
        if finding.suggested_fix:
            yield f"**Fix:** {markup.prose(finding.suggested_fix)}"
