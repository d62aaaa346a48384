"""The squad: an agent looks at every file of a change with its checks, and tells what the change brings.

    check each new version      what is seen (observation.py, looking.py); one site, one finding (sites.py)
    check the old versions      only of files where something was seen
    what the change brings      news.py
    what is not told            suppressions.py, config.py: rules that are off, comments and config of the base
    what would mend it          proof.py
    how it is known again       core/fingerprints.py
    what a model adds           briefs.py, where there is one

The five agents are named in `analyzer.py`; each brings its checks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from faultline.analyzers.review import briefs, proof
from faultline.analyzers.review.change import Change, ChangeCheck, ChangedFile
from faultline.analyzers.review.linemap import LineMap
from faultline.analyzers.review.looking import Looking, name_of
from faultline.analyzers.review.masking import CREDENTIALS, credentials
from faultline.analyzers.review.news import Pairs, code_of, moved, touched, worse
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.rules import Rule, catalogue
from faultline.analyzers.review.sites import Sighting, sites
from faultline.analyzers.review.source import Role, Source
from faultline.analyzers.review.suppressions import ARRIVES, Comments, Verdict
from faultline.analyzers.review.symbols import symbol_of
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact
from faultline.core.finding import Edit, Finding, Location, Severity
from faultline.core.fingerprints import numbered
from faultline.core.model import Answer, Brief
from faultline.core.results.suppressed import Suppressed
from faultline.core.uncollected import Uncollected

MAX_EVIDENCE = 10
"""Lines of a finding that are shown."""
NOBODYS = frozenset({Role.GENERATED, Role.VENDORED})


@dataclass(frozen=True, slots=True)
class Detail:
    """What an agent says beside its findings: by path and check what it could not read, and what it keeps back."""

    unread: dict[str, dict[str, str]] = field(default_factory=dict)
    suppressed: tuple[Suppressed, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the change brings and nobody suppressed."""

    file: ChangedFile
    observation: Observation
    severity: Severity
    arriving: bool = False
    cwe: tuple[str, ...] = ()
    """Weaknesses beside those of the rule."""


class Reviewer:
    """One agent of the squad.

    Args:
        name: the agent's.
        version: of its checks.
        change: gives what is reviewed; all agents share it.
        checks: what it looks with.
        change_checks: what looks at the change as a whole.
        clock: seconds of this thread, for the time that one file may take; other agents do not count.

    """

    def __init__(
        self,
        name: str,
        version: str,
        change: Callable[[], Change],
        checks: Sequence[Check],
        change_checks: Sequence[ChangeCheck] = (),
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.name = name
        self.version = version
        self._change = change
        self._checks = checks
        self._change_checks = change_checks
        self._clock = clock

    @Uncollected()
    def analyze(self, artifact: Artifact) -> Examination:
        """Tell what the change brings."""
        change = self._change()
        looking = Looking(self._checks, self._clock)
        news = [*self._in_files(change, looking), *self._in_whole(change, looking)]
        told, suppressed = _sifted(change, news)
        mended = proof.prove([(each.file, each.observation) for each in told], looking)
        findings = [_finding(each, edits) for each, edits in zip(told, mended, strict=True)]
        # What the sources themselves say was not read is in the result; here it would depend on which agent came first.
        return Examination(
            findings=numbered(findings),
            metrics={"files": sum(1 for _ in change.heads)},
            unread=sorted({f"{path}: {why}" for path, whys in looking.unread.items() for why in whys.values()}),
            detail=Detail(_unread(change, looking), tuple(suppressed)),
        )

    def briefs(self, artifact: Artifact, seen: Examination) -> Sequence[Brief]:
        """What a model may see of the change."""
        return briefs.briefs(self.name, self._change(), seen.findings)

    def revise(self, artifact: Artifact, seen: Examination, answers: Sequence[Answer | None]) -> Examination:
        """Take in what a model says: problems, words, and doubts about what is not sure."""
        assert isinstance(seen.detail, Detail)
        kept_back = seen.detail.suppressed
        findings, vetoed, counts = briefs.revise(self.name, self._change(), seen, answers, kept_back)
        dropped = sum(answer.dropped for answer in answers if answer is not None)
        return replace(
            seen,
            findings=findings,
            metrics={**seen.metrics, **counts, "dropped_statements": dropped},
            detail=replace(seen.detail, suppressed=(*kept_back, *vetoed)),
        )

    def _in_files(self, change: Change, looking: Looking) -> list[tuple[ChangedFile, Sighting, Verdict, str]]:
        """What the change brings, file by file, and what the comments say of it."""
        seen: dict[int, list[Sighting]] = {}
        pairs: dict[int, Pairs] = {}
        for file in change.files:
            if file.head is None or file.skipped or file.head.role in NOBODYS:
                continue
            if found := sites(looking.at(file.head)):
                seen[id(file)] = found
                if not change.whole and (file.base is not None or file.change == "added"):
                    base = looking.at(file.base) if file.base is not None else []
                    pairs[id(file)] = Pairs(file, [each.observation for each in found], base)
        if pairs:
            moved(change.files, pairs, lambda base: _lost(base, looking))
        news = []
        for file in change.files:
            if id(file) in seen:
                lines = pairs[id(file)].lines if id(file) in pairs else LineMap(file.hunks)
                comments = Comments(file, lines, whole=change.whole)
                brought = _brought(file, seen[id(file)], pairs.get(id(file)), change, looking, comments)
                news += [(file, each, *comments.about(each.observation, each.codes)) for each in brought]
        return news

    def _in_whole(self, change: Change, looking: Looking) -> list[tuple[ChangedFile, Sighting, Verdict, str]]:
        """What is to be seen of the change as a whole."""
        by_path = {file.path: file for file in change.files if file.head is not None and not file.skipped}
        found = []
        comments: dict[str, Comments] = {}
        for check in self._change_checks:
            try:
                seen = [each for each in check(change) if each.path in by_path and each.observation.rule in catalogue()]
            except Exception as error:
                for file in by_path.values():
                    assert file.head
                    looking.fail(
                        file.head, name_of(check), f"the check {name_of(check)} crashed: {type(error).__name__}"
                    )
                continue
            for each in seen:
                file = by_path[each.path]
                if each.path not in comments:
                    comments[each.path] = Comments(file, LineMap(file.hunks), whole=change.whole)
                found.append((file, Sighting(each.observation), *comments[each.path].about(each.observation)))
        return found


def _brought(
    file: ChangedFile,
    seen: list[Sighting],
    pairs: Pairs | None,
    change: Change,
    looking: Looking,
    comments: Comments,
) -> list[Sighting]:
    """Of what is seen in a file, what the change brings, and what no comment keeps back any more."""
    if change.whole:
        return seen
    if pairs is None:
        return [each for each in seen if touched(file, each.observation)]
    news = []
    for place, (each, (now, before)) in enumerate(zip(seen, pairs.like(), strict=True)):
        bared = before and place not in pairs.foreign and comments.of_base(before) and _bare(comments, each)
        if before is None or worse(now, before) or bared:
            news.append(each)
    if file.base is not None and not looking.understood(file.base):
        news = [each for each in news if touched(file, each.observation)]
    return news


def _bare(comments: Comments, each: Sighting) -> bool:
    return comments.about(each.observation, each.codes)[0] is Verdict.TOLD


def _lost(base: Source, looking: Looking) -> list[Observation]:
    """What is seen in an old version, which the tools may not have been asked about: its file may be gone."""
    copy = replace(base, unread={})
    copy.diagnostics = base.diagnostics.again([copy])
    return looking.at(copy)


def _sifted(
    change: Change, news: Iterable[tuple[ChangedFile, Sighting, Verdict, str]]
) -> tuple[list[Told], list[Suppressed]]:
    """What is told, and what config and comments keep back."""
    told, suppressed = [], []
    for file, each, verdict, comment in news:
        assert file.head
        seen = each.observation
        rule = catalogue()[seen.rule]
        names = (rule.id, *sorted(each.codes), *((seen.code,) if seen.code else ()), *rule.cwe, *each.cwe)
        severity = _severity(rule, seen, file.head.role)
        if severity is None:
            continue
        by, reason = "", ""
        if pattern := change.config.ignored(file.path, names):
            by, reason = "config", pattern
        elif verdict is Verdict.SUPPRESSED:
            by, reason = "comment", comment
        if by:
            suppressed.append(Suppressed(rule_id=rule.id, path=file.path, line=seen.line, by=by, reason=reason[:200]))
        else:
            severity = change.config.severity_of(names) or severity
            told.append(Told(file, seen, severity, verdict is Verdict.ARRIVING, each.cwe))
    return told, suppressed


def _severity(rule: Rule, seen: Observation, role: Role) -> Severity | None:
    return rule.in_tests if role is Role.TEST else seen.severity or rule.severity


def _finding(told: Told, edits: tuple[Edit, ...]) -> tuple[Finding, str, str]:
    head, seen, rule = told.file.head, told.observation, catalogue()[told.observation.rule]
    assert head
    start = min(seen.line, len(head.lines))
    end = min(max(seen.end_line, start), len(head.lines))
    evidence = head.evidence(start, min(end, start + MAX_EVIDENCE - 1))
    code = code_of(head, seen)
    if rule.id in CREDENTIALS:
        evidence = credentials(evidence)
        code = "".join("".join(evidence).split())
    words = [seen.message, rule.why, ARRIVES if told.arriving else ""]
    finding = Finding(
        rule_id=rule.id,
        agent=rule.agent,
        severity=told.severity,
        title=rule.title,
        description=" ".join(word for word in words if word),
        suggested_fix=seen.fix or rule.fix,
        confidence=rule.confidence if seen.confidence is None else seen.confidence,
        location=Location(path=told.file.path, start_line=start, end_line=end),
        evidence=evidence,
        edits=edits,
        proven=bool(edits),
        cwe=(*rule.cwe, *told.cwe),
        fingerprint="",
    )
    return finding, code, seen.symbol or symbol_of(head, start)


def _unread(change: Change, looking: Looking) -> dict[str, dict[str, str]]:
    """By path and check what could not be read, by the sources' own word and by this agent's."""
    unread = {source.path: dict(source.unread) for source in change.heads if source.unread}
    for path, reasons in looking.unread.items():
        unread.setdefault(path, {}).update(reasons)
    return unread
