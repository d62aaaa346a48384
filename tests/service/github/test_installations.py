"""Linking an installation to an organization: only by whoever administers both."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from faultline.service.auth.principal import Role
from faultline.service.parts import Parts
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.servers.github_app import GitHubAppStandIn, Repository
from tests.service.conftest import Key, MovableClock, Person, World

pytestmark = SQLITE
ADDRESS = "/v1/github/installations"


async def begin(client: httpx.AsyncClient, who: Person) -> str:
    """The state that travels by way of GitHub."""
    answer = await client.post(ADDRESS, headers=who.headers)
    assert answer.status_code == 200, answer.text
    url = urlsplit(answer.json()["install_url"])
    assert url.path == "/github-apps/faultline-here/installations/new"
    return parse_qs(url.query)["state"][0]


async def come_back(client: httpx.AsyncClient, who: Person, **query: str | int) -> httpx.Response:
    return await client.get("/github/installed", params={"setup_action": "install", **query}, headers=who.headers)


async def test_who_administers_both_links_them(
    client: httpx.AsyncClient, owner: Person, github: GitHubAppStandIn, repository: Repository
) -> None:
    state = await begin(client, owner)
    answer = await come_back(client, owner, installation_id=99, state=state, code=github.grant(99))
    assert (answer.status_code, answer.headers.get("location")) == (303, "/"), answer.text
    (found,) = (await client.get(ADDRESS, headers=owner.headers)).json()["items"]
    assert (found["installation_id"], found["account"], found["suspended"]) == (99, "acme", False)
    again = await come_back(client, owner, installation_id=99, state=state, code=github.grant(99))
    assert again.status_code == 303
    assert len((await client.get(ADDRESS, headers=owner.headers)).json()["items"]) == 1
    assert (await client.delete(f"{ADDRESS}/{found['id']}", headers=owner.headers)).status_code == 204
    problem(await client.delete(f"{ADDRESS}/{found['id']}", headers=owner.headers), 404, "not-found")
    log = (await client.get("/v1/audit", headers=owner.headers)).json()["items"]
    assert [each["action"] for each in log][:3] == [
        "github-installation.unlinked",
        "github-installation.linked",
        "github-installation.linked",
    ]


async def test_ones_own_account_needs_no_repository(
    client: httpx.AsyncClient, owner: Person, github: GitHubAppStandIn
) -> None:
    state = await begin(client, owner)
    answer = await come_back(client, owner, installation_id=99, state=state, code=github.grant(99, login="acme"))
    assert answer.status_code == 303


async def test_who_may_only_read_there_links_nothing(
    client: httpx.AsyncClient, owner: Person, github: GitHubAppStandIn, repository: Repository
) -> None:
    state = await begin(client, owner)
    for code in (github.grant(99, admin=False), github.grant(98), github.grant(), "forged"):
        answer = await come_back(client, owner, installation_id=99, state=state, code=code)
        problem(answer, 403, "installation-not-yours")
    assert (await client.get(ADDRESS, headers=owner.headers)).json()["items"] == []


async def test_a_state_is_good_for_its_person_in_its_organization_and_not_for_long(
    client: httpx.AsyncClient,
    owner: Person,
    stranger: Person,
    world: World,
    clock: MovableClock,
    github: GitHubAppStandIn,
    repository: Repository,
) -> None:
    state = await begin(client, owner)
    colleague = await world.person(owner.tenant_id, Role.ADMIN)
    for who in (stranger, colleague):
        answer = await come_back(client, who, installation_id=99, state=state, code=github.grant(99))
        problem(answer, 400, "link-failed")
    for forged in ("", "x", state[:-4] + "AAAA", "é"):
        answer = await come_back(client, owner, installation_id=99, state=forged, code=github.grant(99))
        problem(answer, 400, "link-failed")
    problem(await come_back(client, owner, installation_id=99, state=state), 400, "link-failed")
    clock.move(minutes=30)
    answer = await come_back(client, owner, installation_id=99, state=state, code=github.grant(99))
    problem(answer, 400, "link-failed")


async def test_an_installation_belongs_to_one_organization(
    client: httpx.AsyncClient, owner: Person, stranger: Person, github: GitHubAppStandIn, repository: Repository
) -> None:
    for who, status in ((owner, 303), (stranger, 409)):
        state = await begin(client, who)
        answer = await come_back(client, who, installation_id=99, state=state, code=github.grant(99))
        assert answer.status_code == status
    assert (await client.get(ADDRESS, headers=stranger.headers)).json()["items"] == []


@pytest.mark.usefixtures("unlimited")
async def test_it_is_for_administrators_in_person(
    client: httpx.AsyncClient, owner: Person, world: World, key: Key
) -> None:
    member = await world.person(owner.tenant_id, Role.MEMBER)
    for method, path in (("POST", ADDRESS), ("GET", ADDRESS), ("DELETE", f"{ADDRESS}/{NOWHERE}")):
        problem(await client.request(method, path, headers=member.headers), 403, "not-allowed")
        problem(await client.request(method, path), 401, "not-signed-in")
    problem(await client.post(ADDRESS, headers=key.headers), 403, "not-allowed")
    problem(await client.get("/github/installed"), 401, "not-signed-in")


async def test_who_may_only_ask_for_an_installation_comes_back_to_the_page(
    client: httpx.AsyncClient, owner: Person
) -> None:
    answer = await client.get("/github/installed", params={"setup_action": "request"}, headers=owner.headers)
    assert answer.status_code == 303


async def test_an_outage_of_github_links_nothing(
    client: httpx.AsyncClient, owner: Person, github: GitHubAppStandIn, parts: Parts
) -> None:
    state = await begin(client, owner)
    github.outage = 1
    answer = await come_back(client, owner, installation_id=99, state=state, code=github.grant(99))
    problem(answer, 503, "github-unavailable")


@pytest.fixture
async def nowhere(parts: Parts) -> None:
    parts.github._settings = parts.settings.model_copy(update={"github_app_id": ""})


@pytest.mark.usefixtures("nowhere")
async def test_without_an_app_nothing_can_be_linked(client: httpx.AsyncClient, owner: Person) -> None:
    found = problem(await client.post(ADDRESS, headers=owner.headers), 404, "not-found")
    assert found["detail"] == "GitHub is not set up; FAULTLINE_GITHUB_APP_ID is unset"
    assert (await client.get(ADDRESS, headers=owner.headers)).json()["items"] == []
