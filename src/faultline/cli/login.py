"""`faultline login` and `faultline logout`."""

from __future__ import annotations

from typing import Annotated

import typer

from faultline.cli.exits import examples

EPILOG = examples(
    "faultline login https://faultline.example.com",
    'echo "$KEY" | faultline login https://faultline.example.com --key-stdin',
)


def login(
    url: Annotated[
        str | None, typer.Argument(metavar="URL", help="The server; FAULTLINE_URL or the local one if left out.")
    ] = None,
    key_stdin: Annotated[bool, typer.Option("--key-stdin", help="Read the API key from standard input.")] = False,
) -> None:
    """Remember a Faultline server and an API key for it.

    The key is asked for, or read from standard input. It is never an argument, for every user of the machine can see
    the arguments of a process. FAULTLINE_URL and FAULTLINE_API_KEY go before what is remembered.
    """
    import os
    import sys
    from getpass import getpass
    from urllib.parse import urlsplit

    from faultline.cli import account
    from faultline.cli.client import Client
    from faultline.core.errors import UsageError
    from faultline.engine.render.untrusted import one_line

    address = account.checked_url(url or os.environ.get("FAULTLINE_URL") or account.LOCAL_URL)
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        print(f"faultline: {address} is not encrypted; whoever sees the traffic sees the key", file=sys.stderr)
    if key_stdin:
        key = sys.stdin.readline()
    elif sys.stdin.isatty():
        key = getpass(f"API key for {address}: ")
    else:
        raise UsageError("there is no terminal to ask for the key; pipe it in with --key-stdin")
    who = account.Account(address, account.checked_key(key))
    me = Client(who).get("/v1/me").body
    path = account.store(who, os.environ)
    organization = me.get("organization")
    name = one_line(str(organization.get("name", ""))) if isinstance(organization, dict) else ""
    print(f"logged in to {address}{f' as {name}' if name else ''}; the key is in {path}")
    if os.environ.get("FAULTLINE_API_KEY"):
        print("faultline: FAULTLINE_API_KEY is set and goes before it", file=sys.stderr)


def logout() -> None:
    """Forget the server and its key.

    The key itself stays valid; revoke it on the server if somebody else may have it.
    """
    import os

    from faultline.cli import account

    print("the key is forgotten" if account.forget(os.environ) else "nothing was remembered")
