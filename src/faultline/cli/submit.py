"""`faultline submit`: has a server analyze a file."""

from __future__ import annotations

from typing import Annotated

import typer

from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Timeout

EPILOG = examples(
    "faultline submit ci build.log",
    "make 2>&1 | tee build.log || faultline submit ci build.log --format markdown",
    "faultline submit ci - --name nightly --metadata branch=main --no-wait < build.log",
)


def submit(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What the file is, such as `ci`.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file, of any size; `-` for standard input.")],
    project: Annotated[str | None, typer.Option("--project", metavar="ID", help="The project it belongs to.")] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call it on the server.")] = None,
    metadata: Annotated[
        list[str] | None, typer.Option("--metadata", metavar="K=V", help="What else to remember; may be repeated.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the report, or print the id only.")] = True,
    output: Format = "text",
    fail_on: FailOn = "low",
    timeout: Timeout = 900.0,
) -> None:
    """Have a server analyze a file, and show its report.

    The server and the key are those of `faultline login`, or of FAULTLINE_URL and FAULTLINE_API_KEY. A server that is
    busy or away is asked again; the file is analyzed once however often it was sent.
    """
    from faultline.cli import remote

    show = remote.Show(output, fail_on, timeout)
    raise typer.Exit(remote.submit(remote.Parcel(kind, file, name, project, tuple(metadata or ())), show, wait=wait))
