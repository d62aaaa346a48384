"""Cause before cascade: which block wins, and what is shown with it."""

from __future__ import annotations

from faultline.analyzers.ci import causes, sketch
from faultline.analyzers.ci.green import GreenLines
from faultline.analyzers.ci.signature import Catalogue, parse

RULES = r"""
[[signature]]
id = "cc.error"
family = 24
tool = "cc"
category = "compile"
role = "cause"
rank = 72
probes = ["error: "]
match = '^(?P<file>[\w./]+):\d+:\d+: error: '
while = '^\s'

[[signature]]
id = "cc.note"
family = 24
tool = "cc"
category = "compile"
role = "cause"
rank = 66
probes = ["fatal: "]
match = '^cc: fatal: '

[[signature]]
id = "unit.failure"
family = 6
tool = "unit"
category = "test"
role = "cause"
rank = 75
probes = [") test "]
match = '^\s*\d+\) test (?P<test>\w+)'
indent = true

[[signature]]
id = "trace"
family = 8
tool = "python"
category = "crash"
role = "cause"
rank = 62
probes = ["Traceback"]
match = '^Traceback'
through = '^\w+Error'

[[signature]]
id = "generic.error"
family = 39
tool = "shell"
category = "unknown"
role = "symptom"
rank = 30
probes = ["Error:"]
match = 'Error:'

[[signature]]
id = "make.failed"
family = 26
tool = "make"
category = "unknown"
role = "wrapper"
rank = 5
probes = ["*** ["]
match = '^make: \*\*\* \['
"""
CATALOGUE = Catalogue(parse(RULES, "rules.toml"))


def cause_of(log: str, green: str | None = None) -> tuple[list[str], causes.Cause | None]:
    """The evidence lines as text, and the cause."""
    kept = sketch.read([log.encode()], CATALOGUE)
    is_green = GreenLines([green.encode()]) if green is not None else None
    cause = causes.find(kept, is_green)
    return [line.text for n in (cause.lines if cause else ()) if (line := kept.line_at(n))], cause


def test_a_wrapper_never_wins_over_what_it_wraps() -> None:
    shown, cause = cause_of("a.c:1:2: error: boom\n  int x\n  ^\nmake: *** [a.o] Error 1\n")
    assert shown == ["a.c:1:2: error: boom", "  int x", "  ^"]
    assert cause is not None
    assert [block.signature.id for block in cause.cascade] == ["make.failed"]


def test_every_failure_told_by_the_same_tool_is_evidence() -> None:
    shown, _ = cause_of("1) test one\n   left: 1\nnoise\n2) test two\n   left: 2\nError: exit\n")
    assert shown == ["1) test one", "   left: 1", "2) test two", "   left: 2"]


def test_a_lower_ranked_block_of_the_same_tool_stays_out_when_it_is_much_lower() -> None:
    rows = "a.c:1:2: error: boom\n  int x\nnoise\ncc: fatal: too many errors\n"
    shown, _ = cause_of(rows)
    assert shown == ["a.c:1:2: error: boom", "  int x", "cc: fatal: too many errors"]


def test_the_first_of_two_unlike_crashes_is_the_cause_and_the_second_its_cascade() -> None:
    first = "Traceback\n  a\n  b\nKeyError: 1\n"
    shown, cause = cause_of(first + "noise\n" * 100 + "Traceback\n  b\nValueError: 2\n")
    assert shown == ["Traceback", "  a", "  b", "KeyError: 1"]
    assert cause is not None
    assert [block.start for block in cause.cascade] == [105]


def test_a_crash_raised_while_handling_another_belongs_to_it() -> None:
    shown, _ = cause_of("Traceback\n  a\nKeyError: 1\n\nDuring handling\n\nTraceback\n  b\nValueError: 2\n")
    assert shown[-1] == "ValueError: 2"
    assert shown[0] == "Traceback"


def test_an_error_inside_a_better_block_is_absorbed() -> None:
    shown, cause = cause_of("1) test one\n   Error: left\n   more\n")
    assert shown == ["1) test one", "   Error: left", "   more"]
    assert cause is not None
    assert len(cause.blocks) == 1
    assert cause.cascade == ()


def test_the_step_that_failed_wins_over_a_better_looking_error_elsewhere() -> None:
    log = (
        '$ try it\n1) test expected\n   to fail\nThe command "try it" exited with 0.\n'
        '$ build\nError: boom\nThe command "build" exited with 1.\nDone. Your build exited with 1.\n'
    )
    shown, cause = cause_of(log)
    assert shown == ["Error: boom"]
    assert cause is not None
    assert cause.step is not None
    assert cause.step.name == "build"


def test_without_a_known_failed_step_what_passed_steps_wrote_does_not_count() -> None:
    log = '$ a\nError: expected\nThe command "a" exited with 0.\nError: real\nDone. Your build exited with 1.\n'
    assert cause_of(log)[0] == ["Error: real"]


def test_a_step_that_says_nothing_known_shows_its_last_lines_above_the_wrapper() -> None:
    log = (
        '$ lint\nchecking\n$ prettier -l\nsrc/a.js\nmake: *** [lint] Error 1\nbye\nThe command "lint" exited with 2.\n'
    )
    assert cause_of(log)[0] == ["src/a.js"]


def test_a_tail_without_wrapper_is_the_end_of_the_output() -> None:
    log = "$ check\n" + "".join(f"row {n}\n" for n in range(50)) + '\nThe command "check" exited with 2.\n'
    shown, cause = cause_of(log)
    assert shown == [f"row {n}" for n in range(50 - causes.TAIL_LINES, 50)]
    assert cause is not None
    assert cause.blocks == ()


def test_an_attempt_that_was_made_again_and_passed_loses() -> None:
    retried = '$ go\n1) test flaky\n   left\nThe command "eval get" failed. Retrying, 2 of 3.\n'
    assert cause_of(retried + 'fetched\nError: boom\nThe command "go" exited with 1.\n')[0][-1] == "Error: boom"
    assert cause_of(retried + 'The command "eval get" failed 3 times.\n')[0] == ["1) test flaky", "   left"]


def test_a_job_that_passed_has_no_cause() -> None:
    assert (
        cause_of('$ a\nError: expected\nThe command "a" exited with 0.\nDone. Your build exited with 0.\n')[1] is None
    )


def test_a_log_that_shows_nothing_has_no_cause() -> None:
    assert cause_of("all is well\n")[1] is None


def test_only_a_wrapper_is_shown_when_nothing_else_is_said() -> None:
    assert cause_of("all is well\nmake: *** [all] Error 1\n")[0] == ["make: *** [all] Error 1"]


def test_a_brief_and_vague_error_is_shown_with_the_lines_about_it() -> None:
    rows = [*(f"above {n}" for n in range(9)), "Error: boom", "", *(f"below {n}" for n in range(9))]
    assert cause_of("\n".join(rows) + "\n")[0] == [*rows[5:10], *rows[11:15]]
    assert cause_of("$ one\nhere\n$ two\nError: boom\n$ three\n")[0] == ["Error: boom"]


def test_what_the_green_log_says_too_is_not_the_cause() -> None:
    noise = "1) test known_flaky\n   left: 1\n"
    assert cause_of(noise + "Error: boom\n")[0][0] == "1) test known_flaky"
    assert cause_of(noise + "Error: boom\n", green=noise + "done\n")[0] == ["Error: boom"]


def test_a_green_log_that_explains_everything_away_is_not_believed() -> None:
    assert cause_of("Error: boom\n", green="Error: boom\n")[0] == ["Error: boom"]


def test_evidence_has_a_limit_and_keeps_the_first() -> None:
    one = "1) test x\n" + "   detail\n" * 99
    shown, cause = cause_of(one * 15)
    assert len(shown) == causes.MAX_EVIDENCE_LINES
    assert cause is not None
    assert len(cause.blocks) == 10


def test_lines_of_other_lanes_do_not_end_a_block() -> None:
    log = "web_1  | Traceback\nweb_1  |   a\ndb_1   | ready\nweb_1  |   b\nweb_1  | KeyError: 1\n"
    assert cause_of(log)[0] == ["Traceback", "  a", "  b", "KeyError: 1"]
