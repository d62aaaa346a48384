"""Sending conversations: one, many, again, in a wrong form, too many."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import zstandard
from sqlalchemy import select

from faultline.platform.database import SYSTEM
from faultline.service.analyses.backlog import Backlog
from faultline.service.auth.principal import Scope
from faultline.service.conversations import intake
from faultline.service.conversations.lines import lines
from faultline.service.conversations.tables import Conversation
from faultline.service.parts import Parts
from faultline.service.tiers import Tier
from tests.fixtures.front_door import NOWHERE, SQLITE, problem
from tests.service.conftest import Key, Person, World
from tests.service.conversations.conftest import BULK, PATH, ndjson, talk


async def stored(parts: Parts) -> list[Conversation]:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        return list((await unit.session.execute(select(Conversation).order_by(Conversation.id))).scalars())


async def post(client: httpx.AsyncClient, key: Key, *conversations: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(PATH, content=ndjson(*conversations), headers={**key.headers, **BULK})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_conversation_is_taken_and_can_be_looked_at(client: httpx.AsyncClient, key: Key) -> None:
    sent = {
        "channel": "email",
        "external_id": "ticket-1",
        "metadata": {"product": "card"},
        "messages": [
            {"role": "user", "text": "Charged\ntwice. \u202eabc", "time": "2026-05-16T09:30:00+02:00", "author": "Ann"},
            {"role": "agent", "text": "Sorry", "time": "2026-05-16T07:31:00"},
            {"text": "", "role": "robot"},
        ],
    }
    answer = await client.post(PATH, json=sent, headers=key.headers)
    assert answer.status_code == 202, answer.text
    receipt = answer.json()
    assert (receipt["status"], receipt["created"], receipt["external_id"]) == ("queued", True, "ticket-1")
    found = (await client.get(answer.headers["location"], headers=key.headers)).json()
    assert found["transcript"] == [
        {"role": "customer", "text": sent["messages"][0]["text"], "time": "2026-05-16T07:30:00Z", "author": "Ann"},  # type: ignore[index]
        {"role": "agent", "text": "Sorry", "time": "2026-05-16T07:31:00Z", "author": None},
        {"role": "unknown", "text": "", "time": None, "author": None},
    ]
    assert (found["happened_at"], found["created_at"]) == ("2026-05-16T07:30:00Z", "2026-05-17T12:00:00Z")
    assert (found["channel"], found["metadata"], found["insight"]) == ("email", {"product": "card"}, None)


async def test_the_same_conversation_is_taken_once(client: httpx.AsyncClient, key: Key, parts: Parts) -> None:
    for sent in (talk(), talk(external_id="1"), talk(external_id="1", channel="chat"), talk("other")):
        first = (await client.post(PATH, json=sent, headers=key.headers)).json()
        again = (await client.post(PATH, json=sent, headers=key.headers)).json()
        assert (first["created"], again["created"], again["id"]) == (True, False, first["id"])
    assert len(await stored(parts)) == 4


async def test_a_conversation_that_has_gone_on_takes_the_place_of_its_beginning(
    client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    first = (await client.post(PATH, json=talk(external_id="1"), headers=key.headers)).json()
    longer = talk(external_id="1")
    longer["messages"] = [*longer["messages"], {"role": "agent", "text": "It is refunded."}]
    again = await client.post(PATH, json=longer, headers=key.headers)
    assert (again.status_code, again.json()) == (202, {**first, "created": False})
    (row,) = await stored(parts)
    assert row.message_count == 2


async def test_an_idempotency_key_brings_the_first_answer_back(
    client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    for body, headers in ((json.dumps(talk()).encode(), {}), (ndjson(talk("a"), talk("b")), BULK)):
        sent = {**key.headers, "Content-Type": "application/json", **headers, "Idempotency-Key": f"k{len(headers)}"}
        first = await client.post(PATH, content=body, headers=sent)
        again = await client.post(PATH, content=body, headers=sent)
        assert (first.status_code, again.json()) == (202, first.json())
        assert again.headers["idempotent-replayed"] == "true"
        problem(await client.post(PATH, content=body + b" ", headers=sent), 409, "conflict")
    assert len(await stored(parts)) == 3


async def test_of_a_bulk_the_good_lines_are_taken_and_the_others_named(
    client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    body = b"\n".join(
        [
            json.dumps(talk("one")).encode(),
            json.dumps(talk("two", external_id="2")).encode(),
            b'{"messages": [{"role": "customer", "text": "bro',
            b"",
            json.dumps(talk("two, later", external_id="2")).encode(),
            b'{"messages": []}',
            b'{"messages": [{"text": "\\u0000"}]}',
            b"\xff\xfe",
            json.dumps(talk("one")).encode(),
            json.dumps(talk("three")).encode(),
        ]
    )
    answer = await client.post(PATH, content=body, headers={**key.headers, **BULK})
    assert answer.status_code == 202
    found = answer.json()
    assert {name: found[name] for name in ("lines", "accepted", "duplicates", "rejected")} == {
        "lines": 9,
        "accepted": 3,
        "duplicates": 2,
        "rejected": 4,
    }
    reasons = {each["line"]: each["reason"] for each in found["rejected_lines"]}
    assert list(reasons) == [3, 6, 7, 8]
    assert reasons[3] == "is not JSON"
    assert reasons[6].startswith("messages: ")
    assert reasons[7].startswith("messages.0.text: ")
    assert sorted(row.text for row in [await whole(parts, row) for row in await stored(parts)]) == [
        "one\n",
        "three\n",
        "two, later\n",
    ]


async def whole(parts: Parts, row: Conversation) -> Any:
    async with parts.database.unit(SYSTEM, write=False) as unit:
        query = select(Conversation.text).where(Conversation.id == row.id)
        return (await unit.session.execute(query)).one()


@pytest.mark.parametrize("encoding", ["", "gzip", "zstd"])
@SQLITE
async def test_a_bulk_may_be_packed_and_come_in_pieces(
    encoding: str, client: httpx.AsyncClient, key: Key, parts: Parts
) -> None:
    body = ndjson(*(talk(f"number {n}") for n in range(450)))
    packed = {"": body, "gzip": gzip.compress(body), "zstd": zstandard.compress(body)}[encoding]

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(packed), 97):
            yield packed[start : start + 97]

    headers = {**key.headers, **BULK} | ({"Content-Encoding": encoding} if encoding else {})
    answer = await client.post(PATH, content=pieces(), headers=headers)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 450)
    assert len(await stored(parts)) == 450


@pytest.mark.slow
async def test_a_bulk_of_ten_thousand_is_taken_whole(client: httpx.AsyncClient, key: Key, parts: Parts) -> None:
    found = await post(client, key, *(talk(f"number {n}") for n in range(10_000)))
    assert (found["accepted"], found["rejected"]) == (10_000, 0)
    again = await post(client, key, *(talk(f"number {n}") for n in range(10_000)))
    assert (again["accepted"], again["duplicates"]) == (0, 10_000)


@SQLITE
async def test_a_line_that_is_too_long_is_named_and_not_held(client: httpx.AsyncClient, key: Key) -> None:
    long = b'{"messages": [{"text": "' + b"x" * intake.MAX_BYTES + b'"}]}'
    body = ndjson(talk("a")) + long + b"\n" + ndjson(talk("b"))
    answer = await client.post(PATH, content=body, headers={**key.headers, **BULK})
    assert answer.json()["rejected_lines"] == [{"line": 2, "reason": "is longer than 4,000,000 bytes"}]
    assert answer.json()["accepted"] == 2


async def test_lines_are_the_same_however_the_stream_is_cut() -> None:
    content = b"a\n\n  bb  \r\nccccccccccc\nd"
    for size in range(1, len(content) + 1):

        async def stream(size: int = size) -> AsyncIterator[bytes]:
            for start in range(0, len(content), size):
                yield content[start : start + size]

        found = [line async for line in lines(stream(), 8)]
        assert found == [(1, b"a"), (3, b"bb"), (4, None), (5, b"d")]


@SQLITE
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/messages"),
        ({"messages": []}, "#/messages"),
        ({"messages": [{"role": "customer"}]}, "#/messages/0/text"),
        ({"messages": [{"text": "x", "time": "yesterday"}]}, "#/messages/0/time"),
        ({"messages": [{"text": "x", "time": "1066-10-14"}]}, "#/messages/0/time"),
        ({"messages": [{"text": "x" * 1_000_001}]}, "#/messages/0/text"),
        ({"messages": [{"text": "x"}] * 10_001}, "#/messages"),
        (talk(channel="x" * 101), "#/channel"),
        (talk(external_id=""), "#/external_id"),
        (talk(surprise=1), "#/surprise"),
    ],
)
async def test_what_is_no_conversation_is_refused_with_the_place(
    body: dict[str, Any], pointer: str, client: httpx.AsyncClient, key: Key
) -> None:
    found = problem(await client.post(PATH, json=body, headers=key.headers), 422, "invalid-request")
    assert found["errors"][0]["pointer"] == pointer


@SQLITE
async def test_the_largest_conversations_are_taken(client: httpx.AsyncClient, key: Key) -> None:
    for messages in ([{"text": "x" * 1_000_000}], [{"text": f"message {n}"} for n in range(10_000)]):
        answer = await client.post(PATH, json={"messages": messages}, headers=key.headers)
        assert answer.status_code == 202, answer.text


@SQLITE
async def test_other_types_of_content_are_refused(client: httpx.AsyncClient, key: Key) -> None:
    answer = await client.post(PATH, content=b"a,b", headers={**key.headers, "Content-Type": "text/csv"})
    problem(answer, 415, "unsupported-media-type")


@SQLITE
async def test_while_too_much_waits_nothing_new_is_taken(
    client: httpx.AsyncClient, key: Key, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 10)
    parts.conversation_backlog = Backlog(25, "conversations")
    bulk = ndjson(*(talk(f"number {n}") for n in range(50)))
    answer = await client.post(PATH, content=bulk, headers={**key.headers, **BULK})
    found = problem(answer, 503, "too-much-waits")
    assert answer.headers["retry-after"] == "30"
    assert "up to line 30 were taken" in found["detail"]
    assert len(await stored(parts)) == 30
    problem(await client.post(PATH, json=talk(), headers=key.headers), 503, "too-much-waits")
    parts.conversation_backlog.measured(0)
    again = await client.post(PATH, content=bulk[: len(bulk) // 2], headers={**key.headers, **BULK})
    assert again.json()["duplicates"] >= 24


@SQLITE
async def test_a_hundred_conversations_of_a_bulk_are_one_submission(
    client: httpx.AsyncClient, world: World, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHUNK", 30)
    owner = await world.organization(tier=Tier.STARTER)
    key = await world.key(owner.tenant_id)
    await post(client, key, *(talk(f"number {n}") for n in range(101)))
    await post(client, key, *(talk(f"number {n}") for n in range(101)))
    await client.post(PATH, json=talk(), headers=key.headers)
    used = (await client.get("/v1/usage", headers=owner.headers)).json()
    assert used["total"]["submissions"] == 3


@SQLITE
async def test_a_bulk_ends_where_the_quota_ends(
    client: httpx.AsyncClient, world: World, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from faultline.service import tiers

    small = replace(tiers._ALLOWANCES[Tier.FREE], submissions_per_month=2)
    monkeypatch.setitem(tiers._ALLOWANCES, Tier.FREE, small)
    owner = await world.organization(tier=Tier.FREE)
    bulk = ndjson(*(talk(f"number {n}") for n in range(500)))
    answer = await client.post(PATH, content=bulk, headers={**owner.headers, **BULK})
    found = problem(answer, 402, "quota-exceeded")
    assert "up to line 200 were taken" in found["detail"]
    assert len(await stored(parts)) == 200


@SQLITE
async def test_personal_data_is_taken_out_before_it_is_stored_where_that_was_chosen(
    client: httpx.AsyncClient, owner: Person, parts: Parts
) -> None:
    sent = talk("Write to ann@example.com about it", external_id="1")
    chosen = await client.put(f"{PATH}/settings", json={"redact_at_rest": True}, headers=owner.headers)
    assert (chosen.status_code, chosen.json()) == (200, {"redact_at_rest": True})
    first = (await client.post(PATH, json=sent, headers=owner.headers)).json()
    found = (await client.get(f"{PATH}/{first['id']}", headers=owner.headers)).json()
    assert found["transcript"][0]["text"] == "Write to [email] about it"
    again = (await client.post(PATH, json=sent, headers=owner.headers)).json()
    assert again == {**first, "created": False}
    off = await client.put(f"{PATH}/settings", json={"redact_at_rest": False}, headers=owner.headers)
    assert off.json() == (await client.get(f"{PATH}/settings", headers=owner.headers)).json()
    await client.post(PATH, content=ndjson(talk("I am bob@example.com")), headers={**owner.headers, **BULK})
    assert (await client.get(f"{PATH}?text=bob@example", headers=owner.headers)).json()["items"]


@SQLITE
async def test_whoever_may_not_write_cannot_send(client: httpx.AsyncClient, world: World, owner: Person) -> None:
    reader = await world.key(owner.tenant_id, frozenset({Scope.ANALYSES_READ}))
    problem(await client.post(PATH, json=talk(), headers=reader.headers), 403, "not-allowed")
    problem(await client.delete(f"{PATH}/{NOWHERE}", headers=reader.headers), 403, "not-allowed")
    problem(await client.post(PATH, json=talk()), 401, "not-signed-in")
