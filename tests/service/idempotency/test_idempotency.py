"""A request with an Idempotency-Key is done once, however often it comes."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from faultline.core.errors import FaultlineError
from faultline.platform.database import SYSTEM
from faultline.service.analyses import routes
from faultline.service.parts import Parts
from faultline.service.worker import Worker
from tests.fixtures.front_door import LOG, SQLITE, WAIT, problem
from tests.service.conftest import Key, MovableClock, World

CI = "/v1/analyses/ci"
ASYNC = {"Prefer": "respond-async"}


async def analyses(parts: Parts) -> int:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        return int((await unit.session.execute(text("SELECT count(*) FROM analyses"))).scalar_one())


async def chunked(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 5):
        yield content[start : start + 5]


@pytest.mark.parametrize("way", ["json", "raw", "gzip", "chunked gzip"])
async def test_a_request_that_comes_again_gets_the_same_answer(
    way: str, client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    def post() -> Any:
        headers = {**key.headers, **ASYNC, "Idempotency-Key": "once"}
        if way == "json":
            return client.post("/v1/analyses", json={"kind": "ci", "content": LOG}, headers=headers)
        content: Any = LOG.encode()
        if "gzip" in way:
            content, headers["Content-Encoding"] = gzip.compress(content, mtime=0), "gzip"
        return client.post(f"{CI}?name=a", content=chunked(content) if "chunked" in way else content, headers=headers)

    first, second = await post(), await post()
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.content == first.content
    for name in ("location", "content-type"):
        assert second.headers[name] == first.headers[name]
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert await analyses(parts) == 1


@SQLITE
@pytest.mark.parametrize("output", [None, "text"])
async def test_the_report_that_was_waited_for_comes_again_as_well(
    output: str | None, client: httpx.AsyncClient, key: Key, worker: Worker, parts: Parts
) -> None:
    headers = {**key.headers, **WAIT, "Idempotency-Key": "once"}
    query = {"format": output} if output else {}
    first = await client.post(CI, params=query, content=LOG, headers=headers)
    again = await client.post(CI, params=query, content=LOG, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotent-replayed"] == "true"
    assert await analyses(parts) == 1


@pytest.mark.parametrize("change", ["body", "query", "path"])
async def test_a_key_is_for_one_request_alone(change: str, client: httpx.AsyncClient, key: Key, parts: Parts) -> None:
    headers = {**key.headers, **ASYNC, "Idempotency-Key": "once"}
    assert (await client.post(CI, content=LOG, headers=headers)).status_code == 202
    other = {"body": (CI, LOG + "x"), "query": (f"{CI}?name=b", LOG), "path": ("/v1/analyses/review", LOG)}
    path, content = other[change]
    problem(await client.post(path, content=content, headers=headers), 409, "conflict")
    assert await analyses(parts) == 1


async def test_fifty_at_once_with_one_key_make_one_analysis(client: httpx.AsyncClient, key: Key, parts: Parts) -> None:
    headers = {**key.headers, **ASYNC, "Idempotency-Key": "once"}
    content = "x" * 40_000  # lies in the blob store
    answers = await asyncio.gather(*(client.post(CI, content=content, headers=headers) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert await analyses(parts) == 1
    assert len([blob async for blob in parts.blobs.list()]) == 1


class Broken(FaultlineError):
    """Something that goes wrong in the middle."""


async def test_what_was_rolled_back_can_be_tried_again_with_the_same_key(
    client: httpx.AsyncClient, key: Key, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {**key.headers, **ASYNC, "Idempotency-Key": "once"}

    async def crash(*_: Any) -> Any:
        raise Broken("after the analysis was written, before the commit")

    with monkeypatch.context() as patched:
        patched.setattr(routes, "_answer", crash)
        assert (await client.post(CI, content=LOG, headers=headers)).status_code == 500
    assert await analyses(parts) == 0
    answer = await client.post(CI, content=LOG, headers=headers)
    assert (answer.status_code, "idempotent-replayed" in answer.headers) == (202, False)


async def test_an_error_is_not_kept(client: httpx.AsyncClient, key: Key) -> None:
    headers = {**key.headers, "Idempotency-Key": "once"}
    assert (await client.post("/v1/projects", json={"name": ""}, headers=headers)).status_code == 422
    assert (await client.post("/v1/projects", json={"name": "a"}, headers=headers)).status_code == 201


async def test_tenants_may_use_the_same_key(client: httpx.AsyncClient, key: Key, world: World, parts: Parts) -> None:
    other = await world.organization("Others")
    for who in (key, other):
        headers = {**who.headers, **ASYNC, "Idempotency-Key": "once"}
        answer = await client.post(CI, content=LOG, headers=headers)
        assert (answer.status_code, "idempotent-replayed" in answer.headers) == (202, False)
    assert await analyses(parts) == 2


async def test_a_key_is_forgotten_after_a_day(
    client: httpx.AsyncClient, key: Key, clock: MovableClock, parts: Parts
) -> None:
    headers = {**key.headers, **ASYNC, "Idempotency-Key": "once"}
    first = await client.post(CI, content=LOG, headers=headers)
    clock.move(hours=23, minutes=59)
    assert (await client.post(CI, content=LOG, headers=headers)).content == first.content
    clock.move(minutes=1)
    later = await client.post(CI, content="something else", headers=headers)
    assert (later.status_code, "idempotent-replayed" in later.headers) == (202, False)
    assert await analyses(parts) == 2


@SQLITE
@pytest.mark.parametrize("word", ["", "x" * 256, "a b", "ä".encode()])
async def test_a_key_has_a_form(word: Any, client: httpx.AsyncClient, key: Key) -> None:
    answer = await client.post(CI, content=LOG, headers={**key.headers, "Idempotency-Key": word})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]


@SQLITE
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_do_not_look_at_the_key(
    method: str, app: FastAPI, client: httpx.AsyncClient, key: Key
) -> None:
    project = (await client.post("/v1/projects", json={"name": "a"}, headers=key.headers)).json()["id"]
    headers = {**key.headers, "Idempotency-Key": "once"}
    for name in ("b", "c"):
        body = {"name": name} if method == "PUT" else None
        answer = await client.request(method, f"/v1/projects/{project}", json=body, headers=headers)
        assert "idempotent-replayed" not in answer.headers
    assert answer.status_code == (404 if method == "DELETE" else 200)
