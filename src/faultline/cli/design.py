"""`faultline design`: where a system will fail, from its specifications, documents and deployments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Models, NoCache, SeverityName, Timings

GraphName = Literal["mermaid", "json"]

EPILOG = examples(
    "faultline design docs deploy              all design documents of both folders, as one system",
    "faultline design openapi.yaml             one specification, and the files that it refers to",
    "faultline design openapi.yaml --against main       and what the change to it breaks",
    "faultline design new.yaml --against old.yaml --format markdown",
    "faultline design . --format json > baseline.json",
    "faultline design . --baseline baseline.json        only what is new since then",
    "faultline design . --graph mermaid        the system that all of it describes",
    "kubectl get deploy,svc -o yaml | faultline design -",
)


def design(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files and folders, `-` for standard input; together they are one system. OpenAPI and Swagger,"
            " compose, Kubernetes, Terraform, Markdown, mermaid, PlantUML and Structurizr are read.",
        ),
    ],
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="OLD",
            help="Also say what has changed since: a file, a folder, or a revision of git such as `main`.",
        ),
    ] = None,
    level: Annotated[
        SeverityName | None,
        typer.Option(
            "--level",
            help="The least severity that is told; info tells matters of taste too."
            " Default: what .faultline.toml says, else low.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="An earlier answer as JSON; only what it does not have is told and counts for the exit code.",
        ),
    ] = None,
    graph: Annotated[
        GraphName | None,
        typer.Option("--graph", help="Print the system's components and calls, and nothing else."),
    ] = None,
    output: Format = "text",
    fail_on: FailOn = "low",
    timings: Timings = False,
    no_cache: NoCache = False,
    models: Models = None,
) -> None:
    """Say where the design of a system will fail.

    Reads API specifications, architecture documents, decision records, diagrams and deployment files together, and
    opens no file or address that one of them names outside of what is given here.
    """
    from faultline.cli.designing import Wish, run

    wish = Wish(tuple(paths), against, level, baseline, graph)
    raise typer.Exit(run(wish, output, fail_on, timings, no_cache, tuple(models or ())))
