"""An organization's own intents: learned as a job, by version, used once somebody says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from faultline.analyzers.conversation.taxonomy import Taxonomy
from faultline.platform.database import SYSTEM, Tenant
from faultline.platform.jobs.pool import ProcessSlots
from faultline.service.auth.principal import Role
from faultline.service.conversations import training
from faultline.service.conversations.store import ConversationStore
from faultline.service.conversations.tables import ConversationTaxonomy
from faultline.service.conversations.training import Learned, Trainer
from faultline.service.parts import Parts
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.service.conftest import Key, MovableClock, Person
from tests.service.conversations.conftest import PATH

URL = f"{PATH}/taxonomies"
ROWS = [
    *((f"where is my parcel number {n}", "delivery") for n in range(6)),
    *((f"I want my money back for order {n}", "refund") for n in range(6)),
]
TABLE = "text,label\n" + "".join(f"{text},{label}\n" for text, label in ROWS)
CSV = {"Content-Type": "text/csv"}


def toy(examples: bytes) -> Learned:
    return Learned(b"delivery", ["delivery", "refund"], {"accuracy": 1.0})


@pytest.fixture
async def slots() -> AsyncIterator[ProcessSlots]:
    async with ProcessSlots(1) as made:
        yield made


async def created(client: httpx.AsyncClient, who: Any) -> dict[str, Any]:
    answer = await client.post(f"{URL}?name=orders", content=TABLE, headers={**who.headers, **CSV})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_taxonomy_is_learned_and_used_once_it_is_chosen(
    client: httpx.AsyncClient,
    owner: Person,
    key: Key,
    stranger: Person,
    parts: Parts,
    slots: ProcessSlots,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "learn", toy)
    first = await created(client, key)
    assert (first["status"], first["version"], first["examples"], first["labels"]) == (
        "queued",
        1,
        12,
        ["delivery", "refund"],
    )
    problem(
        await client.put(f"{URL}/active", json={"taxonomy_id": first["id"]}, headers=owner.headers), 409, "conflict"
    )
    assert await Trainer(parts, slots).train() == 1
    json = {"name": "orders", "examples": [{"text": text, "label": label} for text, label in ROWS]}
    second = (await client.post(URL, json=json, headers=key.headers)).json()
    assert (second["version"], second["name"]) == (2, "orders")
    chosen = await client.put(f"{URL}/active", json={"taxonomy_id": first["id"]}, headers=owner.headers)
    assert chosen.json() == {"taxonomy_id": first["id"]}
    listed = (await client.get(URL, headers=key.headers)).json()["items"]
    assert [(each["version"], each["status"], each["active"]) for each in listed] == [
        (2, "queued", False),
        (1, "ready", True),
    ]
    assert listed[1]["scores"] == {"accuracy": 1.0}
    async with parts.database.unit(Tenant(owner.tenant_id), write=False) as unit:
        in_use = await ConversationStore(unit.session).taxonomy_in_use()
    assert in_use is not None
    assert in_use.model == b"delivery"
    problem(await client.get(f"{URL}/{first['id']}", headers=stranger.headers), 404, "not-found")
    wrong = await client.put(f"{URL}/active", json={"taxonomy_id": first["id"]}, headers=stranger.headers)
    problem(wrong, 404, "not-found")
    assert (await client.delete(f"{URL}/{first['id']}", headers=owner.headers)).status_code == 204
    async with parts.database.unit(Tenant(owner.tenant_id), write=False) as unit:
        assert await ConversationStore(unit.session).taxonomy_in_use() is None
    problem(await client.delete(f"{URL}/{first['id']}", headers=owner.headers), 404, "not-found")


async def test_one_that_was_lost_is_learned_by_another_and_given_up_in_the_end(
    client: httpx.AsyncClient,
    key: Key,
    parts: Parts,
    clock: MovableClock,
    slots: ProcessSlots,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "learn", toy)
    made = await created(client, key)
    trainer = Trainer(parts, slots)
    late = await trainer._claim()
    assert late is not None
    assert await trainer.train() == 0
    for _ in range(2):
        clock.move(seconds=parts.settings.lease_seconds + 1)
        assert await trainer._claim() is not None
    assert not await trainer._write(late, finished=True, status="ready")
    clock.move(seconds=parts.settings.lease_seconds + 1)
    assert await trainer.train() == 1
    found = (await client.get(f"{URL}/{made['id']}", headers=key.headers)).json()
    assert (found["status"], found["error"]["code"]) == ("failed", "worker-lost")


def crashes(examples: bytes) -> Learned:
    raise ValueError("a defect")


@SQLITE
async def test_a_crash_is_told(
    client: httpx.AsyncClient, key: Key, parts: Parts, slots: ProcessSlots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "learn", crashes)
    made = await created(client, key)
    await Trainer(parts, slots).train()
    found = (await client.get(f"{URL}/{made['id']}", headers=key.headers)).json()
    assert (found["status"], found["error"]["code"]) == ("failed", "internal")


@SQLITE
@pytest.mark.slow
async def test_real_examples_are_learned_with_scores(
    client: httpx.AsyncClient, key: Key, parts: Parts, slots: ProcessSlots
) -> None:
    made = await created(client, key)
    few = "text,label\n" + "".join(f"text {n},{n}\n" for n in range(12))
    hopeless = (await client.post(URL, content=few, headers={**key.headers, **CSV})).json()
    await Trainer(parts, slots).train()
    found = (await client.get(f"{URL}/{made['id']}", headers=key.headers)).json()
    assert found["status"] == "ready", found
    assert {score["label"] for score in found["scores"]["labels"]} == {"delivery", "refund"}
    async with parts.database.unit(SYSTEM) as unit:
        changed = update(ConversationTaxonomy).where(ConversationTaxonomy.number == 1)
        row = (await unit.session.execute(changed.values(name="x").returning(ConversationTaxonomy.model))).scalar_one()
    assert Taxonomy.from_bytes(row).labels == ("delivery", "refund")
    failed = (await client.get(f"{URL}/{hopeless['id']}", headers=key.headers)).json()
    assert failed["status"] == "failed"


@SQLITE
@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"a,b\n1,2\n", "text/csv", 400),
        (b"\xff\xfe", "text/csv", 400),
        (b'text,label\n"unclosed', "text/csv", 400),
        (b"text,label\n,x\n", "text/csv", 400),
        (b"text,label\na,x\n", "text/csv", 422),
        (b"{}", "application/json", 422),
        (b"nothing", "application/json", 422),
        (b"{}", "application/xml", 415),
    ],
)
async def test_what_nothing_can_be_learned_from_is_refused(
    body: bytes, media: str, status: int, client: httpx.AsyncClient, key: Key
) -> None:
    answer = await client.post(URL, content=body, headers={**key.headers, "Content-Type": media})
    assert answer.status_code == status, answer.text


@SQLITE
async def test_only_those_who_run_it_choose(client: httpx.AsyncClient, owner: Person, world: Any) -> None:
    member = await world.person(owner.tenant_id, Role.MEMBER)
    problem(await client.put(f"{URL}/active", json={"taxonomy_id": None}, headers=member.headers), 403, "not-allowed")
    assert (await client.put(f"{URL}/active", json={"taxonomy_id": None}, headers=owner.headers)).json() == {
        "taxonomy_id": None
    }
    problem(await client.put(f"{URL}/active", json={"taxonomy_id": NOWHERE}, headers=owner.headers), 404, "not-found")
