"""Health says how the service is, to anybody, and never fails itself."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from faultline import __version__
from faultline.service.app import create_app
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.worker import Worker
from tests.fixtures.front_door import LOG, SQLITE, problem
from tests.service.conftest import Key, client_of

pytestmark = SQLITE


async def test_a_service_that_works_is_well(client: httpx.AsyncClient, worker: Worker) -> None:
    answer = await client.get("/health")
    assert answer.json() == {
        "status": "ok",
        "version": __version__,
        "queue_size": 0,
        "conversation_queue_size": 0,
        "worker_running": True,
        "checks": {"database": "ok", "storage": "ok"},
    }
    assert (await client.get("/health/ready")).status_code == 200
    assert (await client.get("/health/live")).json() == {"status": "ok"}


async def test_without_a_worker_it_is_degraded_and_the_queue_grows(client: httpx.AsyncClient, key: Key) -> None:
    for _ in range(3):
        await client.post("/v1/analyses/ci", content=LOG, headers={**key.headers, "Prefer": "respond-async"})
    found = (await client.get("/health")).json()
    assert (found["status"], found["queue_size"], found["worker_running"]) == ("degraded", 3, False)
    assert (await client.get("/health/ready")).status_code == 200  # it still takes requests


async def test_what_does_not_answer_is_named(make_settings: Callable[..., Settings]) -> None:
    parts = Parts.of(make_settings(database_url="postgresql://nobody@127.0.0.1:1/nothing"))
    async with client_of(create_app(parts)) as client:
        found = (await client.get("/health")).json()
        assert (found["status"], found["queue_size"]) == ("degraded", None)
        assert found["checks"] == {"database": "failed", "storage": "ok"}
        ready = problem(await client.get("/health/ready"), 503, "not-ready")
        assert "database" in ready["detail"]
        assert "127.0.0.1" not in ready["detail"]
        assert (await client.get("/health/live")).status_code == 200
        refused = await client.get("/v1/analyses", headers={"X-API-Key": "flk_aaaaaaaa_" + "b" * 43})
        problem(refused, 503, "database-unavailable")
        assert refused.headers["retry-after"] == "5"
        assert (await client.get("/metrics")).status_code == 200
    await parts.close()


async def test_metrics_are_in_the_format_of_prometheus(client: httpx.AsyncClient, key: Key) -> None:
    await client.get("/v1/analyses", headers=key.headers)
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'route="/v1/analyses"' in answer.text
