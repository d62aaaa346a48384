"""What a model may see of a design, and what becomes of its answer.

A brief is about one section (sections.py), of at most 2,000 tokens. Each agent asks about those that it found something
in, and about the riskiest of the others. A model sees the lines of the section under numbers, and what was found there.
It may do three things, each with lines that it cites:

    a problem   of this agent's sort
    words       stand behind ours, never instead of them
    an edit     of the lines cited, for a finding that has no other place; it is `proven` only once it was tried out

A model hides nothing: the text that it reads may be written by whoever wants something hidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field

from faultline.analyzers.design import masking, proof
from faultline.analyzers.design.design import Design
from faultline.analyzers.design.sections import Section, sections
from faultline.core import remarks
from faultline.core.finding import Edit, Finding, Location
from faultline.core.model import Answer, Brief, Cited, Evidence
from faultline.core.results.suppressed import Suppressed

MAX_BRIEFS: Final = 3
"""Of an agent."""
MAX_LINES: Final = 200
"""Lines in one brief; of those that have no room the gateway leaves the lightest out."""
MAX_REMARKS: Final = 10
MAX_PROOFS: Final = 3
"""Edits of an agent that are tried out; one takes as long as the analysis did."""
MAX_EDITED: Final = 20
"""Lines that one edit replaces."""

QUESTION: Final = (
    "You review the design of a system for {subject}. The lines are one section of it; the facts say what it is and "
    "what was found there. Remark as `problem` what the lines show of this sort and was not found, with a title; as "
    "`words` what they say more of a finding; as `edit` lines that would mend a finding, in `replacement` whole, for "
    "the lines cited. Leave out what is not certain."
)
SUBJECTS: Final[Mapping[str, str]] = {
    "contract": "its contract: what a client of the API would stumble over",
    "resilience": "resilience: what fails, or takes other parts along when it fails",
    "security": "security: what somebody who sends requests could abuse",
    "consistency": "consistency: statements and parts that contradict each other",
    "evolution": "evolution: what breaks those who use the older version",
}
_RISKS: Final[Mapping[str, re.Pattern[str]]] = {
    "resilience": re.compile(
        r"\b(?:retr(?:y|ies)|timeout|queue|sync\w*|depend\w*|single|fail\w*|cache|replica\w*)\b", re.I
    ),
    "security": re.compile(r"\b(?:auth\w*|token|secret|password|public|admin|encrypt\w*|trust\w*|upload|key)\b", re.I),
    "consistency": re.compile(r"\b(?:must|always|never|only|decided|instead|version|deprecated|should)\b", re.I),
}


class Remark(Cited):
    """One remark."""

    kind: Literal["problem", "words", "edit"]
    finding: Annotated[int, Field(description="Its number, for words and edit.")] = 0
    severity: Literal["high", "medium", "low"] = "medium"
    title: str = ""
    text: str
    replacement: str = ""


class Judgement(Cited):
    """What a reviewer says."""

    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class Sheet(remarks.Sheet):
    """What one brief shows: also the section, and the line behind each number."""

    section: Section = field(kw_only=True)
    lines: dict[int, int] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Of the section's document."""
        return self.section.document.path


def briefs(agent: str, design: Design, findings: Sequence[Finding]) -> list[Brief]:
    """The questions of an agent about a design."""
    question = QUESTION.format(subject=SUBJECTS.get(agent, "problems"))
    return [sheet.brief(question, Judgement) for sheet in sheets(agent, design, findings)]


def sheets(agent: str, design: Design, findings: Sequence[Finding]) -> list[Sheet]:
    """What each brief shows, the same for the same design and findings."""
    ranked = sorted(findings, key=lambda each: (each.severity.rank, -each.confidence, each.fingerprint))
    scored = []
    for number, section in enumerate(sections(design)):
        inside = [each for each in ranked if _lines_in(each, section)]
        found = sum(10 * (5 - each.severity.rank) for each in inside)
        if score := found or _risk(agent, section):
            scored.append((bool(inside), score, -number, section, inside))
    scored.sort(key=lambda each: each[:3], reverse=True)
    return [_sheet(section, inside) for _, _, _, section, inside in scored[:MAX_BRIEFS]]


def revise(
    agent: str,
    design: Design,
    findings: Sequence[Finding],
    answers: Sequence[Answer | None],
    suppressed: Sequence[Suppressed],
) -> tuple[list[Finding], dict[str, int]]:
    """What an agent tells once a model was asked, and what the model did.

    Args:
        agent: the agent's name.
        design: the same that the briefs are about.
        findings: those of the briefs.
        answers: to `briefs`, in their order.
        suppressed: what is kept back already; a model cannot bring it up again.

    """
    kept = {each.fingerprint: each for each in findings}
    counts = {"model_problems": 0, "model_words": 0, "model_edits": 0, "model_edits_refused": 0}
    for sheet, answer in zip(sheets(agent, design, findings), answers, strict=True):
        if answer is None or not isinstance(answer.said, Judgement):
            continue
        for remark in answer.said.remarks[:MAX_REMARKS]:
            cited = [sheet.lines[each] for each in sorted(set(remark.cites)) if each in sheet.lines]
            if not cited:
                continue
            if remark.kind == "problem":
                told = _problem(agent, remark, sheet, cited, design, answer.model)
                if told is not None and not remarks.known(told, kept.values(), suppressed):
                    kept[told.fingerprint] = told
                    counts["model_problems"] += 1
                continue
            if not 1 <= remark.finding <= len(sheet.findings):
                continue
            finding = kept[sheet.findings[remark.finding - 1].fingerprint]
            if remark.kind == "words":
                kept[finding.fingerprint] = _worded(finding, remark, sheet, cited, answer.model)
                counts["model_words"] += 1
                continue
            tried = counts["model_edits"] + counts["model_edits_refused"]
            edit = _edit(finding, remark, sheet, cited) if tried < MAX_PROOFS else None
            if edit is not None and proof.mends(design, finding, edit):
                fix = f"{finding.suggested_fix or ''}\n{_text(remark.text)} (proposed by {answer.model})".strip()
                kept[finding.fingerprint] = finding.model_copy(
                    update={"edits": (edit,), "proven": True, "suggested_fix": fix}
                )
                counts["model_edits"] += 1
            else:
                counts["model_edits_refused"] += 1
    return list(kept.values()), counts


def _lines_in(finding: Finding, section: Section) -> list[int]:
    """The lines of a section that a finding shows at."""
    spans = [*finding.places, *([finding.location] if finding.location else [])]
    inside = set(section.lines)
    return sorted({each.start_line for each in spans if each.path == section.document.path} & inside)


def _risk(agent: str, section: Section) -> int:
    """How many lines have a word that this agent's problems tend to come with; nothing for the mechanical agents."""
    words = _RISKS.get(agent)
    lines = section.document.lines
    return sum(1 for line in section.lines if words.search(lines[line - 1][:500])) if words else 0


def _sheet(section: Section, findings: Sequence[Finding]) -> Sheet:
    sheet = Sheet(section=section)
    weights = dict.fromkeys(section.lines, 0)
    for finding in findings:
        weights |= dict.fromkeys(_lines_in(finding, section), 2)
    shown = [line for line in section.lines if section.document.lines[line - 1].strip()]
    heaviest = sorted(shown, key=lambda line: (-weights[line], line))[:MAX_LINES]
    for number, line in enumerate(sorted(heaviest), 1):
        text = masking.masked(section.document.lines[line - 1][: masking.MAX_LINE])
        sheet.lines[number] = line
        sheet.evidence.append(Evidence(number, text, weight=weights[line]))
    numbers = {line: number for number, line in sheet.lines.items()}
    sheet.facts["section"] = f"{section.title[:200]} of {sheet.path} ({section.document.kind})"
    for finding in findings:
        sheet.tell(finding, next((numbers[line] for line in _lines_in(finding, section) if line in numbers), None))
    return sheet


def _worded(finding: Finding, said: Remark, sheet: Sheet, cited: Sequence[int], model: str) -> Finding:
    words = f"{finding.description}\n{_text(said.text)} ({_origin(model, sheet, cited)})"
    return finding.model_copy(update={"description": words.strip()})


def _edit(finding: Finding, said: Remark, sheet: Sheet, cited: Sequence[int]) -> Edit | None:
    """The edit that a model proposes: of the lines from the first to the last that it cites."""
    first, last = cited[0], cited[-1]
    if (
        finding.proven
        or len(finding.places) > 1
        or last - first >= MAX_EDITED
        or len(said.replacement) > proof.MAX_TEXT
    ):
        return None
    return Edit(path=sheet.path, start_line=first, end_line=last, replacement=said.replacement.rstrip("\n") or None)


def _problem(
    agent: str, said: Remark, sheet: Sheet, cited: Sequence[int], design: Design, model: str
) -> Finding | None:
    """What a model found, at the first lines that it cites."""
    title = remarks.titled(said.title)
    if not title or design.config.ignored(sheet.path, [remarks.rule_of(agent)]):
        return None
    start, end = cited[0], cited[0]
    for line in cited[1:]:
        if line > end + 1 or line - start >= remarks.MAX_SPAN:
            break
        end = line
    lines = [masking.masked(each[: masking.MAX_LINE]) for each in sheet.section.document.lines[start - 1 : end]]
    fix = remarks.proposed(_text(said.replacement), model) if said.replacement else None
    at = Location(path=sheet.path, start_line=start, end_line=end)
    words = f"{_text(said.text)} ({_origin(model, sheet, cited)})"
    return remarks.problem(agent, said.severity, masking.masked(title), words, fix, at, lines, sheet.section.title)


def _text(text: str) -> str:
    return masking.masked(text[: remarks.MAX_TEXT])


def _origin(model: str, sheet: Sheet, cited: Sequence[int]) -> str:
    return f"said by {model} of {sheet.path}:{', '.join(map(str, cited[:10]))}"
