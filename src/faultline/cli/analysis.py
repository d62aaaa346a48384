"""Runs the engine over what the user named, shows each report as it is ready, and says how the call ended."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from faultline.cli import inputs, models
from faultline.cli.exits import Exit
from faultline.cli.failures import report_error
from faultline.cli.options import FormatName, SeverityName
from faultline.cli.progress import waiting
from faultline.core.analyzer import Options
from faultline.core.artifact import Artifact
from faultline.core.errors import UsageError
from faultline.core.finding import Severity
from faultline.core.folders import cache_folder
from faultline.core.report import Report
from faultline.engine import Outcome, Registry, analyze
from faultline.engine.cache import FolderCache
from faultline.engine.render import DATA_FORMATS, renderer
from faultline.engine.render.lines import troubles
from faultline.engine.render.untrusted import one_line


@dataclass(frozen=True, slots=True)
class Request:
    """What one call asks for; `names`, `models` and the values of `companions` are as on the command line.

    `options` are the analyzer's own, by name; what is not named keeps its default. `artifacts` are analyzed as well as
    what `names` say: those that a command has made itself. `shown` is how a report is told, where that is another way
    than as it is; what it leaves out does not count for the exit code.
    """

    kind: str
    names: Sequence[str]
    companions: Mapping[str, str]
    output: FormatName
    fail_on: SeverityName
    timings: bool
    no_cache: bool
    models: Sequence[str] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    artifacts: Sequence[Artifact] = ()
    shown: Callable[[Report], Report] | None = None


def run(request: Request) -> Exit:
    """Analyze every artifact, render the reports in the order of the command line, and return the exit code.

    An artifact that cannot be analyzed is one line on standard error; the others are still analyzed. A companion that
    cannot be read ends the call, for every answer would be another one without it.
    """
    if [*request.names, *request.companions.values()].count(inputs.STDIN) > 1:
        raise UsageError("standard input can be read only once; name `-` once")
    options = Registry.installed().load(request.kind).options_type(**request.options)
    set_encoding(request.output)
    codes = [Exit.OK]
    with ExitStack() as cleanup:
        companions = {role: inputs.artifact(request.kind, name, cleanup) for role, name in request.companions.items()}
        asked = cleanup.enter_context(models.opened(request.models, os.environ))
        show = renderer(request.output, several=len(request.names) + len(request.artifacts) > 1)
        try:
            show(_outcomes(request, options, companions, asked, codes), sys.stdout)
        except BrokenPipeError:  # caught here, for typer would make it exit code 1, which means findings
            return Exit.BROKEN_PIPE
    return max(codes)


def _outcomes(
    request: Request,
    options: Options,
    companions: dict[str, Artifact],
    asked: models.Asking | None,
    codes: list[Exit],
) -> Iterator[Outcome]:
    noted: set[str] = set()
    folder = None if request.no_cache else cache_folder(os.environ)
    cache = FolderCache(folder) if folder else None
    everything: list[str | Artifact] = [*request.names, *request.artifacts]
    for given in everything:
        name = inputs.named(given) if isinstance(given, str) else given.name
        try:
            with ExitStack() as cleanup, waiting(f"reading {one_line(name)}") as say:
                if asked:
                    asked.say = say
                artifact = inputs.artifact(request.kind, given, cleanup) if isinstance(given, str) else given
                artifact.companions.update(companions)
                outcome = analyze(artifact, options, cache=cache, gateway=asked)
        except Exception as error:
            codes.append(report_error(error))
            continue
        if request.shown:
            outcome = replace(outcome, report=request.shown(outcome.report))
        codes.append(verdict(outcome.report, Severity(request.fail_on)))
        for trouble in troubles(outcome.report) if codes[-1] is Exit.INTERNAL else ():
            print(f"faultline: {one_line(outcome.report.artifact.name)}: {trouble}", file=sys.stderr)
        for note in outcome.report.notes:
            if note not in noted:  # said once, not for every file
                print(f"faultline: warning: {one_line(note, 600)}", file=sys.stderr)
                noted.add(note)
        yield outcome if request.timings else replace(outcome, envelope=None)


def verdict(report: Report, fail_on: Severity) -> Exit:
    """The exit code for one report; a crashed agent is an error even where the others found nothing."""
    if any(agent.status == "failed" for agent in report.agent_runs):
        return Exit.INTERNAL
    found = any(finding.severity.at_least(fail_on) for finding in report.findings)
    return Exit.FINDINGS if found else Exit.OK


def set_encoding(output: FormatName) -> None:
    """Make every character writable: data as UTF-8, text with a `?` for what the terminal's encoding lacks."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is None:  # somebody replaced standard output by a stream of their own
        return
    if output in DATA_FORMATS:
        reconfigure(encoding="utf-8", newline="\n")
    else:
        reconfigure(errors="replace")
