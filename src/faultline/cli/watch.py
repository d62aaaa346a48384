"""`faultline watch`: waits for an analysis on a server."""

from __future__ import annotations

from typing import Annotated

import typer

from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Timeout

EPILOG = examples("faultline watch 01926b3c-7a51-7def-8a7b-6f1c9e0d2a34 --format json")


def watch(
    analysis: Annotated[str, typer.Argument(metavar="ID", help="The analysis, as `faultline submit` printed it.")],
    output: Format = "text",
    fail_on: FailOn = "low",
    timeout: Timeout = 900.0,
) -> None:
    """Wait for an analysis on a server, and show its report.

    The exit code is as if the file had been analyzed here. Ctrl-C ends the waiting and not the analysis.
    """
    from faultline.cli import remote

    raise typer.Exit(remote.watch(analysis, remote.Show(output, fail_on, timeout)))
