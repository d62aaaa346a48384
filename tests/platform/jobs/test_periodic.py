from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from faultline.platform.jobs.periodic import Periodic
from tests.until import until

NEVER = 3600.0


class Work:
    """Counts its calls; each waits for `gate`."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> None:
        self.begun += 1
        await self.gate.wait()
        self.ended += 1


async def test_it_runs_at_the_start_and_after_each_interval() -> None:
    work = Work()
    periodic = Periodic("count", 0.001, work)
    periodic.start()
    await until(lambda: work.ended >= 3)
    assert periodic.running
    await periodic.stop()
    assert not periodic.running


async def test_a_nudge_does_not_wait_for_the_interval() -> None:
    work = Work()
    periodic = Periodic("count", NEVER, work)
    periodic.start()
    await until(lambda: work.ended == 1)
    periodic.nudge()
    await until(lambda: work.ended == 2)
    await periodic.stop()


async def test_nudges_during_a_call_make_exactly_one_more() -> None:
    work = Work()
    work.gate.clear()
    periodic = Periodic("count", NEVER, work)
    periodic.start()
    periodic.start()
    await until(lambda: work.begun == 1)
    for _ in range(3):
        periodic.nudge()
    assert work.begun == 1
    work.gate.set()
    await until(lambda: work.ended == 2)
    await periodic.stop()
    assert work.begun == 2


async def test_a_failure_is_logged_and_the_next_call_comes() -> None:
    calls: list[int] = []

    async def fail() -> None:
        calls.append(len(calls))
        raise ValueError("no luck")

    periodic = Periodic("unlucky", 0.001, fail)
    with capture_logs() as logs:
        periodic.start()
        await until(lambda: len(calls) >= 2)
        await periodic.stop()
        assert await periodic.once() is False
    assert logs[0] == {"event": "periodic work failed", "work": "unlucky", "log_level": "error", "exc_info": True}


async def test_stopping_lets_a_call_finish() -> None:
    work = Work()
    work.gate.clear()
    periodic = Periodic("count", NEVER, work)
    periodic.start()
    await until(lambda: work.begun == 1)
    stopping = asyncio.create_task(periodic.stop(grace=30))
    await asyncio.sleep(0)
    work.gate.set()
    await stopping
    assert (work.ended, work.begun) == (1, 1)


async def test_stopping_cancels_a_call_that_does_not_finish() -> None:
    work = Work()
    work.gate.clear()
    periodic = Periodic("count", NEVER, work)
    periodic.start()
    await until(lambda: work.begun == 1)
    await periodic.stop(grace=0)
    assert not periodic.running
    assert work.ended == 0


async def test_it_can_be_called_once_without_running() -> None:
    work = Work()
    periodic = Periodic("count", NEVER, work)
    assert await periodic.once()
    assert (work.ended, periodic.running) == (1, False)
    await periodic.stop()


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 9.0), (0.5, 10.0), (1.0, 11.0)])
async def test_intervals_are_spread_a_tenth_to_both_sides(chance: float, pause: float) -> None:
    assert Periodic("spread", 10.0, Work(), chance=lambda: chance)._pause() == pytest.approx(pause)
