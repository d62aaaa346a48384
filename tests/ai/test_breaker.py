from __future__ import annotations

import asyncio

import pytest

from faultline.ai.breaker import ERRORS, REST, Breaker, Resting


class Life:
    """A breaker, the clock it goes by, and calls through it that end when they are told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.breaker = Breaker(lambda: self.now)
        self.under_way: list[asyncio.Future[bool]] = []
        self.refused = 0
        self.failed = 0

    async def call(self) -> None:
        try:
            async with self.breaker.passage() as passage:
                end: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
                self.under_way.append(end)
                if await end:
                    passage.succeeded()
                else:
                    self.failed += 1
                    passage.failed("failed (HTTP 500)")
        except Resting:
            self.refused += 1

    async def end(self, count: int, *, well: bool) -> None:
        for _ in range(count):
            self.under_way.pop(0).set_result(well)
            await settled()

    async def calls(self, count: int) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.call()) for _ in range(count)]
        await settled()
        return tasks


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.fixture
def life() -> Life:
    return Life()


async def test_five_errors_in_a_row_open_it_for_ten_seconds(life: Life) -> None:
    for _ in range(ERRORS):
        await life.calls(1)
        await life.end(1, well=False)
    await life.calls(1)
    assert life.refused == 1
    life.now += REST - 0.01
    await life.calls(1)
    assert life.refused == 2


async def test_a_success_in_between_starts_the_count_anew(life: Life) -> None:
    for _ in range(3):
        for well in (False, False, False, False, True):
            await life.calls(1)
            await life.end(1, well=well)
    assert life.refused == 0


async def test_of_two_hundred_calls_at_once_five_reach_a_dead_provider(life: Life) -> None:
    tasks = await life.calls(200)
    assert len(life.under_way) == ERRORS
    while life.under_way:
        await life.end(1, well=False)
    await asyncio.gather(*tasks)
    assert (life.failed, life.refused) == (5, 195)


async def test_a_crowd_goes_through_as_soon_as_one_call_has_shown_that_it_lives(life: Life) -> None:
    tasks = await life.calls(200)
    await life.end(1, well=True)
    assert len(life.under_way) == 199
    await life.end(199, well=True)
    await asyncio.gather(*tasks)
    assert life.refused == 0


async def test_after_the_rest_exactly_one_probe_goes_through(life: Life) -> None:
    for _ in range(ERRORS):
        await life.calls(1)
        await life.end(1, well=False)
    life.now += REST
    await life.calls(50)
    assert (len(life.under_way), life.refused) == (1, 49)
    await life.end(1, well=False)
    await life.calls(1)
    assert life.refused == 50
    life.now += REST
    await life.calls(1)
    await life.end(1, well=True)
    await life.calls(20)
    assert (len(life.under_way), life.refused) == (20, 50)
    await life.end(20, well=True)


async def test_a_probe_that_is_cancelled_leaves_room_for_another(life: Life) -> None:
    for _ in range(ERRORS):
        await life.calls(1)
        await life.end(1, well=False)
    life.now += REST
    (probe,) = await life.calls(1)
    probe.cancel()
    await settled()
    life.under_way.clear()
    await life.calls(1)
    assert (len(life.under_way), life.refused) == (1, 0)
    await life.end(1, well=True)


async def test_a_dead_provider_costs_at_most_five_failed_calls_in_any_ten_seconds(life: Life) -> None:
    failures: list[float] = []
    for _ in range(400):  # 100 s, three calls every quarter of a second
        await life.calls(3)
        before = life.failed
        while life.under_way:
            await life.end(1, well=False)
        failures += [life.now] * (life.failed - before)
        life.now += 0.25
    assert len(failures) >= 10
    assert max(sum(start <= at < start + REST for at in failures) for start in failures) <= 5


async def test_who_waits_in_front_of_it_can_be_cancelled(life: Life) -> None:
    tasks = await life.calls(ERRORS + 1)
    tasks[-1].cancel()
    await settled()
    await life.end(ERRORS, well=True)
    assert life.under_way == []


async def test_it_says_why_and_for_how_long(life: Life) -> None:
    for _ in range(ERRORS):
        await life.calls(1)
        await life.end(1, well=False)
    life.now += 4
    with pytest.raises(Resting, match="HTTP 500") as caught:
        async with life.breaker.passage():
            raise AssertionError
    assert caught.value.left == pytest.approx(REST - 4)
