"""`faultline serve`: the whole service in one command."""

from __future__ import annotations

from typing import Annotated

import typer

from faultline.cli.exits import examples

EPILOG = examples(
    "faultline serve",
    "faultline serve --host 0.0.0.0 --port 80",
    "FAULTLINE_DATA_DIR=/srv/faultline faultline serve",
)


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8321,
) -> None:
    """Run the service: API, worker and storage.

    Everything it keeps lies under FAULTLINE_DATA_DIR. Ctrl-C lets what runs end, then stops.
    """
    from faultline.service.serve import serve as run

    run(host, port)
