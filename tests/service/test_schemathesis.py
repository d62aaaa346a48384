"""Schemathesis over the whole OpenAPI document, against a server that listens: nothing undocumented, no 5xx.

The fast suite tries a few inputs an operation, always the same; `-m slow` tries many more, other ones each time.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from faultline.platform.limits import Limiter
from faultline.service.app import create_app
from faultline.service.first_start import first_start
from faultline.service.parts import Parts
from faultline.service.serve import bring_up_to_date
from faultline.service.settings import Settings
from tests.fixtures.front_door import Boundless

load_all_checks()
PROMISES = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(_context: Any, value: Any) -> bytes:
    """A text as it is, anything else as one line of JSON."""
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else json.dumps(value).encode() + b"\n"


def named(_context: Any, response: Any, case: schemathesis.Case) -> None:
    """The status is named in the document; `default` is for outages, which these tests have none of,
    and 405 is about another operation.
    """
    responses = case.operation.definition.raw["responses"]
    assert response.status_code == 405 or str(response.status_code) in responses, (
        f"{case.method} {case.path}: {response.status_code} is not documented: {response.text}"
    )


PROMISES.append(named)
COMMON = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


def _settings(folder: str) -> Settings:
    return Settings(data_dir=Path(folder), wait_seconds=0.05, max_wait_seconds=0.05)


def _document() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        return create_app(Parts.of(_settings(folder))).openapi()


schema = schemathesis.openapi.from_dict(_document())


class Listening:
    """The service on a port of its own, in a thread of its own; there is no worker, so nobody waits long."""

    def __init__(self, folder: Path) -> None:
        self.address = self.key = ""
        self._settings = _settings(str(folder))
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def start(self) -> None:
        bring_up_to_date(self._settings)
        self._thread.start()
        assert self._ready.wait(30)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)

    async def _serve(self) -> None:
        parts = Parts.of(self._settings)
        parts.limiter = Limiter(Boundless())
        self.key = await first_start(parts) or ""
        assert self.key
        config = uvicorn.Config(create_app(parts), port=0, log_config=None, access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            await asyncio.sleep(0.01)
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        self._ready.set()
        await task
        await parts.close()


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    server = Listening(tmp_path_factory.mktemp("schemathesis"))
    server.start()
    yield server
    server.stop()


@schema.parametrize()
@settings(COMMON, max_examples=8, derandomize=True)
def test_every_operation_keeps_to_its_description(case: schemathesis.Case, listening: Listening) -> None:
    case.call_and_validate(listening.address, headers={"X-API-Key": listening.key}, checks=PROMISES, timeout=20)


@pytest.mark.slow
@schema.parametrize()
@settings(COMMON, max_examples=300)
def test_every_operation_keeps_to_its_description_at_length(case: schemathesis.Case, listening: Listening) -> None:
    case.call_and_validate(listening.address, headers={"X-API-Key": listening.key}, checks=PROMISES, timeout=20)
