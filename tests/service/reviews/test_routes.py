"""Repositories and reviews over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from faultline.platform.database import SYSTEM, new_id
from faultline.service.app import create_app
from faultline.service.audit.tables import AuditEntry
from faultline.service.auth.principal import Role
from faultline.service.parts import Parts
from faultline.service.webhooks.tables import WebhookDelivery, WebhookEndpoint
from tests.service.conftest import Person, World, client_of
from tests.service.reviews.conftest import Pulls, Running

pytestmark = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)
BASE = "x = 1\n" * 5


@pytest.fixture
async def client(real_parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(real_parts)) as made:
        yield made


@pytest.fixture
async def member(pulls: Pulls) -> Person:
    return await World(pulls.parts).person(pulls.owner.tenant_id, Role.MEMBER)


@pytest.fixture
async def viewer(pulls: Pulls) -> Person:
    return await World(pulls.parts).person(pulls.owner.tenant_id, Role.VIEWER)


async def reviewed(pulls: Pulls, running: Running, text: str = "one()  # FLAW one\ntwo()  # FLAW two low\n") -> None:
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + text})
        done = await pulls.done()
        assert done[-1] == "completed", (await pulls.reviews())[-1].error_detail


async def test_repositories_are_listed_and_changed_by_admins(
    pulls: Pulls, client: httpx.AsyncClient, member: Person
) -> None:
    await pulls.push({"a.py": BASE})
    who = pulls.owner.headers
    (found,) = (await client.get("/v1/repositories", headers=member.headers)).json()["items"]
    assert (found["name"], found["provider"], found["connected"]) == ("acme/shop", "github", True)
    assert (found["comment_budget"], found["minimum_severity"], found["enabled"]) == (10, "low", True)
    path = f"/v1/repositories/{found['id']}"
    assert (await client.patch(path, headers=member.headers, json={"enabled": False})).status_code == 403
    change = {"comment_budget": 3, "minimum_severity": "high", "ci_comments": False}
    changed = (await client.patch(path, headers=who, json=change)).json()
    assert changed == (await client.get(path, headers=who)).json() == {**found, **change}
    for wrong in ({"comment_budget": 51}, {"name": "x"}, {"minimum_severity": "dire"}):
        assert (await client.patch(path, headers=who, json=wrong)).status_code == 422
    assert (await client.patch(path, headers=who, json={"project_id": str(uuid4())})).status_code == 404
    projects = (await client.get("/v1/projects", headers=who)).json()["items"]
    assert [project["name"] for project in projects] == ["acme"]
    assert await _actions(pulls.parts) == ["repository.changed"]


async def test_a_review_tells_all_about_itself(
    pulls: Pulls, running: Running, client: httpx.AsyncClient, viewer: Person
) -> None:
    await reviewed(pulls, running)
    who = viewer.headers
    (found,) = (await client.get("/v1/reviews", headers=who)).json()["items"]
    assert (found["status"], found["number"], found["trigger"], found["title"]) == (
        "completed", 1, "push", "A change",
    )  # fmt: skip
    path = f"/v1/reviews/{found['id']}"
    assert (await client.get(path, headers=who)).json() == found
    findings = (await client.get(f"{path}/findings", headers=who)).json()["items"]
    assert [(each["rule_id"], each["severity"], each["state"], each["line"]) for each in findings] == [
        ("one", "high", "open", 6),
        ("two", "low", "open", 7),
    ]
    assert findings[0]["cwe"] == ["CWE-89"]
    assert (await client.get(f"{path}/findings?state=fixed", headers=who)).json()["items"] == []
    (run,) = (await client.get(f"{path}/agents", headers=who)).json()["items"]
    assert (run["agent"], run["status"]) == ("security", "completed")
    assert (await client.get(f"{path}/report", headers=who)).json()["kind"] == "review"
    assert "one is here" in (await client.get(f"{path}/report?format=markdown", headers=who)).text
    repository = found["repository_id"]
    for query, count in (
        (f"repository={repository}", 1),
        (f"repository={repository}&number=1", 1),
        ("number=2", 0),
        ("status=completed", 1),
        ("status=failed", 0),
    ):
        assert len((await client.get(f"/v1/reviews?{query}", headers=who)).json()["items"]) == count
    analysis = (await client.get(f"/v1/analyses/{found['analysis_id']}/findings", headers=who)).json()["items"]
    assert (analysis[0]["cwe"], analysis[0]["proven"]) == (["CWE-89"], False)


async def test_a_member_judges_findings_and_it_counts_for_the_rule(
    pulls: Pulls, running: Running, client: httpx.AsyncClient, member: Person, viewer: Person
) -> None:
    await reviewed(pulls, running)
    review = (await pulls.reviews())[0]
    path = f"/v1/reviews/{review.id}/findings"
    one = (await client.get(path, headers=member.headers)).json()["items"][0]
    body = {"state": "false_positive", "reason": "the value is a constant"}
    assert (await client.patch(f"{path}/{one['id']}", headers=viewer.headers, json=body)).status_code == 403
    judged = (await client.patch(f"{path}/{one['id']}", headers=member.headers, json=body)).json()
    assert (judged["state"], judged["state_reason"], judged["state_by"]) == (
        "false_positive", "the value is a constant", f"user:{member.id}",
    )  # fmt: skip
    rules = f"/v1/repositories/{review.repository_id}/rules"
    by_id = {rule["rule_id"]: rule for rule in (await client.get(rules, headers=viewer.headers)).json()["items"]}
    assert (by_id["one"]["shown"], by_id["one"]["false_positive"], by_id["one"]["precision"]) == (1, 1, 0.0)
    assert (by_id["two"]["shown"], by_id["two"]["precision"]) == (1, None)
    for _ in range(2):
        back = await client.patch(f"{path}/{one['id']}", headers=member.headers, json={"state": "open"})
        assert back.json()["state"] == "open"
    assert (await pulls.rules())["one"].false_positive == 0
    assert await _actions(pulls.parts) == ["finding.false-positive", "finding.open"]
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE})
        await pulls.done()
    fixed = await client.patch(f"{path}/{one['id']}", headers=member.headers, json=body)
    assert fixed.status_code == 409


async def test_an_admin_mutes_a_rule_before_it_was_ever_shown(
    pulls: Pulls, client: httpx.AsyncClient, member: Person
) -> None:
    await pulls.push({"a.py": BASE})
    path = f"/v1/repositories/{(await pulls.repository()).id}/rules/PY-SQL-001"
    assert (await client.put(path, headers=member.headers, json={"muted": True})).status_code == 403
    rule = (await client.put(path, headers=pulls.owner.headers, json={"muted": True})).json()
    assert (rule["rule_id"], rule["muted"], rule["muted_by"], rule["shown"]) == ("PY-SQL-001", True, "person", 0)
    await client.put(path, headers=pulls.owner.headers, json={"muted": True})
    assert (await client.put(path, headers=pulls.owner.headers, json={"muted": False})).json()["muted"] is False
    assert await _actions(pulls.parts) == ["rule.muted", "rule.unmuted"]


async def test_a_member_asks_for_a_review_and_cancels_and_retries_it(
    pulls: Pulls, running: Running, client: httpx.AsyncClient, member: Person, viewer: Person
) -> None:
    await pulls.push({"a.py": BASE + "one()  # FLAW one\n"})
    path = f"/v1/repositories/{(await pulls.repository()).id}/reviews"
    assert (await client.post(path, headers=viewer.headers, json={"number": 1})).status_code == 403
    assert (await client.post(path, headers=member.headers, json={"number": 0})).status_code == 422
    key = {"Idempotency-Key": "once"}
    made = await client.post(path, headers=member.headers | key, json={"number": 1})
    assert made.status_code == 202
    review = made.json()
    assert (await client.post(path, headers=member.headers | key, json={"number": 1})).json() == review
    assert (review["status"], review["trigger"], review["head_sha"]) == ("queued", "api", "")
    assert review["requested_by"] == f"user:{member.id}"
    where = made.headers["Location"]
    assert where == f"/v1/reviews/{review['id']}"
    assert (await client.get(f"{where}/agents", headers=member.headers)).json() == {"items": []}
    assert (await client.get(f"{where}/report", headers=member.headers)).status_code == 409
    assert (await client.post(f"{where}/retry", headers=member.headers)).status_code == 409
    assert (await client.post(f"{where}/cancel", headers=member.headers)).json()["status"] == "cancelled"
    assert (await client.post(f"{where}/cancel", headers=member.headers)).status_code == 409
    assert (await client.post(f"{where}/retry", headers=member.headers)).json()["status"] == "queued"
    async with running(pulls.parts):
        assert await pulls.done() == ["superseded", "completed"]
    # It counts as the member's own submission.
    usage = (await client.get("/v1/usage", headers=pulls.owner.headers)).json()
    assert usage["total"]["submissions"] == 1
    (linked,) = (await client.get("/v1/github/installations", headers=pulls.owner.headers)).json()["items"]
    unlinked = await client.delete(f"/v1/github/installations/{linked['id']}", headers=pulls.owner.headers)
    assert unlinked.status_code == 204
    assert (await client.post(path, headers=member.headers, json={"number": 1})).status_code == 409


async def test_nothing_of_another_organization_is_there(
    pulls: Pulls, running: Running, client: httpx.AsyncClient
) -> None:
    await reviewed(pulls, running)
    stranger = (await World(pulls.parts).organization("Other")).headers
    review, repository = (await pulls.reviews())[0].id, (await pulls.repository()).id
    finding = (await client.get(f"/v1/reviews/{review}/findings", headers=pulls.owner.headers)).json()["items"][0]["id"]
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/v1/repositories/{repository}", None),
        ("PATCH", f"/v1/repositories/{repository}", {"enabled": False}),
        ("GET", f"/v1/repositories/{repository}/rules", None),
        ("PUT", f"/v1/repositories/{repository}/rules/one", {"muted": True}),
        ("POST", f"/v1/repositories/{repository}/reviews", {"number": 1}),
        ("GET", f"/v1/reviews/{review}", None),
        ("GET", f"/v1/reviews/{review}/findings", None),
        ("PATCH", f"/v1/reviews/{review}/findings/{finding}", {"state": "ignored"}),
        ("GET", f"/v1/reviews/{review}/agents", None),
        ("GET", f"/v1/reviews/{review}/report", None),
        ("POST", f"/v1/reviews/{review}/cancel", None),
        ("POST", f"/v1/reviews/{review}/retry", None),
    ]
    for method, path, body in calls:
        answer = await client.request(method, path, headers=stranger, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path
    for path in ("/v1/repositories", "/v1/reviews"):
        assert (await client.get(path, headers=stranger)).json()["items"] == []


async def test_webhooks_hear_of_a_reviews_end(pulls: Pulls, running: Running) -> None:
    async with pulls.parts.database.unit(SYSTEM) as unit:
        unit.session.add(
            WebhookEndpoint(
                id=new_id(),
                tenant_id=pulls.owner.tenant_id,
                url="http://127.0.0.1:9/",  # the dialer refuses it
                description="",
                events=["review.completed", "review.failed"],
                secret=b"",
                enabled=True,
                created_at=pulls.parts.clock(),
            )
        )
    await reviewed(pulls, running)
    async with running(pulls.parts):
        await pulls.push({"a.py": BASE + "CRASH\n"})
        assert (await pulls.done())[-1] == "failed"
    seen = await pulls.all(WebhookDelivery)  # the worker has told all that it knew before it went
    assert [each.event for each in seen] == ["review.completed", "review.failed"]
    assert '"name":"acme/shop"' in seen[0].body
    assert "one is here" not in seen[0].body  # the findings are to be fetched


async def test_metrics_count_reviews_and_findings(pulls: Pulls, running: Running, client: httpx.AsyncClient) -> None:
    await reviewed(pulls, running)
    page = pulls.parts.metrics.render()[0].decode()
    assert 'faultline_reviews_total{outcome="completed",trigger="push"} 1.0' in page
    assert 'faultline_review_findings_total{agent="security",severity="high"} 1.0' in page
    assert "faultline_review_duration_seconds_count 1.0" in page
    assert 'faultline_github_calls_total{outcome="posted"} 1.0' in page


async def _actions(parts: Parts) -> list[str]:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        return list((await unit.session.execute(select(AuditEntry.action).order_by(AuditEntry.sequence))).scalars())
