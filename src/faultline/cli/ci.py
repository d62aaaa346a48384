"""`faultline ci`: says why a build failed."""

from __future__ import annotations

from typing import Annotated

import typer

from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Models, NoCache, Timings

EPILOG = examples(
    "faultline ci build.log",
    "faultline ci build.log --green last-good-build.log",
    "gh run view 1234 --log-failed | faultline ci -",
    "faultline ci logs.zip --format markdown >> $GITHUB_STEP_SUMMARY",
    "faultline ci *.log.gz --format jsonl",
    "faultline ci build.log --model openai:gpt-5-mini --model ollama:llama3.2",
)


def ci(
    logs: Annotated[
        list[str],
        typer.Argument(
            metavar="LOG", help="CI logs, `-` for standard input; also .gz .zst .xz .bz2, and GitHub's zip of logs."
        ),
    ],
    green: Annotated[
        str | None,
        typer.Option(
            "--green", metavar="LOG", help="A log of the same job when it passed; what it says too counts less."
        ),
    ] = None,
    output: Format = "text",
    fail_on: FailOn = "low",
    timings: Timings = False,
    no_cache: NoCache = False,
    models: Models = None,
) -> None:
    """Say why a CI build failed.

    Shows the lines of the log that tell the cause, and what to do.
    """
    from faultline.cli.analysis import Request, run

    companions = {} if green is None else {"green": green}
    raise typer.Exit(
        run(Request("ci", tuple(logs), companions, output, fail_on, timings, no_cache, tuple(models or ())))
    )
