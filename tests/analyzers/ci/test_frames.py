"""Steps, their outcome and the job's, in the words of each CI system."""

from __future__ import annotations

from faultline.analyzers.ci.frames import Frame, FrameReader


def frame(log: str) -> tuple[Frame, int]:
    reader = FrameReader()
    rows = log.strip("\n").split("\n")
    for number, row in enumerate(rows, 1):
        reader.feed(number, row.encode())
    return reader.finish(len(rows)), len(rows)


def culprit_names(log: str) -> list[str]:
    read, last = frame(log)
    return [step.name for step in read.culprits(last)]


TRAVIS = (
    "travis_fold:start:install\r\x1b[0Ktravis_time:start:0a\r\x1b[0K$ npm ci\n"
    "added 10 packages\n"
    "travis_time:end:0a:start=1,finish=2,duration=1\r\x1b[0Ktravis_fold:end:install\r\x1b[0K"
    "travis_time:start:0b\r\x1b[0K$ npm test\n"
    "boom\n"
    "travis_time:end:0b:start=1,finish=2,duration=1\r\x1b[0K\n"
    '\x1b[31;1mThe command "npm test" exited with 7.\x1b[0m\n'
    "travis_time:start:0c\r\x1b[0K$ npm run docs\n"
    "fine\n"
    "travis_time:end:0c:start=1,finish=2,duration=1\r\x1b[0K\n"
    '\x1b[32;1mThe command "npm run docs" exited with 0.\x1b[0m\n'
    "Done. Your build exited with 1.\n"
)


def test_travis_names_the_command_that_failed_and_its_output() -> None:
    read, last = frame(TRAVIS)
    (step,) = read.culprits(last)
    assert (read.provider, read.failed) == ("travis", True)
    assert (step.name, step.start, step.end, step.exit_code) == ("npm test", 3, 5, 7)
    assert read.passed(9)
    assert not read.passed(4)
    assert read.is_border(6)
    assert not read.is_border(4)


def test_travis_command_over_several_lines_is_one_mark() -> None:
    log = '$ bash -c "\nx\ny\n"\nboom\nThe command "bash -c "\nx\ny\n"" exited with 3.\nDone. Your build exited with 1.'
    read, last = frame(log)
    assert [(step.exit_code, step.outcome) for step in read.culprits(last)] == [(3, "failed")]
    assert read.is_border(7)


def test_travis_step_that_ends_the_job_wins_over_one_that_went_on() -> None:
    log = (
        '$ a\nx\nThe command "a" exited with 1.\n'
        '$ b\nx\nThe command "b" failed and exited with 2 during .\n\nYour build has been stopped.'
    )
    assert culprit_names(log) == ["b"]


def test_travis_retries_that_never_passed_end_the_job() -> None:
    log = (
        "$ git clone x\nfatal: no\n"
        'The command "eval git clone x" failed. Retrying, 2 of 3.\nfatal: no\n'
        'The command "eval git clone x" failed 3 times.\n'
    )
    read, last = frame(log)
    assert read.retries == []
    assert [step.ended_job for step in read.culprits(last)] == [True]


def test_a_failed_attempt_that_was_made_again_is_marked() -> None:
    assert frame('$ x\nno\nThe command "eval x" failed. Retrying, 2 of 3.\nyes\n')[0].retries == [3]
    actions = "##[group]Run nick-fields/retry@v2\nno\n##[warning]Attempt 1 failed. Reason: code 1\nno\n"
    assert frame(actions)[0].retries == [3]
    assert frame(actions + "##[error]Final attempt failed. Child_process exited with error code 1\n")[0].retries == []


def test_a_log_cut_off_inside_a_step_blames_that_step() -> None:
    assert culprit_names('$ a\nThe command "a" exited with 0.\n$ sleep 9999\nworking\nworking\nworking') == [
        "sleep 9999"
    ]


def test_commands_without_any_mark_of_a_ci_system_blame_nobody() -> None:
    assert culprit_names("$ make\na.c:1:1: error: boom\n$ echo done\ndone") == []


def test_a_job_that_passed_has_no_culprit() -> None:
    read, last = frame(TRAVIS.replace("exited with 7", "exited with 0").replace("exited with 1.", "exited with 0."))
    assert (read.failed, read.culprits(last)) == (False, [])


ACTIONS = """
2024-05-01T10:00:00.0000000Z ##[group]Run npm ci
2024-05-01T10:00:00.0000000Z ##[endgroup]
2024-05-01T10:00:01.0000000Z added 3 packages
2024-05-01T10:00:02.0000000Z ##[group]Run npm run flaky
2024-05-01T10:00:02.0000000Z ##[endgroup]
2024-05-01T10:00:03.0000000Z ##[error]Process completed with exit code 1.
2024-05-01T10:00:04.0000000Z ##[group]Run npm test
2024-05-01T10:00:04.0000000Z ##[endgroup]
2024-05-01T10:00:05.0000000Z boom
2024-05-01T10:00:06.0000000Z ##[error]Process completed with exit code 2.
2024-05-01T10:00:07.0000000Z Post job cleanup.
"""


def test_actions_step_that_went_on_after_its_error_loses_to_the_one_that_ended_the_job() -> None:
    read, last = frame(ACTIONS)
    assert read.provider == "github-actions"
    assert next((step.name, step.exit_code) for step in read.culprits(last)) == ("Run npm test", 2)


def test_the_prefix_of_a_log_fetched_with_gh_is_no_obstacle() -> None:
    log = "\n".join(f"build\tTest\t{row}" for row in ACTIONS.strip().split("\n"))
    assert culprit_names(log)[0] == "Run npm test"


def test_gitlab_names_the_section() -> None:
    log = (
        "section_start:1700000000:prepare_script\r\x1b[0KPreparing\n"
        "section_end:1700000001:prepare_script\r\x1b[0K\n"
        "section_start:1700000001:step_script\r\x1b[0KExecuting\n$ make\nboom\n"
        "section_end:1700000002:step_script\r\x1b[0K\n"
        "\x1b[31;1mERROR: Job failed: exit code 2\x1b[0;m\n"
    )
    read, last = frame(log)
    assert read.provider == "gitlab"
    assert [(step.name, step.exit_code) for step in read.culprits(last)] == [("step_script", 2)]


def test_gitlab_job_that_succeeded_passed() -> None:
    assert frame("section_start:1:step_script\r\x1b[0Kx\nsection_end:2:step_script\nJob succeeded")[0].failed is False


def test_jenkins_stage_is_the_step() -> None:
    log = (
        "[Pipeline] stage\n[Pipeline] { (Build)\n[Pipeline] sh\n+ make\n[Pipeline] }\n[Pipeline] { (Test)\n"
        "[Pipeline] sh\n+ make check\nboom\n[Pipeline] }\nERROR: script returned exit code 2\nFinished: FAILURE"
    )
    read, last = frame(log)
    assert (read.provider, read.failed) == ("jenkins", True)
    assert [(step.name, step.exit_code) for step in read.culprits(last)] == [("Test", 2)]


def test_jenkins_success_passed() -> None:
    assert frame("[Pipeline] { (Build)\nFinished: SUCCESS")[0].failed is False


def test_azure_task_is_the_step() -> None:
    log = (
        "2024-05-01T10:00:00.1Z ##[section]Starting: Build\nok\n2024-05-01T10:00:00.1Z ##[section]Finishing: Build\n"
        "2024-05-01T10:00:00.1Z ##[section]Starting: Test\nboom\n"
        "2024-05-01T10:00:00.1Z ##[error]Bash exited with code '3'.\n"
        "2024-05-01T10:00:00.1Z ##[section]Finishing: Test"
    )
    read, last = frame(log)
    assert read.provider == "azure"
    assert [(step.name, step.exit_code) for step in read.culprits(last)] == [("Test", 3)]


def test_circleci_and_appveyor_and_buildkite_say_the_exit_code() -> None:
    for log, provider in (
        ("boom\nExited with code exit status 4", "circleci"),
        ("boom\nCommand exited with code 4", "appveyor"),
        ("~~~ Preparing build\n+++ :test: Unit\nboom\n\U0001f6a8 Error: The command exited with status 4", "buildkite"),
    ):
        read, last = frame(log)
        assert (read.provider, [step.exit_code for step in read.culprits(last)]) == (provider, [4])


def test_a_log_without_any_frame_has_no_steps() -> None:
    read, last = frame("cc -c a.c\na.c:1:1: error: boom")
    assert (read.provider, read.failed, read.steps, read.culprits(last)) == (None, None, [], [])
    assert not read.passed(1)
