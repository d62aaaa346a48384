"""From a report to what stands at the pull request, and to what is remembered of it.

What is posted carries markers by which it is found again, so a worker that dies between posting and recording leaves
nothing behind that the next one would post twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from time import perf_counter

from faultline.core.finding import Finding, Severity
from faultline.core.report import Report
from faultline.core.results.review import ReviewResult
from faultline.engine.stored import parse
from faultline.platform.database import Tenant, UnitOfWork
from faultline.platform.jobs.lease import Lease
from faultline.service.analyses.service import Analyses
from faultline.service.analyses.states import Status
from faultline.service.analyses.tables import Analysis
from faultline.service.github.comments import Known, plan
from faultline.service.github.posting import post
from faultline.service.parts import Parts
from faultline.service.reviews import states
from faultline.service.reviews.feedback import Feedback, precision
from faultline.service.reviews.ledger import Difference, FindingState, Ledger, compare
from faultline.service.reviews.states import LOOK_AGAIN, ReviewStatus
from faultline.service.reviews.step import Ended, Held, Step, place_of
from faultline.service.reviews.store import ReviewStore
from faultline.service.reviews.tables import Review, ReviewFinding

AFTER_ANOTHER = timedelta(seconds=1)
"""How long a review waits while an older one of the same pull request is posted."""
ENOUGH_DECIDED = 3
"""So many findings of a rule are decided before its comments say how often it was right."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a review says, against what was known."""

    report: Report
    rows: Mapping[str, ReviewFinding]
    muted: frozenset[str]
    remarks: Mapping[str, str]


async def publish(parts: Parts, review: Review, lease: Lease) -> Step:
    """Post what an analysis has found.

    Raises:
        Ended: the analysis has come to nothing.
        Held: it is not done, or an older review is being posted.

    """
    start = perf_counter()
    place = await place_of(parts, review)
    async with parts.database.unit(Tenant(review.tenant_id), write=False) as unit:
        # Its comments may be on their way to GitHub: whoever looked for them now would post them a second time.
        if await ReviewStore(unit.session).is_being_posted(review):
            raise Held(AFTER_ANOTHER)
    analysis, report = await report_of(parts, review)
    if not isinstance(report.result, ReviewResult):
        raise Ended("nothing-to-review", report.summary, ReviewStatus.CANCELLED)
    found = await _found(parts, review, report, Severity(place.repository.minimum_severity))
    planned = plan(
        found.report,
        [_known(row) for row in found.rows.values()],
        place.repository.comment_budget,
        found.muted,
        remarks=found.remarks,
        notes=review.details.get("left_out", ()),
        details_url=_details_url(parts, review),
    )
    posted = await post(place.installation, place.name, review.number, review.head_sha, planned)
    parts.metrics.github_call("posted")
    publish_ms = round((perf_counter() - start) * 1000)

    async def write(unit: UnitOfWork, now: datetime) -> str:
        ledger = Ledger(unit, parts, review.repository_id, review.number)
        await ledger.queue_up()
        await states.check(unit, lease)
        rows = await ledger.rows()
        audible = [each for each in found.report.findings if each.rule_id not in found.muted or _kept(rows, each)]
        difference = compare(rows, audible, [each.fingerprint for each in planned.fixed])
        await ledger.record(review, difference, comments=posted.comments, shown=planned.told, now=now)
        stats = review.stats | _stats(found.report.findings, difference, len(planned.comments), analysis, publish_ms)
        await states.complete(
            unit,
            lease,
            now,
            stats=stats,
            posted_review_id=posted.review_id,
            summary_comment_id=posted.summary_id,
            check_run_id=posted.check_run_id or review.check_run_id,
        )
        unit.after_commit(lambda: _count(parts, found.report.findings))
        return ReviewStatus.COMPLETED

    return write


async def report_of(parts: Parts, review: Review) -> tuple[Analysis, Report]:
    """The analysis that a review waited for, and its report.

    Raises:
        Ended: it has none.
        Held: it is not done.

    """
    if review.analysis_id is None:
        raise Ended("analysis-gone", "the analysis of this review was removed; try again")
    async with parts.database.unit(Tenant(review.tenant_id), write=False) as unit:
        analyses = Analyses(unit, parts)
        analysis = await analyses.get(review.analysis_id)
        status = Status(analysis.status)
        if not status.is_final:
            raise Held(LOOK_AGAIN)
        if analysis.report_id is None:
            detail = analysis.error_detail or f"the analysis was {status.value}"
            raise Ended(analysis.error_code or f"analysis-{status.value}", detail)
        data = await analyses.report_json(analysis)
    return analysis, parse(data)


async def _found(parts: Parts, review: Review, report: Report, least: Severity) -> Findings:
    """What is to be told: all that is bad enough, and what the ledger has, however bad."""
    async with parts.database.unit(Tenant(review.tenant_id), write=False) as unit:
        rows = await Ledger(unit, parts, review.repository_id, review.number).rows()
        feedback = Feedback(unit, parts, review.repository_id)
        muted = await feedback.muted()
        remarks = {}
        for row in await feedback.some(sorted({finding.rule_id for finding in report.findings})):
            share, decided = precision(row), row.accepted + row.ignored + row.false_positive
            if share is not None and decided >= ENOUGH_DECIDED:
                remarks[row.rule_id] = f"here {row.accepted} of {decided} such findings were fixed"
    kept = tuple(each for each in report.findings if each.severity.at_least(least) or _kept(rows, each))
    # A rule that somebody ignored at this pull request is silent in what is pushed there later, too.
    patterns = review.details.get("ignored_rules", ())
    muted |= {each.rule_id for each in report.findings if any(fnmatchcase(each.rule_id, one) for one in patterns)}
    return Findings(report.model_copy(update={"findings": kept}), rows, muted, remarks)


def _kept(rows: Mapping[str, ReviewFinding], finding: Finding) -> bool:
    return finding.fingerprint in rows


def _known(row: ReviewFinding) -> Known:
    state = FindingState(row.state)
    return Known(
        row.fingerprint,
        state.value if state in (FindingState.OPEN, FindingState.FIXED) else "ignored",
        row.comment_id,
        row.path or "",
        row.line,
        told=row.shown,
        rule_id=row.rule_id,
        agent=row.agent,
        title=row.title,
    )


def _details_url(parts: Parts, review: Review) -> str | None:
    address = parts.settings.public_url
    return f"{str(address).rstrip('/')}/v1/reviews/{review.id}" if address else None


def _stats(
    findings: Iterable[Finding], difference: Difference, comments: int, analysis: Analysis, publish_ms: int
) -> dict[str, object]:
    findings = list(findings)
    return {
        "findings": len(findings),
        "severities": dict(Counter(each.severity.value for each in findings)),
        "agents": dict(Counter(each.agent for each in findings)),
        "new": len(difference.new),
        "known": len(difference.known),
        "silent": len(difference.silent),
        "fixed": len(difference.gone),
        "comments": comments,
        "cached": analysis.cached,
        "analyze_ms": round(
            ((analysis.finished_at or analysis.created_at) - analysis.created_at).total_seconds() * 1e3
        ),
        "publish_ms": publish_ms,
    }


def _count(parts: Parts, findings: Iterable[Finding]) -> None:
    for finding in findings:
        parts.metrics.review_finding(finding.agent, finding.severity.value)
