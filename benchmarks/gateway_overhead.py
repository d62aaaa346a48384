"""What asking through the gateway costs beside asking: breaker, budget, redaction, prompt, citations.

Two paths need no provider and show the gateway alone, at 200 calls a second: an answer that was given before (cached),
and no answer as the model is resting (embedded). All of our own steps, with a model that answers in no time, are given
in CPU time: most of them is the prompt. Then the same question over HTTP to a stand-in in another process, beside a
bare HTTP request; then what a fallback adds, and what a dead provider costs in ten seconds.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2

from faultline.ai.embedded_ledger import SimpleLedger
from faultline.ai.exchange import Again, Heard, Trouble, Turn
from faultline.ai.gateway import Gateway, open_gateway
from faultline.ai.ledger import Account, CallOutcome
from faultline.core.model import Brief, Cited, Evidence
from measure import row

RATE = 200  # calls a second
SECONDS = 3.0  # of one window
WINDOWS = 5  # the median window counts: this machine may have other things to do
ACCOUNT = Account("ci")


class Cause(Cited):
    """Why it failed."""

    cause: str
    fix: str | None = None


SAID = {"cause": "the assertion does not hold", "fix": None, "cites": [7]}
LINES = tuple(
    Evidence(number, f"2026-11-21T10:{number:02}:00Z ##[error] tests/test_{number}.py:{number}: Failed: {number} != 3")
    for number in range(1, 31)
)  # fmt: skip
BRIEF = Brief("Why did this job fail, and what would fix it?", LINES, Cause, facts={"tool": "pytest", "exit code": "1"})
ASKED_BEFORE = replace(BRIEF, reuse="why did it fail")


@dataclass
class Found:
    """An earlier answer."""

    said: Cited
    model: str


@dataclass
class Memory:
    """Remembers everything by its text."""

    kept: dict[str, Found] = field(default_factory=dict)

    async def lookup(self, account: Account, brief: Brief) -> Found | None:
        """What was said before."""
        return self.kept.get(str(brief.reuse))

    async def remember(self, account: Account, brief: Brief, said: Cited, model: str | None = None) -> None:
        """Keep it."""
        self.kept[str(brief.reuse)] = Found(said, str(model))


class Instant:
    """A wire to a model that answers in no time, or fails in none."""

    def __init__(self, trouble: Trouble | None = None) -> None:
        self.trouble = trouble

    def limit(self, answer_tokens: int) -> int:
        """As it is."""
        return answer_tokens

    async def ask(
        self, system: str, user: str, answer: type[Cited], *, answer_tokens: int, turns: Sequence[Turn] = ()
    ) -> Heard:
        """Answer."""
        if self.trouble:
            raise self.trouble
        return Heard(json.dumps(SAID), 700, 40)


async def at_rate(call: Callable[[], Awaitable[object]], *, seconds: float = SECONDS) -> list[float]:
    """Milliseconds of each call, started at RATE a second whether or not the ones before are back."""
    taken: list[float] = []

    async def one() -> None:
        begun = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begun) * 1_000)

    tasks, start = [], time.perf_counter()
    for number in range(int(RATE * seconds)):
        await asyncio.sleep(max(0.0, start + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(one()))
    await asyncio.gather(*tasks)
    return taken


async def windows(call: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds, of the median window."""
    gc.collect()
    gc.freeze()  # as the service does at its start
    found = [sorted(await at_rate(call)) for _ in range(WINDOWS)]
    return statistics.median(each[len(each) // 2] for each in found), statistics.median(
        each[int(len(each) * 0.99)] for each in found
    )


async def opened(*wires: Instant | None, urls: Sequence[str], memory: Memory | None = None) -> Gateway:
    """A gateway whose models answer over these wires, or over HTTP where there is none."""
    names = [f"openai:model-{number}@{url}" for number, url in enumerate(urls)]
    gateway = open_gateway(names, SimpleLedger(), environment={}, reuse=memory)
    await gateway.load()
    for link, wire in zip(gateway._links, wires, strict=True):
        if wire:
            link.wire = wire  # type: ignore[assignment]
    return gateway


async def alone(url: str) -> list[bool]:
    """The gateway without any provider."""
    kept = []
    memory = Memory()
    gateway = await opened(Instant(), urls=[url], memory=memory)
    await gateway.consult(ACCOUNT, [("agent", ASKED_BEFORE)])
    median, worst = await windows(lambda: gateway.consult(ACCOUNT, [("agent", ASKED_BEFORE)]))
    row("cached answer: median", median, "ms")
    kept.append(row("cached answer: p99", worst, "ms", at_most=2.0))
    failed = Trouble("failed (HTTP 500)", CallOutcome.FAILED, Again.NOT_THIS)
    dead = await opened(Instant(failed), urls=[url])
    for link in dead._links:
        link.breaker._open_until = float("inf")
    median, worst = await windows(lambda: dead.consult(ACCOUNT, [("agent", BRIEF)]))
    row("embedded answer, model resting: median", median, "ms")
    kept.append(row("embedded answer, model resting: p99", worst, "ms", at_most=2.0))

    begun = time.process_time()
    for _ in range(500):
        await gateway.consult(ACCOUNT, [("agent", BRIEF)])
    kept.append(row("all own steps: CPU time", (time.process_time() - begun) * 2, "ms", at_most=5.0))

    both = await opened(Instant(failed), Instant(), urls=[url, url])
    both._links[0].breaker._failed = lambda _: None  # type: ignore[method-assign]  # always asked first
    single = await opened(Instant(), urls=[url])
    direct, fallback = [], []
    for _ in range(2_000):
        for gateway, taken in ((single, direct), (both, fallback)):
            begun = time.perf_counter()
            await gateway.consult(ACCOUNT, [("agent", BRIEF)])
            taken.append((time.perf_counter() - begun) * 1_000)
    added = statistics.median(fallback) - statistics.median(direct)
    kept.append(row("a fallback adds", added, "ms", at_most=5.0))
    return kept


async def over_http(url: str) -> None:
    """The whole way, beside a bare request."""
    gateway = await opened(None, urls=[url])
    await gateway.consult(ACCOUNT, [("agent", BRIEF)])
    body = {"model": "model-0", "messages": [{"role": "user", "content": "\n".join(each.text for each in LINES)}]}
    async with httpx2.AsyncClient() as client:
        bare, asked = [], []
        for _ in range(400):
            begun = time.perf_counter()
            (await client.post(f"{url}/chat/completions", json=body)).raise_for_status()
            bare.append((time.perf_counter() - begun) * 1_000)
            begun = time.perf_counter()
            consultation = await gateway.consult(ACCOUNT, [("agent", BRIEF)])
            asked.append((time.perf_counter() - begun) * 1_000)
            assert consultation.answers[0]
    against = statistics.median(bare)
    row("bare request over HTTP: median", against, "ms")
    row("through the gateway, pydantic-ai included", statistics.median(asked), "ms", against=against)
    await gateway.close()


async def dead_provider(url: str) -> bool:
    """How many calls fail in the worst ten seconds, with 200 questions a second to a provider that is dead."""
    failures: list[float] = []
    gateway = open_gateway(
        [f"openai:small@{url}"], SimpleLedger(), environment={}, observe=lambda *_: failures.append(time.monotonic())
    )
    await gateway.load()
    await at_rate(lambda: gateway.consult(ACCOUNT, [("agent", BRIEF)]), seconds=12.0)
    await gateway.close()
    worst = max(sum(start <= at < start + 10 for at in failures) for start in failures)
    return row("failed calls in 10 s, provider dead", worst, "calls", at_most=5)


async def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    stand_in = Path(__file__).parents[1]
    command = [sys.executable, "-m", "tests.servers.model", json.dumps(SAID)]
    with subprocess.Popen(command, cwd=stand_in, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        print(f"{RATE} calls a second, median of {WINDOWS} windows of {SECONDS:g} s; a brief of {len(LINES)} lines")
        kept = await alone(url)
        await over_http(url)
        server.kill()
    kept.append(await dead_provider(url))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
