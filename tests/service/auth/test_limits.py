"""Rate limits through the API: what each tier gets, and what the headers say of it."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from faultline.platform.limits import Limiter, MemoryWindows
from faultline.service.auth.principal import Scope
from faultline.service.parts import Parts
from faultline.service.tiers import Tier
from tests.fixtures.front_door import LOG, SQLITE, problem
from tests.service.conftest import Key, World

pytestmark = SQLITE
# A list of items, each a string with parameters that are integers (RFC 9651, draft-ietf-httpapi-ratelimit-headers).
ITEM = r'"[a-z-]+"(?:;[a-z]+=\d+)+'
FIELD = re.compile(rf"{ITEM}(?:, {ITEM})*")


class Seconds:
    """The limiter's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000

    def __call__(self) -> int:
        return self.now * 10**9


@pytest.fixture
async def seconds(parts: Parts) -> Seconds:
    clock = Seconds()
    parts.limiter = Limiter(MemoryWindows(clock))
    return clock


def parsed(field: str) -> dict[str, dict[str, int]]:
    """The items of a RateLimit or RateLimit-Policy field, by name."""
    assert FIELD.fullmatch(field), field
    return {
        name: {key: int(value) for key, value in re.findall(r";([a-z]+)=(\d+)", rest)}
        for name, rest in re.findall(r'"([a-z-]+)"((?:;[a-z]+=\d+)+)', field)
    }


async def submit(client: httpx.AsyncClient, who: Any) -> httpx.Response:
    return await client.post("/v1/analyses/ci", content=LOG, headers={**who.headers, "Prefer": "respond-async"})


@pytest.mark.parametrize(
    ("tier", "submissions", "reads"),
    [(Tier.FREE, 10, 100), (Tier.STARTER, 100, 1_000), (Tier.PRO, 1_000, 10_000), (Tier.ENTERPRISE, None, None)],
)
async def test_each_tier_has_its_limits(
    tier: Tier, submissions: int | None, reads: int | None, client: httpx.AsyncClient, world: World
) -> None:
    who = await world.organization(tier=tier)
    for name, limit, answer in (
        ("submissions", submissions, await submit(client, who)),
        ("reads", reads, await client.get("/v1/analyses", headers=who.headers)),
    ):
        policy = parsed(answer.headers["ratelimit-policy"])
        assert f"all-{name}" in policy
        if limit is None:
            assert name not in policy
            continue
        assert policy[name] == {"q": limit, "w": 60}
        assert policy[f"{name}-burst"] == {"q": -(-limit // 3), "w": 10}  # twice the rate, for ten seconds
        left = parsed(answer.headers["ratelimit"])
        assert left.keys() == policy.keys()
        assert left[name] == {"r": limit - 1, "t": 60}


async def test_a_burst_ends_and_goes_on_when_it_is_said_to(
    client: httpx.AsyncClient, world: World, seconds: Seconds
) -> None:
    poor = await world.organization(tier=Tier.FREE)
    for _ in range(4):
        assert (await submit(client, poor)).status_code == 202
    refused = await submit(client, poor)
    assert "4 in 10 seconds" in problem(refused, 429, "rate-limited")["detail"]
    assert refused.headers["retry-after"] == "10"
    assert parsed(refused.headers["ratelimit"])["submissions-burst"] == {"r": 0, "t": 10}
    assert (await client.get("/v1/analyses", headers=poor.headers)).status_code == 200  # reading is another matter
    seconds.now += 9
    assert (await submit(client, poor)).headers["retry-after"] == "1"
    seconds.now += 1
    assert (await submit(client, poor)).status_code == 202


async def test_no_minute_lets_more_through_than_the_tier_has(
    client: httpx.AsyncClient, world: World, seconds: Seconds
) -> None:
    poor = await world.organization(tier=Tier.FREE)
    other = await world.key(poor.tenant_id)
    through = []
    for _ in range(120):
        seconds.now += 1
        who = (poor, other)[seconds.now % 2]  # all keys of an organization count together
        if (await submit(client, who)).status_code == 202:
            through.append(seconds.now)
    assert all(sum(start <= moment < start + 60 for moment in through) <= 10 for start in through)
    assert len(through) == 20


async def test_one_tenant_does_not_use_up_the_limit_of_another(client: httpx.AsyncClient, world: World) -> None:
    poor, other = await world.organization(tier=Tier.FREE), await world.organization("Other", tier=Tier.FREE)
    while (await submit(client, poor)).status_code == 202:
        pass
    assert (await submit(client, other)).status_code == 202


async def test_uploads_are_limited_for_each_user(client: httpx.AsyncClient, world: World, seconds: Seconds) -> None:
    owner = await world.organization()
    other = await world.key(owner.tenant_id)

    async def begin(who: Any) -> int:
        return (await client.post("/v1/uploads", json={}, headers=who.headers)).status_code

    assert [await begin(owner) for _ in range(5)] == [201, 201, 201, 201, 429]
    assert await begin(other) == 201
    seconds.now += 10
    assert [await begin(owner) for _ in range(5)] == [201, 201, 201, 201, 429]
    seconds.now += 10
    assert [await begin(owner) for _ in range(3)] == [201, 201, 429]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/analyses", None, 200),
        ("GET", "/v1/analyses/x", None, 422),
        ("GET", "/v1/analyses/00000000-0000-7000-8000-000000000000", None, 404),
        ("POST", "/v1/projects", {"name": ""}, 422),
        ("POST", "/v1/projects", {"name": "a"}, 201),
        ("POST", "/v1/analyses", {"kind": "tea", "content": ""}, 400),
    ],
)
async def test_every_answer_says_where_one_stands(
    method: str, path: str, body: Any, status: int, client: httpx.AsyncClient, key: Key
) -> None:
    answer = await client.request(method, path, json=body, headers=key.headers)
    assert answer.status_code == status, answer.text
    assert parsed(answer.headers["ratelimit"]).keys() == parsed(answer.headers["ratelimit-policy"]).keys()


async def test_who_fails_to_sign_in_may_not_try_on(
    client: httpx.AsyncClient, key: Key, world: World, seconds: Seconds
) -> None:
    wrong = {"X-API-Key": key.plain[:-1] + ("a" if key.plain[-1] != "a" else "b")}
    statuses = [(await client.get("/v1/analyses", headers=wrong)).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]  # a burst of two in ten seconds
    refused = await client.get("/v1/analyses")
    problem(refused, 429, "rate-limited")
    assert refused.headers["retry-after"] == "10"
    assert (await client.get("/v1/analyses", headers=key.headers)).status_code == 200  # whom we know is let in
    seconds.now += 10
    assert (await client.get("/v1/analyses", headers=wrong)).status_code == 401


async def test_who_lacks_a_scope_is_told_so_every_time(client: httpx.AsyncClient, key: Key, world: World) -> None:
    reader = await world.key(key.tenant_id, frozenset({Scope.ANALYSES_READ}))
    for _ in range(8):
        problem(await client.post("/v1/projects", json={"name": "a"}, headers=reader.headers), 403, "not-allowed")
