"""Options that several commands share.

The choices are spelt out, for the table of renderers and the severities live behind imports that `--help` must not pay
for; a test holds them equal.
"""

from __future__ import annotations

from typing import Annotated, Literal

import typer

FormatName = Literal["text", "json", "jsonl", "markdown", "sarif", "github"]
SeverityName = Literal["critical", "high", "medium", "low", "info"]

Format = Annotated[
    FormatName,
    typer.Option("--format", help="How to show the answer; json is an object for one input, an array for several."),
]
FailOn = Annotated[
    SeverityName, typer.Option("--fail-on", help="The least severity of a finding that makes the exit code 1.")
]
Timings = Annotated[bool, typer.Option("--timings", help="Also say how long each stage took.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache of earlier answers.")]
Timeout = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", min=1, help="How long to wait in all, further attempts included."),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="PROVIDER:MODEL",
        help="A language model that may explain, such as openai:gpt-5-mini; give several and the next is asked when one"
        " fails. Default: FAULTLINE_MODELS, separated by commas; without it no model is asked.",
    ),
]
