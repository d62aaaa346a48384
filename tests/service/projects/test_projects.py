"""Projects group analyses; each name once for each tenant."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from faultline.service.auth.principal import Role
from tests.fixtures.front_door import LOG, NOWHERE, SQLITE, problem
from tests.service.conftest import Key, World

PATH = "/v1/projects"


async def made(client: httpx.AsyncClient, who: Any, name: str) -> str:
    answer = await client.post(PATH, json={"name": name}, headers=who.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_name_is_there_once_for_each_tenant(client: httpx.AsyncClient, key: Key, world: World) -> None:
    first = await made(client, key, "checkout")
    again = await client.post(PATH, json={"name": "checkout"}, headers=key.headers)
    assert "checkout" in problem(again, 409, "conflict")["detail"]
    second = await made(client, key, "cart")
    answer = await client.put(f"{PATH}/{second}", json={"name": "checkout"}, headers=key.headers)
    problem(answer, 409, "conflict")
    assert (await client.get(f"{PATH}/{second}", headers=key.headers)).json()["name"] == "cart"
    other = await world.organization("Others")
    assert await made(client, other, "checkout") != first


async def test_projects_are_listed_newest_first(client: httpx.AsyncClient, key: Key) -> None:
    ids = [await made(client, key, f"p{n}") for n in range(5)]
    page = (await client.get(PATH, params={"limit": 3}, headers=key.headers)).json()
    rest = (await client.get(PATH, params={"cursor": page["next_cursor"]}, headers=key.headers)).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


async def test_a_project_is_renamed_and_removed_and_its_analyses_stay(client: httpx.AsyncClient, key: Key) -> None:
    project = await made(client, key, "checkout")
    renamed = await client.put(f"{PATH}/{project}", json={"name": "till"}, headers=key.headers)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "till")
    headers = {**key.headers, "Prefer": "respond-async"}
    analysis = await client.post(f"/v1/analyses/ci?project={project}", content=LOG, headers=headers)
    assert (await client.delete(f"{PATH}/{project}", headers=key.headers)).status_code == 204
    problem(await client.delete(f"{PATH}/{project}", headers=key.headers), 404, "not-found")
    left = await client.get(analysis.headers["location"], headers=key.headers)
    assert (left.status_code, left.json()["project_id"]) == (200, None)


@SQLITE
async def test_a_project_of_others_is_as_unknown_as_any(client: httpx.AsyncClient, key: Key, world: World) -> None:
    project = await made(client, key, "checkout")
    other = await world.organization("Others")
    for method in ("GET", "PUT", "DELETE"):
        body = {"name": "mine"} if method == "PUT" else None
        for who, target in ((other, project), (key, NOWHERE)):
            answer = await client.request(method, f"{PATH}/{target}", json=body, headers=who.headers)
            assert problem(answer, 404, "not-found")["detail"] == f"there is no project {target}"
    assert (await client.get(PATH, headers=other.headers)).json()["items"] == []


@SQLITE
async def test_a_viewer_may_look_and_not_touch(client: httpx.AsyncClient, key: Key, world: World) -> None:
    viewer = await world.person(key.tenant_id, Role.VIEWER)
    project = await made(client, key, "checkout")
    assert (await client.get(f"{PATH}/{project}", headers=viewer.headers)).status_code == 200
    problem(await client.post(PATH, json={"name": "x"}, headers=viewer.headers), 403, "not-allowed")
    problem(await client.delete(f"{PATH}/{project}", headers=viewer.headers), 403, "not-allowed")


@SQLITE
@pytest.mark.parametrize("name", ["", "x" * 201, "a\nb", "a\0b", None, 5, ["x"]])
async def test_a_name_is_a_line_of_text(name: Any, client: httpx.AsyncClient, key: Key) -> None:
    problem(await client.post(PATH, json={"name": name}, headers=key.headers), 422, "invalid-request")
