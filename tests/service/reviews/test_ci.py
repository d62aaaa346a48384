"""A workflow fails, and the pull request is told why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.core.finding import Finding, Severity
from faultline.core.report import ArtifactInfo, Report, Status
from faultline.service.github.answers import PullFile
from faultline.service.reviews.ci import Frame, frames_in
from tests.cost import within
from tests.service.reviews.conftest import Pulls, Running

ON_SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
BASE = "x = 1\n" * 5
LOG = b"""\
2026-05-17T12:00:00.0000000Z ##[group]Run python -m pytest
2026-05-17T12:00:00.0000000Z python -m pytest
2026-05-17T12:00:00.0000000Z ##[endgroup]
2026-05-17T12:00:01.0000000Z Traceback (most recent call last):
2026-05-17T12:00:01.0000000Z   File "/home/runner/work/shop/shop/a.py", line 6, in <module>
2026-05-17T12:00:01.0000000Z     import nowhere
2026-05-17T12:00:01.0000000Z ModuleNotFoundError: No module named 'nowhere'
2026-05-17T12:00:01.0000000Z ##[error]Process completed with exit code 1.
"""


def failed(pulls: Pulls, run_id: int, *logs: bytes) -> None:
    """A run at the stand-in, one of whose jobs went well."""
    jobs = [{"id": run_id * 10, "name": "lint", "conclusion": "success", "completed_at": None}]
    for index, log in enumerate(logs, start=1):
        jobs.append(
            {"id": run_id * 10 + index, "name": f"test ({index})", "conclusion": "failure", "completed_at": None}
        )
        pulls.at.logs[run_id * 10 + index] = log
    pulls.at.jobs[run_id] = jobs


@ON_SQLITE
async def test_a_failed_workflow_is_explained_once_for_each_head_and_names_the_changed_lines(
    pulls: Pulls, running: Running
) -> None:
    failed(pulls, 7, LOG)
    failed(pulls, 8, LOG.replace(b"nowhere", b"elsewhere"))
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "import nowhere\n"})
        await pulls.done()
        assert await pulls.workflow(7, 1)
        await pulls.done()
        talk = [each["body"] for each in pulls.pull.talk if "faultline:ci" in each["body"]]
        assert len(talk) == 1
        assert "nowhere" in talk[0]
        assert "`a.py:6`, written by this pull request" in talk[0]
        # It runs again and fails otherwise: the comment is changed, and none is added.
        assert await pulls.workflow(8, 1)
        assert await pulls.done() == ["completed"] * 3
        talk = [each["body"] for each in pulls.pull.talk if "faultline:ci" in each["body"]]
        assert len(talk) == 1
        assert "elsewhere" in talk[0]
    review = (await pulls.reviews())[-1]
    assert (review.trigger, review.details["workflow"], review.stats["frames"]) == ("workflow", "tests", 1)


@ON_SQLITE
async def test_a_workflow_of_a_fork_is_told_at_the_pull_request_that_has_its_head(
    pulls: Pulls, running: Running
) -> None:
    failed(pulls, 7, LOG)
    await pulls.push({"a.py": BASE + "import nowhere\n"})
    assert await pulls.workflow(7)  # GitHub names no pull request
    assert not await pulls.workflow(7)  # it is under way
    assert [(row.trigger, row.number) for row in await pulls.reviews()] == [("push", 1), ("workflow", 1)]


@ON_SQLITE
async def test_explanations_can_be_switched_off_and_ask_for_a_failed_job(pulls: Pulls, running: Running) -> None:
    failed(pulls, 7)
    await pulls.push({"a.py": BASE})
    async with running(pulls.parts):
        assert await pulls.workflow(7, 1)
        await pulls.done()
    assert (await pulls.reviews())[-1].error_code == "no-failed-job"
    await pulls.set(ci_comments=False)
    assert not await pulls.workflow(8, 1)


def report_of(*evidence: str) -> Report:
    finding = Finding(rule_id="r", agent="ci", severity=Severity.HIGH, title="t", evidence=evidence, fingerprint="f")
    return Report(
        kind="ci",
        artifact=ArtifactInfo(name="n", sha256="0" * 64, bytes=0),
        status=Status.COMPLETED,
        summary="s",
        findings=(finding,),
    )


def changed(path: str, patch: str | None = "@@ -1,2 +1,3 @@\n one\n+two\n three", status: str = "modified") -> PullFile:
    return PullFile(path, status, 1, 0, None, patch)


@pytest.mark.parametrize(
    "line",
    [
        'File "/build/src/app/a.py", line 2, in f',
        "src/app/a.py:2: AssertionError",
        "app/a.py:2:14: E999 oh",
        "/github/workspace/src/app/a.py(2,5): error TS1",
        "at C:\\work\\src\\app\\a.py:2",
        "a.py:2",
    ],
)
def test_a_frame_is_known_however_the_log_calls_the_file(line: str) -> None:
    assert frames_in(report_of(line), [changed("src/app/a.py")]) == [Frame("src/app/a.py", 2, True)]


def test_lines_that_the_change_wrote_come_first_and_others_not_at_all() -> None:
    frames = frames_in(
        report_of("a.py:3 a.py:2 a.py:9 b.py:2 gone.py:2"), [changed("a.py"), changed("gone.py", status="removed")]
    )
    assert frames == [Frame("a.py", 2, True), Frame("a.py", 3, False)]


def test_of_two_files_that_end_alike_none_is_named() -> None:
    files = [changed("x/models.py"), changed("y/models.py")]
    assert frames_in(report_of("models.py:2"), files) == []
    assert frames_in(report_of("y/models.py:2"), files) == [Frame("y/models.py", 2, True)]
    assert frames_in(report_of("z/models.py:2"), files) == []


def test_a_patch_that_github_does_not_give_has_no_lines() -> None:
    assert frames_in(report_of("a.py:2"), [changed("a.py", patch=None)]) == []


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_log_and_no_patch_is_too_strange(log: str, patch: str) -> None:
    frames_in(report_of(log + "a.py:1"), [changed("a.py", patch=patch)])


def test_a_long_line_without_a_frame_takes_no_time() -> None:
    report = report_of("a/" * 100_000, "a." * 100_000, "a.py:" * 50_000)
    within(1, lambda: frames_in(report, [changed("a.py")]))
