"""One at a time, the urgent first."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.database.turnstile import Turnstile
from tests.until import PATIENCE


async def test_who_is_in_a_hurry_goes_first_and_the_others_in_order() -> None:
    lock, order = Turnstile(), list[str]()

    async def enter(name: str, *, urgent: bool) -> None:
        await lock.acquire(urgent=urgent)
        order.append(name)
        await asyncio.sleep(0)
        lock.release()

    await lock.acquire(urgent=False)
    tasks = [
        asyncio.create_task(enter(name, urgent=name.startswith("urgent")))
        for name in ("patient 1", "urgent 1", "patient 2", "urgent 2")
    ]
    await asyncio.sleep(0)
    lock.release()
    await asyncio.gather(*tasks)
    assert order == ["urgent 1", "urgent 2", "patient 1", "patient 2"]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12))
def test_whoever_is_cancelled_nobody_is_left_waiting_and_nobody_meets(plan: list[tuple[bool, bool]]) -> None:
    async def scenario() -> int:
        lock, inside, passed = Turnstile(), 0, 0

        async def enter(urgent: bool) -> None:
            nonlocal inside, passed
            await lock.acquire(urgent=urgent)
            try:
                inside += 1
                assert inside == 1
                await asyncio.sleep(0)
                passed += 1
            finally:
                inside -= 1
                lock.release()

        tasks = [asyncio.create_task(enter(urgent)) for urgent, _ in plan]
        await asyncio.sleep(0)
        for task, (_, cancelled) in zip(tasks, plan, strict=True):
            if cancelled:
                task.cancel()
                await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), PATIENCE)
        await asyncio.wait_for(lock.acquire(urgent=False), PATIENCE)
        return passed

    assert asyncio.run(scenario()) >= sum(not cancelled for _, cancelled in plan)
