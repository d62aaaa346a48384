"""The commands of the `faultline` command, put together."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Final

import typer

from faultline import __version__
from faultline.cli.exits import EPILOG

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
