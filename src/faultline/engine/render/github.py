"""The `github` format: workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from faultline.core.finding import Finding, Severity
from faultline.engine.pipeline import Outcome
from faultline.engine.render.findings import also
from faultline.engine.render.generic import verdict
from faultline.engine.render.lines import notes, troubles
from faultline.engine.render.untrusted import one_line, plain, plural

MAX_A_LEVEL = 10
"""GitHub shows 10 errors, 10 warnings and 10 notices a step, and drops the rest without a word."""
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning"}


def render(outcomes: Iterable[Outcome], out: TextIO) -> None:
    """Write a plain line for each report and one annotation for each finding, as many as GitHub shows."""
    written: Counter[str] = Counter()
    left_out = 0
    for outcome in outcomes:
        report = outcome.report
        out.write(f"faultline: {_inert(report.artifact.name)}: {_inert(verdict(report))}\n")
        for remark in (*troubles(report), *notes(report)):
            out.write(f"faultline: {_inert(report.artifact.name)}: {_inert(remark)}\n")
        for finding in report.findings:
            level = LEVELS.get(finding.severity, "notice")
            written[level] += 1
            if written[level] > MAX_A_LEVEL:
                left_out += 1
            else:
                out.write(_command(level, finding))
        out.flush()
    if left_out:
        out.write(
            f"faultline: {plural(left_out, 'more finding')} not shown: a step has room for {MAX_A_LEVEL} a level\n"
        )


def _command(level: str, finding: Finding) -> str:
    properties = []
    if finding.location:
        properties.append(f"file={_property(finding.location.path)}")
        properties.append(f"line={finding.location.start_line},endLine={finding.location.end_line}")
    properties.append(f"title={_property(finding.title)}")
    fix = f"Fix: {finding.suggested_fix}" if finding.suggested_fix else ""
    told = (finding.description or finding.title, *finding.evidence[:10], also(finding), fix)
    message = "\n".join(part for part in told if part)
    return f"::{level} {','.join(properties)}::{_data(plain(message))}\n"


def _data(text: str) -> str:
    """Escape as the runner's own toolkit does: a message keeps its lines."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


def _inert(text: str) -> str:
    """One line in which the runner sees no command: the older form `##[...]` counts anywhere in a line."""
    return one_line(text).replace("##[", "## [")
