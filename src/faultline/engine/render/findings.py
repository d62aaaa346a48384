"""What the views of several kinds show of findings in the same way, to a terminal and in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from faultline.core.finding import Finding, Severity
from faultline.core.report import Report
from faultline.core.results.suppressed import Suppressed
from faultline.engine.render import markup
from faultline.engine.render.excerpts import MAX_COLUMNS, MAX_LINES, Row
from faultline.engine.render.lines import EMPTY, STYLES, Line, labelled
from faultline.engine.render.untrusted import one_line, plain, plural, span

MAX_PLACES: Final = 5
"""Of a finding that shows at many."""
MAX_BLOCKS: Final = 60
"""Findings that a summary tells in full; a comment on GitHub has room for 65,536 characters."""
MAX_CHARACTERS: Final = 50_000
_OPEN: Final = (Severity.CRITICAL, Severity.HIGH)
_AGENTS: Final = (
    *("security", "logic", "performance", "architecture", "style"),
    *("resilience", "contract", "consistency", "evolution"),
)


def place(finding: Finding) -> str:
    """Where the finding is, as `path:12-14`; empty without a location."""
    at = finding.location
    return f"{one_line(at.path)}:{span(at.start_line, at.end_line)}" if at else ""


def names(finding: Finding) -> str:
    """What a finding goes by: its rule, its weaknesses, and how sure it is."""
    return one_line(", ".join((finding.rule_id, *finding.cwe[:2], f"{finding.confidence:.0%} sure")))


def heading(finding: Finding) -> Line:
    """The styled line that a finding begins with."""
    return [
        (f"{finding.severity.upper()}", STYLES[finding.severity]),
        (f" {one_line(finding.title)}", "bold"),
        (f"  {names(finding)}", "dim"),
    ]


def reasons(finding: Finding) -> Iterator[Line]:
    """Styled lines: why it is one, and what to do."""
    if finding.description:
        yield from labelled("why", finding.description)
    if finding.suggested_fix:
        yield from labelled("fix", finding.suggested_fix, "green")


def replacement(finding: Finding) -> list[str]:
    """The lines that the edits of a finding put in, as many as are shown."""
    told = [plain(edit.replacement) for edit in finding.edits if edit.replacement is not None]
    return [line[:MAX_COLUMNS] for line in "\n".join(told).split("\n")[:MAX_LINES]] if told else []


def block(finding: Finding, shown: Iterable[str]) -> Iterator[str]:
    """Markdown blocks that open: what a finding says, what its kind shows of it, and what mends it."""
    opened = " open" if finding.severity in _OPEN else ""
    where = f" <code>{markup.html(place(finding))}</code>" if finding.location else ""
    yield f"<details{opened}><summary><b>{finding.severity}: {markup.html(finding.title)}</b>{where}</summary>"
    if finding.description:
        yield markup.prose(finding.description)
    yield from shown
    if finding.suggested_fix:
        yield f"**Fix:** {markup.prose(finding.suggested_fix)}"
    if finding.proven:
        yield "*Proven: applied, the file parses, this finding is gone and none has come.*"
        if lines := replacement(finding):
            yield markup.fence([Row(None, line) for line in lines])
    weaknesses = "".join(f", {markup.prose(cwe)}" for cwe in finding.cwe)
    yield f"{markup.code(finding.rule_id)}{weaknesses}, {finding.confidence:.0%} sure"
    yield "</details>"


def fitting(told: Iterable[Iterable[str]], count: int) -> Iterator[str]:
    """The blocks of the first findings, as many as have room, and how many of `count` have none."""
    left, shown = MAX_CHARACTERS, 0
    for each in islice(told, MAX_BLOCKS):
        blocks = list(each)
        left -= sum(len(block) + 2 for block in blocks)
        if left < 0:
            break
        shown += 1
        yield from blocks
    if shown < count:
        yield f"*{plural(count - shown, 'more finding')} not shown here.*"


def closing_lines(report: Report, remarks: Iterable[str], asides: Iterable[str]) -> Iterator[Line]:
    """Styled lines behind the findings: what could not be looked at, and what is not told."""
    for number, remark in enumerate(remarks):
        if not number and report.findings:
            yield EMPTY
        yield [(f"  ! {remark}", "yellow")]
    for aside in asides:
        yield [(f"  {aside}", "dim")]


def closing_blocks(remarks: Iterable[str], asides: Iterable[str]) -> Iterator[str]:
    """The same as Markdown blocks."""
    for remark in remarks:
        yield f"> **Incomplete:** {markup.prose(remark)}"
    for aside in asides:
        yield f"*{markup.prose(aside)}*"


def kept_back(suppressed: Sequence[Suppressed]) -> Iterator[str]:
    """How many findings are suppressed by what; nothing where none is."""
    if suppressed:
        by = Counter(one_line(each.by, 40) for each in suppressed)
        told = ", ".join(f"{count} by {name}" for name, count in sorted(by.items()))
        yield f"{plural(len(suppressed), 'finding')} suppressed: {told}"


def table(findings: Iterable[Finding]) -> str:
    """A Markdown table: how many findings of which severity each agent has."""
    found = Counter((each.severity, each.agent) for each in findings)
    agents = sorted({agent for _, agent in found}, key=lambda each: (each not in _AGENTS, _place(each), each))
    rows = [
        f"| {severity} | " + " | ".join(str(found[severity, agent] or "") for agent in agents) + " |"
        for severity in Severity
        if any(found[severity, agent] for agent in agents)
    ]
    head = "| | " + " | ".join(markup.prose(agent) for agent in agents) + " |"
    return "\n".join([head, "|---|" + "---:|" * len(agents), *rows])


def _place(agent: str) -> int:
    return _AGENTS.index(agent) if agent in _AGENTS else len(_AGENTS)


def places(finding: Finding, limit: int = MAX_PLACES) -> list[tuple[str, str]]:
    """The first places of a finding that shows at several, as `path:line` each with what stands there."""
    shown = finding.places[:limit] if len(finding.places) > 1 else ()
    return [(f"{one_line(each.path)}:{span(each.start_line, each.end_line)}", one_line(each.symbol)) for each in shown]


def more(finding: Finding, limit: int = MAX_PLACES) -> str:
    """How many places there are beside those, as in `and 295 more`; empty for none."""
    left = len(finding.places) - limit
    return f"and {left:,} more" if left > 0 and len(finding.places) > 1 else ""


def also(finding: Finding, limit: int = MAX_PLACES) -> str:
    """Where a finding shows beside its location, in a sentence; empty where it does not."""
    if len(finding.places) < 2:
        return ""
    rest = [where for where, _ in places(finding, limit)[1:]]
    if left := len(finding.places) - limit:
        rest += [plural(left, "more place")] if left > 0 else []
    return f"Also at {', '.join(rest[:-1])}{' and ' if len(rest) > 1 else ''}{rest[-1]}."
