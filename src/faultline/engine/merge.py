"""One finding a fingerprint, the worst first."""

from __future__ import annotations

from collections.abc import Iterable

from faultline.core.finding import Finding


def merge(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Drop duplicates and rank what is left.

    Of the findings with one fingerprint the most severe is kept, then the most confident. The rank is severity,
    confidence, location, rule, fingerprint. The result does not depend on the order of the input, so agents may
    finish in any order.
    """
    kept: dict[str, Finding] = {}
    for finding in sorted(findings, key=_rank):
        kept.setdefault(finding.fingerprint, finding)
    return tuple(kept.values())


def _rank(finding: Finding) -> tuple[object, ...]:
    at = finding.location
    place = (at.path, at.start_line, at.end_line) if at else ("", 0, 0)
    # The whole content last: two findings that are equal in all of the above still have one order.
    whole = finding.model_dump_json()
    return (finding.severity.rank, -finding.confidence, place, finding.rule_id, finding.fingerprint, whole)
