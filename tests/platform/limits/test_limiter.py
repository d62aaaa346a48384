from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from faultline.platform.limits import Limiter, MemoryWindows, RateLimited, Rule, Verdict, Window, open_limiter
from faultline.platform.limits import per_minute as rules_of


class Flaky:
    """Windows whose store can be cut off."""

    def __init__(self) -> None:
        self.cut_off = False
        self._windows = MemoryWindows(lambda: 0)

    async def hit(self, rules: Sequence[Rule]) -> tuple[bool, list[Window]]:
        if self.cut_off:
            raise ConnectionError("connection refused")
        return await self._windows.hit(rules)


async def test_the_headers_say_where_every_rule_stands() -> None:
    now = 0
    limiter = Limiter(MemoryWindows(lambda: now))
    rules = rules_of("submissions", "a", 10)
    await limiter.hit(rules)
    now = 2_500_000_000
    assert (await limiter.hit(rules)).headers() == {
        "RateLimit-Policy": '"submissions";q=10;w=60, "submissions-burst";q=4;w=10',
        "RateLimit": '"submissions";r=8;t=58, "submissions-burst";r=2;t=8',
    }
    for _ in range(2):
        assert (await limiter.hit(rules)).allowed
    refused = await limiter.hit(rules)
    assert refused.headers() == {
        "RateLimit-Policy": '"submissions";q=10;w=60, "submissions-burst";q=4;w=10',
        "RateLimit": '"submissions";r=6;t=58, "submissions-burst";r=0;t=8',
        "Retry-After": "8",
    }
    now += 8 * 10**9
    assert (await limiter.hit(rules)).allowed


async def test_who_waits_as_long_as_told_is_let_through() -> None:
    now = 0
    limiter = Limiter(MemoryWindows(lambda: now))
    rules = [Rule("short", "a", 1, 10), Rule("long", "a", 2, 60)]
    await limiter.hit(rules)
    now = 10 * 10**9
    await limiter.hit(rules)
    refused = await limiter.hit(rules)
    assert refused.retry_after == 50
    assert refused.tightest is not None
    assert refused.tightest.rule.name == "long"
    now += round(refused.retry_after * 10**9)
    allowed = await limiter.hit(rules)
    assert (allowed.allowed, allowed.retry_after) == (True, 0)


async def test_a_refusal_is_an_error_that_says_when_to_come_again() -> None:
    limiter = Limiter(MemoryWindows(lambda: 0))
    rules = [Rule("exports", "a", 0, 60)]
    error = RateLimited(await limiter.hit(rules))
    assert (error.status, error.code, error.retry_after) == (429, "rate-limited", 60)
    assert str(error) == "too many requests: 0 in 60 seconds are allowed; try again in 60 s"


async def test_when_the_store_fails_everybody_is_let_in_and_it_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    failures: list[None] = []
    windows = Flaky()
    limiter = Limiter(windows, lambda: failures.append(None))
    rules = [Rule("submissions", "a", 1, 60)]
    assert (await limiter.hit(rules)).allowed
    windows.cut_off = True
    verdicts = [await limiter.hit(rules) for _ in range(3)]
    assert verdicts == [Verdict(True)] * 3
    assert verdicts[0].headers() == {}
    assert verdicts[0].tightest is None
    assert len(failures) == 3
    windows.cut_off = False
    assert not (await limiter.hit(rules)).allowed
    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.WARNING, "rate limits are not kept: their store fails (ConnectionError: connection refused)"),
        (logging.WARNING, "rate limits are kept again"),
    ]


async def test_memory_is_one_url() -> None:
    limiter = open_limiter("memory://")
    rules = [Rule("submissions", "a", 1, 60)]
    assert [(await limiter.hit(rules)).allowed for _ in range(2)] == [True, False]


async def test_another_store_of_the_library_is_one_url_away() -> None:
    limiter = open_limiter("memory://shared")
    rules = [Rule("submissions", "a", 1, 60)]
    assert [(await limiter.hit(rules)).allowed for _ in range(2)] == [True, False]


def test_an_address_that_nothing_answers_to_is_refused() -> None:
    with pytest.raises(ValueError, match="rate limits cannot be kept"):
        open_limiter("carrier-pigeon://roof")
