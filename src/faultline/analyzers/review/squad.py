"""The squad: an agent looks at every file of a change with its checks, and tells what the change brings.

    check each new version      what is seen (observation.py)
    check the old versions      only of files where something was seen
    what the change brings      news.py
    what is not told            suppressions.py: rules that are off, comments and config of the base
    what would mend it          proof.py
    how it is known again       fingerprints.py

The five agents are named in `analyzer.py`; each brings its checks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from faultline.analyzers.review.change import Change, ChangeCheck, ChangedFile
from faultline.analyzers.review.fingerprints import numbered
from faultline.analyzers.review.news import brought, code_of
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.rules import Rule, catalogue
from faultline.analyzers.review.source import Role, Source
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, Location, Severity
from faultline.core.results.review import Suppressed


@dataclass(frozen=True, slots=True)
class Detail:
    """What an agent says beside its findings: by path and check what it could not read, and what it keeps back."""

    unread: dict[str, dict[str, str]] = field(default_factory=dict)
    suppressed: tuple[Suppressed, ...] = ()


class Reviewer:
    """One agent of the squad.

    Args:
        name: the agent's.
        version: of its checks.
        change: gives what is reviewed; all agents share it.
        checks: what it looks with.
        change_checks: what looks at the change as a whole.

    """

    def __init__(
        self,
        name: str,
        version: str,
        change: Callable[[], Change],
        checks: Sequence[Check],
        change_checks: Sequence[ChangeCheck] = (),
    ) -> None:
        self.name = name
        self.version = version
        self._change = change
        self._checks = checks
        self._change_checks = change_checks

    def analyze(self, artifact: Artifact) -> Examination:
        """Tell what the change brings."""
        change = self._change()
        told: list[tuple[ChangedFile, Observation]] = []
        for file in change.files:
            if file.head is not None and not file.skipped:
                told += [(file, each) for each in self._brought(file, change)]
        by_path = {file.path: file for file in change.files}
        for whole in self._change_checks:
            told += [(by_path[seen.path], seen.observation) for seen in whole(change) if seen.path in by_path]
        findings = [each for file, observation in told if (each := _finding(file, observation)) is not None]
        unread = {source.path: dict(source.unread) for source in change.heads if source.unread}
        return Examination(
            findings=numbered(findings),
            metrics={"files": sum(1 for _ in change.heads)},
            unread=sorted(f"{path}: {reason}" for path, reasons in unread.items() for reason in set(reasons.values())),
            detail=Detail(unread),
        )

    def _brought(self, file: ChangedFile, change: Change) -> list[Observation]:
        assert file.head
        seen = self._seen(file.head)
        if not seen or change.whole or file.base is None:
            return seen
        return brought(file, seen, self._seen(file.base))

    def _seen(self, source: Source) -> list[Observation]:
        """All that the checks see in one version; of two at one place by one rule, the surer one."""
        best: dict[tuple[str, int], Observation] = {}
        for check in self._checks:
            for each in check(source):
                other = best.get((each.rule, each.line))
                if other is None or (each.confidence or 0) > (other.confidence or 0):
                    best[each.rule, each.line] = each
        return sorted(best.values(), key=lambda each: (each.line, each.rule))


def _finding(file: ChangedFile, seen: Observation) -> tuple[Finding, str, str] | None:
    assert file.head
    rule = catalogue()[seen.rule]
    severity = _severity(rule, seen, file.head.role)
    if severity is None:
        return None
    end = max(seen.end_line, seen.line)
    finding = Finding(
        rule_id=rule.id,
        agent=rule.agent,
        severity=severity,
        title=rule.title,
        description=f"{seen.message} {rule.why}".strip(),
        suggested_fix=seen.fix or rule.fix,
        confidence=rule.confidence if seen.confidence is None else seen.confidence,
        location=Location(path=file.path, start_line=seen.line, end_line=end),
        evidence=file.head.evidence(seen.line, min(end, seen.line + 9)),
        cwe=rule.cwe,
        fingerprint="",
    )
    return finding, code_of(file.head, seen), seen.symbol or ""


def _severity(rule: Rule, seen: Observation, role: Role) -> Severity | None:
    return rule.in_tests if role is Role.TEST else seen.severity or rule.severity
