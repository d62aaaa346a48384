"""The view of a ReviewResult: the findings of a change, file by file, the worst first, and what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from faultline.core.finding import Finding, by_severity
from faultline.core.report import Report
from faultline.core.results.review import Reading, ReviewResult
from faultline.engine.render import markup
from faultline.engine.render.excerpts import Row, of_finding
from faultline.engine.render.findings import (
    block,
    closing_blocks,
    closing_lines,
    fitting,
    heading,
    kept_back,
    place,
    reasons,
    table,
)
from faultline.engine.render.generic import verdict
from faultline.engine.render.lines import EMPTY, Line, joined, labelled, notes, troubles
from faultline.engine.render.untrusted import one_line, plural

PROVEN: Final = "proven: --fix applies it"


def text(report: Report) -> Iterator[Line]:
    """Styled lines for a terminal."""
    result = _result(report)
    yield [(one_line(report.artifact.name), "bold"), (f"  review of {_extent(report, result)}: {verdict(report)}", "")]
    for path, findings in _by_file(report.findings):
        yield EMPTY
        yield [(path or "the whole change", "bold underline"), (f"  {by_severity(findings)}", "dim")]
        new = _new(result, path)
        for finding in findings:
            yield EMPTY
            yield from _finding_lines(finding, new)
    yield from closing_lines(report, _remarks(report), _asides(result))


def markdown(report: Report) -> Iterator[str]:
    """Markdown blocks: a table of counts, then each finding in a block that opens."""
    result = _result(report)
    yield f"### Review: {markup.prose(verdict(report))}"
    yield f"{markup.code(report.artifact.name)}, {markup.prose(_extent(report, result))}"
    if report.findings:
        yield table(report.findings)
    told = ((path, each) for path, findings in _by_file(report.findings) for each in findings)
    yield from fitting((block(each, _shown(each, _new(result, path))) for path, each in told), len(report.findings))
    yield from closing_blocks(_remarks(report), _asides(result))


def _result(report: Report) -> ReviewResult:
    if not isinstance(report.result, ReviewResult):
        raise TypeError("this view shows a ReviewResult")
    return report.result


def _extent(report: Report, result: ReviewResult) -> str:
    """How much was reviewed, and between what, where the name does not say it."""
    named = all(each in report.artifact.name for each in (result.base, result.head))
    told = "" if named else f", {one_line(result.base, 60)} to {one_line(result.head, 60)}"
    between = told if result.base and result.head else ""
    lines = (
        "" if result.whole else f", +{sum(f.added for f in result.files):,} -{sum(f.removed for f in result.files):,}"
    )
    return f"{plural(len(result.files), 'file')}{lines}{between}"


def _by_file(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings of each file in the order of their lines within a severity; the file with the worst one first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:  # ranked already
        groups.setdefault(finding.location.path if finding.location else "", []).append(finding)
    return [
        (one_line(path), sorted(group, key=lambda each: (each.severity.rank, _start(each), each.rule_id)))
        for path, group in groups.items()
    ]


def _start(finding: Finding) -> int:
    return finding.location.start_line if finding.location else 0


def _new(result: ReviewResult, path: str) -> list[range]:
    """The lines that the change brings."""
    spans = next((file.new for file in result.files if one_line(file.path) == path), ())
    return [range(span.start_line, span.end_line + 1) for span in spans]


def _finding_lines(finding: Finding, new: list[range]) -> Iterator[Line]:
    yield heading(finding)
    if finding.location:
        yield [(f"  {place(finding)}", "cyan")]
    yield from _code(of_finding(finding), new)
    yield from reasons(finding)
    if finding.proven:
        yield from labelled("" if finding.suggested_fix else "fix", PROVEN, "bold green")


def _code(rows: list[Row], new: list[range]) -> Iterator[Line]:
    """The lines behind their numbers; those that the change brings have a plus."""
    width = max((len(str(row.number)) for row in rows if row.number is not None), default=0)
    for row in rows:
        if row.note:
            yield [(f"    {'':>{width}}   {row.text}", "dim")]
        else:
            added = _added(row, new)
            number = "" if row.number is None else str(row.number)
            yield [
                ("  + " if added else "    ", "green"),
                (f"{number:>{width}} | ", "dim"),
                (row.text, "green" if added else ""),
            ]


def _added(row: Row, new: list[range]) -> bool:
    return row.number is not None and any(row.number in lines for lines in new)


def _shown(finding: Finding, new: list[range]) -> Iterator[str]:
    if rows := of_finding(finding):
        marked = [Row(row.number, row.text, _added(row, new), row.note) for row in rows]
        yield markup.fence(marked, "+")


def _remarks(report: Report) -> Iterator[str]:
    """What could not be looked at, a sentence each; files that share a reason share the sentence."""
    result = _result(report)
    reasons: dict[str, list[str]] = {}
    for file in result.files:
        if file.reading in (Reading.PART, Reading.UNREAD):
            words = "read in part" if file.reading is Reading.PART else "not read"
            reasons.setdefault(f"{words}: {one_line(file.reason or 'no reason is known')}", []).append(file.path)
    known = {one_line(f"{file.path}: {why}") for file in result.files for why in (file.reason or "").split("; ")}
    yield from (f"{joined(paths, 5)} {reason}" for reason, paths in reasons.items())
    yield from (each for each in troubles(report) if each.removeprefix("not read: ") not in known)
    yield from (f"left out: {one_line(each)}" for each in result.left_out)
    yield from notes(report)


def _asides(result: ReviewResult) -> Iterator[str]:
    """What is not told, counted."""
    yield from kept_back(result.suppressed)
    skipped = Counter(one_line(file.reason or "", 60) for file in result.files if file.reading is Reading.SKIPPED)
    if skipped:
        told = ", ".join(f"{count} {reason}".strip() for reason, count in sorted(skipped.items()))
        yield f"{plural(sum(skipped.values()), 'file')} skipped: {told}"
