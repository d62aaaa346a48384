"""The `ci` analyzer through its contract: one log, a run of several, a green companion."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from faultline.analyzers.ci.analyzer import CiAnalyzer
from faultline.core.analyzer import Conclusion, Examination, Options, Skip
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected
from faultline.core.results.ci import Category, CiDiagnosis

FAILED = b"""\
============================= test session starts ==============================
tests/test_a.py F                                                        [100%]

=================================== FAILURES ===================================
___________________________________ test_sum ___________________________________

    def test_sum():
>       assert 1 + 1 == 3
E       assert (1 + 1) == 3

tests/test_a.py:2: AssertionError
=========================== short test summary info ============================
FAILED tests/test_a.py::test_sum - assert (1 + 1) == 3
============================== 1 failed in 0.03s ===============================
"""
PASSED = b"$ make\nok\nDone. Your build exited with 0.\n"


def run(artifact: Artifact) -> tuple[Examination, Conclusion]:
    analyzer, options = CiAnalyzer(), Options()
    analyzer.validate(artifact, options)
    assert analyzer.prefilter(artifact, options) is None
    (agent,) = analyzer.agents(artifact, options)
    seen = agent.analyze(artifact)
    return seen, analyzer.conclude(artifact, options, [seen], seen.findings)


def zipped(**members: bytes) -> Artifact:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.txt", data)
    return Artifact.from_bytes("ci", "run.zip", buffer.getvalue())


def test_a_failed_log_is_one_finding_with_its_typed_result() -> None:
    seen, concluded = run(Artifact.from_bytes("ci", "a.log", FAILED))
    (told,) = seen.findings
    answer = concluded.result
    assert isinstance(answer, CiDiagnosis)
    assert (answer.category, answer.tool, answer.log) == (Category.TEST, "pytest", "")
    assert (answer.evidence[0].start_line, answer.evidence[-1].end_line) == (5, 11)
    assert "test_sum" in told.title
    assert "tests/test_a.py::test_sum" in answer.failed_tests or "test_sum" in answer.failed_tests
    assert seen.metrics["lines"] == FAILED.count(b"\n")
    assert "lines 5-11" in concluded.summary


def test_the_same_bytes_give_the_same_answer_packed_or_not() -> None:
    plain = run(Artifact.from_bytes("ci", "a.log", FAILED))[1]
    assert run(Artifact.from_bytes("ci", "a.log", gzip.compress(FAILED)))[1] == plain
    assert run(Artifact.from_bytes("ci", "a.log", FAILED))[1] == plain


def test_of_a_run_the_job_that_failed_speaks_and_is_named() -> None:
    seen, concluded = run(zipped(**{"0_lint": PASSED, "1_test": FAILED}))
    assert isinstance(concluded.result, CiDiagnosis)
    assert concluded.result.log == "1_test.txt"
    assert concluded.summary.startswith("1 of 2 jobs failed. ")
    (told,) = seen.findings
    assert told.location is not None
    assert told.location.path == "1_test.txt"


def test_each_failed_job_of_a_run_is_a_finding() -> None:
    seen, concluded = run(
        zipped(**{"0_lint": b"$ lint\nboom\n" + b'The command "lint" exited with 1.\n', "1_test": FAILED})
    )
    assert len(seen.findings) == 2
    assert isinstance(concluded.result, CiDiagnosis)
    assert concluded.result.log == "1_test.txt"


def test_a_job_that_passed_has_no_finding() -> None:
    seen, concluded = run(Artifact.from_bytes("ci", "a.log", PASSED))
    assert seen.findings == []
    assert concluded.summary == "The log is of a job that passed."


def test_an_empty_log_is_skipped_and_said_to_be_empty() -> None:
    artifact = Artifact.from_bytes("ci", "a.log", b"")
    analyzer = CiAnalyzer()
    analyzer.validate(artifact, Options())
    assert analyzer.prefilter(artifact, Options()) == Skip("the log is empty")
    assert analyzer.conclude(artifact, Options(), [], []).summary == "The log is empty."


def test_a_green_companion_takes_its_noise_out() -> None:
    noise = FAILED.replace(b"test_sum", b"test_noise")
    log = noise + b"cc -c a.c\na.c:1:2: error: expected ';' before 'x'\n"
    artifact = Artifact.from_bytes("ci", "a.log", log)
    artifact.companions["green"] = Artifact.from_bytes("ci", "green.log", noise)
    answer = run(artifact)[1].result
    assert isinstance(answer, CiDiagnosis)
    assert answer.category is Category.COMPILE


def test_a_green_companion_that_is_no_log_is_named_in_the_sentence() -> None:
    artifact = Artifact.from_bytes("ci", "a.log", FAILED)
    artifact.companions["green"] = Artifact.from_bytes("ci", "green.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(ArtifactRejected, match=r"the green log green\.png cannot be read"):
        CiAnalyzer().validate(artifact, Options())


def test_what_is_no_log_is_rejected_before_it_is_read() -> None:
    with pytest.raises(ArtifactRejected):
        CiAnalyzer().validate(Artifact.from_bytes("ci", "a.out", b"\x7fELF" + bytes(200)), Options())
