"""What GitHub tells the service, over HTTP: verified, heard once, and never a crash."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from faultline.platform.database import SYSTEM, new_id
from faultline.service.github import routes
from faultline.service.github.tables import GitHubInstallation
from faultline.service.parts import Parts
from faultline.service.reviews.tables import Review
from tests.fixtures.front_door import SQLITE, problem
from tests.servers.github_app import SECRET, GitHubAppStandIn, Repository, signature
from tests.service.conftest import Person

pytestmark = SQLITE


async def told(
    client: httpx.AsyncClient, kind: str, payload: Any, *, delivery: str = "d-1", secret: str = SECRET
) -> httpx.Response:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {
        "X-GitHub-Event": kind,
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": signature(body, secret),
        "Content-Type": "application/json",
    }
    return await client.post("/webhooks/github", content=body, headers=headers)


async def reviews(parts: Parts) -> int:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        count: int = (await unit.session.execute(select(func.count()).select_from(Review))).scalar_one()
    return count


async def installations(parts: Parts) -> list[tuple[int, bool]]:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        rows = (await unit.session.execute(select(GitHubInstallation))).scalars().all()
    return [(row.installation_id, row.suspended) for row in rows]


@pytest.fixture
async def linked(parts: Parts, owner: Person) -> None:
    """The stand-in's installation belongs to the owner's organization."""
    async with parts.database.unit(SYSTEM) as unit:
        unit.session.add(
            GitHubInstallation(
                id=new_id(),
                tenant_id=owner.tenant_id,
                installation_id=99,
                account="acme",
                suspended=False,
                created_at=parts.clock(),
            )
        )


@pytest.mark.usefixtures("linked")
async def test_a_pull_request_is_queued_once_however_often_it_is_told(
    client: httpx.AsyncClient, parts: Parts, github: GitHubAppStandIn, repository: Repository
) -> None:
    payload = github.pull_request_event(repository, 1)
    assert (await told(client, "pull_request", payload)).status_code == 202
    assert (await told(client, "pull_request", payload)).status_code == 204
    assert await reviews(parts) == 1


async def test_what_is_not_signed_by_github_is_refused(client: httpx.AsyncClient, parts: Parts) -> None:
    problem(await told(client, "ping", {}, secret="another"), 401, "bad-signature")
    for headers in ({}, {"X-Hub-Signature-256": "sha256="}, {"X-Hub-Signature-256": "sha1=abc"}):
        answer = await client.post("/webhooks/github", content=b"{}", headers={"X-GitHub-Event": "ping", **headers})
        problem(answer, 401, "bad-signature")


async def test_two_secrets_hold_while_they_are_changed_over(client: httpx.AsyncClient, parts: Parts) -> None:
    changed = {"github_webhook_secret": SecretStr("new"), "github_webhook_secret_old": SecretStr(SECRET)}
    parts.settings = parts.settings.model_copy(update=changed)
    for secret in ("new", SECRET):
        assert (await told(client, "ping", {"zen": "x"}, secret=secret)).status_code == 204
    assert (await told(client, "ping", {"zen": "x"}, secret="")).status_code == 401


async def test_what_nobody_listens_to_is_passed_over(client: httpx.AsyncClient) -> None:
    for kind in ("ping", "star", "", "pull_request_review"):
        assert (await told(client, kind, b"no json at all")).status_code == 204


async def test_a_payload_that_is_none_is_a_problem_and_no_crash(client: httpx.AsyncClient) -> None:
    problem(await told(client, "pull_request", {"action": "opened"}), 400, "bad-payload")
    problem(await told(client, "issue_comment", b"\xff\0"), 400, "bad-payload")


async def test_a_payload_that_is_too_large_is_refused(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MAX_PAYLOAD", 100)
    problem(await told(client, "ping", {"x": "y" * 100}), 413, "content-too-large")


async def test_a_service_without_an_app_says_which_setting_is_missing(client: httpx.AsyncClient, parts: Parts) -> None:
    parts.settings = parts.settings.model_copy(update={"github_webhook_secret": SecretStr("")})
    found = problem(await told(client, "ping", {}), 404, "not-found")
    assert found["detail"] == "GitHub is not set up; FAULTLINE_GITHUB_WEBHOOK_SECRET is unset"
    parts.github._settings = parts.settings.model_copy(update={"github_app_id": ""})
    found = problem(await told(client, "ping", {}), 404, "not-found")
    assert found["detail"] == "GitHub is not set up; FAULTLINE_GITHUB_APP_ID is unset"


def installation(action: str) -> dict[str, Any]:
    return {"action": action, "installation": {"id": 99, "account": {"login": "acme"}}, "repositories": []}


async def test_an_installation_of_nobody_is_passed_over(client: httpx.AsyncClient, parts: Parts, owner: Person) -> None:
    assert (await told(client, "installation", installation("created"))).status_code == 204
    assert await installations(parts) == []  # people sign in by GitHub here, and so can prove that it is theirs


async def test_where_one_organization_is_the_server_an_installation_is_its(
    client: httpx.AsyncClient, parts: Parts, owner: Person
) -> None:
    parts.settings = parts.settings.model_copy(update={"github_client_id": ""})
    assert (await told(client, "installation", installation("created"))).status_code == 202
    assert await installations(parts) == [(99, False)]
    await told(client, "installation", installation("suspend"), delivery="d-2")
    assert await installations(parts) == [(99, True)]
    await told(client, "installation", installation("unsuspend"), delivery="d-3")
    assert await installations(parts) == [(99, False)]
    await told(client, "installation", installation("deleted"), delivery="d-4")
    assert await installations(parts) == []


async def test_where_there_are_several_organizations_it_is_nobodys(
    client: httpx.AsyncClient, parts: Parts, owner: Person, stranger: Person
) -> None:
    parts.settings = parts.settings.model_copy(update={"github_client_id": ""})
    assert (await told(client, "installation", installation("created"))).status_code == 204
    assert await installations(parts) == []


async def test_help_is_answered_once_at_a_pull_request(
    client: httpx.AsyncClient, parts: Parts, github: GitHubAppStandIn, repository: Repository, linked: None
) -> None:
    pull = repository.pulls[1]
    for number in range(2):
        payload = github.comment_event(repository, 1, "/faultline help", author="anybody")
        assert (await told(client, "issue_comment", payload, delivery=f"d-{number}")).status_code == 202
    (answer,) = pull.talk
    assert "`/faultline ignore RULE [reason]`" in answer["body"]
    pull.talk.clear()
    github.outage = 9
    assert (await told(client, "issue_comment", payload, delivery="d-3")).status_code == 202
    assert pull.talk == []


async def test_help_is_not_answered_for_an_installation_of_nobody(
    client: httpx.AsyncClient, github: GitHubAppStandIn, repository: Repository
) -> None:
    payload = github.comment_event(repository, 1, "/faultline help")
    assert (await told(client, "issue_comment", payload)).status_code == 202
    assert repository.pulls[1].talk == []
