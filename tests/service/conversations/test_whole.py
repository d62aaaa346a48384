"""The service as a whole: conversations in, insights out, with the analyzer that is installed."""

from __future__ import annotations

import httpx
import pytest

from faultline.service.worker import Worker
from tests.fixtures.front_door import SQLITE, WAIT
from tests.service.conftest import Key
from tests.service.conversations.conftest import BULK, PATH, Talks, ndjson, talk

pytestmark = SQLITE
ANGRY = "I was charged twice for order 8812 and I am furious. Refund one of them today!"


async def test_a_conversation_comes_back_with_what_it_says(talks: Talks, real_client: httpx.AsyncClient) -> None:
    owner = await talks.world.organization()
    key = await talks.world.key(owner.tenant_id)
    sent = ndjson(talk(ANGRY, external_id="1"), talk("Where is my parcel? It was due on Monday."), talk("ok"))
    answer = await real_client.post(PATH, content=sent, headers={**key.headers, **BULK})
    assert answer.json()["accepted"] == 3
    worker = Worker(talks.parts)
    await worker.start()
    try:
        found = await talks.until_all_ended()
    finally:
        await worker.stop(5)
    assert found == {"done": 2, "skipped": 1}
    (angry,) = (await real_client.get(f"{PATH}?external_id=1", headers=key.headers)).json()["items"]
    assert (angry["mood"], angry["language"], angry["topic"]) == ("negative", "en", None)
    whole = (await real_client.get(f"{PATH}/{angry['id']}", headers=key.headers)).json()
    quote = whole["insight"]["sentiment"]["quote"]
    assert whole["transcript"][quote["message"] - 1]["text"][quote["start"] : quote["end"]] == quote["text"]
    assert {topic["tier"] for topic in whole["insight"]["topics"]} <= {"rules"}  # a batch discovers none


async def test_the_kind_conversation_is_analyzed_as_any_other(
    client: httpx.AsyncClient, key: Key, worker: Worker
) -> None:
    body = {"kind": "conversation", "content": ndjson(talk(ANGRY)).decode(), "name": "chats.jsonl"}
    answer = await client.post("/v1/analyses", json=body, headers={**key.headers, **WAIT})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["status"] == "completed"
    assert found["report"]["result"]["conversations"] == 1
    assert found["report"]["result"]["insights"][0]["sentiment"]["value"] == "negative"


@pytest.mark.slow
async def test_two_hundred_conversations_drain_with_the_real_analyzer(talks: Talks) -> None:
    who = await talks.tenant()
    await talks.put(who, *(f"My order {n} has not arrived and nobody answers. Please help." for n in range(200)))
    worker = Worker(talks.parts)
    await worker.start()
    try:
        assert await talks.until_all_ended(600) == {"done": 200}
    finally:
        await worker.stop(5)
