"""Conversations through the service: how fast they are taken, and how many a second come out understood.

Everything runs on this machine at once: the service on SQLite with its child processes, and the client. The baseline,
in the same run and of the same conversations, is the analyzer alone in one process, on one file: what the service adds
is HTTP, two transactions a conversation, and the way to the children and back; what it gains is more processes.

    python benchmarks/conversation_service.py [CONVERSATIONS]
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from faultline.core.artifact import Artifact
from faultline.engine import analyze
from measure import row
from service_load import service

INGEST_MS = 10.0
SINGLES = 500
WARM = 10_000_000
"""No number of the bulk."""
RATE = 50.0
"""Single conversations a second, each by a client that does not wait for the others."""
OPENINGS = (
    "I was charged twice for order {n} and nobody answers my mails.",
    "Where is my parcel {n}? It should have come on Monday.",
    "I forgot my password and the reset mail {n} never arrives.",
    "How do I change the address of order {n}?",
    "The app crashes every time I open invoice {n}.",
    "Please cancel my subscription {n}, it is too expensive.",
)
TURNS = (
    ("agent", "Hello, thank you for writing. Could you tell me the e-mail address of your account?"),
    ("customer", "It is user{n}@example.com. This is the third time that I ask, I am really disappointed."),
    ("agent", "I am sorry about that. I can see case {n} here and will forward it to our team today."),
    ("customer", "When will I hear from you? I need this solved before Friday."),
    ("agent", "You will have an answer by tomorrow noon. Is there anything else I can do for you?"),
)


def conversation(n: int) -> dict[str, object]:
    """A conversation of six messages, none like another."""
    said = [("customer", OPENINGS[n % len(OPENINGS)]), *TURNS]
    return {
        "channel": ("email", "chat")[n % 2],
        "external_id": f"ticket-{n}",
        "messages": [{"role": role, "text": text.format(n=n)} for role, text in said],
    }


async def ingest(client: httpx.AsyncClient, first: int, count: int) -> list[float]:
    """Send conversations one by one at an even rate, numbered from `first`; milliseconds of each."""
    took: list[float] = []

    async def send(n: int) -> None:
        body = json.dumps(conversation(first + n))
        begun = time.perf_counter()
        answer = await client.post("/v1/conversations", content=body, headers={"Content-Type": "application/json"})
        took.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 202, answer.text

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for n in range(count):
            group.create_task(send(n))
            await asyncio.sleep(max(0.0, begun + n / RATE - time.perf_counter()))
    return took


async def drained(client: httpx.AsyncClient, conversations: int) -> tuple[float, float]:
    """Send a bulk and wait until all of it is understood; seconds until it was taken, and until the end."""
    bulk = "".join(json.dumps(conversation(n)) + "\n" for n in range(conversations))
    begun = time.perf_counter()
    answer = await client.post("/v1/conversations", content=bulk, headers={"Content-Type": "application/x-ndjson"})
    taken = time.perf_counter() - begun
    assert answer.json()["accepted"] == conversations, answer.text
    await idle(client)
    return taken, time.perf_counter() - begun


async def idle(client: httpx.AsyncClient) -> None:
    """Until nothing waits or runs."""
    while True:
        waits = (await client.get("/health")).json()["conversation_queue_size"]
        runs = 0 if waits else len((await client.get("/v1/conversations?status=running&limit=1")).json()["items"])
        if not waits and not runs:
            return
        await asyncio.sleep(0.1)


def alone(conversations: int) -> float:
    """Conversations a second of the analyzer in this process, after its models are loaded."""
    lines = [json.dumps({"id": str(n), **conversation(n)}) + "\n" for n in range(conversations)]
    analyze(Artifact.from_bytes("conversation", "warm.jsonl", "".join(lines[:20]).encode()))
    artifact = Artifact.from_bytes("conversation", "bulk.jsonl", "".join(lines).encode())
    begun = time.perf_counter()
    analyze(artifact)
    return conversations / (time.perf_counter() - begun)


async def through(conversations: int) -> bool:
    """The service's figures."""
    with tempfile.TemporaryDirectory() as folder, service(Path(folder)) as (address, key, _, _):
        async with httpx.AsyncClient(base_url=address, headers={"X-API-Key": key}, timeout=300) as client:
            await ingest(client, WARM, 50)
            await idle(client)
            took = sorted(await ingest(client, 2 * WARM, SINGLES))
            row("POST of one conversation, median", statistics.median(took), "ms")
            kept = row("POST of one conversation, p95", took[int(0.95 * len(took))], "ms", at_most=INGEST_MS)
            await idle(client)
            taken, ended = await drained(client, conversations)
        row("bulk, taken", conversations / taken, "/s")
        row("bulk, understood, end to end", conversations / ended, "/s", against=alone(conversations))
    return kept


def main() -> int:
    """Print all figures; 1 when a limit is missed."""
    conversations = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    return 0 if asyncio.run(through(conversations)) else 1


if __name__ == "__main__":
    sys.exit(main())
