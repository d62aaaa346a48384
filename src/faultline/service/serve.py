"""`faultline serve`: everything in one process, with child processes for the analyses themselves."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from faultline.core.errors import UsageError
from faultline.platform.database.migrate import migrate
from faultline.platform.telemetry.logs import configure
from faultline.service import migrations
from faultline.service.app import create_app
from faultline.service.first_start import first_start, owner_link
from faultline.service.models import open_models
from faultline.service.parts import Parts
from faultline.service.settings import Settings, settings_from_environment
from faultline.service.worker import Worker

MIGRATIONS = Path(migrations.__file__).parent
DRAIN_SECONDS = 20
"""How long requests and analyses that run may take when the service is told to stop."""


def bring_up_to_date(settings: Settings) -> None:
    """Run the migrations."""
    migrate(settings.database_owner_url or settings.database, MIGRATIONS, app_role=settings.app_role)


def serve(host: str, port: int) -> None:
    """Serve until told to stop.

    Raises:
        UsageError: a setting makes no sense, or the address is taken.

    """
    settings = settings_from_environment()
    configure()
    with _listening(host, port) as listener:
        bring_up_to_date(settings)
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            runner.run(_serve(settings, listener))


def _listening(host: str, port: int) -> socket.socket:
    """The socket that requests come in by."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; choose with --host and --port") from error


async def _serve(settings: Settings, listener: socket.socket) -> None:
    parts = Parts.of(settings)
    await open_models(parts)
    worker = Worker(parts)
    key = await first_start(parts)
    link = await owner_link(parts)
    server = _Server(
        uvicorn.Config(
            create_app(parts),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=[str(network) for network in settings.trusted_proxies],
        ),
        lambda address: _announce(settings, address, link, key),
    )
    try:
        await worker.start()
        try:
            # What is there now stays: a full collection then looks at 20 MB less, and holds requests up for less.
            gc.collect()
            gc.freeze()
            await server.serve([listener])
        finally:
            await worker.stop(DRAIN_SECONDS)
    finally:
        await parts.close()


def _new_loop() -> asyncio.AbstractEventLoop:
    """The loop of uvloop where there is one: it takes a quarter of the CPU time per request off."""
    try:
        import uvloop
    except ImportError:  # Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class _Server(uvicorn.Server):
    """uvicorn, which says when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at Ctrl-C and SIGTERM. uvicorn would raise them again at the end, before the analyses have ended."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            self._on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def _announce(settings: Settings, address: str, link: str, key: str | None) -> None:
    """Say where the service is and how to get in; for programs as one line of JSON."""
    base = str(settings.public_url or address).rstrip("/")
    said = {"address": base, "sign_in": f"{base}/auth/start?token={link}"}
    if key:
        said["try_it"] = (
            f"curl -sS --data-binary @build.log -H 'X-API-Key: {key}' -H 'Prefer: wait=60' "
            f"'{base}/v1/analyses/ci?name=build.log&format=text'"
        )
    if not sys.stdout.isatty():
        print(json.dumps({"event": "ready", **said}), flush=True)
        return
    print(f"\n  Faultline is at {base} (Ctrl-C stops it; the API is described at {base}/docs)\n")
    print(f"  Sign in, once:  {said['sign_in']}\n")
    if key:
        print(
            f"  Explain a log with your first API key, which is shown only now:\n\n    {said['try_it']}\n", flush=True
        )
