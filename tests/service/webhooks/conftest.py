"""Webhooks for tests: receivers on loopback, ended analyses, and a sender that is told when to look."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from faultline.platform.database import SYSTEM, UnitOfWork, new_id
from faultline.platform.jobs.outbox import OutboxMessage, enqueue
from faultline.platform.jobs.relay import Relay
from faultline.service.analyses.states import FINISHED, Status
from faultline.service.analyses.tables import Analysis
from faultline.service.parts import Parts
from faultline.service.settings import Settings
from faultline.service.webhooks.fanout import tell_of_end
from faultline.service.webhooks.tasks import Sender
from tests.platform.http.peers import served
from tests.servers.postgres import DatabaseUrls
from tests.service.conftest import Key, MovableClock


@pytest.fixture
def clock() -> MovableClock:
    """The service's time begins at the real one: the independent receiver goes by that."""
    return MovableClock(datetime.now(UTC))


@pytest.fixture
def make_settings(tmp_path: Path, service_urls: DatabaseUrls) -> Callable[..., Settings]:
    """Settings under which webhooks may go to loopback."""

    def make(**changed: Any) -> Settings:
        fixed = {
            "data_dir": tmp_path,
            "database_url": service_urls.app,
            "secret_key": SecretStr("s" * 40),
            "outgoing_networks": ("127.0.0.0/8",),
        }
        return Settings(**(fixed | changed))

    return make


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass
class Inbox:
    """A receiver: keeps what comes, and answers as told, then with 200."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.received.append(Received(dict(request.headers), await request.body()))
        answer = self.answers.pop(0) if self.answers else Response("thanks")
        await answer(scope, receive, send)


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    made = Inbox()
    async with served(made) as port:
        made.url = f"http://127.0.0.1:{port}/hooks"
        yield made


class Hooks:
    """Makes webhooks, ends analyses, and has due deliveries sent."""

    def __init__(self, parts: Parts, client: httpx.AsyncClient, key: Key) -> None:
        self.parts = parts
        self.client = client
        self.key = key
        self.sender = Sender(parts, chance=lambda: 0.5)
        self.relay = Relay(parts.database, {FINISHED: self._fan_out})

    async def request(self, method: str, path: str, *, key: Any = None, status: int = 200, **more: Any) -> Any:
        """Ask the API for something, and expect a status."""
        answer = await self.client.request(method, path, headers=(key or self.key).headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def create(self, url: str, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = await self.request("POST", "/v1/webhooks", status=201, json={"url": url, **more})
        return made

    async def get(self, webhook: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = await self.request("GET", f"/v1/webhooks/{webhook['id']}")
        return found

    async def deliveries(self, **query: Any) -> list[dict[str, Any]]:
        """The newest first."""
        page = await self.request("GET", "/v1/webhooks/deliveries", params=query)
        found: list[dict[str, Any]] = page["items"]
        return found

    async def end_analysis(
        self, status: Status = Status.COMPLETED, *, callback_url: str | None = None, tenant_id: UUID | None = None
    ) -> UUID:
        """Leave an ended analysis and the message that tells of it."""
        now, tenant = self.parts.clock(), tenant_id or self.key.tenant_id
        analysis = Analysis(
            id=new_id(), tenant_id=tenant, kind="ci", name="build.log", status=status, priority=1, blob="b", bytes=1,
            sha256="0" * 64, options={}, details={}, callback_url=callback_url, submitted_by="test",
            submitted_from="127.0.0.1", created_at=now, started_at=now, finished_at=now, available_at=now,
        )  # fmt: skip
        async with self.parts.database.unit(SYSTEM) as unit:
            unit.session.add(analysis)
            enqueue(unit, tenant, FINISHED, {"analysis_id": str(analysis.id), "status": status.value}, now)
        return analysis.id

    async def send(self) -> int:
        """Hand over what is in the outbox, and make one attempt of everything due; returns how many."""
        await self.relay.relay()
        begun = await self.sender.send()
        await self.sender.idle()
        return begun

    async def _fan_out(self, unit: UnitOfWork, message: OutboxMessage) -> None:
        await tell_of_end(unit, message)


@pytest.fixture
async def hooks(parts: Parts, client: httpx.AsyncClient, key: Key) -> AsyncIterator[Hooks]:
    made = Hooks(parts, client, key)
    yield made
    await made.sender.stop(0)
