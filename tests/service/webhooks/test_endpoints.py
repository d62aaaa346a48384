from uuid import uuid4

import pytest
from sqlalchemy import text
from starlette.responses import Response

from faultline.platform.database import SYSTEM
from faultline.service.auth.principal import Role, Scope
from faultline.service.parts import Parts
from faultline.service.webhooks.service import MAX_WEBHOOKS
from tests.service.conftest import MovableClock, Person, World
from tests.service.webhooks.conftest import Hooks, Inbox

URL = "http://127.0.0.1:1234/hooks"
SQLITE = pytest.mark.parametrize("service_urls", ["sqlite"], indirect=True)


async def test_a_webhook_lives_from_its_making_to_its_removal(hooks: Hooks) -> None:
    made = await hooks.create(URL, events=["analysis.failed", "analysis.failed"], description="Chat of team A")
    assert made["secret"].startswith("whsec_")
    shown = await hooks.get(made)
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert (shown["events"], shown["description"], shown["enabled"]) == (["analysis.failed"], "Chat of team A", True)
    path = f"/v1/webhooks/{made['id']}"
    changed = await hooks.request("PATCH", path, json={"events": [], "url": URL + "/2", "enabled": False})
    assert (changed["events"], changed["url"], changed["enabled"]) == ([], URL + "/2", False)
    assert changed["description"] == "Chat of team A"
    assert (await hooks.request("GET", "/v1/webhooks"))["items"] == [changed]
    await hooks.request("DELETE", path, status=204)
    await hooks.request("GET", path, status=404)
    assert (await hooks.request("GET", "/v1/webhooks")) == {"items": [], "next_cursor": None}


@SQLITE
async def test_the_list_goes_on_with_its_cursor(hooks: Hooks) -> None:
    made = [(await hooks.create(f"{URL}/{number}"))["id"] for number in range(3)]
    first = await hooks.request("GET", "/v1/webhooks", params={"limit": 2})
    rest = await hooks.request("GET", "/v1/webhooks", params={"limit": 2, "cursor": first["next_cursor"]})
    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


@SQLITE
@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "ftp://127.0.0.1/", "http://127.0.0.1:22/"]
)
async def test_a_url_that_must_not_be_called_is_refused_when_it_is_registered(hooks: Hooks, url: str) -> None:
    problem = await hooks.request("POST", "/v1/webhooks", status=422, json={"url": url})
    assert problem["code"] == "unsafe-target"
    made = await hooks.create(URL)
    await hooks.request("PATCH", f"/v1/webhooks/{made['id']}", status=422, json={"url": url})
    assert (await hooks.get(made))["url"] == URL


@SQLITE
@pytest.mark.parametrize(
    "change", [{"events": ["analysis.exploded"]}, {"url": None}, {"secret": "whsec_x"}, {"description": "a\nb"}]
)
async def test_what_makes_no_sense_is_refused(hooks: Hooks, change: dict[str, object]) -> None:
    made = await hooks.create(URL)
    await hooks.request("PATCH", f"/v1/webhooks/{made['id']}", status=422, json=change)
    await hooks.request("POST", "/v1/webhooks", status=422, json={"url": URL, **change})


async def test_an_organization_has_as_many_webhooks_as_it_may_and_no_more(
    hooks: Hooks, world: World, stranger: Person
) -> None:
    for _ in range(MAX_WEBHOOKS):
        await hooks.create(URL)
    problem = await hooks.request("POST", "/v1/webhooks", status=409, json={"url": URL})
    assert "20" in problem["detail"]
    await hooks.request("POST", "/v1/webhooks", key=stranger, status=201, json={"url": URL})


async def test_another_tenants_webhook_is_as_if_it_were_not_there(hooks: Hooks, stranger: Person) -> None:
    made = await hooks.create(URL)
    delivery = await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=202)
    for method, path in (
        ("GET", made["id"]),
        ("PATCH", made["id"]),
        ("DELETE", made["id"]),
        ("GET", f"{made['id']}/secret"),
        ("POST", f"{made['id']}/rotate"),
        ("POST", f"{made['id']}/test"),
        ("GET", f"{made['id']}/deliveries"),
        ("GET", f"deliveries/{delivery['id']}"),
        ("POST", f"deliveries/{delivery['id']}/redeliver"),
    ):
        body = {"json": {"enabled": False}} if method == "PATCH" else {}
        await hooks.request(method, f"/v1/webhooks/{path}", key=stranger, status=404, **body)
    for path in ("/v1/webhooks", "/v1/webhooks/deliveries"):
        assert (await hooks.request("GET", path, key=stranger))["items"] == []
    await hooks.get(made)
    await hooks.request("GET", f"/v1/webhooks/{uuid4()}", status=404)


@SQLITE
async def test_whoever_lacks_the_scope_may_not_even_look(hooks: Hooks, world: World) -> None:
    narrow = await world.key(hooks.key.tenant_id, frozenset(Scope) - {Scope.WEBHOOKS_WRITE})
    member = await world.person(hooks.key.tenant_id, Role.MEMBER)
    for who in (narrow, member):
        await hooks.request("GET", "/v1/webhooks", key=who, status=403)
        await hooks.request("POST", "/v1/webhooks", key=who, status=403, json={"url": URL})


async def test_no_secret_can_be_read_in_the_database(hooks: Hooks, parts: Parts) -> None:
    answer = await hooks.client.post(
        "/v1/webhooks", headers={**hooks.key.headers, "Idempotency-Key": "once"}, json={"url": URL}
    )
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    rotated = await hooks.request("POST", f"/v1/webhooks/{made['id']}/rotate")
    await hooks.request("GET", f"/v1/webhooks/{made['id']}/secret")
    words = [secret.removeprefix("whsec_") for secret in (made["secret"], rotated["secret"])]
    async with parts.database.unit(SYSTEM, write=False) as unit:
        for table in ("webhook_endpoints", "idempotency_keys", "audit_log"):
            rows = (await unit.session.execute(text(f"SELECT * FROM {table}"))).all()
            assert rows
            for value in (value for row in rows for value in row):
                kept = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                assert not any(word.encode() in kept for word in words)


async def test_a_secret_is_shown_again_to_whoever_may_see_it_and_the_audit_log_says_so(hooks: Hooks) -> None:
    made = await hooks.create(URL)
    path = f"/v1/webhooks/{made['id']}"
    shown = await hooks.request("GET", f"{path}/secret")
    assert shown == {"secret": made["secret"], "old_secret_expires_at": None}
    rotated = await hooks.request("POST", f"{path}/rotate", json={"overlap_hours": 1})
    assert rotated["secret"] != made["secret"]
    assert (await hooks.request("GET", f"{path}/secret")) == rotated
    assert (await hooks.request("POST", f"{path}/rotate", json={"overlap_hours": 0}))["old_secret_expires_at"] is None
    await hooks.request("DELETE", path, status=204)
    actions = [entry["action"] for entry in (await hooks.request("GET", "/v1/audit"))["items"]]
    assert actions == [
        "webhook.deleted", "webhook.secret-rotated", "webhook.secret-shown", "webhook.secret-rotated",
        "webhook.secret-shown", "webhook.created",
    ]  # fmt: skip


async def test_enabled_anew_a_webhook_is_not_failing_any_more(hooks: Hooks, inbox: Inbox, clock: MovableClock) -> None:
    made = await hooks.create(inbox.url)
    inbox.answers.append(Response(status_code=410))
    await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=202)
    await hooks.send()
    gone = await hooks.get(made)
    assert (gone["enabled"], gone["disabled_reason"]) == (False, "it answered 410 Gone")
    assert gone["failing_since"] is not None
    await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=409)
    again = await hooks.request("PATCH", f"/v1/webhooks/{made['id']}", json={"enabled": True})
    assert (again["enabled"], again["disabled_reason"], again["failing_since"]) == (True, None, None)
    await hooks.request("POST", f"/v1/webhooks/{made['id']}/test", status=202)
