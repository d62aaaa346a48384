"""Remarks: what a brief about findings shows, and what becomes of what a model says of them.

A problem that only a model sees is at most `high`, its rule is `AGENT/model`, and it says who said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from faultline.core.finding import Finding, Location, Severity, fingerprint
from faultline.core.model import Brief, Cited, Evidence
from faultline.core.results.suppressed import Suppressed

MAX_FINDINGS: Final = 7
"""In one brief; more have no room among the facts."""
MAX_SPAN: Final = 10
"""Lines that a model's problem shows."""
MAX_TITLE: Final = 120
MAX_TEXT: Final = 600
"""Characters of what a model says that are kept."""
TRUST: Final = 0.5
"""Confidence of what only a model says."""


@dataclass(slots=True)
class Sheet:
    """What one brief shows: numbered lines, facts, and the findings in their order."""

    evidence: list[Evidence] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, finding: Finding, at: int | None) -> None:
        """Add a finding to the facts, if there is room; `at` is the number of its line, if it is shown."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)
            where = f"line {at}" if at is not None else "a line not shown"
            self.facts[f"finding {len(self.findings)}"] = f"{finding.severity} at {where}: {finding.title}"

    def brief(self, question: str, answer: type[Cited]) -> Brief:
        """The question with all that it shows."""
        return Brief(question, tuple(self.evidence), answer, self.facts, answer_tokens=900)


def titled(title: str) -> str:
    """A title in one line, without a full stop."""
    return " ".join(title.split()).rstrip(".")[:MAX_TITLE]


def rule_of(agent: str) -> str:
    """The rule of all that only a model sees."""
    return f"{agent}/model"


def problem(
    agent: str,
    severity: str,
    title: str,
    description: str,
    fix: str | None,
    at: Location,
    lines: Sequence[str],
    symbol: str,
) -> Finding:
    """What a model found, as a finding: at which lines, what stands there, and what that is in."""
    return Finding(
        rule_id=rule_of(agent),
        agent=agent,
        severity=Severity(severity),
        title=title,
        description=description,
        suggested_fix=fix,
        confidence=TRUST,
        location=at,
        evidence=tuple(lines),
        fingerprint=fingerprint(rule_of(agent), "".join("".join(lines).split()), symbol),
    )


def proposed(fix: str, model: str) -> str:
    """A fix that nobody has tried out."""
    return f"{fix} (proposed by {model}; check it)"


def known(told: Finding, findings: Iterable[Finding], suppressed: Iterable[Suppressed]) -> bool:
    """Whether something is told of these lines already, or kept back."""
    assert told.location
    span = range(told.location.start_line, told.location.end_line + 1)
    places = [(each.path, each.line, each.line) for each in suppressed]
    for each in findings:
        located = [*each.places, *([each.location] if each.location else [])]
        places += [(at.path, at.start_line, at.end_line) for at in located]
    return any(path == told.location.path and start < span.stop and end >= span.start for path, start, end in places)
