"""Sliding windows: where accepted hits are remembered, in this process or in a store that several share.

A window of `seconds` is half open: a hit at t counts until just before t + seconds. Every accepted hit is remembered by
its time, so the promise holds for windows of any position, which fixed windows and weighted counters do not give.

The memory storage of the `limits` library is not used: at every hit it walks all keys and hops to a thread for each,
which at 100 hits/s took 43 % of a core with 100 keys and 93 % with 10,000 (limits 5.8).
"""

from __future__ import annotations

import asyncio
import time
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from limits.aio.storage import MovingWindowSupport, Storage

from faultline.platform.limits.rules import Rule

_NANOSECONDS = 10**9
_SWEPT_AT_ONCE = 4
_TIMEOUT_SECONDS = 0.25  # a hit takes 1 ms on a store nearby


@dataclass(frozen=True, slots=True)
class Window:
    """Where a rule stands after a hit.

    `remaining` hits would be let through now; `reset` is in how many seconds that becomes one more (0 when nothing is
    counted). Where nothing remains, `reset` is when the next hit can succeed.
    """

    rule: Rule
    remaining: int
    reset: float


class Windows(Protocol):
    """Remembers hits."""

    async def hit(self, rules: Sequence[Rule]) -> tuple[bool, list[Window]]:
        """Count one hit for all rules, or for none when one of them has no room for it.

        Returns:
            Whether it was counted, and where every rule stands now.

        """
        ...


class MemoryWindows:
    """Windows of this process.

    A hit takes 8 bytes. The logs of one length are ordered by their last hit, so those that have passed are found at
    the front: each hit drops up to four of them and adds at most one, and keys that do not come back are not kept. It
    never waits, so no other hit comes between reading and counting.

    Args:
        nanoseconds: a clock that never goes back, unlike that of the wall.

    """

    def __init__(self, nanoseconds: Callable[[], int] = time.monotonic_ns) -> None:
        self._now = nanoseconds
        self._logs: dict[int, OrderedDict[tuple[str, str], array[int]]] = {}

    def __len__(self) -> int:
        """How many keys are remembered, each once for every length of window."""
        return sum(map(len, self._logs.values()))

    async def hit(self, rules: Sequence[Rule]) -> tuple[bool, list[Window]]:
        """See Windows."""
        now = self._now()
        logs = [self._current(rule, now) for rule in rules]
        counted = all(len(log) < rule.limit for rule, log in zip(rules, logs, strict=True))
        if counted:
            for rule, log in zip(rules, logs, strict=True):
                log.append(now)
                order, name = self._logs[rule.seconds], (rule.name, rule.key)
                order[name] = log
                order.move_to_end(name)
        return counted, [_window(rule, log, now) for rule, log in zip(rules, logs, strict=True)]

    def _current(self, rule: Rule, now: int) -> array[int]:
        """The hits of a rule that still count."""
        order = self._logs.setdefault(rule.seconds, OrderedDict())
        gone = now - rule.seconds * _NANOSECONDS
        for _ in range(_SWEPT_AT_ONCE):
            oldest = next(iter(order), None)
            if oldest is None or order[oldest][-1] > gone:
                break
            del order[oldest]
        log = order.get((rule.name, rule.key), array("q"))
        del log[: bisect_right(log, gone)]
        if not log:
            order.pop((rule.name, rule.key), None)
        return log


def _window(rule: Rule, log: array[int], now: int) -> Window:
    remaining = rule.limit - len(log)
    if rule.limit <= 0:
        return Window(rule, 0, rule.seconds)
    if not log:
        return Window(rule, remaining, 0)
    # A limit that was lowered leaves more hits than it allows; room comes when all but limit - 1 are gone.
    next_gone = log[max(0, -remaining)]
    return Window(rule, max(0, remaining), (next_gone - now) / _NANOSECONDS + rule.seconds)


class SharedWindows:
    """Windows in a store of the `limits` library, such as Redis, which several processes share.

    Each rule is exact by itself. A hit that comes between reading and counting may make a rule refuse what the rules
    before it have counted already: more is refused then, never less.

    Args:
        storage: one of `limits.aio.storage` that knows moving windows.
        wall: the clock that the storage uses, in seconds.

    """

    def __init__(self, storage: Storage, wall: Callable[[], float] = time.time) -> None:
        if not isinstance(storage, MovingWindowSupport):
            raise TypeError(f"{type(storage).__name__} cannot keep moving windows")
        self._storage: MovingWindowSupport = storage
        self._now = wall

    async def hit(self, rules: Sequence[Rule]) -> tuple[bool, list[Window]]:
        """See Windows; two round trips, however many rules there are.

        Raises:
            TimeoutError: the store takes longer than a request should wait for it.

        """
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            windows = await self._read(rules)
            if not all(window.remaining for window in windows):
                return False, windows
            if all(await asyncio.gather(*(self._count(rule) for rule in rules))):
                return True, [_with_one_more(window) for window in windows]
            return False, await self._read(rules)

    async def _read(self, rules: Sequence[Rule]) -> list[Window]:
        return await asyncio.gather(*(self._window(rule) for rule in rules))

    async def _window(self, rule: Rule) -> Window:
        oldest, count = await self._storage.get_moving_window(_name(rule), rule.limit, rule.seconds)
        reset = max(0.0, oldest + rule.seconds - self._now()) if count else 0.0
        return Window(rule, max(0, rule.limit - count), reset if rule.limit else rule.seconds)

    async def _count(self, rule: Rule) -> bool:
        return await self._storage.acquire_entry(_name(rule), rule.limit, rule.seconds)


def _with_one_more(window: Window) -> Window:
    return Window(window.rule, window.remaining - 1, window.reset or window.rule.seconds)


def _name(rule: Rule) -> str:
    return f"faultline:limits:{rule.name}:{rule.seconds}:{rule.key}"
