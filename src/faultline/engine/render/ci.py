"""The view of a CiDiagnosis: the verdict, the lines that show it, the fix, and where to look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from faultline.core.finding import Severity
from faultline.core.report import Report
from faultline.core.results.ci import Category, CiDiagnosis, Explanation
from faultline.engine.render import generic, markup
from faultline.engine.render.excerpts import Row, of_excerpts
from faultline.engine.render.lines import EMPTY, STYLES, Line, evidence, joined, labelled
from faultline.engine.render.untrusted import one_line, plural, span


def text(report: Report) -> Iterator[Line]:
    """Styled lines for a terminal."""
    diagnosis, severity = _diagnosis(report), _severity(report)
    sure = f"  {diagnosis.confidence:.0%} sure" if report.findings else ""
    yield [
        (one_line(report.artifact.name), "bold"),
        ("  ", ""),
        (_heading(diagnosis), STYLES[severity]),
        (f": {_title(report)}", "bold"),
        (sure, "dim"),
    ]
    if facts := _facts(diagnosis):
        yield [("  " + facts, "")]
    if rows := _rows(report):
        yield EMPTY
        yield from evidence(rows)
        yield EMPTY
    if diagnosis.failed_tests:
        yield from labelled("failed", joined(diagnosis.failed_tests))
    if told := diagnosis.explanation:
        yield from labelled("why", _words(told))
        yield from labelled("", _origin(told), "dim")
    if diagnosis.suggested_fix:
        yield from labelled("fix", diagnosis.suggested_fix, "green")
        if told and told.fix:
            yield from labelled("", _proposed(told), "dim")
    if diagnosis.evidence:
        yield from labelled("look at", _where(report), "cyan")
    if diagnosis.cascade:
        yield from labelled("ignore", _cascade(diagnosis), "dim")
    yield from generic.finding_lines(report.findings[1:])
    yield from generic.remark_lines(report)


def markdown(report: Report) -> Iterator[str]:
    """Markdown blocks."""
    diagnosis = _diagnosis(report)
    sure = f" ({diagnosis.confidence:.0%} sure)" if report.findings else ""
    yield f"### {markup.prose(_heading(diagnosis))}: {markup.prose(_title(report))}"
    facts = _facts(diagnosis)
    yield f"{markup.code(report.artifact.name)}{sure}" + (f", {markup.prose(facts)}" if facts else "")
    if rows := _rows(report):
        yield markup.fence(rows)
    if diagnosis.failed_tests:
        yield f"**Failed tests:** {markup.prose(joined(diagnosis.failed_tests))}"
    if told := diagnosis.explanation:
        yield f"**Why:** {markup.prose(_words(told))} *({markup.prose(_origin(told))})*"
    if diagnosis.suggested_fix:
        by = f" *({markup.prose(_proposed(told))})*" if told and told.fix else ""
        yield f"**Fix:** {markup.prose(diagnosis.suggested_fix)}{by}"
    if diagnosis.evidence:
        yield f"**Look at:** {markup.code(_where(report))}"
    if diagnosis.cascade:
        yield f"*Ignore {markup.prose(_cascade(diagnosis))}*"
    yield from generic.finding_blocks(report.findings[1:])
    yield from generic.remark_blocks(report)


def _diagnosis(report: Report) -> CiDiagnosis:
    if not isinstance(report.result, CiDiagnosis):
        raise TypeError("this view shows a CiDiagnosis")
    return report.result


def _severity(report: Report) -> Severity:
    return report.findings[0].severity if report.findings else Severity.INFO


def _heading(diagnosis: CiDiagnosis) -> str:
    if diagnosis.category is not Category.UNKNOWN:
        return f"{diagnosis.category.replace('-', ': ')} failure"
    return {True: "failed", False: "passed", None: "no verdict"}[diagnosis.failed]


def _title(report: Report) -> str:
    return one_line(report.findings[0].title if report.findings else report.summary)


def _facts(diagnosis: CiDiagnosis) -> str:
    facts = []
    if diagnosis.failing_step:
        facts.append(f'step "{one_line(diagnosis.failing_step, 120)}"')
    if diagnosis.tool:
        facts.append(f"by {one_line(diagnosis.tool, 60)}")
    if diagnosis.exit_code is not None:
        facts.append(f"exit code {diagnosis.exit_code}")
    if diagnosis.provider and facts:
        facts.append(f"on {one_line(diagnosis.provider, 60)}")
    return ", ".join(facts)


def _words(told: Explanation) -> str:
    return f"{told.cause or ''} {told.text}".strip()


def _origin(told: Explanation) -> str:
    return f"written by {one_line(told.model, 80)} from {_lines(told.lines)}"


def _proposed(told: Explanation) -> str:
    return f"proposed by {one_line(told.model, 80)} from {_lines(told.fix_lines)}; check it before you run it"


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'s' if len(numbers) > 1 else ''} {joined(map(str, numbers))}"


def _rows(report: Report) -> list[Row]:
    return of_excerpts(_diagnosis(report).evidence)


def _where(report: Report) -> str:
    """Where the evidence stands, as `build.log:1234-1250, 1300`; a member of an archive is named after it."""
    diagnosis = _diagnosis(report)
    log = one_line(report.artifact.name) + (f" > {one_line(diagnosis.log)}" if diagnosis.log else "")
    return f"{log}:{joined((span(part.start_line, part.end_line) for part in diagnosis.evidence), 5)}"


def _cascade(diagnosis: CiDiagnosis) -> str:
    spans = joined((span(part.start_line, part.end_line) for part in diagnosis.cascade), 5)
    return f"{plural(len(diagnosis.cascade), 'later error')} that followed from this (at {spans})"
