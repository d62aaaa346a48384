"""What is said at a pull request about a report; pure, so that it can be planned again after a crash.

A comment at a line is written only where the finding is new to this pull request, the diff shows its lines, and the
budget has room; the most severe ones first. Everything else stands in the summary, which is one comment that is
rewritten at every push.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from faultline.core.errors import UsageError
from faultline.core.finding import Finding, Severity
from faultline.core.report import Report, Status
from faultline.core.results.review import Reading, ReviewResult
from faultline.service.github.anchors import anchor, single_edit
from faultline.service.github.answers import InlineComment
from faultline.service.github.plans import Check, Known, Plan, PlannedComment, Sorted, worst
from faultline.service.github.summary import check_of, summary_of
from faultline.service.github.writing import headline, mark, paragraph, suggestion

__all__ = ["BUDGET", "Check", "Known", "Plan", "PlannedComment", "plan"]

BUDGET = 10
"""New comments at lines, of one push."""
NO_REMARKS: Mapping[str, str] = MappingProxyType({})
IGNORED = "ignored"
OPEN = "open"


def plan(
    report: Report,
    ledger: Sequence[Known] = (),
    budget: int = BUDGET,
    muted: Collection[str] = (),
    *,
    remarks: Mapping[str, str] = NO_REMARKS,
    notes: Sequence[str] = (),
    fail_on: Severity | None = Severity.HIGH,
    details_url: str | None = None,
) -> Plan:
    """Say what is new, what is fixed and what there is.

    Args:
        report: of kind `review`, of the pull request as a whole.
        ledger: what is known of this pull request.
        budget: how many new comments at lines at most, the most severe first.
        muted: rules, and fingerprints, that are not told.
        remarks: by rule, a sentence about it: how often it was right in this repository.
        notes: what could not be fetched, in a sentence each.
        fail_on: the check fails from this severity on; None never.
        details_url: where the whole report is to be read.

    Raises:
        UsageError: it is a report of another kind.

    """
    result = report.result
    if not isinstance(result, ReviewResult):
        raise UsageError("only a report of kind `review` can be told at a pull request")
    found = sort(report, result, ledger, budget, muted, remarks)
    return Plan(
        comments=found.news,
        fixed=found.fixed,
        summary=summary_of(report, result, found, notes, details_url),
        check=check_of(report, result, found, fail_on, details_url),
        told=frozenset(each.fingerprint for each in found.told),
    )


def sort(
    report: Report,
    result: ReviewResult,
    ledger: Sequence[Known],
    budget: int,
    muted: Collection[str],
    remarks: Mapping[str, str],
) -> Sorted:
    """Decide what becomes of each finding; the arguments are those of `plan`."""
    known = {each.fingerprint: each for each in ledger}
    files = {each.path: each for each in result.files}
    news: list[PlannedComment] = []
    elsewhere, beyond, still, silent = [], [], [], []
    seen: set[str] = set()
    for finding in sorted(report.findings, key=worst):
        before = known.get(finding.fingerprint)
        ignored = before is not None and before.state == IGNORED
        if finding.fingerprint in seen:
            continue
        seen.add(finding.fingerprint)
        if ignored or finding.rule_id in muted or finding.fingerprint in muted:
            silent.append(finding)
        elif before is not None and before.state == OPEN and before.told:
            still.append(finding)
        elif (span := anchor(finding, files.get(finding.location.path if finding.location else ""))) is None:
            elsewhere.append(finding)
        elif len(news) >= budget or finding.severity is Severity.INFO:
            beyond.append(finding)
        else:
            start = span.start_line if span.start_line < span.end_line else None
            assert finding.location
            body = comment_body(finding, remarks.get(finding.rule_id), span.start_line, span.end_line)
            news.append(PlannedComment(finding, InlineComment(finding.location.path, span.end_line, body, start)))
    fixed = [each for each in ledger if each.state == OPEN and each.fingerprint not in seen]
    return Sorted(
        news=tuple(news),
        elsewhere=tuple(elsewhere),
        beyond=tuple(beyond),
        open=tuple(still),
        muted=tuple(silent),
        fixed=tuple(each for each in fixed if _was_looked_at(each, report, result)),
    )


def comment_body(finding: Finding, remark: str | None, start: int, end: int) -> str:
    """The comment of a finding, for lines `start` to `end`."""
    parts = [headline(finding)]
    if finding.description:
        parts.append(paragraph(finding.description))
    if finding.suggested_fix:
        parts.append(f"**What to do:** {paragraph(finding.suggested_fix)}")
    edit = single_edit(finding)
    if edit is not None and (edit.start_line, edit.end_line) == (start, end):
        if fence := suggestion(edit.replacement):
            parts.append(fence)
    elif finding.proven and finding.edits:
        parts.append("A change that mends it is known; `faultline review --fix` makes it.")
    words = [f"Confidence {finding.confidence:.0%}."]
    if remark:
        words.append(paragraph(remark))
    words.append(f"Answer `/faultline ignore {finding.rule_id}` to hear no more of this rule here.")
    parts.append(f"<sub>{' '.join(words)}</sub>")
    parts.append(mark("finding", finding.fingerprint))
    return "\n\n".join(parts)


def _was_looked_at(known: Known, report: Report, result: ReviewResult) -> bool:
    """Whether a finding that is not in the report is gone: what nobody could look at may still be there."""
    failed = {run.agent for run in report.agent_runs if run.status == "failed"}
    if report.status is Status.SKIPPED or (failed and (not known.agent or known.agent in failed)):
        return False
    file = next((each for each in result.files if known.path in (each.path, each.old_path)), None)
    if file is None:
        return not result.left_out  # the change does not touch it any more
    gone = file.change == "deleted"
    return gone or file.reading in (Reading.WHOLE, Reading.SKIPPED)
