"""What a model may see of a failed job, and what becomes of its answer.

It sees the diagnosis' own evidence, under the numbers of the log's lines, and what we found. It gives words: a cause,
an explanation, a fix. Category, severity, confidence, evidence and fingerprint stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

from pydantic import Field

from faultline.analyzers.ci.lines import visible
from faultline.core.analyzer import Examination
from faultline.core.finding import Finding
from faultline.core.model import Answer, Brief, Cited, Evidence
from faultline.core.results.ci import CiDiagnosis, Explanation

MAX_BRIEFS: Final = 3
"""Of a run with many failed jobs the surest diagnoses are explained; the others mostly fail for the same reason."""
MAX_LINES: Final = 400
NEAR: Final = 3
"""Lines this close to one by which the failure was recognised are kept before the rest of the evidence."""
QUESTION: Final = (
    "A CI job failed. The lines are from its log; the facts say what was found in it. Say what caused the failure, "
    "explain how the lines show it, and propose the change that would make the job pass. Leave the fix out when the "
    "lines do not say enough for one."
)


class Statement(Cited):
    """One statement about the failure, with the lines that show it."""

    text: Annotated[str, Field(min_length=1, description="One to three sentences of plain English.")]


class Explained(Cited):
    """Why the job failed, and what to change."""

    cause: Annotated[Statement | None, Field(description="The root cause, in one sentence.")] = None
    explanation: Annotated[Statement, Field(description="How the lines show it.")]
    suggested_fix: Annotated[Statement | None, Field(description="What to change so that the job passes.")] = None


def briefs(diagnoses: Sequence[CiDiagnosis]) -> list[Brief]:
    """A brief for each job that failed, the surest ones first; none for what has no evidence."""
    return [_brief(diagnosis) for _, diagnosis in _asked(diagnoses)]


def revise(seen: Examination, diagnoses: Sequence[CiDiagnosis], answers: Sequence[Answer | None]) -> Examination:
    """Put the answers to `briefs` beside what was found."""
    told = dict(zip((place for place, _ in _asked(diagnoses)), answers, strict=True))
    findings, revised = iter(seen.findings), []
    kept: list[Finding] = []
    for place, diagnosis in enumerate(diagnoses):
        finding = next(findings) if diagnosis.evidence else None  # one for each diagnosis that has evidence
        answer = told.get(place)
        if answer is not None and finding is not None and isinstance(answer.said, Explained):
            diagnosis, finding = _explained(diagnosis, finding, answer.said, answer.model)
        revised.append(diagnosis)
        kept += [finding] if finding is not None else []
    heard = [answer for answer in answers if answer is not None]
    metrics = {**seen.metrics, "explained": len(heard), "dropped_statements": sum(answer.dropped for answer in heard)}
    return Examination(kept, metrics, seen.unread, revised)


def _asked(diagnoses: Sequence[CiDiagnosis]) -> list[tuple[int, CiDiagnosis]]:
    return [(place, diagnosis) for place, diagnosis in enumerate(diagnoses) if diagnosis.evidence][:MAX_BRIEFS]


def _brief(diagnosis: CiDiagnosis) -> Brief:
    lines = sorted(_evidence(diagnosis), key=lambda line: -line.weight)[:MAX_LINES]
    return Brief(
        question=QUESTION,
        evidence=tuple(sorted(lines, key=lambda line: line.number)),
        answer=Explained,
        facts={name: value for name, value in _facts(diagnosis) if value},
    )


def _facts(diagnosis: CiDiagnosis) -> Iterator[tuple[str, str]]:
    yield "category", diagnosis.category.value
    yield "tool", diagnosis.tool or ""
    yield "step", diagnosis.failing_step or ""
    yield "exit code", "" if diagnosis.exit_code is None else str(diagnosis.exit_code)
    yield "CI system", diagnosis.provider or ""
    yield "failed tests", ", ".join(diagnosis.failed_tests[:10])
    yield "usual fix", diagnosis.suggested_fix or ""


def _evidence(diagnosis: CiDiagnosis) -> Iterator[Evidence]:
    for excerpt in diagnosis.evidence:
        matched = excerpt.matched_lines
        for number, raw in enumerate(excerpt.text.split("\n"), excerpt.start_line):
            text = visible(raw.encode("utf-8", "replace"))
            if text.strip():
                near = any(abs(number - each) <= NEAR for each in matched[:20])
                yield Evidence(number, text, weight=2 if number in matched else 1 if near else 0)


def _explained(diagnosis: CiDiagnosis, finding: Finding, said: Explained, model: str) -> tuple[CiDiagnosis, Finding]:
    fix = said.suggested_fix
    explanation = Explanation(
        text=said.explanation.text,
        lines=tuple(sorted({*said.explanation.cites, *(said.cause.cites if said.cause else ())})),
        cause=said.cause.text if said.cause else None,
        fix=fix.text if fix else None,
        fix_lines=tuple(sorted(fix.cites)) if fix else (),
        model=model,
    )
    words = [finding.description, f"{explanation.cause or ''} {explanation.text}".strip() + f" ({origin(explanation)})"]
    changed = {"explanation": explanation} | ({"suggested_fix": fix.text} if fix else {})
    return diagnosis.model_copy(update=changed), finding.model_copy(
        update={"description": "\n".join(words)}
        | ({"suggested_fix": f"{fix.text} (proposed by {model})"} if fix else {})
    )


def origin(explanation: Explanation) -> str:
    """Who wrote this, and from which lines: `written by openai:gpt-5-mini from lines 17, 21`."""
    shown = ", ".join(str(number) for number in explanation.lines[:10])
    more = ", ..." if len(explanation.lines) > 10 else ""
    return f"written by {explanation.model} from line{'s' if len(explanation.lines) > 1 else ''} {shown}{more}"
