"""Reading conversations: lists, filters, trends, deleting, and that no organization sees another's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, update

from faultline.platform.database import SYSTEM, Tenant
from faultline.service.conversations import states
from faultline.service.conversations.tables import Conversation
from faultline.service.conversations.trends import MOST_BUCKETS
from faultline.service.parts import Parts
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.service.conftest import Key, MovableClock, Person
from tests.service.conversations import work
from tests.service.conversations.conftest import BULK, PATH, ndjson, talk
from tests.service.conversations.work import columns_of

NOON = datetime(2026, 5, 17, 12, 0, tzinfo=UTC)


async def understood(parts: Parts, client: httpx.AsyncClient, who: Any, *conversations: dict[str, Any]) -> list[str]:
    """Send conversations and have them understood as `work` does, each at once; their ids."""
    ids = []
    for sent in conversations:
        answer = await client.post(PATH, json=sent, headers=who.headers)
        assert answer.status_code == 202, answer.text
        ids.append(answer.json()["id"])
    async with parts.database.unit(SYSTEM) as unit:
        claim = await states.claim(
            unit, who.tenant_id, 1000, 10**9, timedelta(seconds=30), datetime.now(UTC) + timedelta(days=999)
        )
    assert claim is not None
    results = {row.id: columns_of(work.insight(row.id.hex, row.text.strip())) for row in claim.rows}
    async with parts.database.unit(Tenant(who.tenant_id)) as unit:
        await states.record(unit, claim, results, await unit.now())
    return ids


async def listed(client: httpx.AsyncClient, who: Any, query: str = "") -> list[str]:
    answer = await client.get(f"{PATH}?{query}", headers=who.headers)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def at(moment: datetime, text: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "customer", "text": text, "time": moment.isoformat()}], **more}


async def test_conversations_are_found_by_what_they_say(
    client: httpx.AsyncClient, key: Key, parts: Parts, stranger: Person
) -> None:
    yesterday = NOON - timedelta(days=1)
    ids = await understood(
        parts,
        client,
        key,
        at(yesterday, "intent-refund I am angry", channel="email"),
        at(NOON, "intent-refund thanks", channel="chat", external_id="7"),
        at(NOON, "intent-cancel 100% angry_"),
    )
    queued = (await client.post(PATH, json=talk("waits"), headers=key.headers)).json()["id"]
    for query, expected in {
        "": [queued, *ids[::-1]],
        "status=done": ids[::-1],
        "status=queued": [queued],
        "intent=intent-refund": [ids[1], ids[0]],
        "mood=negative": [ids[2], ids[0]],
        "mood=negative&intent=intent-refund": [ids[0]],
        "urgency=normal&resolution=unknown": ids[::-1],
        "channel=chat": [ids[1]],
        "external_id=7": [ids[1]],
        "topic=none": [],
        "text=ANGRY": [ids[2], ids[0]],
        "text=100%25": [ids[2]],
        "text=y_": [ids[2]],
        f"since={NOON:%Y-%m-%dT%H:%M}": [queued, ids[2], ids[1]],
        f"until={NOON:%Y-%m-%dT%H:%M:%S}Z": [ids[0]],
        "since=2026-05-16T11:00:00Z&until=2026-05-16T13:00:00Z": [ids[0]],
    }.items():
        assert await listed(client, key, query) == expected, query
    first = (await client.get(f"{PATH}?limit=3", headers=key.headers)).json()
    assert await listed(client, key, f"limit=3&cursor={first['next_cursor']}") == [ids[0]]
    assert await listed(client, stranger) == []
    found = (await client.get(f"{PATH}/{ids[0]}", headers=key.headers)).json()
    assert found["insight"]["sentiment"]["quote"]["text"] == "intent-refund I am angry"
    assert found["insight"].keys().isdisjoint({"id", "line", "end_line"})
    problem(await client.get(f"{PATH}/{ids[0]}", headers=stranger.headers), 404, "not-found")


BACKWARDS = "since=2026-01-02T00:00&until=2026-01-01T00:00"


@SQLITE
@pytest.mark.parametrize("query", ["mood=furious", "since=then", BACKWARDS, "cursor=x", "topic=" + "x" * 101])
async def test_questions_without_sense_are_refused(query: str, client: httpx.AsyncClient, key: Key) -> None:
    assert (await client.get(f"{PATH}?{query}", headers=key.headers)).status_code in (400, 422)


async def test_what_is_deleted_is_gone_for_its_organization_alone(
    client: httpx.AsyncClient, key: Key, owner: Person, stranger: Person, parts: Parts
) -> None:
    mail = [talk(f"number {n}", external_id="x", channel=channel) for n, channel in enumerate(("a", "b", "c"))]
    ids = [(await client.post(PATH, json=each, headers=key.headers)).json()["id"] for each in mail]
    await client.post(PATH, json=mail[0], headers=stranger.headers)
    problem(await client.delete(f"{PATH}/{ids[0]}", headers=stranger.headers), 404, "not-found")
    assert (await client.delete(f"{PATH}/{ids[0]}", headers=key.headers)).status_code == 204
    problem(await client.delete(f"{PATH}/{ids[0]}", headers=key.headers), 404, "not-found")
    one = await client.delete(f"{PATH}?external_id=x&channel=b", headers=key.headers)
    assert one.json() == {"deleted": 1}
    rest = await client.delete(f"{PATH}?external_id=x", headers=key.headers)
    assert rest.json() == {"deleted": 1}
    nothing = await client.delete(f"{PATH}?external_id=x", headers=key.headers)
    assert nothing.json() == {"deleted": 0}
    async with parts.database.unit(SYSTEM, write=False) as unit:
        assert (await unit.session.execute(select(func.count(Conversation.id)))).scalar_one() == 1
    audit = (await client.get("/v1/audit?action=conversation.deleted", headers=owner.headers)).json()["items"]
    assert [entry["entity_id"] for entry in audit] == ["by external id", "by external id", ids[0]]


async def test_trends_count_over_time_and_lead_to_what_they_count(
    client: httpx.AsyncClient, key: Key, parts: Parts, clock: MovableClock, stranger: Person
) -> None:
    days = [NOON - timedelta(days=back) for back in (0, 1)]
    sent = [at(day - timedelta(hours=n % 3), f"intent-a number {n} {day}") for day in days for n in range(6)]
    sent += [at(days[0], f"intent-b angry {n}") for n in range(4)]
    sent += [at(days[0], "intent-c"), at(NOON - timedelta(days=40), "intent-a long ago")]
    await understood(parts, client, key, *sent)
    found = (await client.get(f"{PATH}/trends", headers=key.headers)).json()
    assert [(each["start"], each["conversations"], each["negative"]) for each in found["points"]] == [
        ("2026-05-16T00:00:00Z", 6, 0),
        ("2026-05-17T00:00:00Z", 11, 4),
    ]
    assert found["points"][1]["mood"] == round(-2 / 11, 4)
    by_intent = (await client.get(f"{PATH}/trends?by=intent", headers=key.headers)).json()
    assert [(each["group"], each["conversations"]) for each in by_intent["points"]] == [
        ("intent-a", 6),
        ("intent-a", 6),
        (None, 5),
    ]
    hours = (await client.get(f"{PATH}/trends?bucket=hour&by=intent&mood=neutral", headers=key.headers)).json()
    assert sum(each["conversations"] for each in hours["points"]) == 13
    for points in (found, by_intent, hours):
        for point in points["points"]:
            if point["link"] is None:
                assert point["group"] is None
                continue
            linked = await client.get(f"{point['link']}&limit=200", headers=key.headers)
            assert len(linked.json()["items"]) == point["conversations"]
    assert (await client.get(f"{PATH}/trends", headers=stranger.headers)).json()["points"] == []


@SQLITE
async def test_trends_over_too_long_a_time_are_refused(client: httpx.AsyncClient, key: Key) -> None:
    long_ago = NOON - timedelta(days=MOST_BUCKETS + 2)
    problem(await client.get(f"{PATH}/trends?since={long_ago:%Y-%m-%d}", headers=key.headers), 400, "usage")
    problem(await client.get(f"{PATH}/trends?until=2020-01-01&since=2021-01-01", headers=key.headers), 400, "usage")


async def test_conversations_of_an_organization_are_its_own_in_raw_sql_too(
    client: httpx.AsyncClient, key: Key, stranger: Person, parts: Parts
) -> None:
    for who in (key, stranger):
        await client.post(PATH, content=ndjson(talk("same", external_id="1")), headers={**who.headers, **BULK})
    async with parts.database.unit(Tenant(stranger.tenant_id)) as unit:
        await unit.session.execute(update(Conversation).values(channel="changed"))
    async with parts.database.unit(SYSTEM, write=False) as unit:
        rows = await unit.session.execute(select(Conversation.tenant_id, Conversation.channel))
        assert dict(map(tuple, rows)) == {key.tenant_id: "", stranger.tenant_id: "changed"}
    assert UUID(NOWHERE) not in (key.tenant_id, stranger.tenant_id)
