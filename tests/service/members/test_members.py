"""Members: who comes in, who may do what to whom."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from faultline.service.auth.principal import Role, Scope
from faultline.service.auth.upkeep import tidy_sign_in
from faultline.service.parts import Parts
from tests.service.conftest import Key, MovableClock, Person, World

MEMBERS = "/v1/members"


async def invite(client: httpx.AsyncClient, who: Key | Person, email: str, role: str = "member") -> httpx.Response:
    return await client.post(MEMBERS, json={"email": email, "role": role}, headers=who.headers)


async def role_of(client: httpx.AsyncClient, person: Person) -> str | None:
    answer = await client.get("/v1/me", headers=person.headers)
    return str(answer.json()["role"]) if answer.status_code == 200 else None


async def test_an_invitation_lets_one_person_in(client: httpx.AsyncClient, owner: Person) -> None:
    made = (await invite(client, owner, "Ada@Example.com", "viewer")).json()
    assert made["email"] == "ada@example.com"
    assert made["link"] == f"http://faultline.test/auth/start?token={made['code']}"
    waiting = (await client.get(f"{MEMBERS}/invitations", headers=owner.headers)).json()["items"]
    assert [each["id"] for each in waiting] == [made["id"]]
    assert "code" not in waiting[0]
    answer = await client.get(made["link"])
    assert answer.status_code == 303
    me = (await client.get("/v1/me")).json()
    assert (me["role"], me["user"]["name"]) == ("viewer", "ada")
    assert me["user"]["email"] is None  # nobody has proved that it is theirs
    client.cookies.clear()
    assert (await client.get(made["link"])).status_code == 401
    assert (await client.get(f"{MEMBERS}/invitations", headers=owner.headers)).json()["items"] == []
    members = (await client.get(MEMBERS, headers=owner.headers)).json()["items"]
    assert [each["role"] for each in members] == ["viewer", "owner"]


async def test_who_is_signed_in_accepts_an_invitation_as_themselves(
    client: httpx.AsyncClient, owner: Person, stranger: Person
) -> None:
    made = (await invite(client, owner, "any@example.com", "member")).json()
    answer = await client.post("/v1/auth/token", json={"code": made["code"]}, headers=stranger.headers)
    assert answer.json()["organization_id"] == str(owner.tenant_id)
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = (await client.get("/v1/me", headers=headers)).json()
    assert (me["user"]["id"], me["role"], len(me["organizations"])) == (str(stranger.id), "member", 2)


async def test_who_is_a_member_already_keeps_their_role(client: httpx.AsyncClient, owner: Person) -> None:
    made = (await invite(client, owner, "any@example.com", "viewer")).json()
    await client.post("/v1/auth/token", json={"code": made["code"]}, headers=owner.headers)
    assert await role_of(client, owner) == "owner"


async def test_an_invitation_is_good_for_seven_days(
    client: httpx.AsyncClient, owner: Person, clock: MovableClock, parts: Parts
) -> None:
    made = (await invite(client, owner, "ada@example.com")).json()
    clock.move(days=7)
    assert (await client.get(made["link"])).status_code == 401
    await tidy_sign_in(parts)


async def test_inviting_again_makes_the_first_link_void(client: httpx.AsyncClient, owner: Person) -> None:
    first = (await invite(client, owner, "ada@example.com")).json()
    second = (await invite(client, owner, "ADA@example.com")).json()
    assert (await client.get(first["link"])).status_code == 401
    assert (await client.get(second["link"])).status_code == 303


async def test_an_invitation_can_be_taken_back(client: httpx.AsyncClient, owner: Person, stranger: Person) -> None:
    made = (await invite(client, owner, "ada@example.com")).json()
    path = f"{MEMBERS}/invitations/{made['id']}"
    assert (await client.delete(path, headers=stranger.headers)).status_code == 404
    assert (await client.delete(path, headers=owner.headers)).status_code == 204
    assert (await client.delete(path, headers=owner.headers)).status_code == 404
    assert (await client.get(made["link"])).status_code == 401


async def test_the_answer_does_not_tell_who_is_known_elsewhere(
    client: httpx.AsyncClient, world: World, owner: Person, stranger: Person
) -> None:
    await world.person(stranger.tenant_id, Role.MEMBER, email="known@example.com")
    known, unknown = [(await invite(client, owner, f"{name}@example.com")) for name in ("known", "unknown")]
    assert known.status_code == unknown.status_code == 201
    assert set(known.json()) == set(unknown.json())
    await world.person(owner.tenant_id, Role.MEMBER, email="ours@example.com")
    assert (await invite(client, owner, "ours@example.com")).status_code == 409


async def test_nobody_grants_or_takes_a_role_above_their_own(
    client: httpx.AsyncClient, world: World, owner: Person
) -> None:
    admin, member = [await world.person(owner.tenant_id, role) for role in (Role.ADMIN, Role.MEMBER)]
    assert (await invite(client, admin, "x@example.com", "owner")).status_code == 403
    assert (await invite(client, admin, "x@example.com", "admin")).status_code == 201
    for target, body in ((member, {"role": "owner"}), (admin, {"role": "owner"}), (owner, {"role": "viewer"})):
        answer = await client.patch(f"{MEMBERS}/{target.member_id}", json=body, headers=admin.headers)
        assert answer.status_code == 403
    assert (await client.delete(f"{MEMBERS}/{owner.member_id}", headers=admin.headers)).status_code == 403
    assert await role_of(client, owner) == "owner"
    assert await role_of(client, member) == "member"


async def test_a_key_grants_only_roles_whose_scopes_it_has(
    client: httpx.AsyncClient, world: World, owner: Person
) -> None:
    bare = await world.key(owner.tenant_id, frozenset({Scope.MEMBERS_WRITE}))
    viewers = await world.key(owner.tenant_id, Role.VIEWER.scopes | {Scope.MEMBERS_WRITE})
    everything = await world.key(owner.tenant_id)
    assert (await invite(client, bare, "a@example.com", "viewer")).status_code == 403
    assert (await invite(client, viewers, "b@example.com", "viewer")).status_code == 201
    assert (await invite(client, viewers, "c@example.com", "member")).status_code == 403
    assert (await invite(client, everything, "d@example.com", "owner")).status_code == 201


async def test_the_last_owner_stays(client: httpx.AsyncClient, world: World, owner: Person) -> None:
    path = f"{MEMBERS}/{owner.member_id}"
    assert (await client.patch(path, json={"role": "admin"}, headers=owner.headers)).status_code == 409
    assert (await client.delete(path, headers=owner.headers)).status_code == 409
    assert (await client.patch(path, json={"role": "owner"}, headers=owner.headers)).status_code == 200
    second = await world.person(owner.tenant_id, Role.OWNER)
    assert (await client.patch(path, json={"role": "admin"}, headers=second.headers)).status_code == 200
    assert await role_of(client, owner) == "admin"


async def test_two_owners_who_remove_each_other_at_once_leave_one(
    client: httpx.AsyncClient, world: World, owner: Person
) -> None:
    other = await world.person(owner.tenant_id, Role.OWNER)
    pairs = ((owner, other), (other, owner))
    answers = await asyncio.gather(
        *(client.delete(f"{MEMBERS}/{whom.member_id}", headers=who.headers) for who, whom in pairs)
    )
    assert sorted(each.status_code for each in answers)[0] == 204
    left = [await role_of(client, each) for each in (owner, other)]
    assert sorted(left, key=str) == [None, "owner"]


async def test_a_member_of_another_organization_does_not_exist(
    client: httpx.AsyncClient, owner: Person, stranger: Person
) -> None:
    path = f"{MEMBERS}/{owner.member_id}"
    requests: tuple[tuple[str, Any], ...] = (("GET", None), ("PATCH", {"role": "viewer"}), ("DELETE", None))
    for method, body in requests:
        assert (await client.request(method, path, json=body, headers=stranger.headers)).status_code == 404
    listed = (await client.get(MEMBERS, headers=stranger.headers)).json()["items"]
    assert [each["user_id"] for each in listed] == [str(stranger.id)]


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("email", ["", "ada", "@", "a@", "@b", "a b@c", "a@b\n", "a@@b", "a" * 250 + "@b.de"])
async def test_what_is_no_address_is_refused(client: httpx.AsyncClient, owner: Person, email: str) -> None:
    assert (await invite(client, owner, email)).status_code == 422
