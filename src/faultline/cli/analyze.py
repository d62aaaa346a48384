"""`faultline analyze`: any kind, those of third parties included."""

from __future__ import annotations

from typing import Annotated

import typer

from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Models, NoCache, Timings

EPILOG = examples("faultline kinds", "faultline analyze ci build.log", "faultline analyze todo src/*.py --format sarif")


def analyze(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What the files are; `faultline kinds` lists them.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Files to analyze, `-` for standard input.")],
    output: Format = "text",
    fail_on: FailOn = "low",
    timings: Timings = False,
    no_cache: NoCache = False,
    models: Models = None,
) -> None:
    """Analyze files of any kind."""
    from faultline.cli.analysis import Request, run

    raise typer.Exit(run(Request(kind, tuple(files), {}, output, fail_on, timings, no_cache, tuple(models or ()))))
