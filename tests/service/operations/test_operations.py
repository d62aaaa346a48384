from __future__ import annotations

from uuid import UUID

import httpx

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.platform.jobs.relay import MAX_ATTEMPTS
from faultline.service.analyses import states
from faultline.service.auth.principal import Scope
from faultline.service.parts import Parts
from tests.service.analyses.conftest import Queue
from tests.service.conftest import Key, World


async def dead(parts: Parts, tenant: UUID, code: str = states.WORKER_LOST) -> UUID:
    """A failed analysis."""
    row = Queue(parts).row(tenant)
    row.status, row.error_code, row.created_at, row.available_at = "failed", code, parts.clock(), parts.clock()
    async with parts.database.unit(SYSTEM) as unit:
        unit.session.add(row)
    return row.id


async def test_dead_letters_are_those_that_say_nothing_about_their_content(
    client: httpx.AsyncClient, parts: Parts, key: Key
) -> None:
    letters = [await dead(parts, key.tenant_id, code) for code in sorted(states.DEAD_LETTERS)]
    await dead(parts, key.tenant_id, "artifact-rejected")
    first = (await client.get("/v1/operations/dead-letters?limit=2", headers=key.headers)).json()
    cursor = first["next_cursor"]
    second = (await client.get(f"/v1/operations/dead-letters?limit=2&cursor={cursor}", headers=key.headers)).json()
    assert [item["id"] for item in first["items"] + second["items"]] == [str(letter) for letter in letters[::-1]]
    assert second["next_cursor"] is None


async def test_a_dead_letter_is_queued_again_and_anything_else_is_not(
    client: httpx.AsyncClient, parts: Parts, key: Key
) -> None:
    letter, refused = await dead(parts, key.tenant_id), await dead(parts, key.tenant_id, "artifact-rejected")
    path = "/v1/operations/dead-letters/{}/redrive"
    answer = await client.post(path.format(letter), headers=key.headers)
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    assert (await client.post(path.format(letter), headers=key.headers)).status_code == 409
    assert (await client.post(path.format(refused), headers=key.headers)).status_code == 409


async def test_all_are_queued_again_and_messages_that_were_set_aside_come_back(
    client: httpx.AsyncClient, parts: Parts, key: Key
) -> None:
    letters = [await dead(parts, key.tenant_id) for _ in range(3)]
    async with parts.database.unit(SYSTEM) as unit:
        unit.session.add(
            OutboxMessage(
                tenant_id=key.tenant_id, topic="x", payload={}, available_at=parts.clock(), attempts=MAX_ATTEMPTS
            )
        )
    assert (await client.get("/v1/operations/dead-letters", headers=key.headers)).json()["messages"] == 1
    answer = await client.post("/v1/operations/dead-letters/redrive", headers=key.headers)
    assert answer.json() == {"analyses": 3, "messages": 1, "more": False}
    assert [(await Queue(parts).get(letter)).status for letter in letters] == ["queued"] * 3
    assert (await client.get("/v1/operations/dead-letters", headers=key.headers)).json()["messages"] == 0


async def test_another_tenants_dead_letters_are_neither_seen_nor_touched(
    client: httpx.AsyncClient, parts: Parts, key: Key, world: World
) -> None:
    stranger = await world.organization("Stranger")
    letter = await dead(parts, stranger.tenant_id)
    assert (await client.get("/v1/operations/dead-letters", headers=key.headers)).json()["items"] == []
    answer = await client.post(f"/v1/operations/dead-letters/{letter}/redrive", headers=key.headers)
    assert answer.status_code == 404
    answer = await client.post("/v1/operations/dead-letters/redrive", headers=key.headers)
    assert answer.json()["analyses"] == 0


async def test_the_cache_forgets_one_report_or_all(client: httpx.AsyncClient, parts: Parts, key: Key) -> None:
    letter = await dead(parts, key.tenant_id)
    assert (await client.delete(f"/v1/analyses/{letter}/cache", headers=key.headers)).json() == {"forgotten": 0}
    assert (await client.delete("/v1/operations/cache", headers=key.headers)).json() == {"forgotten": 0}


async def test_operations_need_their_scope(client: httpx.AsyncClient, world: World, key: Key) -> None:
    weak = await world.key(key.tenant_id, frozenset({Scope.ANALYSES_READ, Scope.ANALYSES_WRITE}))
    for method, path in (("GET", "/v1/operations/dead-letters"), ("DELETE", "/v1/operations/cache")):
        assert (await client.request(method, path, headers=weak.headers)).status_code == 403


async def test_a_full_queue_refuses_new_work_and_says_when_to_come_again(
    client: httpx.AsyncClient, parts: Parts, key: Key
) -> None:
    parts.backlog.measured(parts.settings.max_waiting)
    headers = key.headers | {"Prefer": "respond-async"}
    answer = await client.post("/v1/analyses/ci", content=b"x", headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    parts.backlog.measured(0)
    assert (await client.post("/v1/analyses/ci", content=b"x", headers=headers)).status_code == 202
