"""The view of a DesignResult: what was read, what dies with what, and the findings, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from faultline.core.finding import Finding
from faultline.core.report import Report
from faultline.core.results.design import DesignResult, Failure
from faultline.engine.render import markup
from faultline.engine.render.excerpts import MAX_COLUMNS, Row, of_finding
from faultline.engine.render.findings import (
    block,
    closing_blocks,
    closing_lines,
    fitting,
    heading,
    kept_back,
    more,
    place,
    places,
    reasons,
    replacement,
    table,
)
from faultline.engine.render.generic import verdict
from faultline.engine.render.lines import EMPTY, Line, evidence, joined, notes, troubles
from faultline.engine.render.untrusted import one_line, plain, plural

MAX_FAILURES: Final = 5
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
    yield from closing_lines(report, _remarks(report), kept_back(result.suppressed))


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
    yield from fitting((block(each, _shown(each)) for each in report.findings), len(report.findings))
    yield from closing_blocks(_remarks(report), kept_back(result.suppressed))


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
    yield heading(finding)
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
    yield from reasons(finding)
    if finding.proven:
        for line in replacement(finding):
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


def _shown(finding: Finding) -> Iterator[str]:
    """The places of a finding, and its lines."""
    if listed := list(_place_rows(finding)):
        yield "\n".join(listed)
    texts = _texts(finding)
    if rows := [row for rows in texts for row in rows] if texts else [] if listed else of_finding(finding):
        yield markup.fence(rows)


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
