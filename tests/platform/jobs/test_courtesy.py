"""Requests go before jobs, and jobs are not forgotten."""

import asyncio

import pytest

from faultline.platform.jobs import courtesy
from faultline.platform.jobs.courtesy import Courtesy
from tests.until import PATIENCE


def test_with_no_request_under_way_a_job_goes_on_at_once() -> None:
    with pytest.raises(StopIteration):  # it has ended without once waiting
        Courtesy().wait().send(None)


async def test_a_job_waits_for_the_last_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE_SECONDS", 3600.0)
    shared, order = Courtesy(), list[str]()
    shared.begin()
    shared.begin()

    async def job() -> None:
        await shared.wait()
        order.append("job")

    task = asyncio.create_task(job())
    for name in ("first", "second"):
        await asyncio.sleep(0)
        order.append(name)
        shared.end()
    await task
    assert order == ["first", "second", "job"]


async def test_a_job_is_not_kept_for_ever_by_requests_that_never_cease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE_SECONDS", 0.01)
    shared = Courtesy()
    shared.begin()
    await asyncio.wait_for(shared.wait(), PATIENCE)


async def test_a_request_that_only_waits_for_a_job_does_not_hold_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PATIENCE_SECONDS", 3600.0)
    shared = Courtesy()
    shared.begin()
    with shared.resting():
        await asyncio.wait_for(shared.wait(), PATIENCE)
