"""`faultline audit`: looks at the audit log of the service that runs on this machine's settings."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from faultline.cli.exits import Exit

EPILOG = """Exit codes:

\b
  0   every chain is whole
  1   an entry was changed, added or removed
  2   bad settings
"""

app = typer.Typer(no_args_is_help=True, help="Look at the audit log of the service.")


@app.command("verify", epilog=EPILOG)
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an organization.")] = False,
) -> None:
    """Check the hash chain of every organization's audit log.

    Reads the database that FAULTLINE_DATABASE_URL, or FAULTLINE_DATA_DIR, names. Entries cut off at the end leave a
    whole, shorter chain: compare the heads that are printed with heads kept elsewhere.
    """
    import asyncio

    from faultline.service.audit.verification import verify_chains

    verdicts = asyncio.run(verify_chains())
    for verdict in verdicts:
        head = verdict.head
        if as_json:
            fields = {"organization": str(verdict.tenant_id), "intact": verdict.reason is None}
            fields |= {"sequence": head.sequence, "hash": head.hash}
            fields |= {"broken_at": verdict.broken_at, "reason": verdict.reason}
            typer.echo(json.dumps(fields))
        elif verdict.reason is None:
            typer.echo(f"{verdict.tenant_id}  whole, {head.sequence} entries, head {head.hash}")
        else:
            typer.echo(f"{verdict.tenant_id}  BROKEN at entry {verdict.broken_at}: {verdict.reason}")
    raise typer.Exit(Exit.FINDINGS if any(verdict.reason for verdict in verdicts) else Exit.OK)
