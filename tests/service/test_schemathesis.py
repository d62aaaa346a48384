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
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source

from faultline.platform.limits import Limiter
from faultline.service.app import create_app
from faultline.service.first_start import first_start
from faultline.service.parts import Parts
from faultline.service.serve import bring_up_to_date
from faultline.service.settings import Settings
from tests.fixtures.front_door import Boundless
from tests.until import PATIENCE

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


def _described() -> schemathesis.BaseSchema:
    with tempfile.TemporaryDirectory() as folder:
        return schemathesis.openapi.from_dict(create_app(Parts.of(_settings(folder))).openapi())


DESCRIBED = _described()
OPERATIONS = [operation.ok() for operation in DESCRIBED.get_all_operations()]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
"""Not `DESCRIBED.parametrize()`, which makes what is tried of all operations together with the tests: that took each
worker 20 s and 2 GB before any test ran."""


HUGE = {"POST /v1/conversations"}
"""Their limits are so far out that to try them all takes 14 s of CPU and 2 GB; at length it is done."""


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
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)

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


def try_out(operation: schemathesis.schemas.APIOperation, how: settings, listening: Listening) -> None:
    """Send what schemathesis thinks up for an operation: its examples, its limits, and some at random."""

    @how
    def keeps_to_its_description(case: schemathesis.Case) -> None:
        key = {"X-API-Key": listening.key}
        case.call_and_validate(listening.address, headers=key, checks=PROMISES, timeout=PATIENCE)

    build_operation_test(
        config=DESCRIBED.config,
        operation=operation,
        test_func=keeps_to_its_description,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(DESCRIBED)),
    )()


@each_operation
def test_every_operation_keeps_to_its_description(
    operation: schemathesis.schemas.APIOperation, listening: Listening
) -> None:
    few = settings(COMMON, max_examples=8, derandomize=True)
    try_out(operation, settings(few, phases=[Phase.generate]) if operation.label in HUGE else few, listening)


@pytest.mark.slow
@each_operation
def test_every_operation_keeps_to_its_description_at_length(
    operation: schemathesis.schemas.APIOperation, listening: Listening
) -> None:
    try_out(operation, settings(COMMON, max_examples=300), listening)
