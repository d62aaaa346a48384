"""One finding a fingerprint and one a site, the worst first."""

from __future__ import annotations

from collections.abc import Iterable

from faultline.core.finding import Finding


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Drop duplicates and rank what is left.

    Of the findings with one fingerprint the most severe is kept, then the most confident. Agents look independently, so
    two of them may tell the same of one line: of findings of several agents that start at one line of one file and
    share a weakness, too, only the first is kept. The rank is severity, confidence, location, rule, fingerprint. The
    result does not depend on the order of the input, so agents may finish in any order.
    """
    kept: dict[str, Finding] = {}
    teller: dict[tuple[str, int, str], str] = {}
    for finding in sorted(findings, key=_rank):
        sites = [(at.path, at.start_line, cwe) for cwe in finding.cwe] if (at := finding.location) else []
        if all(teller.get(site, finding.agent) == finding.agent for site in sites):
            kept.setdefault(finding.fingerprint, finding)
            for site in sites:
                teller.setdefault(site, finding.agent)
    return tuple(kept.values())


def _rank(finding: Finding) -> tuple[object, ...]:
    at = finding.location
    place = (at.path, at.start_line, at.end_line) if at else ("", 0, 0)
    # The whole content last: two findings that are equal in all of the above still have one order.
    whole = finding.model_dump_json()
    return (finding.severity.rank, -finding.confidence, place, finding.rule_id, finding.fingerprint, whole)
