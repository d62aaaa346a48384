"""Channels of Slack hear of finished reviews: once, of what they want to hear, and in words that stay words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from faultline.core.finding import Severity
from faultline.platform.database import SYSTEM, UnitOfWork, new_id
from faultline.platform.jobs.outbox import OutboxMessage, enqueue
from faultline.platform.jobs.relay import Relay
from faultline.service.auth.principal import Role
from faultline.service.parts import Parts
from faultline.service.projects.tables import Project
from faultline.service.repositories.tables import Repository
from faultline.service.reviews.states import FINISHED
from faultline.service.reviews.tables import Review, ReviewFinding
from faultline.service.settings import Settings
from faultline.service.slack.tables import SlackChannel
from faultline.service.slack.telling import tell_slack
from faultline.service.webhooks.tasks import Sender
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.platform.http.peers import served
from tests.servers.postgres import DatabaseUrls
from tests.servers.slack import SlackStandIn
from tests.service.conftest import MovableClock, Person, World

pytestmark = SQLITE
ADDRESS = "/v1/slack"
HOSTILE = "<!channel> & <https://evil.example|click> *b* `c` <script>"


@pytest.fixture
def make_settings(tmp_path: Path, service_urls: DatabaseUrls) -> Callable[..., Settings]:
    def make(**changed: Any) -> Settings:
        fixed = {
            "data_dir": tmp_path,
            "database_url": service_urls.app,
            "secret_key": SecretStr("s" * 40),
            "outgoing_networks": ("127.0.0.0/8",),
        }
        return Settings(**(fixed | changed))

    return make


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    made = SlackStandIn()
    async with served(made) as port:
        made.url = f"http://127.0.0.1:{port}/services/T0/B0/secret"
        yield made


class Chat:
    """Makes channels, ends reviews, and has due messages sent."""

    def __init__(self, parts: Parts, client: httpx.AsyncClient, owner: Person, slack: SlackStandIn) -> None:
        self.parts, self.client, self.owner, self.slack = parts, client, owner, slack
        self.sender = Sender(parts, chance=lambda: 0.5)
        self.repository = new_id()

    async def create(self, **more: Any) -> dict[str, Any]:
        wanted = {"name": "#reviews", "url": self.slack.url, **more}
        answer = await self.client.post(ADDRESS, json=wanted, headers=self.owner.headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def get(self, channel: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"{ADDRESS}/{channel['id']}", headers=self.owner.headers)).json()
        return found

    async def deliveries(self) -> list[dict[str, Any]]:
        answer = await self.client.get("/v1/webhooks/deliveries", headers=self.owner.headers)
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def set_up(self) -> None:
        project = Project(id=new_id(), tenant_id=self.owner.tenant_id, name="p", created_at=self.parts.clock())
        async with self.parts.database.unit(SYSTEM) as unit:
            unit.session.add(project)
            await unit.session.flush()
            unit.session.add(
                Repository(
                    id=self.repository,
                    tenant_id=self.owner.tenant_id,
                    project_id=project.id,
                    provider="github",
                    external_id="7",
                    name="acme/shop",
                    default_branch="main",
                    created_at=self.parts.clock(),
                )
            )

    async def finish(
        self, *severities: Severity, old: tuple[Severity, ...] = (), status: str = "completed", title: str = "Eval"
    ) -> UUID:
        """End a review with new findings, and others that were known before."""
        now, review_id = self.parts.clock(), new_id()
        review = Review(
            id=review_id, tenant_id=self.owner.tenant_id, repository_id=self.repository, number=3, status=status,
            trigger="push", requested_by="test", head_sha="a" * 40, base_sha="b" * 40, title=HOSTILE, author="mona",
            details={}, stats={"fixed": 2}, attempts=1, outages=0, available_at=now, created_at=now, queued_at=now,
            updated_at=now, finished_at=now,
        )  # fmt: skip
        async with self.parts.database.unit(SYSTEM) as unit:
            unit.session.add(review)
            for severity, first in [*((each, review_id) for each in severities), *((each, new_id()) for each in old)]:
                unit.session.add(
                    ReviewFinding(
                        id=new_id(),
                        tenant_id=self.owner.tenant_id,
                        repository_id=self.repository,
                        number=3,
                        fingerprint=new_id().hex,
                        rule_id="a.b",
                        agent="security",
                        severity=severity.rank,
                        confidence=1.0,
                        path="a`<b>.py",
                        line=4,
                        title=title,
                        description="",
                        suggested_fix=None,
                        proven=False,
                        cwe=[],
                        state="open",
                        first_review_id=first,
                        last_review_id=review_id,
                        shown=True,
                        created_at=now,
                        updated_at=now,
                    )
                )
            enqueue(unit, self.owner.tenant_id, FINISHED, {"review_id": str(review_id), "status": status}, now)
        return review_id

    async def send(self) -> int:
        """Hand over what is in the outbox, and make one attempt of everything due."""

        async def tell(unit: UnitOfWork, message: OutboxMessage) -> None:
            first = await tell_slack(unit, self.parts, message)
            assert await tell_slack(unit, self.parts, message) == 0 or not first  # handed over twice, it is told once

        await Relay(self.parts.database, {FINISHED: tell}).relay()
        begun = await self.sender.send()
        await self.sender.idle()
        return begun


@pytest.fixture
async def chat(parts: Parts, client: httpx.AsyncClient, owner: Person, slack: SlackStandIn) -> AsyncIterator[Chat]:
    made = Chat(parts, client, owner, slack)
    await made.set_up()
    yield made
    await made.sender.stop(0)


async def test_a_channel_hears_of_a_review_once(chat: Chat, slack: SlackStandIn) -> None:
    channel = await chat.create()
    await chat.finish(Severity.HIGH, Severity.MEDIUM, Severity.LOW, title=HOSTILE)
    assert await chat.send() == 1
    assert await chat.send() == 0
    (message,) = slack.taken
    assert message["text"] == "Faultline: 2 findings (1 high, 1 medium) in acme/shop#3"
    assert "<https://github.com/acme/shop/pull/3|acme/shop#3>" in message["blocks"][1]["text"]["text"]
    assert "by mona, 2 fixed" in message["blocks"][1]["text"]["text"]
    assert "&lt;!channel&gt; &amp; " in message["blocks"][2]["text"]["text"]
    assert (await chat.get(channel))["last_sent_at"] is not None
    assert slack.paths == ["/services/T0/B0/secret"]


async def test_a_channel_hears_only_of_what_it_wants(chat: Chat, slack: SlackStandIn) -> None:
    await chat.create(name="critical", minimum_severity="critical")
    await chat.create(name="other", repositories=["else/*"])
    await chat.create(name="ours", repositories=["acme/*"], minimum_severity="high", only_new=False)
    await chat.create(name="all", minimum_severity="info", only_new=False)
    await chat.finish(old=(Severity.HIGH,))
    assert await chat.send() == 2
    slack.taken.clear()
    await chat.finish(status="failed")
    assert await chat.send() == 0
    await chat.finish()
    assert await chat.send() == 1
    assert slack.taken[0]["text"] == "Faultline: nothing found in acme/shop#3"


async def test_a_message_that_does_not_arrive_is_sent_again(
    chat: Chat, slack: SlackStandIn, clock: MovableClock
) -> None:
    channel = await chat.create()
    slack.answers = [(500, "oops"), (429, "slow down")]
    await chat.finish(Severity.HIGH)
    assert await chat.send() == 1
    assert (await chat.get(channel))["last_error"] == "it answered with status 500"
    for minutes in (1, 10):
        clock.move(minutes=minutes)
        assert await chat.send() == 1
    assert len(slack.taken) == 1
    assert (await chat.get(channel))["last_error"] is None
    (delivery,) = await chat.deliveries()
    assert (delivery["status"], delivery["event"], len(delivery["attempts"])) == ("delivered", "review.completed", 3)


async def test_the_address_is_a_secret(chat: Chat, slack: SlackStandIn, parts: Parts) -> None:
    channel = await chat.create()
    await chat.finish(Severity.HIGH)
    await chat.send()
    (delivery,) = await chat.deliveries()
    log = (await chat.client.get("/v1/audit", headers=chat.owner.headers)).text
    for shown in (str(channel), str(await chat.get(channel)), str(delivery), log):
        assert "secret" not in shown.replace("secret-", "")
        assert "/services" not in shown
    async with parts.database.unit(SYSTEM, write=False) as unit:
        row = (await unit.session.execute(select(SlackChannel))).scalar_one()
    assert b"services" not in row.url


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_channel_that_is_no_more_is_written_to_no_more(chat: Chat, slack: SlackStandIn, status: int) -> None:
    channel = await chat.create()
    slack.answers = [(status, "no_service")]
    await chat.finish(Severity.HIGH)
    await chat.send()
    found = await chat.get(channel)
    assert (found["enabled"], found["last_error"]) == (False, f"it answered with status {status}")
    await chat.finish(Severity.HIGH)
    assert await chat.send() == 0
    answer = await chat.client.post(f"{ADDRESS}/{channel['id']}/test", headers=chat.owner.headers)
    problem(answer, 409, "conflict")


async def test_what_is_on_its_way_to_a_removed_channel_is_not_sent(chat: Chat, slack: SlackStandIn) -> None:
    channel = await chat.create()
    answer = await chat.client.post(f"{ADDRESS}/{channel['id']}/test", headers=chat.owner.headers)
    assert (answer.status_code, answer.json()["event"]) == (202, "webhook.test")
    assert (await chat.client.delete(f"{ADDRESS}/{channel['id']}", headers=chat.owner.headers)).status_code == 204
    await chat.send()
    assert slack.taken == []
    (delivery,) = await chat.deliveries()
    assert (delivery["status"], delivery["attempts"][0]["error"]) == ("failed", "disabled")


async def test_a_test_message_can_be_sent(chat: Chat, slack: SlackStandIn) -> None:
    channel = await chat.create()
    await chat.client.post(f"{ADDRESS}/{channel['id']}/test", headers=chat.owner.headers)
    await chat.send()
    assert slack.taken[0]["text"].startswith("Faultline can write here.")


async def test_channels_are_changed_and_listed(chat: Chat, slack: SlackStandIn) -> None:
    channel = await chat.create()
    path = f"{ADDRESS}/{channel['id']}"
    wanted = {"name": "#x", "minimum_severity": "low", "enabled": False, "url": slack.url}
    changed = (await chat.client.patch(path, json=wanted, headers=chat.owner.headers)).json()
    assert (changed["name"], changed["minimum_severity"], changed["enabled"]) == ("#x", "low", False)
    page = (await chat.client.get(ADDRESS, headers=chat.owner.headers)).json()
    assert [each["id"] for each in page["items"]] == [channel["id"]]
    for body in ({"name": None}, {"what": 1}, {"url": "no url"}):
        answer = await chat.client.patch(path, json=body, headers=chat.owner.headers)
        assert answer.status_code == 422
    private = {"name": "x", "url": "http://10.0.0.1/hook"}
    problem(await chat.client.post(ADDRESS, json=private, headers=chat.owner.headers), 422, "unsafe-target")


@pytest.mark.usefixtures("unlimited")
async def test_it_is_for_administrators(chat: Chat, world: World, client: httpx.AsyncClient, stranger: Person) -> None:
    channel = await chat.create()
    member = await world.person(chat.owner.tenant_id, Role.MEMBER)
    calls = [
        ("GET", ADDRESS),
        ("POST", ADDRESS),
        ("GET", f"{ADDRESS}/{channel['id']}"),
        ("PATCH", f"{ADDRESS}/{NOWHERE}"),
    ]
    for method, path in calls:
        body = {"name": "x", "url": "https://example.com"} if method != "GET" else None
        problem(await client.request(method, path, json=body, headers=member.headers), 403, "not-allowed")
    problem(await client.get(f"{ADDRESS}/{channel['id']}", headers=stranger.headers), 404, "not-found")
    for _ in range(19):
        await chat.create()
    over = await client.post(ADDRESS, json={"name": "x", "url": chat.slack.url}, headers=chat.owner.headers)
    problem(over, 409, "conflict")


async def test_a_channel_of_another_secret_key_is_passed_over(chat: Chat, parts: Parts) -> None:
    await chat.create()
    async with parts.database.unit(SYSTEM) as unit:
        row = (await unit.session.execute(select(SlackChannel))).scalar_one()
        row.url = b"sealed with another key"
    await chat.finish(Severity.HIGH)
    assert await chat.send() == 0
