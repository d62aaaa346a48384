"""What the views of several kinds say of findings in the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from faultline.core.finding import Finding, Severity
from faultline.engine.render import markup
from faultline.engine.render.untrusted import one_line, plural, span

MAX_PLACES: Final = 5
"""Of a finding that shows at many."""
_AGENTS: Final = (
    *("security", "logic", "performance", "architecture", "style"),
    *("resilience", "contract", "consistency", "evolution"),
)


def counts(findings: Iterable[Finding]) -> str:
    """How many findings of which severity, as in `1 high, 2 low`."""
    found = Counter(each.severity for each in findings)
    return ", ".join(f"{found[each]} {each}" for each in Severity if found[each])


def names(finding: Finding) -> str:
    """What a finding goes by: its rule, its weaknesses, and how sure it is."""
    return one_line(", ".join((finding.rule_id, *finding.cwe[:2], f"{finding.confidence:.0%} sure")))


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
