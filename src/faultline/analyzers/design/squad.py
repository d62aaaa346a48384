"""The squad: an agent looks at the design with its checks, and what it sees becomes findings, one a cause.

look                    every check at the whole design (observation.py)
group                   by rule, document and cause; where things stand is not looked up yet
what is not told        below the level; config.py; suppressions.py
join                    what a deployment lacks in JOINED components and more is a habit of it: one finding
where it is             lines of the places that are told, and the lines themselves (masking.py)
how it is known again   core/fingerprints.py: rule, cause, and what the document says it is
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from faultline.analyzers.design import masking
from faultline.analyzers.design.bundle import AGAINST
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.documents.document import Document
from faultline.analyzers.design.documents.openapi import OpenApiDocument
from faultline.analyzers.design.observation import Check, Observation
from faultline.analyzers.design.rules import Rule, catalogue
from faultline.analyzers.design.spot import Spot
from faultline.analyzers.design.suppressions import words_of
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding, Location, Place, Severity
from faultline.core.fingerprints import numbered
from faultline.core.results.suppressed import Suppressed
from faultline.core.uncollected import Uncollected

if TYPE_CHECKING:
    from faultline.core.model import Answer, Brief

MAX_EVIDENCE = 10
"""Lines of a finding that are shown."""
MAX_PLACES = 1_000
"""Of a finding that are told; looking up a line takes some 20 us."""
MAX_OBSERVATIONS = 300_000
"""Of one check; what sees more looks at an attack, not at a design."""
MAX_CAUSES = 300
"""Findings of one rule in one document."""
JOINED = 3
"""Components of a file from which on the same thing is told once: a reviewer would not write it at each."""
UNEXPLAINED = "A comment would suppress this, but it gives no reason."


class Detail(NamedTuple):
    """What an agent says beside its findings."""

    suppressed: tuple[Suppressed, ...] = ()


@dataclass(slots=True)
class Group:
    """All that one rule sees in one document for one cause.

    Args:
        rule: the rule.
        cause: the cause.
        seen: what is seen, each spot once.
        severity: the worst of them, or what the config says.
        unexplained: whether a comment without a reason is about one of them.

    """

    rule: Rule
    cause: str
    seen: list[Observation] = field(default_factory=list)
    severity: Severity = Severity.INFO
    unexplained: bool = False

    @property
    def document(self) -> Document:
        """The document it is in."""
        return self.seen[0].at.document

    @property
    def names(self) -> tuple[str, ...]:
        """All that the rule goes by."""
        return (self.rule.id, *self.rule.cwe)


class Inspector:
    """One agent.

    Args:
        name: the agent's.
        version: of its checks.
        design: gives what is looked at; all agents share it.
        checks: what it looks at a design with.
        level: the least severity that is told.

    """

    def __init__(
        self,
        name: str,
        version: str,
        design: Callable[[], Design],
        checks: Callable[[Design], Sequence[Check]],
        level: Severity,
    ) -> None:
        self.name = name
        self.version = version
        self._design = design
        self._checks = checks
        self._level = level

    def analyze(self, artifact: Artifact) -> Examination:
        """Tell what the checks see."""
        design = self._design()
        with Uncollected():
            findings, suppressed, unread = look(design, self._checks(design), self._level)
        return Examination(
            findings=findings,
            metrics={"documents": len(design.documents)},
            unread=unread,
            detail=Detail(tuple(suppressed)),
        )

    def briefs(self, artifact: Artifact, seen: Examination) -> Sequence[Brief]:
        """What a model may see of the design."""
        from faultline.analyzers.design import briefs  # here, for a run without a model needs nothing of it: 0.01 s

        return briefs.briefs(self.name, self._design(), seen.findings)

    def revise(self, artifact: Artifact, seen: Examination, answers: Sequence[Answer | None]) -> Examination:
        """Take in what a model says: further problems, words, and edits that mend something."""
        from faultline.analyzers.design import briefs

        assert isinstance(seen.detail, Detail)
        findings, counts = briefs.revise(self.name, self._design(), seen.findings, answers, seen.detail.suppressed)
        findings = [each for each in findings if each.severity.at_least(self._level)]
        dropped = sum(answer.dropped for answer in answers if answer is not None)
        return replace(seen, findings=findings, metrics={**seen.metrics, **counts, "dropped_statements": dropped})


def look(design: Design, checks: Sequence[Check], level: Severity) -> tuple[list[Finding], list[Suppressed], list[str]]:
    """What checks see of a design: what is told, what is kept back, and what could not be looked at.

    A check that raises takes nothing down but itself, and that is said.
    """
    unread: list[str] = []
    suppressed: list[Suppressed] = []
    told: list[tuple[Finding, str, str]] = []
    causes: dict[tuple[str, int], int] = {}
    older = set(map(id, design.older.documents)) if design.older else set()
    leveled = [each for each in _groups(design, checks, unread) if _leveled(each, design, level)]
    for group in _joined(leveled):
        count = causes[group.rule.id, id(group.document)] = causes.get((group.rule.id, id(group.document)), 0) + 1
        if count > MAX_CAUSES:
            continue
        try:
            if pattern := design.config.ignored(group.document.path, group.names):
                suppressed.append(_suppressed(group.seen[0], "config", pattern))
            elif _unsuppressed(group, suppressed):
                finding = _finding(group, older)
                told.append((finding, _lasting(group.cause, finding), group.document.title))
        except Exception as error:
            unread.append(f"{group.document.path}: the rule {group.rule.id} has no place: {type(error).__name__}")
    for (rule, _), count in causes.items():
        if count > MAX_CAUSES:
            unread.append(f"{count - MAX_CAUSES:,} further findings of {rule} in one document are not told")
    better = {(each.rule_id, _at(each)) for each, _, _ in told}
    told = [
        each
        for each in told
        if not any((rule, _at(each[0])) in better for rule in catalogue()[each[0].rule_id].gives_way_to)
    ]
    # By path and line, so that what is numbered has the same number whatever order the checks see it in.
    told.sort(key=lambda each: (_at(each[0]), each[1], each[0].description))
    return numbered(told), suppressed, sorted(set(unread))


def name_of(check: Check) -> str:
    """A check's name, as in `resilience.compose.restart_policy`."""
    module = getattr(check, "__module__", "").removeprefix("faultline.analyzers.design.")
    return f"{module}.{getattr(check, '__qualname__', type(check).__name__)}".strip(".")


def _groups(design: Design, checks: Sequence[Check], unread: list[str]) -> Iterable[Group]:
    groups: dict[tuple[str, int, str], Group] = {}
    spots: set[object] = set()
    known = catalogue()
    for check in checks:
        count = 0
        try:
            for each in check(design):
                count += 1
                if count > MAX_OBSERVATIONS:
                    unread.append(f"the check {name_of(check)} saw more than {MAX_OBSERVATIONS:,} things")
                    break
                if each.rule not in known:
                    unread.append(f"the check {name_of(check)} names a rule that is not there: {each.rule}")
                    continue
                key = (each.rule, id(each.at.document), each.cause)
                spot = (key, each.at.pointer, id(each.at.tree), each.at.line, each.message if each.also else "")
                if spot not in spots:
                    spots.add(spot)
                    if key not in groups:
                        groups[key] = Group(known[each.rule], each.cause)
                    groups[key].seen.append(each)
        except Exception as error:
            unread.append(f"the check {name_of(check)} crashed: {type(error).__name__}")
    return groups.values()


def _leveled(group: Group, design: Design, level: Severity) -> bool:
    """Give a group its severity, and say whether it is told."""
    worst = min((each.severity or group.rule.severity for each in group.seen), key=lambda each: each.rank)
    group.severity = design.config.severity_of(group.names) or worst
    return group.severity.at_least(level)


def _joined(groups: Sequence[Group]) -> Iterator[Group]:
    """The groups, those of many components that say the same of one file as one."""
    alike: dict[tuple[str, int, Severity, str], list[Group]] = {}
    taken = {(each.rule.id, id(each.document)) for each in groups if not each.cause}
    better = {rule for each in groups for rule in each.rule.gives_way_to}
    told = {(each.rule.id, _stands(each)) for each in groups if each.rule.id in better}
    for group in groups:
        said = {each.many for each in group.seen}
        single = not group.cause or isinstance(group.document, OpenApiDocument) or len(said) > 1 or "" in said
        single |= (group.rule.id, id(group.document)) in taken
        if not single and not any((rule, _stands(group)) in told for rule in group.rule.gives_way_to):
            alike.setdefault((group.rule.id, id(group.document), group.severity, max(said)), []).append(group)
    joined = [each for each in alike.values() if len(each) >= JOINED]
    first = {id(each[0]): each for each in joined}
    rest = {id(group) for each in joined for group in each[1:]}
    for group in groups:
        if id(group) in first:
            seen = [one for each in first[id(group)] for one in each.seen]
            yield replace(group, cause=seen[0].many, seen=seen)
        elif id(group) not in rest:
            yield group


def _stands(group: Group) -> tuple[int, int]:
    return id(group.document), min(_lines(each.at)[0] for each in group.seen)


def _unsuppressed(group: Group, suppressed: list[Suppressed]) -> bool:
    """Leave in a group what no comment keeps back, and say whether that is anything."""
    kept = []
    for each in group.seen:
        found = None
        for spot in (each.at, *each.also):
            known = words_of(spot.document)
            word = known.about(spot, group.names) if known.any else None
            if word is not None and (word.reason or found is None):
                found = word
        if found is None or not found.reason:
            group.unexplained = group.unexplained or found is not None
            kept.append(each)
        else:
            suppressed.append(_suppressed(each, "comment", found.reason))
    group.seen = kept
    return bool(kept)


def _suppressed(each: Observation, by: str, reason: str) -> Suppressed:
    line = max(each.at.lines[0], 1)
    return Suppressed(rule_id=each.rule, path=each.at.document.path, line=line, by=by, reason=reason)


def _finding(group: Group, older: set[int]) -> Finding:
    rule, count = group.rule, len(group.seen)
    # The lines of all would cost seconds where there are 60,000: checks see them in the document's order as it is.
    placed = [(*_lines(each.at), each) for each in group.seen[:MAX_PLACES]]
    placed.sort(key=lambda each: (each[0], each[1], each[2].at.symbol))
    seen = [each for _, _, each in placed]
    first = seen[0]
    spots = _spots(seen)
    places = list(dict.fromkeys(_place(spot, older) for spot in spots))[:MAX_PLACES]
    fixes = {each.fix for each in seen}
    many = first.many.format(count=f"{count:,}") if count > 1 and first.many else ""
    start, end = _lines(first.at)
    return Finding(
        rule_id=rule.id,
        agent=rule.agent,
        severity=group.severity,
        title=masking.masked(many or rule.title),
        description=masking.masked(" ".join(_description(group, seen))),
        suggested_fix=(first.fix if len(fixes) == 1 else None) or rule.fix,
        confidence=first.confidence if first.confidence is not None else rule.confidence,
        location=Location(path=_path(first.at, older), start_line=start, end_line=end),
        places=tuple(places) if len(places) > 1 or places[0].symbol else (),
        evidence=masking.evidence(_evidence(spots), rule),
        cwe=rule.cwe,
        fingerprint="",
    )


def _lasting(cause: str, finding: Finding) -> str:
    """A cause without the number of the line, by which a check may have told two things of one component apart."""
    line = str(finding.location.start_line) if finding.location else ""
    return " ".join(word for word in cause.split() if word != line)


def _description(group: Group, seen: Sequence[Observation]) -> Iterator[str]:
    count, first = len(group.seen), seen[0]
    if first.message:
        yield first.message
        if count > 1 and any(each.message != first.message for each in seen):
            yield f"So it is at {count - 1:,} more place{'s' if count > 2 else ''}."
    yield group.rule.why
    if count > MAX_PLACES:
        yield f"{MAX_PLACES:,} of the {count:,} places are listed."
    if group.unexplained:
        yield UNEXPLAINED


def _spots(seen: Sequence[Observation]) -> list[Spot]:
    """The spots in the order of their telling: one thing with what shows it too, else the places first."""
    return [each.at for each in seen] + [spot for each in seen for spot in each.also]


def _lines(spot: Spot) -> tuple[int, int]:
    start, end = spot.lines
    last = len(spot.document.lines)
    start = max(1, min(start, last))
    return start, max(start, min(end, last))


def _path(spot: Spot, older: set[int]) -> str:
    """The path of a spot's document; an older version is told from the newer one by the folder it stands in."""
    return AGAINST + spot.document.path if id(spot.document) in older else spot.document.path


def _place(spot: Spot, older: set[int]) -> Place:
    start, end = _lines(spot)
    symbol = spot.symbol or "".join(f"/{_part(part)}" for part in spot.pointer or ())
    return Place(path=_path(spot, older), start_line=start, end_line=end, symbol=masking.masked(symbol[:300]))


def _part(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _evidence(spots: Iterable[Spot]) -> Iterable[str]:
    lines: dict[tuple[int, int], str] = {}
    for spot in spots:
        start, end = _lines(spot)
        for number in range(start, min(end, start + MAX_EVIDENCE) + 1):
            if len(lines) >= MAX_EVIDENCE:
                return lines.values()
            lines[id(spot.document), number] = spot.document.lines[number - 1]
    return lines.values()


def _at(finding: Finding) -> tuple[str, int]:
    return (finding.location.path, finding.location.start_line) if finding.location else ("", 0)
