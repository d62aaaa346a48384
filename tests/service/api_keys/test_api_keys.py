"""API keys: what their owners are promised."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.service.api_keys import keys
from faultline.service.api_keys.tables import ApiKey
from faultline.service.auth.principal import Role, Scope
from faultline.service.idempotency.tables import IdempotencyKey
from faultline.service.parts import Parts
from tests.service.conftest import Key, MovableClock, Person, World

KEYS = "/v1/api-keys"


async def make(client: httpx.AsyncClient, who: Key | Person, **wanted: Any) -> dict[str, Any]:
    body = {"name": "ci", "scopes": ["analyses:write"], **wanted}
    answer = await client.post(KEYS, json=body, headers=who.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def status_of(client: httpx.AsyncClient, plain: str) -> int:
    return (await client.get("/v1/me", headers={"X-API-Key": plain})).status_code


async def test_a_key_is_shown_once_and_works_at_once(client: httpx.AsyncClient, owner: Person) -> None:
    made = await make(client, owner)
    assert made["key"].startswith(f"flk_{made['prefix']}_")
    assert await status_of(client, made["key"]) == 200
    shown = (await client.get(f"{KEYS}/{made['id']}", headers=owner.headers)).json()
    listed = (await client.get(KEYS, headers=owner.headers)).json()["items"]
    assert shown == {name: value for name, value in made.items() if name != "key"}
    assert listed == [shown]


async def test_the_answer_with_the_secret_is_kept_by_nobody(client: httpx.AsyncClient, owner: Person) -> None:
    answer = await client.post(KEYS, json={"name": "ci", "scopes": ["usage:read"]}, headers=owner.headers)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_key_may_not_do_more_than_its_maker(client: httpx.AsyncClient, world: World, owner: Person) -> None:
    admin = await world.person(owner.tenant_id, Role.ADMIN)
    narrow = await world.key(owner.tenant_id, frozenset({Scope.KEYS_WRITE}))
    for who, scope in ((admin, "organization:write"), (narrow, "analyses:read")):
        answer = await client.post(KEYS, json={"name": "x", "scopes": [scope]}, headers=who.headers)
        assert answer.status_code == 403
        assert scope in answer.json()["detail"]
    assert (await make(client, narrow, scopes=["keys:write"]))["scopes"] == ["keys:write"]


async def test_rotating_a_stronger_key_gives_nobody_its_scopes(
    client: httpx.AsyncClient, world: World, owner: Person, key: Key
) -> None:
    narrow = await world.key(owner.tenant_id, frozenset({Scope.KEYS_WRITE}))
    assert (await client.post(f"{KEYS}/{key.id}/rotate", headers=narrow.headers)).status_code == 403


async def test_a_revoked_key_is_refused_at_once(client: httpx.AsyncClient, owner: Person) -> None:
    made = await make(client, owner)
    assert await status_of(client, made["key"]) == 200
    for _ in range(2):
        assert (await client.delete(f"{KEYS}/{made['id']}", headers=owner.headers)).status_code == 204
    assert await status_of(client, made["key"]) == 401
    entries = (await client.get("/v1/audit?action=key.revoked", headers=owner.headers)).json()["items"]
    assert len(entries) == 1


async def test_a_key_works_until_it_expires(client: httpx.AsyncClient, owner: Person, clock: MovableClock) -> None:
    made = await make(client, owner, expires_at=(clock() + timedelta(seconds=3)).isoformat())
    clock.move(seconds=2.9)
    assert await status_of(client, made["key"]) == 200
    clock.move(seconds=0.1)
    assert await status_of(client, made["key"]) == 401


async def test_a_key_cannot_expire_in_the_past(client: httpx.AsyncClient, owner: Person, clock: MovableClock) -> None:
    body = {"name": "x", "scopes": ["usage:read"], "expires_at": clock().isoformat()}
    assert (await client.post(KEYS, json=body, headers=owner.headers)).status_code == 400


async def test_the_old_key_works_for_the_overlap_and_not_longer(
    client: httpx.AsyncClient, owner: Person, clock: MovableClock
) -> None:
    old = await make(client, owner, scopes=["analyses:read", "analyses:write"])
    answer = await client.post(f"{KEYS}/{old['id']}/rotate", json={"overlap_seconds": 60}, headers=owner.headers)
    new = answer.json()
    assert answer.status_code == 201
    assert new["scopes"] == old["scopes"]
    assert new["expires_at"] is None
    shown = (await client.get(f"{KEYS}/{old['id']}", headers=owner.headers)).json()
    assert shown["rotated_to"] == new["id"]
    clock.move(seconds=59)
    assert [await status_of(client, each["key"]) for each in (old, new)] == [200, 200]
    clock.move(seconds=1)
    assert [await status_of(client, each["key"]) for each in (old, new)] == [401, 200]


async def test_without_a_body_the_overlap_is_a_day(
    client: httpx.AsyncClient, owner: Person, clock: MovableClock
) -> None:
    old = await make(client, owner)
    assert (await client.post(f"{KEYS}/{old['id']}/rotate", headers=owner.headers)).status_code == 201
    shown = (await client.get(f"{KEYS}/{old['id']}", headers=owner.headers)).json()
    assert datetime.fromisoformat(shown["expires_at"]) == clock() + timedelta(days=1)


async def test_an_overlap_never_lengthens_a_keys_life(
    client: httpx.AsyncClient, owner: Person, clock: MovableClock
) -> None:
    ends = clock() + timedelta(hours=2)
    old = await make(client, owner, expires_at=ends.isoformat())
    clock.move(hours=1)
    new = (await client.post(f"{KEYS}/{old['id']}/rotate", headers=owner.headers)).json()
    shown = (await client.get(f"{KEYS}/{old['id']}", headers=owner.headers)).json()
    assert datetime.fromisoformat(shown["expires_at"]) == ends
    assert datetime.fromisoformat(new["expires_at"]) == clock() + timedelta(hours=2)


async def test_a_key_is_rotated_once_and_only_while_it_works(client: httpx.AsyncClient, owner: Person) -> None:
    rotated, revoked = await make(client, owner), await make(client, owner)
    assert (await client.post(f"{KEYS}/{rotated['id']}/rotate", headers=owner.headers)).status_code == 201
    await client.delete(f"{KEYS}/{revoked['id']}", headers=owner.headers)
    for each in (rotated, revoked):
        assert (await client.post(f"{KEYS}/{each['id']}/rotate", headers=owner.headers)).status_code == 409


@pytest.mark.parametrize("overlap", [-1, 30 * 86_400 + 1])
async def test_an_overlap_has_bounds(client: httpx.AsyncClient, owner: Person, overlap: int) -> None:
    path = f"{KEYS}/{uuid4()}/rotate"
    assert (await client.post(path, json={"overlap_seconds": overlap}, headers=owner.headers)).status_code == 422


async def test_a_key_of_another_organization_does_not_exist(
    client: httpx.AsyncClient, key: Key, stranger: Person
) -> None:
    path = f"{KEYS}/{key.id}"
    for method, target in (("GET", path), ("DELETE", path), ("POST", f"{path}/rotate")):
        assert (await client.request(method, target, headers=stranger.headers)).status_code == 404
    assert (await client.get(KEYS, headers=stranger.headers)).json()["items"] == []
    assert await status_of(client, key.plain) == 200


async def test_the_list_goes_page_by_page(client: httpx.AsyncClient, owner: Person) -> None:
    made = [(await make(client, owner, name=f"key {n}"))["name"] for n in range(5)]
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        found = (await client.get(KEYS, params=params, headers=owner.headers)).json()
        seen += [each["name"] for each in found["items"]]
        if (cursor := found["next_cursor"]) is None:
            break
    assert seen == made[::-1]


async def test_neither_the_database_nor_the_log_of_answers_holds_a_plain_key(
    client: httpx.AsyncClient, owner: Person, parts: Parts
) -> None:
    body = {"name": "ci", "scopes": ["usage:read"]}
    headers = owner.headers | {"Idempotency-Key": "once"}
    answers = [(await client.post(KEYS, json=body, headers=headers)) for _ in range(2)]
    plain = answers[0].json()["key"]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert answers[1].json()["key"] == plain
    secret = plain.split("_", 2)[2].encode()  # which may hold a `_` itself
    async with parts.database.unit(SYSTEM, write=False) as unit:
        kept = (await unit.session.execute(select(IdempotencyKey.body))).scalar_one()
        row = (await unit.session.execute(select(ApiKey))).scalar_one()
    assert kept
    assert secret not in kept
    assert row.hash == parts.secrets.hash("api-key", plain)


def test_a_new_key_does_not_show_itself(parts: Parts) -> None:
    made = keys.make(parts.secrets)
    assert made.plain not in repr(made)
    assert made.prefix in repr(made)


@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb", "\x00"])
async def test_a_name_has_a_form(client: httpx.AsyncClient, owner: Person, name: str) -> None:
    body = {"name": name, "scopes": ["usage:read"]}
    assert (await client.post(KEYS, json=body, headers=owner.headers)).status_code == 422
