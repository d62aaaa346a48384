"""The `faultline` command: its commands, and what happens when one of them fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from faultline import __version__
from faultline.cli import analyze, audit, ci, conversations, design, kinds, login, review, serve, submit, watch
from faultline.cli.exits import EPILOG, Exit

app = typer.Typer(
    name="faultline",
    # Plain help: rich's takes 0.24 s of CPU to show, this 0.08 s, and the reference page is made of it.
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
)
app.command("ci", epilog=ci.EPILOG)(ci.ci)
app.command("review", epilog=review.EPILOG)(review.review)
app.command("design", epilog=design.EPILOG)(design.design)
app.command("analyze", epilog=analyze.EPILOG)(analyze.analyze)
app.command("kinds")(kinds.kinds)
app.command("login", epilog=login.EPILOG)(login.login)
app.command("logout")(login.logout)
app.command("submit", epilog=submit.EPILOG)(submit.submit)
app.command("watch", epilog=watch.EPILOG)(watch.watch)
app.command("serve", epilog=serve.EPILOG)(serve.serve)
app.add_typer(conversations.app, name="conversations")
app.add_typer(audit.app, name="audit")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"faultline {__version__}")
        raise typer.Exit


@app.callback()
def faultline(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Say where what a software team produces is broken, or will break."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and never let an exception out.

    Takes the arguments without the program's name, None for those of this process, and returns the exit code.
    """
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except OSError as error:  # inputs have errors of their own: this is about standard output
        # Python flushes standard output once more at its end; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return Exit.BROKEN_PIPE
        print(f"faultline: the answer cannot be written: {error.strerror}", file=sys.stderr)
        return Exit.BAD_INPUT
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        app(args=arguments, prog_name="faultline")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    except OSError:
        raise
    except Exception as error:
        from faultline.cli.failures import report_error

        return report_error(error)
    return Exit.OK
