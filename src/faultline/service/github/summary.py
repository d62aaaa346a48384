"""The summary of a review: the one comment that is rewritten at every push, and the check at the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from faultline.core.finding import Finding, Severity, by_severity
from faultline.core.report import Report, Status
from faultline.core.results.review import Reading, ReviewResult
from faultline.engine.render.untrusted import one_line, plain, plural
from faultline.service.github.answers import Annotation
from faultline.service.github.plans import Check, Known, PlannedComment, Sorted
from faultline.service.github.writing import MAX_COMMENT, WORDS, mark, paragraph, place, sentence

ROWS = 40
"""Findings in the table; the check's annotations and the report hold the rest."""
LINES = 10
ANNOTATIONS = 200
HELP = (
    "<sub>`/faultline review` looks again, `/faultline ignore RULE [reason]` tells a rule no more, "
    "`/faultline help` says more.</sub>"
)
_LEVELS: dict[Severity, Literal["notice", "warning", "failure"]] = {
    Severity.CRITICAL: "failure",
    Severity.HIGH: "failure",
    Severity.MEDIUM: "warning",
}


def summary_of(
    report: Report, result: ReviewResult, found: Sorted, notes: Sequence[str], details_url: str | None
) -> str:
    """The comment's Markdown."""
    told = found.told
    blocks = [f"### Faultline: {counted(told)}", _opening(report, result, found)]
    blocks += _table(found, told)
    blocks += _fixed(found.fixed)
    blocks += _unsaid(report, result, found, notes)
    if details_url:
        blocks.append(f"[The whole report]({details_url})")
    blocks.append(HELP)
    body = "\n\n".join(block for block in blocks if block)
    if len(body) > MAX_COMMENT:
        cut = body[: MAX_COMMENT - 200].rpartition("\n")[0]
        # A fold that was cut open must not swallow what follows.
        body = cut + "\n\n</details>" * (cut.count("<details>") - cut.count("</details>")) + f"\n\n{HELP}"
    return f"{body}\n\n{mark('summary')}"


def without(summary: str, refused: Sequence[PlannedComment]) -> str:
    """The summary with findings whose comments GitHub did not take."""
    if not refused:
        return summary
    lines = "\n".join(f"- {_row_words(each.finding)}" for each in refused[:ROWS])
    body = summary.rpartition("\n\n")[0]
    return f"{body}\n\nGitHub takes no comment at the lines of these:\n\n{lines}\n\n{mark('summary')}"


def check_of(
    report: Report, result: ReviewResult, found: Sorted, fail_on: Severity | None, details_url: str | None
) -> Check:
    """The check at the commit."""
    told = found.told
    if fail_on is not None and any(each.severity.at_least(fail_on) for each in told):
        conclusion = "failure"
    elif told or report.status is Status.PARTIAL:
        conclusion = "neutral"
    else:
        conclusion = "success"
    unread = sum(each.reading is Reading.UNREAD for each in result.files)
    words = [_opening(report, result, found)]
    if unread:
        words.append(f"{plural(unread, 'file')} could not be read.")
    return Check(
        title=one_line(counted(told), 200),
        summary="\n\n".join(word for word in words if word),
        conclusion=conclusion,
        annotations=tuple(_annotation(each) for each in told if each.location)[:ANNOTATIONS],
        details_url=details_url,
    )


def counted(findings: Iterable[Finding]) -> str:
    """How many there are, by severity."""
    told = list(findings)
    return f"{plural(len(told), 'finding')} ({by_severity(told)})" if told else "nothing found"


def _opening(report: Report, result: ReviewResult, found: Sorted) -> str:
    read = [each for each in result.files if each.reading in (Reading.WHOLE, Reading.PART)]
    added, removed = sum(each.added for each in read), sum(each.removed for each in read)
    words = [f"{plural(len(read), 'file')} reviewed, +{added:,} -{removed:,} lines."]
    news = len(found.news) + len(found.elsewhere) + len(found.beyond)
    if news or found.open:
        words.append(f"{news:,} new, {len(found.open):,} open since earlier.")
    if found.fixed:
        words.append(f"{len(found.fixed):,} fixed.")
    if report.status is Status.PARTIAL:
        failed = [run.agent for run in report.agent_runs if run.status == "failed"]
        words.append(f"Not all agents could look: {', '.join(failed) or 'some'} failed.")
    return " ".join(words)


def _table(found: Sorted, told: Sequence[Finding]) -> list[str]:
    if not told:
        return []
    why = {each.fingerprint: "new" for each in told}
    why |= {each.fingerprint: "open" for each in found.open}
    why |= {each.fingerprint: "new, outside of the diff" for each in found.elsewhere}
    why |= {each.fingerprint: "new, not commented" for each in found.beyond}
    rows = ["| Severity | Finding | Where | |", "|---|---|---|---|"]
    for each in told[:ROWS]:
        at = place(each.location.path, each.location.start_line) if each.location else ""
        rows.append(f"| {WORDS[each.severity]} | {sentence(each.title)} | {at} | {why[each.fingerprint]} |")
    more = f"... and {len(told) - ROWS:,} more." if len(told) > ROWS else ""
    return ["\n".join(rows), more]


def _fixed(fixed: Sequence[Known]) -> list[str]:
    if not fixed:
        return []
    lines = [f"- {paragraph(each.title or each.rule_id or 'a finding')} {place(each.path)}" for each in fixed[:LINES]]
    return [_folded(f"{len(fixed):,} fixed", lines, len(fixed))]


def _unsaid(report: Report, result: ReviewResult, found: Sorted, notes: Sequence[str]) -> list[str]:
    blocks = []
    if silent := len(found.muted) + len(result.suppressed):
        by = Counter(each.by for each in result.suppressed)
        by["this repository's choice"] += len(found.muted)
        words = ", ".join(f"{count:,} by {sentence(who)}" for who, count in sorted(by.items()) if count)
        blocks.append(f"{silent:,} not told: {words}.")
    unread = [each for each in result.files if each.reading in (Reading.UNREAD, Reading.PART)]
    if unread:
        lines = [f"- {place(each.path)}: {sentence(each.reason or each.reading)}" for each in unread[:LINES]]
        blocks.append(_folded(f"{plural(len(unread), 'file')} not or not wholly read", lines, len(unread)))
    said = [*result.left_out, *notes, *report.notes]
    if said:
        blocks.append(_folded("Left out", [f"- {paragraph(each)}" for each in said[:LINES]], len(said)))
    return blocks


def _folded(title: str, lines: Sequence[str], count: int) -> str:
    more = [f"- ... and {count - len(lines):,} more"] if count > len(lines) else []
    return "\n".join([f"<details><summary>{title}</summary>", "", *lines, *more, "", "</details>"])


def _row_words(finding: Finding) -> str:
    at = f" {place(finding.location.path, finding.location.start_line)}" if finding.location else ""
    return f"{WORDS[finding.severity]}: {sentence(finding.title)}{at}"


def _annotation(finding: Finding) -> Annotation:
    at = finding.location
    assert at
    words = [plain(each).strip() for each in (finding.description, finding.suggested_fix) if each]
    return Annotation(
        path=at.path,
        start_line=at.start_line,
        end_line=max(at.start_line, at.end_line),
        level=_LEVELS.get(finding.severity, "notice"),
        title=one_line(f"{finding.title} ({finding.rule_id})", 200),
        message="\n\n".join(words)[:4_000] or finding.title,
    )
