"""`faultline review`: what a change to code brings with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from faultline.cli.exits import examples
from faultline.cli.options import FailOn, Format, Models, NoCache, Timings

EPILOG = examples(
    "faultline review                          the work tree against main, as its pull request would be",
    "faultline review --staged                 what the next commit holds, say in a pre-commit hook",
    "faultline review --base origin/main --head HEAD --format github",
    "faultline review --base v1.2 src/api      only what changed under src/api since v1.2",
    "faultline review --all src                whole files, whoever changed them and when",
    "faultline review --fix                    apply the fixes that are proven to hold",
    "gh pr diff 123 | faultline review --diff -",
)


def review(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Review only these files and folders; the default is everything."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REV",
            help="Compare with the commit at which the work parted from REV, as a pull request does."
            " Default: the branch that origin/HEAD names, else main or master; on that branch itself, HEAD.",
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="REV", help="Review the commits up to REV rather than the work tree."),
    ] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help="Review the index rather than the work tree, against HEAD.")
    ] = False,
    diff: Annotated[
        str | None,
        typer.Option(
            "--diff",
            metavar="FILE",
            help="Review a unified diff, `-` for standard input. Files of the work tree that are as the diff says are"
            " read whole; of others only the lines of the diff are known.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Review whole files, not a change of them.")] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Apply to the work tree the fixes that are proven to hold, then review again.")
    ] = False,
    output: Format = "text",
    fail_on: FailOn = "low",
    timings: Timings = False,
    no_cache: NoCache = False,
    models: Models = None,
) -> None:
    """Say what a change to code brings with it.

    Reviews the work tree, untracked files included, against the branch it will be merged into; nothing of the reviewed
    code is ever run. What is compared is said on standard error.
    """
    from faultline.cli.reviewing import Wish, run

    wish = Wish(tuple(paths or ()), base, head, staged, diff, everything, fix)
    raise typer.Exit(run(wish, output, fail_on, timings, no_cache, tuple(models or ())))
