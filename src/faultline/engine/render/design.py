"""The view of a DesignResult: what was read, what dies with what, and the findings, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from faultline.core.finding import Finding, Severity
from faultline.core.report import Report
from faultline.core.results.design import DesignResult, Failure
from faultline.engine.render import markup
from faultline.engine.render.excerpts import MAX_COLUMNS, MAX_LINES, Row, of_finding
from faultline.engine.render.findings import more, names, places, table
from faultline.engine.render.generic import place, verdict
from faultline.engine.render.lines import EMPTY, STYLES, Line, evidence, joined, labelled, notes, troubles
from faultline.engine.render.untrusted import one_line, plain, plural

MAX_FAILURES: Final = 5
MAX_BLOCKS: Final = 60
"""Findings that a summary tells in full; a comment on GitHub has room for 65,536 characters."""
MAX_CHARACTERS: Final = 50_000
_OPEN: Final = (Severity.CRITICAL, Severity.HIGH)
_TOGETHER: Final = 3
"""Up to so many places are shown with their text: the statements of a contradiction."""
_COUNTED: Final = {"openapi": "operation", "markdown": "section"}


def text(report: Report) -> Iterator[Line]:
    """Styled lines for a terminal."""
    result = _result(report)
    yield [(one_line(report.artifact.name), "bold"), (f"  design: {verdict(report)}", "")]
    if result.documents:
        yield [(f"  {_extent(result)}", "dim")]
    if worst := _worst(result):
        yield EMPTY
        for sentence in worst:
            yield [(f"  {sentence}", "bold")]
    for finding in report.findings:
        yield EMPTY
        yield from _finding_lines(finding)
    remarks = list(_remarks(report))
    if remarks and report.findings:
        yield EMPTY
    for remark in remarks:
        yield [(f"  ! {remark}", "yellow")]
    for aside in _asides(result):
        yield [(f"  {aside}", "dim")]


def markdown(report: Report) -> Iterator[str]:
    """Markdown blocks: a table of counts, what dies with what, then each finding in a block that opens."""
    result = _result(report)
    yield f"### Design: {markup.prose(verdict(report))}"
    extent = f": {markup.prose(_extent(result))}" if result.documents else ""
    yield f"{markup.code(report.artifact.name)}{extent}"
    if report.findings:
        yield table(report.findings)
    if worst := _worst(result):
        yield "\n".join(f"- {markup.prose(sentence)}" for sentence in worst)
    left = MAX_CHARACTERS
    shown = 0
    for finding in report.findings[:MAX_BLOCKS]:
        blocks = list(_finding_blocks(finding))
        left -= sum(len(block) + 2 for block in blocks)
        if left < 0:
            break
        shown += 1
        yield from blocks
    if shown < len(report.findings):
        yield f"*{plural(len(report.findings) - shown, 'more finding')} not shown here.*"
    for remark in _remarks(report):
        yield f"> **Incomplete:** {markup.prose(remark)}"
    for aside in _asides(result):
        yield f"*{markup.prose(aside)}*"


def _result(report: Report) -> DesignResult:
    if report.result is None:  # nothing was there to look at
        return DesignResult()
    if not isinstance(report.result, DesignResult):
        raise TypeError("this view shows a DesignResult")
    return report.result


def _extent(result: DesignResult) -> str:
    """What was read, counted by kind."""
    kinds = Counter(each.kind for each in result.documents)
    told = []
    for kind, count in sorted(kinds.items()):
        inside = sum(each.operations + each.sections for each in result.documents if each.kind == kind)
        noun = _COUNTED.get(kind)
        told.append(f"{count:,} {one_line(kind)}" + (f" ({plural(inside, noun)})" if noun else ""))
    against = f", against {plural(len(result.against), 'older one')}" if result.against else ""
    system = f"; {plural(len(result.components), 'component')}, {plural(len(result.calls), 'call')}"
    return (
        f"{plural(len(result.documents), 'document')}{against}: {', '.join(told)}{system if result.components else ''}"
    )


def _worst(result: DesignResult) -> list[str]:
    """What dies with the components whose death takes the most along, a sentence each."""
    called = {each.id: each.name for each in result.components}
    # That its endpoints die with the only component that there is goes without saying.
    worst = [each for each in result.failures if each.components or (each.endpoints and len(called) > 1)]
    return [
        _failure(each, one_line(called.get(each.component, each.component), 60), len(result.components))
        for each in worst[:MAX_FAILURES]
    ]


def _failure(failure: Failure, name: str, components: int) -> str:
    if failure.endpoints and failure.radius:
        of = max(round(len(failure.endpoints) / failure.radius), len(failure.endpoints))
        dying = f"{len(failure.endpoints):,} of {plural(of, 'endpoint')}"
    else:
        others = max(components - 1, len(failure.components))
        dying = f"{len(failure.components):,} of {plural(others, 'other component')}"
    verb = "dies" if dying.startswith("1 ") else "die"
    suffer = (
        f", {len(failure.degraded):,} suffer{'s' if len(failure.degraded) == 1 else ''}" if failure.degraded else ""
    )
    return f"if {name} dies, {dying} {verb}{suffer}"


def _finding_lines(finding: Finding) -> Iterator[Line]:
    yield [
        (f"{finding.severity.upper()}", STYLES[finding.severity]),
        (f" {one_line(finding.title)}", "bold"),
        (f"  {names(finding)}", "dim"),
    ]
    if finding.location and not places(finding):
        symbol = f"  {one_line(finding.places[0].symbol)}" if finding.places else ""
        yield [(f"  {place(finding)}", "cyan"), (symbol, "dim")]
    texts = _texts(finding)
    for number, (where, symbol) in enumerate(places(finding)):
        yield [(f"  {where}", "cyan"), (f"  {symbol}" if symbol else "", "dim")]
        if texts:
            yield from evidence(texts[number])
    if left := more(finding):
        yield [(f"  {left}", "dim")]
    if not places(finding):
        yield from evidence(of_finding(finding))
    if finding.description:
        yield from labelled("why", finding.description)
    if finding.suggested_fix:
        yield from labelled("fix", finding.suggested_fix, "green")
    if finding.proven:
        for line in _replacement(finding):
            yield [("    + ", "green"), (line, "green")]


def _texts(finding: Finding) -> list[list[Row]]:
    """The lines of each place, where there are few and the evidence is exactly theirs; else nothing."""
    spans = [each.end_line - each.start_line + 1 for each in finding.places]
    if not 1 < len(spans) <= _TOGETHER or sum(spans) != len(finding.evidence):
        return []
    rows, at = [], 0
    for each, count in zip(finding.places, spans, strict=True):
        lines = finding.evidence[at : at + count]
        at += count
        rows.append(
            [Row(each.start_line + n, plain(line).expandtabs(4)[:MAX_COLUMNS], n == 0) for n, line in enumerate(lines)]
        )
    return rows


def _replacement(finding: Finding) -> list[str]:
    told = [plain(edit.replacement) for edit in finding.edits if edit.replacement is not None]
    return [line[:MAX_COLUMNS] for line in "\n".join(told).split("\n")[:MAX_LINES]] if told else []


def _finding_blocks(finding: Finding) -> Iterator[str]:
    opened = " open" if finding.severity in _OPEN else ""
    where = f" <code>{markup.html(place(finding))}</code>" if finding.location else ""
    yield f"<details{opened}><summary><b>{finding.severity}: {markup.html(finding.title)}</b>{where}</summary>"
    if finding.description:
        yield markup.prose(finding.description)
    if listed := list(_place_rows(finding)):
        yield "\n".join(listed)
    texts = _texts(finding)
    if rows := [row for rows in texts for row in rows] if texts else [] if listed else of_finding(finding):
        yield markup.fence(rows)
    if finding.suggested_fix:
        yield f"**Fix:** {markup.prose(finding.suggested_fix)}"
    if finding.proven:
        yield "*Proven: applied, the file parses, this finding is gone and none has come.*"
        if lines := _replacement(finding):
            yield markup.fence([Row(None, line) for line in lines])
    weaknesses = "".join(f", {markup.prose(cwe)}" for cwe in finding.cwe)
    yield f"{markup.code(finding.rule_id)}{weaknesses}, {finding.confidence:.0%} sure"
    yield "</details>"


def _place_rows(finding: Finding) -> Iterator[str]:
    for where, symbol in places(finding):
        yield f"- {markup.code(where)}" + (f" {markup.prose(symbol)}" if symbol else "")
    if left := more(finding):
        yield f"- {left}"


def _remarks(report: Report) -> Iterator[str]:
    """What could not be looked at, a sentence each; documents that share a reason share the sentence."""
    result = _result(report)
    reasons: dict[str, list[str]] = {}
    for document in result.documents:
        if document.reason:
            reasons.setdefault(one_line(document.reason, 600), []).append(document.path)
    yield from (f"{joined(paths, 5)}: {reason}" for reason, paths in reasons.items())
    yield from troubles(report)
    yield from (f"left out: {one_line(each, 600)}" for each in result.left_out)
    yield from notes(report)


def _asides(result: DesignResult) -> Iterator[str]:
    """What is not told, counted."""
    by: Sequence[tuple[str, int]] = sorted(Counter(one_line(each.by, 40) for each in result.suppressed).items())
    if by:
        told = ", ".join(f"{count} by {name}" for name, count in by)
        yield f"{plural(len(result.suppressed), 'finding')} suppressed: {told}"
