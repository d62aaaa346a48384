"""The `faultline` command: its commands, and what happens when one of them fails."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from faultline import __version__
from faultline.cli.exits import EPILOG, Exit

_MODULES: Final = {
    "ci": "ci",
    "review": "review",
    "design": "design",
    "analyze": "analyze",
    "kinds": "kinds",
    "login": "login",
    "logout": "login",
    "submit": "submit",
    "watch": "watch",
    "serve": "serve",
    "conversations": "conversations",
    "audit": "audit",
}
"""By command the module it is in, in the order of the help: as a function of its name, or as an `app` of commands."""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"faultline {__version__}")
        raise typer.Exit


def _faultline(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Say where what a software team produces is broken, or will break."""


def application(command: str | None = None) -> typer.Typer:
    """The command line with all its commands; with one alone where that is named.

    Typer reads the signatures of all commands before it runs one, which takes 0.02 s.
    """
    app = typer.Typer(
        name="faultline",
        # Plain help: rich's takes 0.24 s of CPU to show, this 0.08 s, and the reference page is made of it.
        rich_markup_mode=None,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        epilog=EPILOG,
    )
    app.callback()(_faultline)
    for name in [command] if command in _MODULES else _MODULES:
        module = import_module(f"faultline.cli.{_MODULES[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            epilog = getattr(module, "EPILOG", None) if _MODULES[name] == name else None
            app.command(name, epilog=epilog)(getattr(module, name))
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and never let an exception out.

    Takes the arguments without the program's name, None for those of this process, and returns the exit code.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    own = arguments is None and words[:1] != ["serve"]
    if own:
        # Nobody else has a say in what our nouns are; to look for somebody takes 0.007 s.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        if words[:1] in (["design"], ["review"]):
            gc.disable()  # What these read stays to the end, and the process ends with them: see core/uncollected.py.
    try:
        code = _run(words)
        sys.stdout.flush()
    except OSError as error:  # inputs have errors of their own: this is about standard output
        # Python flushes standard output once more at its end; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return Exit.BROKEN_PIPE
        print(f"faultline: the answer cannot be written: {error.strerror}", file=sys.stderr)
        return Exit.BAD_INPUT
    finally:
        if own:
            gc.freeze()  # The process ends: to go once more over what is left takes 0.06 s.
    return code


def _run(words: list[str]) -> int:
    try:
        application(words[0] if words else None)(args=words, prog_name="faultline")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    except OSError:
        raise
    except Exception as error:
        from faultline.cli.failures import report_error

        return report_error(error)
    return Exit.OK
