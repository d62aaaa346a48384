"""What a model may see of a failed job, and what it can change."""

from __future__ import annotations

from typing import Any

import pytest

from faultline.ai.prompt import MAX_PROMPT_TOKENS, render
from faultline.analyzers.ci.analyzer import LogReader
from faultline.analyzers.ci.brief import MAX_BRIEFS, MAX_LINES, Explained, Statement, origin
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact
from faultline.core.model import Answer, Brief
from faultline.core.results.ci import Category, CiDiagnosis, Excerpt, Explanation

LOG = b"""\
##[group]Run pytest
##[endgroup]
============================= test session starts ==============================
tests/test_pay.py F
=================================== FAILURES ===================================
___________________________________ test_pay ___________________________________
    def test_pay():
>       assert pay() == 1
E       assert 2 == 1
tests/test_pay.py:3: AssertionError
=========================== short test summary info ============================
FAILED tests/test_pay.py::test_pay - assert 2 == 1
============================== 1 failed in 0.10s ===============================
##[error]Process completed with exit code 1.
"""
MODEL = "openai:gpt-5-mini"


def seen(log: bytes = LOG) -> tuple[Artifact, Examination]:
    artifact = Artifact.from_bytes("ci", "build.log", log)
    return artifact, LogReader().analyze(artifact)


def answer(brief: Brief, *, fix: str | None = "Make pay() return 1.", cause: str | None = "pay() returns 2.") -> Answer:
    cites = (brief.evidence[0].number,)
    said = Explained(
        cites=cites,
        explanation=Statement(text="The test expects 1.", cites=cites),
        cause=Statement(text=cause, cites=cites) if cause else None,
        suggested_fix=Statement(text=fix, cites=cites) if fix else None,
    )
    return Answer(said, MODEL, dropped=2)


def test_a_brief_holds_the_diagnosis_evidence_under_the_log_s_numbers_and_what_was_found() -> None:
    artifact, look = seen()
    (brief,) = LogReader().briefs(artifact, look)
    lines = LOG.decode().splitlines()
    assert brief.evidence
    assert all(lines[each.number - 1].strip() == each.text.strip() for each in brief.evidence)
    assert brief.facts["category"] == "test"
    assert brief.facts["failed tests"] == "tests/test_pay.py::test_pay"
    assert brief.facts["exit code"] == "1"
    matched = {number for excerpt in look.detail[0].evidence for number in excerpt.matched_lines}  # type: ignore[index]
    assert {each.number for each in brief.evidence if each.weight == 2} == matched


@pytest.mark.parametrize("log", [b"all is well\n", b"ok\n##[error]Process completed with exit code 1.\n"])
def test_a_brief_is_made_of_evidence_only(log: bytes) -> None:
    artifact, look = seen(log)
    assert len(LogReader().briefs(artifact, look)) == sum(bool(each.evidence) for each in look.detail)  # type: ignore[attr-defined]


def test_a_model_words_explanation_and_fix_and_nothing_else() -> None:
    artifact, look = seen()
    (brief,) = LogReader().briefs(artifact, look)
    revised = LogReader().revise(artifact, look, [answer(brief)])
    (before,), (after,) = look.detail, revised.detail  # type: ignore[misc, attr-defined]
    line = brief.evidence[0].number
    assert after.explanation == Explanation(
        text="The test expects 1.", lines=(line,), cause="pay() returns 2.", fix="Make pay() return 1.",
        fix_lines=(line,), model=MODEL,
    )  # fmt: skip
    assert after.suggested_fix == "Make pay() return 1."
    words = {"explanation", "suggested_fix"}
    assert after.model_dump(exclude=words) == before.model_dump(exclude=words)
    (found,), (told,) = look.findings, revised.findings
    assert told.description == (
        f"{found.description}\npay() returns 2. The test expects 1. (written by {MODEL} from line {line})"
    )
    assert told.suggested_fix == f"Make pay() return 1. (proposed by {MODEL})"
    words = {"description", "suggested_fix"}
    assert told.model_dump(exclude=words) == found.model_dump(exclude=words)
    assert revised.metrics == {**look.metrics, "explained": 1, "dropped_statements": 2}


def test_without_a_fix_of_the_model_ours_stays() -> None:
    artifact, look = seen()
    (brief,) = LogReader().briefs(artifact, look)
    revised = LogReader().revise(artifact, look, [answer(brief, fix=None, cause=None)])
    assert revised.findings[0].suggested_fix == look.findings[0].suggested_fix
    assert revised.detail[0].suggested_fix == look.detail[0].suggested_fix  # type: ignore[index]
    assert revised.detail[0].explanation.text == "The test expects 1."  # type: ignore[index]


def test_without_an_answer_everything_stays() -> None:
    artifact, look = seen()
    revised = LogReader().revise(artifact, look, [None])
    assert (revised.findings, revised.detail) == (list(look.findings), look.detail)


def diagnosis(**changes: Any) -> CiDiagnosis:
    return CiDiagnosis(**({"failed": True, "category": Category.UNKNOWN, "confidence": 0.5} | changes))


def excerpt(start: int, lines: list[str], *matched: int) -> Excerpt:
    return Excerpt(
        start_line=start, end_line=start + len(lines) - 1, start_byte=0, end_byte=1, text="\n".join(lines),
        matched_lines=matched,
    )  # fmt: skip


def test_of_many_failed_jobs_the_first_are_asked_about_and_the_answers_find_theirs() -> None:
    artifact, look = seen()
    found = look.findings[0]
    jobs = [diagnosis(evidence=(excerpt(number, [f"error {number}"]),)) for number in range(1, 6)]
    jobs.insert(1, diagnosis())  # failed, nobody knows why: neither a finding nor a brief
    look = Examination([found.model_copy(update={"title": str(number)}) for number in range(5)], {}, (), jobs)
    briefs = LogReader().briefs(artifact, look)
    assert [brief.evidence[0].text for brief in briefs] == ["error 1", "error 2", "error 3"]
    assert len(briefs) == MAX_BRIEFS
    revised = LogReader().revise(artifact, look, [None, answer(briefs[1]), None])
    assert [bool(job.explanation) for job in revised.detail] == [False, False, True, False, False, False]  # type: ignore[attr-defined]
    assert ["written by" in each.description for each in revised.findings] == [False, True, False, False, False]


def test_a_large_log_makes_a_small_prompt_with_the_lines_that_tell() -> None:
    filler = b"".join(b"2026-01-01T00:00:00.0000000Z step %d compiled in %d ms\n" % (n, n * 7) for n in range(120_000))
    failures = b"".join(b"E       assert %d == %d, %s\n" % (n, n + 1, b"long " * 300) for n in range(3_000))
    artifact, look = seen(filler + LOG.replace(b"E       assert 2 == 1\n", failures) + filler)
    (brief,) = LogReader().briefs(artifact, look)
    assert len(brief.evidence) <= MAX_LINES
    prompt = render(brief)
    assert prompt.tokens <= MAX_PROMPT_TOKENS
    assert len(prompt.shown) >= 5
    assert any("assert" in text for text in prompt.shown.values())


def test_the_origin_names_at_most_ten_lines() -> None:
    told = Explanation(text="x", lines=tuple(range(1, 15)), model=MODEL)
    assert origin(told) == f"written by {MODEL} from lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..."
