"""Earlier answers serve again without a call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from faultline.ai.gateway import Gateway, open_gateway
from faultline.ai.ledger import Account, CallOutcome
from faultline.core.model import Answer, Brief, Cited
from tests.ai.parts import BRIEF, SOUND, Cause, Purse, asked
from tests.servers.model import ModelServer, says

ASKED_BEFORE = replace(BRIEF, reuse="where is my parcel")


@dataclass(frozen=True)
class Found:
    said: Cited
    model: str


@dataclass
class Memory:
    """Remembers answers by their exact text."""

    kept: dict[str, Found] = field(default_factory=dict)

    async def lookup(self, account: Account, brief: Brief) -> Found | None:
        return self.kept.get(str(brief.reuse))

    async def remember(self, account: Account, brief: Brief, said: Cited, model: str | None = None) -> None:
        self.kept[str(brief.reuse)] = Found(said, str(model))


class Broken(Memory):
    async def lookup(self, account: Account, brief: Brief) -> Found | None:
        raise ConnectionError

    async def remember(self, account: Account, brief: Brief, said: Cited, model: str | None = None) -> None:
        raise ConnectionError


def with_memory(server: ModelServer, memory: Memory, purse: Purse, seen: list[CallOutcome]) -> Gateway:
    return open_gateway(
        [f"openai:small@{server.url}"],
        purse,
        environment={},
        reuse=memory,
        observe=lambda _, call: seen.append(call.outcome),
    )


async def test_what_was_answered_before_is_not_asked_again(server: ModelServer) -> None:
    purse, seen = Purse(), list[CallOutcome]()
    gateway = with_memory(server, Memory(), purse, seen)
    server.always(says(SOUND))
    assert (await asked(gateway, ASKED_BEFORE)).use.calls == 1
    consultation = await asked(gateway, ASKED_BEFORE)
    assert consultation.answers == [Answer(Cause(cause=SOUND["cause"], cites=(1,)), "openai:small", reused=True)]  # type: ignore[arg-type]
    assert consultation.use.calls == 0
    assert len(server.asked) == 1
    assert seen == [CallOutcome.ANSWERED, CallOutcome.REUSED]
    (noted,) = purse.noted
    assert (noted.agent, noted.model, noted.tokens_in, noted.cached) == ("diagnosis", "small", 0, True)
    await gateway.close()


async def test_a_brief_that_does_not_lend_itself_is_always_asked(server: ModelServer) -> None:
    gateway = with_memory(server, Memory(), Purse(), [])
    server.always(says(SOUND))
    for _ in range(2):
        await asked(gateway)
    assert len(server.asked) == 2
    await gateway.close()


async def test_a_memory_that_is_broken_is_a_miss(server: ModelServer) -> None:
    gateway = with_memory(server, Broken(), Purse(), [])
    server.always(says(SOUND))
    consultation = await asked(gateway, ASKED_BEFORE)
    assert consultation.answers[0]
    assert consultation.notes == ()
    await gateway.close()
