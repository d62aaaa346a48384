"""Topics: found while conversations come in, told from five people on, and told of once when they emerge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.platform.jobs.outbox import OutboxMessage
from faultline.platform.jobs.pool import ProcessSlots
from faultline.service.conversations.retention import forget_old_conversations
from faultline.service.conversations.tables import Conversation, ConversationTopicMap
from faultline.service.conversations.topic_task import EMERGING, TopicFinder
from faultline.service.parts import Parts
from faultline.service.webhooks.fanout import tell_of_topic
from faultline.service.webhooks.tables import WebhookDelivery
from tests.fixtures.front_door import SQLITE, problem
from tests.service.conftest import Key, MovableClock, Person
from tests.service.conversations.conftest import PATH
from tests.service.conversations.test_reading import at, understood

NOON = datetime(2026, 5, 17, 12, 0, tzinfo=UTC)
PARCEL = [
    "Where is my parcel? It has not arrived",
    "My parcel has still not arrived",
    "The parcel never arrived at my house",
    "When will my parcel arrive?",
    "My parcel is late, where is it?",
    "The parcel that I ordered has not come",
    "I am waiting for my parcel since Monday",
    "Has my parcel been shipped? It has not arrived",
]
PASSWORD = [
    "I forgot my password and cannot log in",
    "How do I reset my password?",
    "My password does not work any more",
    "Please reset my password, I cannot log in",
    "I cannot log in with my password",
    "The password reset mail does not come",
]


@pytest.fixture
async def finder(parts: Parts) -> AsyncIterator[TopicFinder]:
    slots = ProcessSlots(1)
    yield TopicFinder(parts, slots)
    await slots.close()


async def topics(client: httpx.AsyncClient, who: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{PATH}/topics", headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def waves(parts: Parts) -> list[OutboxMessage]:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        query = select(OutboxMessage).where(OutboxMessage.topic == EMERGING).order_by(OutboxMessage.id)
        return list((await unit.session.execute(query)).scalars())


async def test_topics_are_found_with_ids_that_stay_and_numbers_that_lead_to_conversations(
    client: httpx.AsyncClient, key: Key, parts: Parts, finder: TopicFinder, stranger: Person
) -> None:
    await understood(parts, client, key, *(at(NOON, text) for text in (*PARCEL, *PASSWORD, "My dog ate it")))
    assert await finder.find() == 15
    assert await finder.find() == 0
    found = await topics(client, key)
    assert [topic["conversations"] for topic in found] == [8, 6]
    assert "parcel" in found[0]["name"].lower()
    for topic in found:
        listed = await client.get(topic["link"], headers=key.headers)
        assert len(listed.json()["items"]) == topic["conversations"]
        assert {each["topic"] for each in listed.json()["items"]} == {topic["id"]}
        assert topic["examples"]
    whole = (await client.get(f"{PATH}/topics/{found[0]['id']}", headers=key.headers)).json()
    assert [day["conversations"] for day in whole["days"]] == [8]
    by_topic = (await client.get(f"{PATH}/trends?by=topic", headers=key.headers)).json()["points"]
    assert {(point["group"], point["conversations"]) for point in by_topic} == {
        (found[0]["id"], 8),
        (found[1]["id"], 6),
        (None, 1),
    }
    await understood(parts, client, key, *(at(NOON, f"{text}, once more") for text in PARCEL))
    await finder.find()
    again = await topics(client, key)
    assert [topic["id"] for topic in again] == [topic["id"] for topic in found]
    assert again[0]["conversations"] > 10
    assert await topics(client, stranger) == []
    problem(await client.get(f"{PATH}/topics/{found[0]['id']}", headers=stranger.headers), 404, "not-found")


@SQLITE
async def test_of_fewer_than_five_people_nothing_is_told(
    client: httpx.AsyncClient, key: Key, parts: Parts, finder: TopicFinder
) -> None:
    ann = {"role": "customer", "author": "Ann", "time": NOON.isoformat()}
    one_person = [{"messages": [{**ann, "text": text}]} for text in PASSWORD]
    await understood(parts, client, key, *(at(NOON, text) for text in PARCEL[:4]), *one_person)
    await finder.find()
    assert await topics(client, key) == []


async def test_what_was_deleted_is_quoted_nowhere(
    client: httpx.AsyncClient, key: Key, parts: Parts, finder: TopicFinder, clock: MovableClock
) -> None:
    await understood(parts, client, key, *(at(NOON, text) for text in (*PARCEL, *PASSWORD)))
    await finder.find()
    topic = (await topics(client, key))[0]
    quoted = {example["conversation_id"] for example in topic["examples"]}
    for gone in quoted:
        assert (await client.delete(f"{PATH}/{gone}", headers=key.headers)).status_code == 204
    left = await topics(client, key)
    assert [each["examples"] for each in left if each["id"] == topic["id"]] == [[]]
    assert topic["conversations"] - len(quoted) in [each["conversations"] for each in left]
    await finder.find()
    found = await topics(client, key)
    assert not quoted & {example["conversation_id"] for each in found for example in each["examples"]}
    clock.move(days=31)
    await forget_old_conversations(parts)
    await finder.find()
    assert await topics(client, key) == []


@SQLITE
async def test_a_topic_that_emerges_is_told_of_once(
    client: httpx.AsyncClient, key: Key, parts: Parts, finder: TopicFinder, owner: Person
) -> None:
    hook = {"url": "https://93.184.216.34/hook", "events": ["conversations.topic_emerging"]}
    assert (await client.post("/v1/webhooks", json=hook, headers=owner.headers)).status_code == 201
    before = [at(NOON - timedelta(days=30 - n % 10), f"{PASSWORD[n % 6]} ({n})") for n in range(60)]
    await understood(parts, client, key, *before)
    await finder.find()
    assert await waves(parts) == []
    await understood(parts, client, key, *(at(NOON, f"{text} ({n})") for n in range(4) for text in PARCEL))
    await finder.find()
    first = await waves(parts)
    wave = first[0]
    assert "parcel" in wave.payload["name"].lower()
    await understood(parts, client, key, *(at(NOON, f"{text} again ({n})") for n in range(2) for text in PARCEL))
    await finder.find()
    told = [each.payload["id"] for each in await waves(parts)]
    assert len(set(told)) == len(told)
    assert told[: len(first)] == [each.payload["id"] for each in first]
    for expected in (1, 0):
        async with parts.database.unit(SYSTEM) as unit:
            assert await tell_of_topic(unit, wave) == expected
    async with parts.database.unit(SYSTEM, write=False) as unit:
        (delivery,) = (await unit.session.execute(select(WebhookDelivery))).scalars()
    assert '"conversations.topic_emerging"' in delivery.body
    emerged = {each["id"]: each["emerged_at"] for each in await topics(client, key)}
    assert emerged[wave.payload["id"]] == "2026-05-17T12:00:00Z"


async def test_of_two_workers_at_once_the_second_writes_nothing(
    client: httpx.AsyncClient, key: Key, parts: Parts, finder: TopicFinder
) -> None:
    """In the middle of one worker's look another one has its own whole."""
    await understood(parts, client, key, *(at(NOON, text) for text in PARCEL))
    other = TopicFinder(parts, finder._slots)
    found: list[int] = []

    class Slow:
        """Slots in which a call takes as long as another worker's whole look."""

        async def run(self, function: Any, *args: Any, timeout: float) -> Any:
            answer = await finder._slots.run(function, *args, timeout=timeout)
            found.append(await other.find())
            return answer

    slow = TopicFinder(parts, Slow())  # type: ignore[arg-type]
    for turn in range(2):
        assert await slow.find() == 0
        assert found.pop() == 8
        await understood(parts, client, key, *(at(NOON, f"{text}, {turn}") for text in PARCEL))
    async with parts.database.unit(SYSTEM, write=False) as unit:
        assert (await unit.session.execute(select(ConversationTopicMap.revision))).scalar_one() == 2
        assert len((await unit.session.execute(select(Conversation.id))).all()) == 24
