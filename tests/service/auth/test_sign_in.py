"""Links, invitations, sessions in a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from faultline.platform.database import SYSTEM
from faultline.service.app import create_app
from faultline.service.auth.links import new_link
from faultline.service.auth.principal import Role
from faultline.service.auth.upkeep import tidy_sign_in
from faultline.service.first_start import first_start, owner_link
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from tests.service.conftest import BASE, Key, MovableClock, Person, World, client_of

START = "/auth/start"


async def link_of(parts: Parts, person: Person) -> str:
    async with parts.database.unit(SYSTEM) as unit:
        return await new_link(unit, parts, person.id, person.tenant_id)


async def test_the_start_up_link_signs_the_owner_in_once(client: httpx.AsyncClient, parts: Parts) -> None:
    key = await first_start(parts)
    assert key
    assert await first_start(parts) is None
    link = await owner_link(parts)
    answer = await client.get(START, params={"token": link})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["referrer-policy"] == "no-referrer"
    me = (await client.get("/v1/me")).json()
    assert (me["role"], me["organization"]["name"]) == ("owner", "Default")
    client.cookies.clear()
    again = await client.get(START, params={"token": link})
    assert again.status_code == 401
    assert "set-cookie" not in again.headers
    assert link not in again.text


async def test_of_two_who_open_a_link_at_once_one_comes_in(app: FastAPI, parts: Parts, owner: Person) -> None:
    link = await link_of(parts, owner)
    async with client_of(app) as one, client_of(app) as other:
        answers = await asyncio.gather(*(each.get(START, params={"token": link}) for each in (one, other)))
    assert sorted(each.status_code for each in answers) == [303, 401]


async def test_a_link_works_for_a_quarter_of_an_hour(
    client: httpx.AsyncClient, parts: Parts, owner: Person, clock: MovableClock
) -> None:
    link = await link_of(parts, owner)
    clock.move(minutes=15)
    assert (await client.get(START, params={"token": link})).status_code == 401
    await tidy_sign_in(parts)
    assert (await client.get(START, params={"token": link})).status_code == 401


async def test_a_code_becomes_a_token(client: httpx.AsyncClient, parts: Parts, owner: Person) -> None:
    answer = await client.post("/v1/auth/token", json={"code": await link_of(parts, owner)})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await client.get("/v1/me", headers=headers)).status_code == 200


async def test_one_address_cannot_try_links_without_end(client: httpx.AsyncClient) -> None:
    answers = [await client.get(START, params={"token": f"guess {n}"}) for n in range(12)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert "retry-after" in answers[-1].headers


async def test_a_cookie_over_plain_http_cannot_be_read_by_scripts(
    client: httpx.AsyncClient, parts: Parts, owner: Person
) -> None:
    answer = await client.get(START, params={"token": await link_of(parts, owner)})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    attributes = {each.strip().lower() for each in rest.split(";")[1:]}
    assert name == "faultline_session"
    assert attributes == {"httponly", "max-age=43200", "path=/", "samesite=lax"}


async def test_a_cookie_over_https_is_bound_to_the_host(
    make_settings: Callable[..., Settings], clock: MovableClock
) -> None:
    parts = Parts.of(make_settings(public_url="https://faultline.example"), clock)
    try:
        await first_start(parts)
        async with client_of(create_app(parts)) as client:
            answer = await client.get(START, params={"token": await owner_link(parts)})
            header = answer.headers["set-cookie"]
            assert header.startswith("__Host-faultline_session=")
            assert {"secure", "httponly"} <= {each.strip().lower() for each in header.split(";")}
            cookie = {"Cookie": header.partition(";")[0]}
            body = {"name": "Acme"}
            for origin, status in (("https://faultline.example", 200), ("https://evil.example", 403)):
                headers = cookie | {"Origin": origin}
                assert (await client.patch("/v1/organization", json=body, headers=headers)).status_code == status
    finally:
        await parts.close()


async def test_a_page_of_another_origin_cannot_act_with_the_cookie(
    client: httpx.AsyncClient, parts: Parts, owner: Person
) -> None:
    await client.get(START, params={"token": await link_of(parts, owner)})
    body = {"name": "Ours"}
    for origin in ("http://evil.test", "null", "", f"{BASE}.evil.test", "https://faultline.test", f"{BASE}:81"):
        answer = await client.patch("/v1/organization", json=body, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "cross-origin")
    assert (await client.patch("/v1/organization", json=body)).status_code == 403
    assert (await client.get("/v1/organization")).json()["name"] == "Acme"
    assert (await client.patch("/v1/organization", json=body, headers={"Origin": BASE})).status_code == 200


async def test_who_sends_a_key_needs_no_origin(client: httpx.AsyncClient, key: Key) -> None:
    headers = key.headers | {"Origin": "http://elsewhere.test"}
    assert (await client.patch("/v1/organization", json={"name": "Ours"}, headers=headers)).status_code == 200


async def test_signing_out_takes_the_cookie_away(client: httpx.AsyncClient, parts: Parts, owner: Person) -> None:
    await client.get(START, params={"token": await link_of(parts, owner)})
    assert (await client.post("/v1/auth/logout", headers={"Origin": BASE})).status_code == 204
    assert (await client.get("/v1/me")).status_code == 401


async def test_a_person_goes_to_another_of_their_organizations(
    client: httpx.AsyncClient, world: World, owner: Person, stranger: Person
) -> None:
    await world.join(owner.id, stranger.tenant_id, Role.VIEWER)
    me = (await client.get("/v1/me", headers=owner.headers)).json()
    assert {each["name"] for each in me["organizations"]} == {"Acme", "Other"}
    wanted = {"organization_id": str(stranger.tenant_id)}
    answer = await client.post("/v1/auth/switch", json=wanted, headers=owner.headers)
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = (await client.get("/v1/me", headers=headers)).json()
    assert (me["organization"]["name"], me["role"]) == ("Other", "viewer")


async def test_nobody_goes_where_they_are_no_member(
    client: httpx.AsyncClient, owner: Person, key: Key, stranger: Person
) -> None:
    wanted = {"organization_id": str(stranger.tenant_id)}
    assert (await client.post("/v1/auth/switch", json=wanted, headers=owner.headers)).status_code == 404
    assert (await client.post("/v1/auth/switch", json=wanted, headers=key.headers)).status_code == 403


async def test_a_browsers_session_follows_the_switch(
    client: httpx.AsyncClient, world: World, parts: Parts, owner: Person, stranger: Person
) -> None:
    await world.join(owner.id, stranger.tenant_id, Role.MEMBER)
    await client.get(START, params={"token": await link_of(parts, owner)})
    wanted = {"organization_id": str(stranger.tenant_id)}
    assert (await client.post("/v1/auth/switch", json=wanted, headers={"Origin": BASE})).status_code == 200
    assert (await client.get("/v1/me")).json()["organization"]["name"] == "Other"


async def test_only_an_owner_in_person_rotates_the_signing_key(
    client: httpx.AsyncClient, key: Key, clock: MovableClock
) -> None:
    clock.move(hours=2)
    assert (await client.post("/v1/auth/signing-keys/rotate", headers=key.headers)).status_code == 403


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("unlimited")
async def test_a_wrong_secret_is_noted_once_an_hour_not_for_every_try(
    client: httpx.AsyncClient, owner: Person, key: Key, clock: MovableClock
) -> None:
    wrong = key.plain[:-4] + ("AAAA" if not key.plain.endswith("AAAA") else "BBBB")
    unknown = "flk_aaaaaaaa_" + "x" * 43
    for plain in (wrong, wrong, wrong, unknown, "flk_short"):
        assert (await client.get("/v1/me", headers={"X-API-Key": plain})).status_code == 401
    url = "/v1/audit?action=key.refused"
    assert len((await client.get(url, headers=owner.headers)).json()["items"]) == 1
    clock.move(hours=1)
    await client.get("/v1/me", headers={"X-API-Key": wrong})
    assert len((await client.get(url, headers=owner.headers)).json()["items"]) == 2
