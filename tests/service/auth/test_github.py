"""Sign-in by GitHub, against a stand-in that speaks HTTP and insists on PKCE."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from faultline.platform.database import SYSTEM
from faultline.service.app import create_app
from faultline.service.auth.principal import Role
from faultline.service.members.tables import User
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from tests.servers.github import CLIENT_ID, CLIENT_SECRET, GitHubStandIn
from tests.service.conftest import MovableClock, World, client_of
from tests.until import PATIENCE

CALLBACK = "/auth/github/callback"


@pytest.fixture
def github() -> Iterator[GitHubStandIn]:
    server = GitHubStandIn()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def parts(
    make_settings: Callable[..., Settings], clock: MovableClock, github: GitHubStandIn
) -> AsyncIterator[Parts]:
    made = Parts.of(
        make_settings(
            github_url=github.url + "/",
            github_api_url=github.url + "/api",
            github_client_id=CLIENT_ID,
            github_client_secret=SecretStr(CLIENT_SECRET),
        ),
        clock,
    )
    yield made
    await made.close()


async def begin(client: httpx.AsyncClient) -> str:
    """Where the browser is sent back to once the person agreed."""
    answer = await client.get("/auth/github")
    assert answer.status_code == 303
    async with httpx.AsyncClient(timeout=PATIENCE) as browser:
        agreed = await browser.get(answer.headers["location"])
    assert agreed.status_code == 302, agreed.text
    return agreed.headers["location"]


async def sign_in(client: httpx.AsyncClient, clock: MovableClock) -> dict[str, Any]:
    clock.move(minutes=1)  # sign-ins from one address are rare
    answer = await client.get(await begin(client))
    assert (answer.status_code, answer.headers.get("location")) == (303, "/"), answer.text
    me: dict[str, Any] = (await client.get("/v1/me")).json()
    return me


async def users(parts: Parts) -> int:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        count: int = (await unit.session.execute(select(func.count()).select_from(User))).scalar_one()
    return count


async def test_who_comes_for_the_first_time_gets_an_organization(
    client: httpx.AsyncClient, clock: MovableClock
) -> None:
    me = await sign_in(client, clock)
    assert me["user"] | {"id": ""} == {"id": "", "name": "Mona", "email": "mona@example.com"}
    assert me["organization"]["name"] == "octocat"
    assert (me["organization"]["tier"], me["role"]) == ("free", "owner")


async def test_who_comes_again_is_the_same_person_whatever_changed(
    client: httpx.AsyncClient, parts: Parts, clock: MovableClock, github: GitHubStandIn
) -> None:
    first = await sign_in(client, clock)
    github.user |= {"login": "renamed"}
    github.emails[0]["email"] = "new@example.com"
    second = await sign_in(client, clock)
    assert second["user"]["id"] == first["user"]["id"]
    assert second["user"]["email"] == "new@example.com"
    assert second["organization"] == first["organization"]
    assert await users(parts) == 1


@pytest.mark.parametrize(
    "emails",
    [
        [{"email": "victim@example.com", "primary": True, "verified": False}],
        [{"email": "victim@example.com", "primary": False, "verified": True}],
        [],
        {"message": "no"},
    ],
)
async def test_an_unverified_address_opens_no_invitation(
    client: httpx.AsyncClient, world: World, clock: MovableClock, github: GitHubStandIn, emails: Any
) -> None:
    owner = await world.organization()
    body = {"email": "victim@example.com", "role": "admin"}
    assert (await client.post("/v1/members", json=body, headers=owner.headers)).status_code == 201
    github.emails = emails
    me = await sign_in(client, clock)
    assert me["user"]["email"] is None
    assert me["organization"]["name"] == "octocat"


async def test_a_verified_address_never_makes_two_accounts_one(
    client: httpx.AsyncClient, world: World, clock: MovableClock
) -> None:
    owner = await world.organization()
    other = await world.person(owner.tenant_id, Role.ADMIN, email="mona@example.com")
    me = await sign_in(client, clock)
    assert me["user"]["id"] != str(other.id)
    assert me["user"]["email"] is None
    assert me["organization"]["id"] != str(owner.tenant_id)


async def test_an_invitation_to_the_verified_address_is_accepted(
    client: httpx.AsyncClient, world: World, clock: MovableClock
) -> None:
    owner = await world.organization()
    body = {"email": "MONA@example.com", "role": "viewer"}
    invited = (await client.post("/v1/members", json=body, headers=owner.headers)).json()
    me = await sign_in(client, clock)
    assert (me["organization"]["id"], me["role"]) == (str(owner.tenant_id), "viewer")
    assert len(me["organizations"]) == 1
    client.cookies.clear()
    clock.move(minutes=1)
    assert (await client.post("/v1/auth/token", json={"code": invited["code"]})).status_code == 401


async def test_a_state_of_another_browser_is_refused(
    client: httpx.AsyncClient, parts: Parts, clock: MovableClock
) -> None:
    theirs = await begin(client)
    client.cookies.clear()
    assert (await client.get(theirs)).json()["code"] == "sign-in-failed"  # no cookie at all
    clock.move(minutes=1)
    await begin(client)
    answer = await client.get(theirs)  # the cookie of another attempt
    assert (answer.status_code, answer.json()["code"]) == (400, "sign-in-failed")
    assert await users(parts) == 0


async def test_a_cookie_that_was_tampered_with_is_refused(client: httpx.AsyncClient) -> None:
    back = await begin(client)
    for forged in ("", "abc", "A" * 200):
        headers = {"Cookie": f"faultline_github={forged}"}
        async with client_of(client._transport.app) as other:  # type: ignore[attr-defined]
            assert (await other.get(back, headers=headers)).status_code in (400, 429)


async def test_a_sign_in_takes_ten_minutes_at_most(client: httpx.AsyncClient, clock: MovableClock) -> None:
    back = await begin(client)
    clock.move(minutes=10)
    assert (await client.get(back)).status_code == 400


async def test_a_code_without_its_verifier_is_worth_nothing(
    client: httpx.AsyncClient, github: GitHubStandIn, parts: Parts
) -> None:
    back = await begin(client)
    for grant in github.grants.values():
        grant.challenge = "another"
    answer = await client.get(back)
    assert (answer.status_code, answer.json()["code"]) == (400, "sign-in-failed")
    assert await users(parts) == 0


async def test_a_person_may_say_no(client: httpx.AsyncClient) -> None:
    back = await begin(client)
    state = httpx.URL(back).params["state"]
    answer = await client.get(CALLBACK, params={"error": "access_denied", "state": state})
    assert answer.status_code == 400
    assert "you said no" in answer.json()["detail"]


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_a_github_that_is_out_of_order_is_said_so(
    client: httpx.AsyncClient, github: GitHubStandIn, status: int
) -> None:
    back = await begin(client)
    github.status = status
    answer = await client.get(back)
    assert (answer.status_code, answer.json()["code"]) == (503, "github-unavailable")
    assert "retry-after" in answer.headers


async def test_a_github_that_is_down_is_said_so(
    client: httpx.AsyncClient, github: GitHubStandIn, make_settings: Callable[..., Settings], clock: MovableClock
) -> None:
    nobody = Parts.of(make_settings(github_url="http://127.0.0.1:9", github_client_id=CLIENT_ID), clock)
    try:
        async with client_of(create_app(nobody)) as lost:
            answer = await lost.get("/auth/github")
            state = httpx.URL(answer.headers["location"]).params["state"]
            answer = await lost.get(CALLBACK, params={"code": "x", "state": state})
            assert (answer.status_code, answer.json()["code"]) == (503, "github-unavailable")
    finally:
        await nobody.close()


@pytest.mark.parametrize(
    ("user", "status"),
    [({}, 400), ([], 400), ({"id": "1", "login": "x"}, 400), (b"<html>", 400), ({"id": 1, "login": "x"}, 303)],
    ids=str,
)
async def test_an_answer_that_makes_no_sense_signs_nobody_in(
    client: httpx.AsyncClient, github: GitHubStandIn, user: Any, status: int
) -> None:
    github.user = user
    assert (await client.get(await begin(client))).status_code == status


async def test_the_state_cookie_hides_what_is_in_it_and_goes_after_use(client: httpx.AsyncClient) -> None:
    answer = await client.get("/auth/github")
    state = httpx.URL(answer.headers["location"]).params["state"]
    cookie = answer.headers["set-cookie"]
    assert re.search(r"HttpOnly.*Max-Age=600.*SameSite=lax", cookie)
    assert state not in cookie
    async with httpx.AsyncClient(timeout=PATIENCE) as browser:
        back = (await browser.get(answer.headers["location"])).headers["location"]
    dropped = (await client.get(back)).headers.get_list("set-cookie")
    assert any(each.startswith('faultline_github="";') and "Max-Age=0" in each for each in dropped)


@pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
async def test_without_an_oauth_app_there_is_no_sign_in_by_github(
    make_settings: Callable[..., Settings], clock: MovableClock
) -> None:
    parts = Parts.of(make_settings(), clock)
    try:
        async with client_of(create_app(parts)) as client:
            for path in ("/auth/github", CALLBACK):
                assert (await client.get(path)).status_code == 404
    finally:
        await parts.close()
