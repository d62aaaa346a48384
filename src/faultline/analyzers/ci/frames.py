"""Frames: what a CI system itself writes around the output of a job's steps.

Reads only the few lines that hold one of `PROBES`, in order, so a log of any size costs little. From them come the
steps, which of them failed, whether the job failed at all, and the borders that no block of evidence may cross.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from faultline.analyzers.ci.lines import segments

Outcome = Literal["unknown", "passed", "failed"]


@dataclass(slots=True)
class Step:
    """A step of the job: lines `start`..`end` (its last line, or None while it is open)."""

    name: str
    start: int
    end: int | None = None
    outcome: Outcome = "unknown"
    exit_code: int | None = None
    ended_job: bool = False


@dataclass(slots=True)
class Frame:
    """What the CI system says of the job.

    `retries` are the lines after which a failed attempt was made again; `cut_off` is the step in which the log ends.
    """

    provider: str | None = None
    steps: list[Step] = field(default_factory=list)
    failed: bool | None = None
    borders: set[int] = field(default_factory=set)
    retries: list[int] = field(default_factory=list)
    cut_off: Step | None = None

    def is_border(self, number: int) -> bool:
        """Whether this line belongs to the frame."""
        return number in self.borders

    def culprits(self, last_line: int) -> list[Step]:
        """The steps that made the job fail, the one that ended the job first.

        Where the log marks no failed step but is cut off inside one, or the job failed without saying where, that is
        the last step that was still open.
        """
        failed = [step for step in self.steps if step.outcome == "failed"]
        ended = [step for step in failed if step.ended_job]
        if ended:
            return [ended[-1]]
        if failed:
            # Travis goes on after a failed script command and the first one is the cause; elsewhere a step that went
            # on was allowed to, and the last one ended the job.
            return failed if self.provider == "travis" else failed[::-1]
        if self.failed is False:
            return []
        if not self.borders - {step.start for step in self.steps}:
            return []  # Lines that begin with `$ ` alone may be anything.
        return [self.cut_off] if self.cut_off is not None and self.cut_off.start < last_line else []

    def passed(self, number: int) -> bool:
        """Whether this line stands in a step that is known to have passed."""
        index = bisect_right(self.steps, number, key=lambda step: step.start) - 1
        if index < 0:
            return False
        step = self.steps[index]
        return step.outcome == "passed" and step.end is not None and number <= step.end


_EXITED = re.compile(r'"? ?(?:failed and )?exited with (-?\d+)(?: during (?P<phase>.*?))?\.?\s*$')
_TRAVIS_COMMAND = re.compile(r'^The command "(?P<command>.*?)(?:"|$)')


class FrameReader:
    """Builds the Frame from lines fed in order: `feed(number, raw)`."""

    def __init__(self) -> None:
        self.frame = Frame()
        self.failures = 0
        self._pending: tuple[int, str] | None = None

    def feed(self, number: int, raw: bytes) -> None:
        """Read one line that holds a frame's probe."""
        for part in segments(raw):
            if not part:
                continue
            text = (_TIME.sub("", part) if part[0] in "0123456789[\ufeff" or "\t" in part else part).rstrip()
            if self._pending is not None and self._rest_of_travis_mark(number, text):
                continue
            events = _EVENTS if self.frame.provider is None else _EVENTS_OF[self.frame.provider]
            for pattern, provider, act in events:
                found = pattern.match(text)
                if found is not None:
                    self.frame.provider = provider
                    act(self, number, found)
                    break

    def finish(self, last_line: int) -> Frame:
        """Close what is open at the end of the log."""
        for step in self.frame.steps:
            if step.end is None:
                step.end = last_line
                self.frame.cut_off = step if step.outcome == "unknown" else None
        return self.frame

    # What the events do. `number` is the line, `found` the match of its pattern.

    def open_step(self, number: int, found: re.Match[str]) -> None:
        """A step begins on this line."""
        self._close(number - 1)
        self.frame.borders.add(number)
        self.frame.steps.append(Step(found.group("name").strip(), number))

    def close_step(self, number: int, found: re.Match[str]) -> None:
        """The open step ends with this line."""
        self.frame.borders.add(number)
        self._close(number)

    def border(self, number: int, found: re.Match[str]) -> None:
        """A line of the frame that says nothing of the outcome."""
        self.frame.borders.add(number)

    def exit_mark(self, number: int, found: re.Match[str]) -> None:
        """The step just ended, or still open, exited with a code."""
        self.frame.borders.add(number)
        code = int(found.groupdict().get("code") or 1)
        self._exit(number, code, ended_job=False)

    def travis_mark(self, number: int, found: re.Match[str]) -> None:
        """Travis names the command; the sentence may go on over several lines."""
        self.frame.borders.add(number)
        text = found.string
        if "Retrying," in text or "failed 3 times" in text:
            self.frame.borders.discard(number)
            if "failed 3 times" in text:
                self.gave_up(number, found)
                self._exit(number, 1, ended_job=True)
            else:
                self.retried(number, found)
            return
        end = _EXITED.search(text)
        if end:
            self._exit(number, int(end.group(1)), ended_job="failed and exited" in text)
        else:
            self._pending = (number, text)

    def retried(self, number: int, found: re.Match[str]) -> None:
        """What failed above this line is tried again."""
        self.frame.retries.append(number)

    def gave_up(self, number: int, found: re.Match[str]) -> None:
        """No attempt passed: all of them count."""
        self.frame.retries.clear()

    def succeeded(self, number: int, found: re.Match[str]) -> None:
        """The job says that it passed."""
        self.frame.borders.add(number)
        self.frame.failed = False

    def job_failed(self, number: int, found: re.Match[str]) -> None:
        """The job says that it failed; the open step did it unless one is known."""
        self.frame.borders.add(number)
        self.frame.failed = True
        if not any(step.outcome == "failed" for step in self.frame.steps) and self.frame.provider != "travis":
            code = found.groupdict().get("code")
            self._exit(number, int(code) if code else 1, ended_job=True)

    def _rest_of_travis_mark(self, number: int, text: str) -> bool:
        started = self._pending[0] if self._pending else number
        end = _EXITED.search(text)
        if end is None:
            if number - started > 60:
                self._pending = None
            return False
        self._pending = None
        self.frame.borders.update(range(started, number + 1))
        self._exit(started, int(end.group(1)), ended_job="failed and exited" in text)
        return True

    def _exit(self, number: int, code: int, *, ended_job: bool) -> None:
        if not self.frame.steps:
            self.frame.steps.append(Step("", 1))
        step = self.frame.steps[-1]
        if step.end is None:
            step.end = max(step.start, number - 1)
        step.exit_code = code
        step.outcome = "passed" if code == 0 else "failed"
        step.ended_job = ended_job and code != 0
        if code != 0:
            self.failures += 1
            if self.frame.failed is None:
                self.frame.failed = True

    def _close(self, number: int) -> None:
        if self.frame.steps and self.frame.steps[-1].end is None:
            self.frame.steps[-1].end = max(number, self.frame.steps[-1].start)


_TIME = re.compile(
    r"^(?:[^\t]{1,200}\t[^\t]{1,200}\t\ufeff?(?=\d{4}-))?\ufeff?"
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)\]? ?(?:[0-9a-f]{2}[OE][ +])?)?"
)

_Event = tuple[re.Pattern[str], str, Callable[[FrameReader, int, "re.Match[str]"], None]]
_R = FrameReader


def _event(pattern: str, provider: str, act: Callable[[FrameReader, int, re.Match[str]], None]) -> _Event:
    return re.compile(pattern), provider, act


_EVENTS: tuple[_Event, ...] = (
    # Travis CI
    _event(r"(?:nl)?travis_fold:(?:start|end):", "travis", _R.border),
    _event(r"(?:nl)?travis_time:start:", "travis", _R.border),
    _event(r"(?:nl)?travis_time:end:", "travis", _R.close_step),
    _event(r"\$ (?P<name>\S.*)", "travis", _R.open_step),
    _event(_TRAVIS_COMMAND.pattern, "travis", _R.travis_mark),
    _event(r"(?:nl)?Done\. Your build exited with 0", "travis", _R.succeeded),
    _event(r"(?:nl)?Done\. Your build exited with (?P<code>\d+)", "travis", _R.job_failed),
    _event(r"Your build has been stopped\.", "travis", _R.job_failed),
    # GitHub Actions
    _event(r"\#\#\[group\](?P<name>Run .*)", "github-actions", _R.open_step),
    _event(r"\#\#\[error\]Process completed with exit code (?P<code>\d+)", "github-actions", _R.exit_mark),
    _event(r"\#\#\[error\]The operation was canceled", "github-actions", _R.exit_mark),
    _event(r"(?:\#\#\[warning\])?Attempt \d+ failed", "github-actions", _R.retried),
    _event(r"(?:\#\#\[error\])?Final attempt failed", "github-actions", _R.gave_up),
    _event(r"(?P<name>Post job cleanup)\.", "github-actions", _R.open_step),
    _event(r"\#\#\[group\]|\#\#\[endgroup\]", "github-actions", _R.border),
    # GitLab
    _event(r"section_start:\d+:(?P<name>[\w-]+)", "gitlab", _R.open_step),
    _event(r"section_end:\d+:", "gitlab", _R.close_step),
    _event(
        r"ERROR: Job failed(?: \(system failure\))?(?:: exit (?:code|status) (?P<code>\d+))?", "gitlab", _R.job_failed
    ),
    _event(r"Job succeeded", "gitlab", _R.succeeded),
    # Azure Pipelines
    _event(r"\#\#\[section\]Starting: (?P<name>.*)", "azure", _R.open_step),
    _event(r"\#\#\[section\]Finishing: ", "azure", _R.close_step),
    _event(r"\#\#\[error\].*(?:exited with(?: code)?|[Ee]xit code:?) ['(]?(?P<code>\d+)", "azure", _R.exit_mark),
    # Jenkins
    _event(r"\[Pipeline\] \{ \((?P<name>.*)\)", "jenkins", _R.open_step),
    _event(r"\[Pipeline\] ", "jenkins", _R.border),
    _event(r"(?:ERROR: )?script returned exit code (?P<code>\d+)", "jenkins", _R.exit_mark),
    _event(r"Build step '.*' marked build as failure", "jenkins", _R.exit_mark),
    _event(r"Finished: SUCCESS", "jenkins", _R.succeeded),
    _event(r"Finished: (?:FAILURE|ABORTED)", "jenkins", _R.job_failed),
    # CircleCI
    _event(r"Exited with code (?:exit status )?(?P<code>\d+)", "circleci", _R.exit_mark),
    # Buildkite
    _event(r"(?:~~~|\+\+\+|---) (?P<name>:\S.*|Running \S.*|Preparing .*)", "buildkite", _R.open_step),
    _event(r"\^\^\^ \+\+\+", "buildkite", _R.border),
    _event(r".{0,4}Error: The command exited with status (?P<code>\d+)", "buildkite", _R.exit_mark),
    # AppVeyor
    _event(r"Command exited with code (?P<code>-?\d+)", "appveyor", _R.exit_mark),
    _event(r"Build success$", "appveyor", _R.succeeded),
)
_EVENTS_OF = {name: tuple(event for event in _EVENTS if event[1] == name) for name in {event[1] for event in _EVENTS}}

PROBES: tuple[str, ...] = (
    "travis_fold:", "travis_time:", 'The command "', "exited with ", "Done. Your build", "Your build has been stopped",
    "##[group]", "##[endgroup]", "##[section]", "##[error]", "Post job cleanup",
    "Attempt ", "Final attempt failed",
    "section_start:", "section_end:", "ERROR: Job failed", "Job succeeded",
    "[Pipeline] ", "script returned exit code", "marked build as failure", "Finished: ",
    "Exited with code", "~~~ ", "+++ :", "--- :", "+++ Running", "^^^ +++", "The command exited with status",
    "Build success",
)  # fmt: skip
"""Literal texts, one of which stands in every line that `FrameReader` reads, beside lines that begin with `$ `."""
