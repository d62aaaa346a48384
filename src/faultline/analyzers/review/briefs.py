"""What a model may see of a change, and what becomes of its answer.

Each agent asks two questions at most: one about the files that it found something in, one about the riskiest of the
others. A model sees the hunks, the functions they stand in and those they call, under numbers that run across files,
and the findings. It may give words to a finding, name a further problem, or doubt a finding, each with lines:

    a problem   has to cite a line that the change brings
    words       stand behind ours, never instead of them
    a veto      moves a finding that nobody was sure of to what is kept back, with the model's reason

A model never hides what is sure (`sure`): the text it reads may be written by whoever wants something hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Final, Literal

from pydantic import Field

from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.masking import masked
from faultline.analyzers.review.source import Role, Source
from faultline.analyzers.review.symbols import span_of, symbol_of
from faultline.core import remarks
from faultline.core.analyzer import Examination
from faultline.core.finding import Finding, Location, Severity
from faultline.core.model import Answer, Brief, Cited, Evidence
from faultline.core.results.suppressed import Suppressed

MAX_BRIEFS: Final = 2
MAX_FILES: Final = 4
"""In one brief; the lines of more have no room in a prompt anyway."""
MAX_LINES: Final = 300
"""Lines in one brief; of those that have no room the gateway leaves the lightest out."""
MAX_NEW: Final = 2_000
"""New lines of a file that are looked at."""
MAX_CALLED: Final = 3
CALLED_LINES: Final = 12
"""Functions that new lines call and that the change shows, and how much of each."""
SURE: Final = 0.8
MAX_REMARKS: Final = 12

QUESTION: Final = (
    "You review a change to code for {subject}. The lines are from its hunks and the definitions they touch; the "
    "facts say which file they are from and what was found. Remark as `problem` what the new lines bring of this sort "
    "and was not found, with a title; as `words` what the lines say more of a finding; as `veto` a finding that they "
    "show to be wrong. Leave out what is not certain."
)
SUBJECTS: Final[Mapping[str, str]] = {
    "security": "security: what somebody who sends input could abuse",
    "style": "readability: what the next reader would stumble over",
    "logic": "correctness: what will go wrong when it runs",
    "performance": "performance: what gets slow with more data or more users",
    "architecture": "structure: what makes the next change harder",
}
_RISKS: Final[Mapping[str, re.Pattern[str]]] = {
    "security": re.compile(
        r"request|param|query|execute|eval|exec|open\(|path|url|token|password|secret|hash|load|cookie|admin|auth|html",
        re.I,
    ),
    "style": re.compile(r"\b(?:def|class|function|func|if|else|lambda)\b"),
    "logic": re.compile(r"\b(?:if|except|catch|None|null|return|while|not|and|or|await|lock|finally)\b|[<>=!]="),
    "performance": re.compile(r"\b(?:for|while|await|query|select|append|sort|join|read|fetch|all|filter)\b", re.I),
    "architecture": re.compile(r"\b(?:import|from|class|interface|extends|require|def|global|static)\b"),
}
_CALL = re.compile(r"\b([A-Za-z_]\w{2,60})\(")


class Remark(Cited):
    """One remark."""

    kind: Literal["problem", "words", "veto"]
    finding: Annotated[int, Field(description="Its number, for words and veto.")] = 0
    severity: Literal["high", "medium", "low"] = "medium"
    title: str = ""
    text: str
    fix: str = ""


class Judgement(Cited):
    """What a reviewer says."""

    # One sort of remark, for the schema of three takes 1,360 of a prompt's 2,000 tokens, and this one 590.
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class Sheet(remarks.Sheet):
    """What one brief shows: also the place of each line, by its number."""

    places: dict[int, tuple[ChangedFile, int]] = field(default_factory=dict)


def sure(finding: Finding) -> bool:
    """Whether no model may doubt a finding: we are confident, it is critical, or it is a grave one of security."""
    grave = finding.severity is Severity.HIGH and finding.agent == "security"
    return finding.confidence >= SURE or finding.severity is Severity.CRITICAL or grave


def briefs(agent: str, change: Change, findings: Sequence[Finding]) -> list[Brief]:
    """The questions of an agent about a change."""
    question = QUESTION.format(subject=SUBJECTS.get(agent, "problems"))
    return [sheet.brief(question, Judgement) for sheet in sheets(agent, change, findings)]


def sheets(agent: str, change: Change, findings: Sequence[Finding]) -> list[Sheet]:
    """What each brief shows, the same for the same change and findings."""
    files = {file.path: file for file in change.files if _shown(file, change)}
    ranked = sorted(findings, key=lambda each: (each.severity.rank, -each.confidence, _at(each)))
    found = list(dict.fromkeys(each.location.path for each in ranked if each.location and each.location.path in files))
    risky = sorted(
        (path for path in files if path not in found and _risk(agent, files[path], change)),
        key=lambda path: (-_risk(agent, files[path], change), path),
    )
    groups = [group for group in (found[:MAX_FILES], risky[:MAX_FILES]) if group][:MAX_BRIEFS]
    return [_sheet([files[path] for path in group], change, ranked) for group in groups]


def revise(
    agent: str, change: Change, seen: Examination, answers: Sequence[Answer | None], suppressed: Sequence[Suppressed]
) -> tuple[list[Finding], list[Suppressed], dict[str, int]]:
    """What an agent tells and keeps back once a model was asked, and what the model did.

    Args:
        agent: the agent's name.
        change: the same that the briefs are about.
        seen: what the agent saw; its findings are those of the briefs.
        answers: to `briefs`, in their order.
        suppressed: what is kept back already; a model cannot bring it up again.

    """
    kept = {each.fingerprint: each for each in seen.findings}
    vetoed: list[Suppressed] = []
    counts = {"model_problems": 0, "model_words": 0, "model_vetoes": 0}
    for sheet, answer in zip(sheets(agent, change, seen.findings), answers, strict=True):
        if answer is None or not isinstance(answer.said, Judgement):
            continue
        for remark in answer.said.remarks[:MAX_REMARKS]:
            finding = _named(sheet, remark)
            if remark.kind == "problem":
                told = _problem(agent, remark, sheet, change, answer.model)
                if told is not None and not remarks.known(told, [*seen.findings, *kept.values()], suppressed):
                    kept[told.fingerprint] = told
                    counts["model_problems"] += 1
            elif finding is None or finding.fingerprint not in kept:
                continue
            elif remark.kind == "words":
                kept[finding.fingerprint] = _worded(kept[finding.fingerprint], remark, sheet, answer.model)
                counts["model_words"] += 1
            elif not sure(finding):
                del kept[finding.fingerprint]
                vetoed.append(_vetoed(finding, remark, sheet, answer.model))
                counts["model_vetoes"] += 1
    return list(kept.values()), vetoed, counts


# --- what is shown --------------------------------------------------------------------------------------------------


def _shown(file: ChangedFile, change: Change) -> bool:
    if file.head is None or file.skipped or file.head.role in (Role.GENERATED, Role.VENDORED):
        return False
    return change.whole or bool(file.hunks)


def _risk(agent: str, file: ChangedFile, change: Change) -> int:
    """How many new lines have a word that this agent's problems tend to come with; tests count for less."""
    assert file.head
    words = _RISKS.get(agent)
    lines = (file.head.lines[line - 1] for line in sorted(_new(file, change)) if line <= len(file.head.lines))
    found = sum(1 for line in lines if words is None or words.search(line[:500]))
    return found // 4 if file.head.role is Role.TEST else found


def _new(file: ChangedFile, change: Change) -> Iterable[int]:
    if change.whole or (file.change == "added" and not file.hunks):
        assert file.head
        return range(1, len(file.head.lines) + 1)
    return file.added


def _sheet(files: Sequence[ChangedFile], change: Change, findings: Sequence[Finding]) -> Sheet:
    sheet = Sheet()
    room = MAX_LINES // len(files)
    called: set[str] = set()
    for file in files:
        mine = [each for each in findings if each.location and each.location.path == file.path]
        weights = _weights(file, change, mine)
        heaviest = sorted(weights, key=lambda line: (-weights[line], line))[:room]
        _write(sheet, file, {line: weights[line] for line in sorted(heaviest)})
        assert file.head
        called |= {name for line in _new(file, change) for name in _CALL.findall(_text(file.head, line))}
    _write_called(sheet, files, change, called)
    for finding in [each for each in findings if each.location and each.location.path in {file.path for file in files}]:
        sheet.tell(
            finding, next((n for n, (file, line) in sheet.places.items() if (file.path, line) == _at(finding)), None)
        )
    return sheet


def _weights(file: ChangedFile, change: Change, findings: Sequence[Finding]) -> dict[int, int]:
    """By line how much it matters: found, new, context of a hunk, the rest of the function around it."""
    assert file.head
    last = len(file.head.lines)
    weights: dict[int, int] = {}
    for line in islice(sorted(_new(file, change)), MAX_NEW):
        if (span := span_of(file.head, line)) is not None and line not in weights:
            weights |= {each: weights.get(each, 0) for each in range(span[0], min(span[1], span[0] + 60) + 1)}
            weights[span[0]] = max(weights[span[0]], 1)
        weights[line] = 2
    for hunk in file.hunks:
        for line in range(max(hunk.new_start, 1), hunk.new_start + hunk.new_length):
            weights[line] = max(weights.get(line, 0), 1)
    for finding in findings:
        if finding.location:
            for line in range(
                finding.location.start_line, min(finding.location.end_line, finding.location.start_line + 5) + 1
            ):
                weights[line] = 3
    return {line: weight for line, weight in weights.items() if 1 <= line <= last and _text(file.head, line).strip()}


def _write(sheet: Sheet, file: ChangedFile, weights: Mapping[int, int]) -> None:
    assert file.head
    first = len(sheet.places) + 1
    for line, weight in weights.items():
        number = len(sheet.places) + 1
        sheet.places[number] = (file, line)
        sheet.evidence.append(Evidence(number, masked(_text(file.head, line)), weight=weight))
    if len(sheet.places) >= first:
        sheet.facts[f"lines {first}-{len(sheet.places)}"] = file.path


def _write_called(sheet: Sheet, files: Sequence[ChangedFile], change: Change, called: set[str]) -> None:
    """The beginnings of functions that new lines call and that another file of the change defines."""
    left = MAX_CALLED
    for file in change.files:
        if not left or file in files or not _shown(file, change):
            continue
        assert file.head
        starts = [
            number
            for number, line in enumerate(file.head.lines, 1)
            if (found := _DEFINES.match(line[:200])) and found[1] in called
        ][:left]
        left -= len(starts)
        lines = [
            line for start in starts for line in range(start, start + CALLED_LINES) if _text(file.head, line).strip()
        ]
        _write(sheet, file, dict.fromkeys(lines, 0))


_DEFINES = re.compile(
    r"[ \t]{0,40}(?:export |public |async |static ){0,3}(?:def|function|func|fn) {1,4}([A-Za-z_]\w{2,60})\b"
)


def _text(source: Source, line: int) -> str:
    return source.lines[line - 1] if 1 <= line <= len(source.lines) else ""


# --- what is said ---------------------------------------------------------------------------------------------------


def _named(sheet: Sheet, remark: Remark) -> Finding | None:
    """The finding that is meant, where a line of its file is cited."""
    if not 1 <= remark.finding <= len(sheet.findings):
        return None
    finding = sheet.findings[remark.finding - 1]
    cited = {sheet.places[each][0].path for each in remark.cites if each in sheet.places}
    return finding if finding.location and finding.location.path in cited else None


def _worded(finding: Finding, said: Remark, sheet: Sheet, model: str) -> Finding:
    words = f"{finding.description}\n{said.text[: remarks.MAX_TEXT]} ({_origin(model, said.cites, sheet)})"
    changed: dict[str, object] = {"description": words.strip()}
    if said.fix and not finding.proven:
        changed["suggested_fix"] = f"{finding.suggested_fix or ''}\n{_fix(said, model)}".strip()
    return finding.model_copy(update=changed)


def _vetoed(finding: Finding, said: Remark, sheet: Sheet, model: str) -> Suppressed:
    assert finding.location
    return Suppressed(
        rule_id=finding.rule_id,
        path=finding.location.path,
        line=finding.location.start_line,
        by="model",
        reason=f"{said.text[: remarks.MAX_TEXT]} ({_origin(model, said.cites, sheet)})",
    )


def _fix(said: Remark, model: str) -> str:
    return remarks.proposed(said.fix[: remarks.MAX_TEXT], model)


def _problem(agent: str, said: Remark, sheet: Sheet, change: Change, model: str) -> Finding | None:
    """What a model found, at the first new lines that it cites; None where it cites none."""
    cited = [sheet.places[each] for each in sorted(set(said.cites)) if each in sheet.places]
    new = [(file, line) for file, line in cited if line in _new(file, change)]
    title = remarks.titled(said.title)
    if not new or not title or change.config.ignored(new[0][0].path, [remarks.rule_of(agent)]):
        return None
    file, start = new[0]
    assert file.head
    end = max(line for other, line in new if other is file and start <= line < start + remarks.MAX_SPAN)
    evidence = tuple(map(masked, file.head.evidence(start, end)))
    fix = _fix(said, model) if said.fix else None
    at = Location(path=file.path, start_line=start, end_line=end)
    words = f"{said.text[: remarks.MAX_TEXT]} ({_origin(model, said.cites, sheet)})"
    return remarks.problem(agent, said.severity, title, words, fix, at, evidence, symbol_of(file.head, start))


def _origin(model: str, cites: Iterable[int], sheet: Sheet) -> str:
    places = [sheet.places[each] for each in sorted(set(cites)) if each in sheet.places]
    by_path: dict[str, list[int]] = {}
    for file, line in places:
        by_path.setdefault(file.path, []).append(line)
    shown = "; ".join(
        f"{path}:{', '.join(map(str, sorted(set(lines))[:10]))}" for path, lines in list(by_path.items())[:3]
    )
    return f"said by {model} of {shown}"


def _at(finding: Finding) -> tuple[str, int]:
    return (finding.location.path, finding.location.start_line) if finding.location else ("", 0)
