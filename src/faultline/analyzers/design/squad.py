"""The squad: an agent looks at the design with its checks, and what it sees becomes findings, one a cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from faultline.analyzers.design.design import Design
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.rules import catalogue
from faultline.analyzers.design.security.values import hidden
from faultline.analyzers.design.spot import Spot
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, Location, Place, Severity, fingerprint
from faultline.core.results.review import Suppressed

MAX_EVIDENCE = 10
"""Lines of a finding that are shown."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What an agent says beside its findings."""

    suppressed: tuple[Suppressed, ...] = ()


class Inspector:
    """One agent.

    Args:
        name: the agent's.
        version: of its checks.
        design: gives what is looked at; all agents share it.
        checks: what it looks with.
        level: the least severity that is told.

    """

    def __init__(
        self, name: str, version: str, design: Callable[[], Design], checks: Sequence[Check], level: Severity
    ) -> None:
        self.name = name
        self.version = version
        self._design = design
        self._checks = checks
        self._level = level

    def analyze(self, artifact: Artifact) -> Examination:
        """Tell what the checks see."""
        design = self._design()
        causes: dict[tuple[str, str, str], list[Observation]] = {}
        for check in self._checks:
            for each in check(design):
                causes.setdefault((each.rule, each.at.document.path, each.cause), []).append(each)
        findings = [_finding(cause, seen) for (_, _, cause), seen in causes.items()]
        told = [each for each in findings if each.severity.at_least(self._level)]
        return Examination(findings=told, metrics={"documents": len(design.documents)}, detail=Detail())


def _finding(cause: str, seen: Sequence[Observation]) -> Finding:
    first = seen[0]
    rule = catalogue()[first.rule]
    places = list(dict.fromkeys(_place(spot) for each in seen for spot in (each.at, *each.also)))
    start, end = first.at.lines
    evidence = _evidence(spot for each in seen for spot in (each.at, *each.also))
    many = first.many.format(count=len(seen)) if len(seen) > 1 and first.many else ""
    return Finding(
        rule_id=rule.id,
        agent=rule.agent,
        severity=first.severity or rule.severity,
        title=many or rule.title,
        description=" ".join(filter(None, (first.message, rule.why))),
        suggested_fix=first.fix or rule.fix,
        confidence=first.confidence if first.confidence is not None else rule.confidence,
        location=Location(path=first.at.document.path, start_line=start, end_line=end),
        places=tuple(places) if len(places) > 1 else (),
        evidence=tuple(map(hidden, evidence) if rule.masked else evidence),
        cwe=rule.cwe,
        fingerprint=fingerprint(rule.id, first.at.document.path, cause, "" if len(seen) > 1 else first.at.symbol),
    )


def _place(spot: Spot) -> Place:
    start, end = spot.lines
    return Place(path=spot.document.path, start_line=start, end_line=end, symbol=spot.symbol)


def _evidence(spots: Iterable[Spot]) -> Iterable[str]:
    lines: dict[tuple[str, int], str] = {}
    for spot in spots:
        start, end = spot.lines
        for number in range(start, min(end, start + MAX_EVIDENCE) + 1):
            if len(lines) < MAX_EVIDENCE:
                lines[spot.document.path, number] = spot.document.lines[number - 1]
    return lines.values()
