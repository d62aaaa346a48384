"""The process pool: CPU work in child processes of which one can be lost without the others noticing.

Each child has a stream of its own to the parent (see child.py), and no lock is shared between children. That is why it
is not a library's: pebble 5.2 sends all results through one pipe under one lock, and a child that is killed while it
sends, which is when memory runs out, leaves the lock taken: in a trial the pool stood still for good at the tenth such
kill. concurrent.futures gives up the whole pool at the first. Here a child's death is the end of its stream, so nothing
polls either, and an idle pool costs no time.

Children are forked by the fork server, a process without threads that has imported the analysis code once, so that they
start in milliseconds and share its memory. Where there is none (Windows), they are started afresh, in some 250 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import pickle
import signal
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Self, TypeVar, TypeVarTuple

from faultline.core.errors import FaultlineError
from faultline.platform.errors import TryAgainLater
from faultline.platform.jobs import child as other_side
from faultline.platform.jobs.child import LENGTH, Failure, serve

START_SECONDS = 60.0
"""A child that is not ready by then never will be."""
TASKS_PER_CHILD = 200
"""After so many calls a child is replaced, so that what it has come to hold in memory is given back."""
_LEAVE_SECONDS = 5.0
_Ts = TypeVarTuple("_Ts")
_T = TypeVar("_T")


class WorkerDied(FaultlineError):
    """The process that made the call was killed or ended itself: out of memory, a crash, `kill -9`."""

    code = "worker-died"
    status = 500


class WorkerTimeout(FaultlineError):
    """The call took longer than it was given; its process was killed."""

    code = "worker-timeout"
    status = 504


class JobFailed(FaultlineError):
    """The call raised, or returned, something that cannot be brought from process to process."""

    code = "job-failed"
    status = 500


class PoolClosed(TryAgainLater):
    """The pool takes no more work, or gave up this call because it is closing; the call may be made elsewhere."""

    code = "shutting-down"


@dataclass(eq=False, slots=True)
class _Child:
    process: BaseProcess
    channel: socket.socket
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    calls: int = 0

    @property
    def gone(self) -> bool:
        """Whether an idle child has died, known as soon as it has: the event loop may not have looked yet."""
        try:
            return not self.channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    async def ask(self, question: bytes) -> bytes:
        """Send a call and wait for what comes of it; IncompleteReadError or ConnectionError when the child dies."""
        self.calls += 1
        self.writer.write(LENGTH.pack(len(question)))
        self.writer.write(question)
        await self.writer.drain()
        return await self.hear()

    async def hear(self) -> bytes:
        (length,) = LENGTH.unpack(await self.reader.readexactly(LENGTH.size))
        return await self.reader.readexactly(length)


class ProcessSlots:
    """So many calls at a time, each in a child process of its own; used from one event loop.

    A child starts when a call finds none idle, and is used again afterwards. Callers wait their turn in order.

    Args:
        count: how many calls run at the same time.
        initializer: called in each new child before its first call, with `arguments`; importable by name.
        arguments: see `initializer`.
        preload: modules that the fork server imports once for all children. It is one for the whole process, and the
            first pool to start a child decides. They must not start threads.
        tasks_per_child: how many calls a child makes before it is replaced.

    """

    def __init__(
        self,
        count: int,
        *,
        initializer: Callable[..., object] | None = None,
        arguments: tuple[Any, ...] = (),
        preload: Sequence[str] = (),
        tasks_per_child: int = TASKS_PER_CHILD,
    ) -> None:
        self.count = count
        self._serve = (initializer, arguments)
        self._tasks_per_child = tasks_per_child
        self._context = _context([other_side.__name__, *preload])
        self._slots = asyncio.Semaphore(count)
        self._idle: list[_Child] = []
        self._working: set[_Child] = set()
        self._starting: set[asyncio.Future[_Child]] = set()
        self._busy = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._closing = False  # no more calls
        self._killing = False  # no call goes on
        # One thread, as multiprocessing's book of children is not made for two that start and reap at the same time.
        self._nursery = ThreadPoolExecutor(1, thread_name_prefix="process-slots")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def busy(self) -> int:
        """How many calls are running."""
        return self._busy

    @property
    def free(self) -> int:
        """How many calls could begin at once."""
        return 0 if self._closing else self.count - self._busy

    async def warm(self) -> None:
        """Start all children now, so that no call waits for that."""
        await asyncio.gather(*(self.run(int, timeout=START_SECONDS) for _ in range(self.count)))

    async def run(self, function: Callable[[*_Ts], _T], /, *args: *_Ts, timeout: float) -> _T:
        """Call the function in a child process and answer with what it returns, or raise what it raises.

        Cancelling this kills the child. Function, arguments and result travel by pickle: send paths or bytes, not
        worlds.

        Args:
            function: a function that can be imported by name.
            *args: its arguments.
            timeout: seconds it may take once it has begun.

        Raises:
            WorkerTimeout: it took longer.
            WorkerDied: its process was killed or ended itself.
            JobFailed: what it raised or returned cannot be brought here; the message describes it.
            PoolClosed: the pool is closing.

        """
        question = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        self._refuse_if(self._closing)
        async with self._slots:
            self._refuse_if(self._closing)
            self._busy += 1
            self._quiet.clear()
            try:
                child = self._awake() or await self._start()
                answer = await self._asked(child, question, timeout)
            finally:
                self._busy -= 1
                if not self._busy:
                    self._quiet.set()
        return _understood(answer)  # type: ignore[no-any-return]

    async def drain(self, seconds: float) -> None:
        """Take no more calls, give the running ones so many seconds to end, then close."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), seconds)
        await self.close()

    async def close(self) -> None:
        """Kill what is running and let every child go; returns when none is left. May be called again."""
        self._closing = self._killing = True
        for child in self._working:
            child.process.kill()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await self._quiet.wait()
        while self._idle:
            self._dismiss(self._idle.pop())
        # Behind all reaping: there is one thread.
        await asyncio.to_thread(self._nursery.shutdown)

    def _refuse_if(self, closed: bool) -> None:
        if closed:
            raise PoolClosed("The process is shutting down.")

    def _awake(self) -> _Child | None:
        """The idle child that was used last, which is the one whose memory is warm; those that died meanwhile go."""
        while self._idle:
            child = self._idle.pop()
            if not child.gone:
                return child
            self._kill(child)
        return None

    async def _start(self) -> _Child:
        starting = asyncio.ensure_future(self._born())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(self._unwanted)
            raise

    def _unwanted(self, started: asyncio.Future[_Child]) -> None:
        if not started.cancelled() and started.exception() is None:
            self._kill(started.result())

    async def _born(self) -> _Child:
        ours, theirs = socket.socketpair()
        process = self._context.Process(target=serve, args=(theirs, *self._serve), daemon=True)  # type: ignore[attr-defined]
        try:
            await asyncio.get_running_loop().run_in_executor(self._nursery, process.start)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours)
        child = _Child(process, ours, reader, writer)
        try:
            async with asyncio.timeout(START_SECONDS):
                _understood(await child.hear())
        except (EOFError, OSError) as error:
            self._kill(child)
            raise WorkerDied("A worker process could not be started.") from error
        except BaseException:
            self._kill(child)
            raise
        return child

    async def _asked(self, child: _Child, question: bytes, timeout: float) -> bytes:
        self._working.add(child)
        answer: bytes | None = None
        try:
            self._refuse_if(self._killing)
            async with asyncio.timeout(timeout):
                answer = await child.ask(question)
        except TimeoutError:
            raise WorkerTimeout(f"The work took longer than {timeout:g} seconds and was stopped.") from None
        except (EOFError, OSError):
            self._refuse_if(self._killing)
            how = _ending(await self._kill(child))
            raise WorkerDied(f"The process that did the work {how}.") from None
        else:
            return answer
        finally:
            self._working.discard(child)
            if answer is None:
                self._kill(child)
            elif child.calls >= self._tasks_per_child or self._closing:
                self._dismiss(child)
            else:
                self._idle.append(child)

    def _dismiss(self, child: _Child) -> None:
        """Let a child that does nothing go by itself."""
        self._reap(child, _LEAVE_SECONDS)

    def _kill(self, child: _Child) -> asyncio.Future[int | None]:
        """Kill a child; answers its exit code, negative for a signal. It may be called for one child more than once."""
        # A child that ended itself keeps its exit code: it is set before its stream ends.
        with contextlib.suppress(ValueError):  # reaped already
            child.process.kill()
        return self._reap(child, 0.0)

    def _reap(self, child: _Child, patience: float) -> asyncio.Future[int | None]:
        child.writer.close()
        return asyncio.get_running_loop().run_in_executor(self._nursery, partial(_reaped, child.process, patience))


def _context(preload: list[str]) -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(preload)
    return context


def _reaped(process: BaseProcess, patience: float) -> int | None:
    try:
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            process.join(_LEAVE_SECONDS)
        code = process.exitcode
        process.close()
    except ValueError:  # closed before, or not to be killed: nothing more to be done about it
        return None
    return code


def _understood(answer: bytes) -> Any:
    try:
        well, value = pickle.loads(answer)  # noqa: S301 what our own child wrote
        failed = None if well else _error(value)
    except Exception as problem:
        raise JobFailed(f"The result cannot be read: {problem}") from problem
    if failed is not None:
        raise failed
    return value


def _error(failure: Failure) -> BaseException:
    error: BaseException = JobFailed(failure.summary)
    if failure.pickled is not None:
        error = pickle.loads(failure.pickled)  # noqa: S301 what our own child wrote
    error.add_note(f"In the worker process:\n{failure.trace}")
    return error


def _ending(code: int | None) -> str:
    if code is None:
        return "was lost"
    if code >= 0:
        return f"ended itself with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
