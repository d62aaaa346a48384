"""One line and one count a request, under the route's template."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI, Request

from faultline.platform.telemetry import logs
from faultline.platform.telemetry.metrics import Metrics
from faultline.platform.telemetry.requests import RequestTelemetry
from tests.platform.telemetry.conftest import Lines
from tests.platform.telemetry.test_metrics import samples


class Ids:
    """Stands where the middleware that numbers requests will stand."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["request_id"] = "r1"
        await self.app(scope, receive, send)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("1")


def ticking(step: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step


@pytest.fixture
def client(metrics: Metrics, lines: Lines) -> httpx.AsyncClient:
    router = APIRouter(prefix="/v1")

    @router.get("/things/{thing}")
    async def thing(thing: str, request: Request) -> str:
        request.state.tenant_id = "t1"
        logs.bind(tenant_id="t1")
        structlog.get_logger("inner").info("seen")
        if thing == "bad":
            raise RuntimeError("bad")
        return thing

    @router.get("/sync")
    def sync() -> None:
        structlog.get_logger("inner").info("in a thread")

    app = FastAPI()
    app.include_router(router)

    @app.get("/health/live")
    async def health() -> str:
        return "ok"

    clock = ticking(0.004)
    wrapped = Ids(RequestTelemetry(app, metrics, lambda: next(clock)))
    transport = httpx.ASGITransport(app=wrapped, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_a_request_is_one_line_with_its_template_and_ids(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/v1/things/secret-name?token=abc")
    seen, line = lines.events()
    assert (seen["request_id"], seen["tenant_id"]) == ("r1", "t1")
    del line["timestamp"]
    assert line == {
        "level": "info", "logger": "faultline.access", "event": "request", "request_id": "r1", "tenant_id": "t1",
        "method": "GET", "route": "/v1/things/{thing}", "status": 200, "ms": 4.0,
    }  # fmt: skip
    assert "abc" not in lines.getvalue()


async def test_a_thread_has_the_ids_too(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/v1/sync")
    assert lines.events()[0]["request_id"] == "r1"


async def test_ids_are_gone_after_the_request(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/v1/things/x")
    structlog.get_logger().info("later")
    assert not {"request_id", "tenant_id"} & lines.events()[-1].keys()


async def test_requests_are_counted_under_the_template_with_their_time(
    client: httpx.AsyncClient, metrics: Metrics
) -> None:
    for name in ("a", "b", "c"):
        await client.get(f"/v1/things/{name}")
    seen = samples(metrics)
    assert seen["faultline_http_requests_total", "GET", "/v1/things/{thing}", "200"] == 3
    assert seen["faultline_http_request_duration_seconds_bucket", "GET", "/v1/things/{thing}", "0.005"] == 3
    assert seen["faultline_http_request_duration_seconds_bucket", "GET", "/v1/things/{thing}", "0.0025"] == 0


async def test_unknown_paths_are_one_series_and_the_line_says_which(
    client: httpx.AsyncClient, metrics: Metrics, lines: Lines
) -> None:
    for number in range(50):
        await client.get(f"/nowhere/{number}")
    requests = {key: value for key, value in samples(metrics).items() if key[0] == "faultline_http_requests_total"}
    assert requests == {("faultline_http_requests_total", "GET", "unmatched", "404"): 50}
    assert lines.events()[-1]["path"] == "/nowhere/49"


async def test_a_wrong_method_is_counted_under_its_route(client: httpx.AsyncClient, metrics: Metrics) -> None:
    await client.delete("/v1/things/x")
    assert samples(metrics)["faultline_http_requests_total", "DELETE", "/v1/things/{thing}", "405"] == 1


async def test_a_crash_is_a_500_and_a_warning(client: httpx.AsyncClient, metrics: Metrics, lines: Lines) -> None:
    assert (await client.get("/v1/things/bad")).status_code == 500
    assert samples(metrics)["faultline_http_requests_total", "GET", "/v1/things/{thing}", "500"] == 1
    assert (lines.events()[-1]["level"], lines.events()[-1]["status"]) == ("warning", 500)


async def test_health_is_at_debug(client: httpx.AsyncClient, lines: Lines) -> None:
    await client.get("/health/live")
    assert [event["level"] for event in lines.events()] == ["debug"]


SCOPE = {"type": "http", "method": "GET", "path": "/x"}


async def nothing(*_: Any) -> Any:
    return {}


async def test_a_cancelled_request_is_counted_as_the_client_gone(metrics: Metrics, lines: Lines) -> None:
    async def app(*_: Any) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await RequestTelemetry(app, metrics)(dict(SCOPE), nothing, nothing)
    assert samples(metrics)["faultline_http_requests_total", "GET", "unmatched", "499"] == 1


@pytest.mark.parametrize("type_", ["lifespan", "websocket"])
async def test_other_connections_pass_through(metrics: Metrics, lines: Lines, type_: str) -> None:
    passed = []

    async def app(scope: Any, *_: Any) -> None:
        passed.append(scope["type"])

    await RequestTelemetry(app, metrics)({"type": type_, "state": {"request_id": "r2"}}, nothing, nothing)
    assert passed == [type_]
    assert lines.lines() == []
