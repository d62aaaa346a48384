"""Analyses on a server: hands them in, waits for them, and shows their reports as if they had been made here."""

from __future__ import annotations

import os
import sys
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic import ConfigDict, ValidationError

from faultline.cli import account, inputs
from faultline.cli.analysis import set_encoding, verdict
from faultline.cli.client import Answer, Client, Deadline
from faultline.cli.exits import Exit
from faultline.cli.failures import ServerFailed, ServerRefused
from faultline.cli.options import FormatName, SeverityName
from faultline.cli.progress import waiting
from faultline.core.errors import AnalyzerFailed, UsageError
from faultline.core.finding import Severity
from faultline.core.report import Report, Result
from faultline.engine import Outcome, Registry
from faultline.engine.render import renderer
from faultline.engine.render.lines import troubles
from faultline.engine.render.untrusted import one_line

WAITING: Final = frozenset({"queued", "running"})
POLL_SECONDS: Final = 30
"""How long the server may hold a question for the end of an analysis."""
LONGEST_PAUSE: Final = 5.0
_INPUT_CODES = frozenset({"artifact-rejected", "usage"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """What to hand in; `file` and `metadata` (`K=V`) are as on the command line."""

    kind: str
    file: str
    name: str | None
    project: str | None
    metadata: tuple[str, ...]

    @property
    def query(self) -> str:
        """The query of the request.

        Raises:
            UsageError: a piece of metadata is no `K=V`.

        """
        fields = {"name": self.name or inputs.named(self.file)}
        if self.project:
            fields["project"] = self.project
        for pair in self.metadata:
            key, equals, value = pair.partition("=")
            if not key or not equals:
                raise UsageError(f"--metadata wants K=V, not {pair!r}")
            fields[f"metadata.{key}"] = value
        return urlencode(fields, errors="replace")


@dataclass(frozen=True, slots=True)
class Show:
    """How to show the report, what makes the exit code 1, and how many seconds to wait in all."""

    output: FormatName
    fail_on: SeverityName
    timeout: float


class ForeignResult(Result):
    """The result of a kind whose analyzer is installed on the server only."""

    model_config = ConfigDict(extra="allow")


def submit(parcel: Parcel, show: Show, *, wait: bool) -> Exit:
    """Hand in a file; show its report when it is there, or with `wait` off the id at once.

    Raises:
        UsageError: the call is wrong, no server is known, or the server says no.
        ArtifactRejected: the file cannot be read.
        ServerFailed: the server is broken.

    """
    who = account.current(os.environ)
    deadline = Deadline(show.timeout)
    client = Client(who, deadline, time.sleep)
    path = f"/v1/analyses/{quote(parcel.kind, safe='')}?{parcel.query}"
    headers = {"Idempotency-Key": str(uuid.uuid4())} | ({} if wait else {"Prefer": "respond-async"})
    with ExitStack() as cleanup, waiting(f"sending {one_line(inputs.named(parcel.file))}"):
        answer = client.send(path, headers, inputs.artifact(parcel.kind, parcel.file, cleanup))
    analysis = _id(answer)
    if not wait:
        print(analysis)
        print(f"faultline: see it with `faultline watch {analysis}`", file=sys.stderr)
        return Exit.OK
    return _end(client, analysis, answer.body, show, deadline)


def watch(analysis: str, show: Show) -> Exit:
    """Wait for an analysis and show its report. Errors as for `submit`."""
    try:
        analysis = str(uuid.UUID(analysis))
    except ValueError:
        raise UsageError(f"{one_line(analysis, 80)} is no id of an analysis") from None
    deadline = Deadline(show.timeout)
    client = Client(account.current(os.environ), deadline, time.sleep)
    return _end(client, analysis, {}, show, deadline)


def _end(client: Client, analysis: str, state: Mapping[str, Any], show: Show, deadline: Deadline) -> Exit:
    try:
        with waiting(f"waiting for {analysis}"):
            state = _awaited(client, analysis, state, deadline)
            fields = state.get("report") or _report_fields(client, analysis, state)
    except KeyboardInterrupt:
        print(f"\nfaultline: the analysis goes on; see it with `faultline watch {analysis}`", file=sys.stderr)
        return Exit.INTERRUPTED
    return _shown(_report(fields), show)


def _awaited(client: Client, analysis: str, state: Mapping[str, Any], deadline: Deadline) -> Mapping[str, Any]:
    """The analysis once it has ended; a server that does not hold the question is asked ever more slowly."""
    pause = 0.25
    while not state or state.get("status") in WAITING:
        seconds = max(1, min(POLL_SECONDS, int(deadline.left)))
        asked = time.monotonic()
        answer = client.get(f"/v1/analyses/{analysis}", {"Prefer": f"wait={seconds}"}, seconds=seconds + POLL_SECONDS)
        state = answer.body
        if state.get("status") not in WAITING:
            break
        if deadline.left <= pause:
            raise ServerRefused(
                f"{analysis} is still {state['status']}; "
                f"wait longer with `faultline watch {analysis} --timeout SECONDS`"
            )
        if time.monotonic() - asked < 0.5 * seconds:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
    return state


def _report_fields(client: Client, analysis: str, state: Mapping[str, Any]) -> dict[str, Any]:
    status = state.get("status")
    if status == "cancelled":
        raise ServerRefused(f"{analysis} was cancelled; hand the file in again to have it analyzed")
    if status == "failed":
        error = state.get("error")
        error = error if isinstance(error, dict) else {}
        words = one_line(str(error.get("detail") or "the server does not say why"), 500)
        refused = error.get("code") in _INPUT_CODES
        raise ServerRefused(words) if refused else ServerFailed(f"the analysis failed on the server: {words}")
    return client.get(f"/v1/analyses/{analysis}/report").body


def _report(fields: dict[str, Any]) -> Report:
    """The report as a noun of ours; fields that a newer server added are left out."""
    try:
        result = fields.get("result")
        if result is not None:
            type_ = _result_type(str(fields.get("kind")))
            result = type_.model_validate(result, extra="allow" if type_ is ForeignResult else "ignore")
        return Report.model_validate({**fields, "result": result}, extra="ignore")
    except ValidationError as error:
        raise ServerRefused(
            "the server's report has a form that this faultline does not know; install the server's version"
        ) from error


def _result_type(kind: str) -> type[Result]:
    try:
        return Registry.installed().load(kind).result_type
    except (UsageError, AnalyzerFailed):
        return ForeignResult


def _shown(report: Report, show: Show) -> Exit:
    set_encoding(show.output)
    code = verdict(report, Severity(show.fail_on))
    try:
        renderer(show.output)([Outcome(report)], sys.stdout)
    except BrokenPipeError:  # caught here, for typer would make it exit code 1, which means findings
        return Exit.BROKEN_PIPE
    for trouble in troubles(report) if code is Exit.INTERNAL else ():
        print(f"faultline: {one_line(report.artifact.name)}: {trouble}", file=sys.stderr)
    return code


def _id(answer: Answer) -> str:
    try:
        return str(uuid.UUID(str(answer.body.get("id"))))
    except ValueError:
        raise ServerRefused("the server's answer names no analysis; is it a Faultline server?") from None
