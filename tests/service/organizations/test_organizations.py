"""Organizations, their callback secret, and who is asking."""

from __future__ import annotations

import base64

import httpx
from standardwebhooks import Webhook

from faultline.platform.database import SYSTEM
from faultline.service.auth.principal import Role, Scope
from faultline.service.organizations.tables import Organization
from faultline.service.parts import Parts
from tests.service.conftest import Key, Person, World

SECRET = "/v1/organization/callback-secret"


async def test_a_key_learns_what_it_is(client: httpx.AsyncClient, world: World, owner: Person) -> None:
    key = await world.key(owner.tenant_id, frozenset({Scope.USAGE_READ}))
    me = (await client.get("/v1/me", headers=key.headers)).json()
    assert me["key"] == {"id": str(key.id), "name": "key of a test", "prefix": key.plain[4:12]}
    assert (me["user"], me["role"], me["scopes"]) == (None, None, ["usage:read"])
    assert me["organization"] == {"id": str(owner.tenant_id), "name": "Acme", "slug": "acme", "tier": "enterprise"}
    assert me["organizations"] == [me["organization"]]


async def test_a_new_name_keeps_the_short_one(client: httpx.AsyncClient, owner: Person) -> None:
    renamed = (await client.patch("/v1/organization", json={"name": "Umbrella"}, headers=owner.headers)).json()
    assert (renamed["name"], renamed["slug"]) == ("Umbrella", "acme")
    for _ in range(2):
        await client.patch("/v1/organization", json={"name": "Umbrella"}, headers=owner.headers)
    [entry] = (await client.get("/v1/audit?action=organization.changed", headers=owner.headers)).json()["items"]
    assert entry["changes"] == {"name": ["Acme", "Umbrella"]}


async def test_two_of_one_name_have_two_short_names(client: httpx.AsyncClient, world: World) -> None:
    slugs = []
    for _ in range(2):
        who = await world.organization("Same Name!")
        slugs.append((await client.get("/v1/organization", headers=who.headers)).json()["slug"])
    assert slugs[0] == "same-name"
    assert slugs[1].startswith("same-name-")


async def test_the_callback_secret_is_shown_and_that_is_written_down(
    client: httpx.AsyncClient, world: World, owner: Person
) -> None:
    admin = await world.person(owner.tenant_id, Role.ADMIN)
    answer = await client.get(SECRET, headers=admin.headers)
    secret = answer.json()["secret"]
    assert answer.headers["cache-control"] == "no-store"
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert Webhook(secret)
    assert (await client.get(SECRET, headers=owner.headers)).json()["secret"] == secret
    entries = (await client.get("/v1/audit?action=callback-secret.shown", headers=owner.headers)).json()["items"]
    assert [each["actor"] for each in entries] == [f"user:{owner.id}", f"user:{admin.id}"]
    assert secret not in str(entries)


async def test_a_rotated_callback_secret_is_another_one_and_lies_encrypted(
    client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    before = (await client.get(SECRET, headers=key.headers)).json()["secret"]
    after = (await client.post(f"{SECRET}/rotate", headers=key.headers)).json()["secret"]
    assert after != before
    assert (await client.get(SECRET, headers=key.headers)).json()["secret"] == after
    async with parts.database.unit(SYSTEM, write=False) as unit:
        row = await unit.session.get(Organization, key.tenant_id)
    assert row
    assert after.encode() not in row.callback_secret
