from __future__ import annotations

import asyncio
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from faultline.core.errors import ArtifactRejected
from faultline.platform.jobs.pool import JobFailed, PoolClosed, ProcessSlots, WorkerDied, WorkerTimeout
from tests.platform.jobs import work
from tests.until import PATIENCE, until

ROOT = Path(__file__).parents[3]
LONG = PATIENCE


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not collected yet does not, but all its threads have to."""
    try:
        os.kill(pid, 0)
        ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not ended or len(list(Path(f"/proc/{pid}/task").iterdir())) > 1
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return sys.platform != "linux"


async def working(began: Path) -> int:
    """The process id of the child that works on `work.stay(began)` or `work.wait_for(..., began)`."""
    await until(began.exists)
    return int(began.read_text())


@pytest.fixture
async def pool() -> AsyncIterator[ProcessSlots]:
    async with ProcessSlots(2) as slots:
        yield slots


async def test_two_hundred_calls_through_two_children_all_arrive(pool: ProcessSlots) -> None:
    answers = await asyncio.gather(*(pool.run(work.square, number, timeout=LONG) for number in range(200)))
    assert answers == [number * number for number in range(200)]
    assert (pool.busy, pool.free) == (0, 2)


async def test_calls_run_in_as_many_processes_as_there_are_slots_and_not_in_ours(pool: ProcessSlots) -> None:
    await pool.warm()
    pids = set(await asyncio.gather(*(pool.run(work.process, timeout=LONG) for _ in range(50))))
    assert len(pids) == 2
    assert os.getpid() not in pids


async def test_a_result_larger_than_any_pipe_arrives_whole(pool: ProcessSlots) -> None:
    assert await pool.run(work.much, 5_000_000, timeout=LONG) == bytes(5_000_000)


async def test_children_yield_to_the_parent_and_leave_ctrl_c_to_it(pool: ProcessSlots) -> None:
    niceness, ignored = await pool.run(work.niceness_and_interrupt, timeout=LONG)
    assert niceness == 19
    assert ignored


async def test_a_killed_child_is_reported_and_the_other_call_does_not_notice(
    pool: ProcessSlots, tmp_path: Path
) -> None:
    victim = asyncio.create_task(pool.run(work.stay, tmp_path / "victim", timeout=LONG))
    other = asyncio.create_task(pool.run(work.wait_for, tmp_path / "go", tmp_path / "other", timeout=LONG))
    os.kill(await working(tmp_path / "victim"), signal.SIGKILL)
    with pytest.raises(WorkerDied, match="was killed by SIGKILL"):
        await victim
    (tmp_path / "go").touch()
    assert await other == "done"
    assert await pool.run(work.square, 3, timeout=LONG) == 9


async def test_a_child_that_died_while_idle_costs_no_call(pool: ProcessSlots) -> None:
    first = await pool.run(work.process, timeout=LONG)
    os.kill(first, signal.SIGKILL)
    await until(lambda: not alive(first))
    assert await pool.run(work.process, timeout=LONG) != first


async def test_children_killed_while_they_send_never_hold_up_the_pool(pool: ProcessSlots) -> None:
    for _ in range(10):
        pid = await pool.run(work.process, timeout=LONG)
        sending = asyncio.create_task(pool.run(work.much, 50_000_000, timeout=LONG))
        await until(lambda: pool.busy == 1)
        os.kill(pid, signal.SIGKILL)
        await asyncio.wait([sending])
        assert sending.exception() is None or isinstance(sending.exception(), WorkerDied)
        assert await pool.run(work.square, 3, timeout=LONG) == 9


async def test_a_job_that_leaves_the_process_is_reported_with_its_exit_code(pool: ProcessSlots) -> None:
    with pytest.raises(WorkerDied, match="exit code 3"):
        await pool.run(work.leave, 3, timeout=LONG)
    with pytest.raises(SystemExit):
        await pool.run(work.leave_politely, timeout=LONG)
    assert await pool.run(work.square, 3, timeout=LONG) == 9


async def test_a_call_past_its_deadline_is_killed(pool: ProcessSlots, tmp_path: Path) -> None:
    pid = await pool.run(work.process, timeout=LONG)
    with pytest.raises(WorkerTimeout, match=r"longer than 0\.5 seconds"):
        # By the same child, which on a busy machine does not even begin.
        await pool.run(work.stay, tmp_path / "began", timeout=0.5)
    await until(lambda: not alive(pid))
    assert pool.free == 2


async def test_cancelling_kills_that_child_alone(pool: ProcessSlots, tmp_path: Path) -> None:
    cancelled = asyncio.create_task(pool.run(work.stay, tmp_path / "cancelled", timeout=LONG))
    other = asyncio.create_task(pool.run(work.wait_for, tmp_path / "go", tmp_path / "other", timeout=LONG))
    pid, other_pid = await working(tmp_path / "cancelled"), await working(tmp_path / "other")
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await until(lambda: not alive(pid))
    assert alive(other_pid)
    (tmp_path / "go").touch()
    assert await other == "done"


async def test_cancelling_while_the_child_starts_leaves_no_child_behind() -> None:
    async with ProcessSlots(1) as pool:
        call = asyncio.create_task(pool.run(work.process, timeout=LONG))
        await until(lambda: pool.busy == 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await pool.run(work.square, 3, timeout=LONG) == 9
        again = asyncio.create_task(pool.run(work.process, timeout=LONG))
        await asyncio.sleep(0)
        again.cancel()


async def test_a_call_that_waits_for_its_turn_can_be_cancelled_and_then_takes_none(tmp_path: Path) -> None:
    async with ProcessSlots(1) as pool:
        first = asyncio.create_task(pool.run(work.wait_for, tmp_path / "go", tmp_path / "first", timeout=LONG))
        await working(tmp_path / "first")
        assert pool.free == 0
        second = asyncio.create_task(pool.run(work.process, timeout=LONG))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        (tmp_path / "go").touch()
        assert await first == "done"
        assert pool.free == 1


async def test_an_error_of_ours_arrives_as_itself_and_says_where_it_came_from(pool: ProcessSlots) -> None:
    with pytest.raises(ArtifactRejected, match=r"^build\.log: too large") as caught:
        await pool.run(work.reject, timeout=LONG)
    assert (caught.value.reason, caught.value.name, caught.value.limit) == ("too large", "build.log", "1 MB")
    assert "in reject" in caught.value.__notes__[0]


async def test_an_error_that_cannot_travel_is_described(pool: ProcessSlots) -> None:
    with pytest.raises(JobFailed, match="Stubborn: will not"):
        await pool.run(work.fail_stubbornly, timeout=LONG)


async def test_a_result_that_cannot_travel_is_an_error(pool: ProcessSlots) -> None:
    with pytest.raises(TypeError, match="pickle"):
        await pool.run(work.unreadable, timeout=LONG)
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        await pool.run(lambda: None, timeout=LONG)
    assert await pool.run(work.square, 3, timeout=LONG) == 9


async def test_a_child_is_made_ready_once_and_replaced_after_its_share_of_calls() -> None:
    async with ProcessSlots(1, initializer=work.warm, arguments=("hot",), tasks_per_child=2) as pool:
        seen = [await pool.run(work.warmed, timeout=LONG) for _ in range(4)]
    assert [words for words, _ in seen] == [["hot"]] * 4
    pids = [pid for _, pid in seen]
    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_a_child_that_cannot_be_made_ready_says_why() -> None:
    async with ProcessSlots(1, initializer=work.cold) as pool:
        for _ in range(2):
            with pytest.raises(ArtifactRejected, match="no warmth"):
                await pool.run(work.process, timeout=LONG)


async def test_a_child_that_dies_before_it_is_ready_is_reported() -> None:
    async with ProcessSlots(1, initializer=work.leave, arguments=(1,)) as pool:
        with pytest.raises(WorkerDied, match="could not be started"):
            await pool.run(work.process, timeout=LONG)


async def test_draining_waits_for_what_runs_and_takes_nothing_new(tmp_path: Path) -> None:
    pool = ProcessSlots(1)
    running = asyncio.create_task(pool.run(work.wait_for, tmp_path / "go", tmp_path / "began", timeout=LONG))
    pid = await working(tmp_path / "began")
    waiting = asyncio.create_task(pool.run(work.process, timeout=LONG))
    await asyncio.sleep(0)
    draining = asyncio.create_task(pool.drain(LONG))
    await asyncio.sleep(0)
    with pytest.raises(PoolClosed):
        await pool.run(work.process, timeout=LONG)
    (tmp_path / "go").touch()
    assert await running == "done"
    await draining
    await asyncio.wait([waiting])
    assert isinstance(waiting.exception(), PoolClosed)
    assert not alive(pid)


async def test_draining_kills_what_does_not_end_in_time(tmp_path: Path) -> None:
    pool = ProcessSlots(2)
    running = asyncio.create_task(pool.run(work.stay, tmp_path / "began", timeout=LONG))
    pid = await working(tmp_path / "began")
    await pool.drain(0)
    assert not alive(pid)
    with pytest.raises(PoolClosed):
        await running
    await pool.close()


async def test_closing_while_a_child_starts_leaves_none() -> None:
    pool = ProcessSlots(2, initializer=work.warm)
    starting = asyncio.create_task(pool.run(work.process, timeout=LONG))
    await until(lambda: pool.busy == 1)
    await pool.close()
    await asyncio.wait([starting])
    assert isinstance(starting.exception(), PoolClosed)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_no_child_outlives_its_parent(ending: signal.Signals, tmp_path: Path) -> None:
    code = (
        "import asyncio, pathlib, sys\n"
        "from faultline.platform.jobs.pool import ProcessSlots\n"
        "from tests.platform.jobs import work\n"
        "async def main(folder):\n"
        "    pool = ProcessSlots(3)\n"
        "    await pool.warm()\n"
        "    stays = [pool.run(work.stay, folder / name, timeout=60) for name in ('one', 'two')]\n"
        "    await asyncio.gather(*stays)\n"
        "asyncio.run(main(pathlib.Path(sys.argv[1])))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=ROOT) as parent:
        pids = [await working(tmp_path / name) for name in ("one", "two")]
        family = pids + descendants(parent.pid)
        parent.send_signal(ending)
    assert len(family) > 3
    await until(lambda: not any(alive(pid) for pid in family))


def descendants(pid: int) -> list[int]:
    """Every process below this one: the fork server, its children, the tracker of resources. Linux only, else none."""
    children = [
        int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
    ]
    return children + [deeper for child in children for deeper in descendants(child)]
