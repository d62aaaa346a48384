"""Large content in parts: it can be resumed, is checked, and is used once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect

from faultline.service.parts import Parts
from faultline.service.tiers import Tier
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.service.conftest import Key, MovableClock, World

CONTENT = b"first line\nsecond line\nthird line\n"


async def begun(client: httpx.AsyncClient, who: Any, **wanted: Any) -> str:
    answer = await client.post("/v1/uploads", json=wanted, headers=who.headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/uploads/{answer.json()['id']}"
    return str(answer.headers["location"])


async def sent(client: httpx.AsyncClient, who: Any, path: str, offset: int, part: Any, **more: str) -> httpx.Response:
    headers = {**who.headers, "Upload-Offset": str(offset), **more}
    return await client.patch(path, content=part, headers=headers)


async def blobs(parts: Parts) -> int:
    return len([blob async for blob in parts.blobs.list()])


async def test_parts_become_one_artifact_with_the_digest_of_what_arrived(
    client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    path = await begun(client, key, name="big.log", bytes=len(CONTENT), sha256=sha256(CONTENT).hexdigest())
    for start in range(0, len(CONTENT), 10):
        answer = await sent(client, key, path, start, CONTENT[start : start + 10])
        assert answer.status_code == 200, answer.text
        assert answer.json()["received"] == min(start + 10, len(CONTENT))
    done = (await client.post(f"{path}/complete", headers=key.headers)).json()
    assert (done["status"], done["bytes"]) == ("complete", len(CONTENT))
    assert done["sha256"] == sha256(CONTENT).hexdigest()
    headers = {**key.headers, "Prefer": "respond-async"}
    made = await client.post("/v1/analyses", json={"kind": "ci", "upload_id": done["id"]}, headers=headers)
    artifact = await client.get(f"{made.headers['location']}/artifact", headers=key.headers)
    assert artifact.content == CONTENT
    assert (await client.get(path, headers=key.headers)).json()["status"] == "taken"


@SQLITE
async def test_a_part_that_breaks_off_leaves_nothing_and_can_be_sent_again(
    client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    path = await begun(client, key)
    assert (await sent(client, key, path, 0, CONTENT[:10])).status_code == 200

    async def cut() -> AsyncIterator[bytes]:
        yield CONTENT[10:15]
        raise ClientDisconnect

    assert (await sent(client, key, path, 10, cut())).status_code == 499
    assert await blobs(parts) == 1
    assert (await client.get(path, headers=key.headers)).json()["received"] == 10
    assert (await sent(client, key, path, 10, CONTENT[10:])).json()["received"] == len(CONTENT)


@SQLITE
@pytest.mark.parametrize("offset", [0, 9, 11, 10**15])
async def test_a_part_for_another_offset_is_refused_and_told_the_right_one(
    offset: int, client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    path = await begun(client, key)
    await sent(client, key, path, 0, CONTENT[:10])
    refused = problem(await sent(client, key, path, offset, b"more"), 409, "wrong-offset")
    assert "begins at 10" in refused["detail"]
    assert await blobs(parts) == 1


@SQLITE
async def test_what_is_not_what_was_announced_is_refused(client: httpx.AsyncClient, key: Key, parts: Parts) -> None:
    path = await begun(client, key, bytes=10, sha256="0" * 64)
    problem(await sent(client, key, path, 0, b"x" * 11), 409, "conflict")
    await sent(client, key, path, 0, b"x" * 9)
    problem(await client.post(f"{path}/complete", headers=key.headers), 409, "conflict")
    problem(await sent(client, key, path, 9, b"xx"), 409, "conflict")
    await sent(client, key, path, 9, b"x")
    refused = problem(await client.post(f"{path}/complete", headers=key.headers), 422, "digest-mismatch")
    assert sha256(b"x" * 10).hexdigest() in refused["detail"]
    assert await blobs(parts) == 2  # the parts alone
    assert (await client.get(path, headers=key.headers)).json()["status"] == "open"


@SQLITE
async def test_an_upload_ends_after_a_day(
    client: httpx.AsyncClient, key: Key, clock: MovableClock, world: World
) -> None:
    path = await begun(client, key)
    await sent(client, key, path, 0, CONTENT)
    clock.move(hours=23, minutes=59)
    assert (await client.get(path, headers=key.headers)).status_code == 200
    clock.move(minutes=1)
    problem(await client.get(path, headers=key.headers), 404, "not-found")
    problem(await sent(client, key, path, len(CONTENT), b"x"), 404, "not-found")
    problem(await client.post(f"{path}/complete", headers=key.headers), 404, "not-found")


@SQLITE
async def test_no_upload_is_larger_than_the_tier_allows(client: httpx.AsyncClient, world: World, parts: Parts) -> None:
    poor = await world.organization(tier=Tier.FREE)
    answer = await client.post("/v1/uploads", json={"bytes": 1_000_001}, headers=poor.headers)
    problem(answer, 413, "content-too-large")
    path = await begun(client, poor)
    problem(await sent(client, poor, path, 0, b"x" * 1_000_001), 413, "content-too-large")
    assert (await sent(client, poor, path, 0, b"x" * 999_999)).status_code == 200
    problem(await sent(client, poor, path, 999_999, b"xx"), 413, "content-too-large")
    assert await blobs(parts) == 1
    assert (await sent(client, poor, path, 999_999, b"x")).json()["received"] == 1_000_000


@SQLITE
async def test_a_complete_upload_takes_no_more(client: httpx.AsyncClient, key: Key) -> None:
    path = await begun(client, key)
    await sent(client, key, path, 0, CONTENT)
    assert (await client.post(f"{path}/complete", headers=key.headers)).status_code == 200
    problem(await sent(client, key, path, len(CONTENT), b"x"), 409, "conflict")
    problem(await client.post(f"{path}/complete", headers=key.headers), 409, "conflict")


@SQLITE
async def test_a_deleted_upload_is_gone(client: httpx.AsyncClient, key: Key) -> None:
    path = await begun(client, key)
    assert (await client.delete(path, headers=key.headers)).status_code == 204
    for answer in (
        await client.get(path, headers=key.headers),
        await client.delete(path, headers=key.headers),
        await sent(client, key, path, 0, b"x"),
    ):
        problem(answer, 404, "not-found")


@SQLITE
async def test_an_upload_of_others_is_as_unknown_as_any(client: httpx.AsyncClient, key: Key, world: World) -> None:
    path = await begun(client, key)
    other = await world.organization("Others")
    for who, where in ((other, path), (key, f"/v1/uploads/{NOWHERE}")):
        for answer in (
            await client.get(where, headers=who.headers),
            await client.delete(where, headers=who.headers),
            await client.post(f"{where}/complete", headers=who.headers),
            await sent(client, who, where, 0, b"x"),
            await client.post("/v1/analyses", json={"kind": "ci", "upload_id": where[-36:]}, headers=who.headers),
        ):
            assert problem(answer, 404, "not-found")["detail"] == f"there is no upload {where[-36:]}"


@SQLITE
@pytest.mark.parametrize("offset", [None, "-1", "ten", "", "9" * 30])
async def test_a_part_says_where_it_begins(offset: str | None, client: httpx.AsyncClient, key: Key) -> None:
    path = await begun(client, key)
    headers = key.headers if offset is None else {**key.headers, "Upload-Offset": offset}
    problem(await client.patch(path, content=b"x", headers=headers), 422, "invalid-request")


@SQLITE
async def test_an_empty_upload_is_an_empty_artifact(client: httpx.AsyncClient, key: Key) -> None:
    path = await begun(client, key)
    assert (await sent(client, key, path, 0, b"")).json()["received"] == 0
    done = (await client.post(f"{path}/complete", headers=key.headers)).json()
    assert (done["bytes"], done["sha256"]) == (0, sha256(b"").hexdigest())
