"""From the chosen cause to the answer a person reads."""

from __future__ import annotations

import pytest

from faultline.analyzers.ci import causes, diagnosis, sketch
from faultline.analyzers.ci.signature import Catalogue, parse
from faultline.core.results.ci import Category, CiDiagnosis

RULES = r"""
[[signature]]
id = "unit.failure"
family = 6
tool = "unit"
category = "test"
role = "cause"
rank = 75
probes = [") test "]
match = '^\s*\d+\) test (?P<test>\w+)(?:: (?P<message>.*))?'
indent = true
title = "{test} failed: {message}"
fix = "Run `unit {test}` locally."

[[signature]]
id = "unit.names"
family = 6
tool = "unit"
category = "test"
role = "summary"
probes = ["failed tests:"]
match = '^failed tests:'
indent = true
names = '^\s+- ([\w.]+)'

[[signature]]
id = "sh.error"
family = 39
tool = "sh"
category = "unknown"
role = "symptom"
probes = ["Error:"]
match = '^Error:'
"""
CATALOGUE = Catalogue(parse(RULES, "rules.toml"))


def diagnosed(log: str) -> tuple[CiDiagnosis, str]:
    """The diagnosis and its title."""
    kept = sketch.read([log.encode()], CATALOGUE)
    cause = causes.find(kept)
    return diagnosis.diagnose(kept, cause), diagnosis.title(kept, cause) if cause else ""


TESTS = (
    "$ make test\n"
    "\x1b[31m1) test one: left is not right\x1b[0m\r\n"
    "     left: 1\n"
    "\n"
    "\n"
    "2) test two\n"
    "     left: 2\n"
    "failed tests:\n"
    "  - two\n"
    "  - three\n"
    'The command "make test" exited with 2.\n'
    "Done. Your build exited with 1.\n"
)


def test_the_answer_names_step_tool_category_tests_and_fix() -> None:
    answer, title = diagnosed(TESTS)
    assert answer.failed is True
    assert (answer.provider, answer.failing_step, answer.exit_code) == ("travis", "make test", 2)
    assert (answer.tool, answer.category) == ("unit", Category.TEST)
    assert answer.failed_tests == ("one", "two", "three")
    assert answer.suggested_fix == "Run `unit one` locally."
    assert title == "one failed: left is not right (and 1 more)"
    assert answer.confidence >= 0.9


def test_a_test_named_twice_is_named_once_and_fully() -> None:
    answer, _ = diagnosed("1) test one\n   x\nfailed tests:\n  - one\n  - suite.one\n")
    assert answer.failed_tests == ("suite.one",)


def test_evidence_is_the_exact_bytes_of_the_log() -> None:
    answer, _ = diagnosed(TESTS)
    (excerpt,) = answer.evidence
    raw = TESTS.encode()[excerpt.start_byte : excerpt.end_byte].decode()
    assert (excerpt.start_line, excerpt.end_line) == (2, 7)
    assert raw.replace("\r\n", "\n").rstrip("\n") == excerpt.text
    assert excerpt.text.startswith("\x1b[31m1) test one")
    assert excerpt.matched_lines == (2, 6)


def test_what_followed_is_shown_as_cascade_and_not_blamed() -> None:
    answer, _ = diagnosed(TESTS)
    assert [excerpt.text for excerpt in answer.cascade] == ["failed tests:\n  - two\n  - three"]


@pytest.mark.parametrize(
    ("step", "text", "category"),
    [
        ("npm run lint", "Error: boom", Category.LINT),
        ("make test", "Error: boom", Category.TEST),
        ("pip install x", "Error: boom", Category.DEPENDENCY),
        ("make all", "Error: boom", Category.COMPILE),
        ("./go", "Error: connection refused", Category.NETWORK),
        ("./go", "Error: operation timed out", Category.TIMEOUT),
        ("./go", "Error: boom", Category.UNKNOWN),
    ],
)
def test_an_unknown_error_is_classed_by_its_words_then_by_its_step_and_never_surely(
    step: str, text: str, category: Category
) -> None:
    answer, _ = diagnosed(f'$ {step}\n{text}\nThe command "{step}" exited with 1.\n')
    assert answer.category is category
    assert answer.confidence <= 0.5


def test_an_output_nobody_knows_shows_its_end_and_says_which_step_to_run() -> None:
    answer, title = diagnosed('$ ./go\nstarting\nit went wrong\nThe command "./go" exited with 9.\n')
    assert (answer.category, answer.tool, title) == (Category.UNKNOWN, None, "it went wrong")
    assert answer.suggested_fix is not None
    assert "./go" in answer.suggested_fix


def test_a_passing_and_a_silent_log_have_no_evidence() -> None:
    passed, _ = diagnosed('$ a\nThe command "a" exited with 0.\nDone. Your build exited with 0.\n')
    assert (passed.failed, passed.evidence, passed.fingerprint) == (False, (), None)
    assert diagnosis.describe(passed) == "The log is of a job that passed."
    silent, _ = diagnosed("all is well\n")
    assert (silent.failed, silent.confidence) == (None, 0.0)
    assert diagnosis.describe(silent) == "No failure stands in this log."
    cut_short, _ = diagnosed("Done. Your build exited with 1.\n")
    assert diagnosis.describe(cut_short) == "The job failed, but the log does not show why."


def test_the_description_counts_and_names_the_first_tests() -> None:
    log = "".join(f"{n}) test t{n}\n   x\n" for n in range(1, 9))
    answer, _ = diagnosed(log)
    assert (
        diagnosis.describe(answer)
        == "A test failed (reported by unit); see lines 1-16. 8 failed tests: t1, t2, t3, t4, t5, ..."
    )


def test_the_finding_points_at_the_lines_and_carries_the_fingerprint() -> None:
    answer, title = diagnosed(TESTS)
    told = diagnosis.finding(answer, title, "unit.failure", "build.log")
    assert (told.rule_id, told.severity, told.fingerprint) == ("ci/unit.failure", "high", answer.fingerprint)
    assert told.location is not None
    assert (told.location.path, told.location.start_line, told.location.end_line) == ("build.log", 2, 7)
    assert told.evidence[0] == "1) test one: left is not right"


def test_a_line_of_many_kilobytes_is_cut_and_says_so() -> None:
    answer, title = diagnosed("1) test one: " + "x" * 20_000 + "\n")
    assert answer.evidence[0].truncated
    assert len(answer.evidence[0].text) == 8192
    assert len(title) <= diagnosis.MAX_TITLE
