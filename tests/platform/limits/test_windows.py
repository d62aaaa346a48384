"""What windows promise, over those of this process and over those of the `limits` library."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage

from faultline.platform.limits import MemoryWindows, Rule, SharedWindows, Windows, per_minute

SECOND = 10**9


class MovedClock:
    def __init__(self) -> None:
        self.nanoseconds = 10**18

    def __call__(self) -> int:
        return self.nanoseconds

    def wall(self) -> float:
        return self.nanoseconds / SECOND

    def advance(self, seconds: float) -> None:
        self.nanoseconds += round(seconds * SECOND)


async def allowed(windows: Windows, *rules: Rule) -> bool:
    return (await windows.hit(rules))[0]


class WindowsContract:
    @pytest.fixture
    def clock(self) -> MovedClock:
        return MovedClock()

    async def test_as_many_as_the_rule_says_are_let_through(self, windows: Windows) -> None:
        rule = Rule("submissions", "a", 3, 60)
        assert [await allowed(windows, rule) for _ in range(5)] == [True, True, True, False, False]

    async def test_keys_and_names_are_counted_apart(self, windows: Windows) -> None:
        for rule in (Rule("x", "a", 1, 60), Rule("x", "b", 1, 60), Rule("y", "a", 1, 60), Rule("x", "a", 1, 10)):
            assert await allowed(windows, rule)
            assert not await allowed(windows, rule)

    async def test_room_comes_back_hit_by_hit(self, windows: Windows, clock: MovedClock) -> None:
        rule = Rule("submissions", "a", 2, 60)
        assert await allowed(windows, rule)
        clock.advance(50)
        assert await allowed(windows, rule)
        clock.advance(9.99)
        assert not await allowed(windows, rule)
        clock.advance(0.02)
        assert [await allowed(windows, rule) for _ in range(2)] == [True, False]

    async def test_a_hit_that_one_rule_refuses_is_not_counted_by_the_others(
        self, windows: Windows, clock: MovedClock
    ) -> None:
        wide, narrow = Rule("wide", "a", 5, 600), Rule("narrow", "a", 1, 10)
        for order in ((wide, narrow), (narrow, wide)):
            assert await allowed(windows, *order)
            for _ in range(20):
                assert not await allowed(windows, *order)
            clock.advance(10.01)
        assert (await windows.hit([wide]))[1][0].remaining == 2

    async def test_a_window_says_what_remains_and_when_there_is_more(self, windows: Windows, clock: MovedClock) -> None:
        rule = Rule("submissions", "a", 2, 60)
        found = []
        for _ in range(3):
            counted, [window] = await windows.hit([rule])
            found.append((counted, window.remaining, round(window.reset, 3)))
            clock.advance(5)
        assert found == [(True, 1, 60), (True, 0, 55), (False, 0, 50)]
        clock.advance(45.01)
        assert (await windows.hit([rule]))[0]

    async def test_a_limit_of_nothing_lets_nothing_through(self, windows: Windows) -> None:
        counted, [window] = await windows.hit([Rule("submissions", "a", 0, 60)])
        assert (counted, window.remaining, window.reset) == (False, 0, 60)

    async def test_a_key_keeps_its_hits_when_its_limit_changes(self, windows: Windows, clock: MovedClock) -> None:
        for _ in range(4):
            assert await allowed(windows, Rule("submissions", "a", 10, 60))
            clock.advance(10)
        assert not await allowed(windows, Rule("submissions", "a", 2, 60))
        assert await allowed(windows, Rule("submissions", "a", 5, 60))
        assert not await allowed(windows, Rule("submissions", "a", 5, 60))

    async def test_of_80_hits_at_once_exactly_the_limit_is_let_through(self, windows: Windows) -> None:
        rules = per_minute("submissions", "a", 100)
        verdicts = await asyncio.gather(*(allowed(windows, *rules) for _ in range(80)))
        assert sum(verdicts) == 34

    async def test_without_rules_everything_is_let_through(self, windows: Windows) -> None:
        assert await windows.hit([]) == (True, [])


class TestMemoryWindows(WindowsContract):
    @pytest.fixture
    def windows(self, clock: MovedClock) -> MemoryWindows:
        return MemoryWindows(clock)

    async def test_the_reset_of_a_full_window_is_exact(self, windows: MemoryWindows, clock: MovedClock) -> None:
        rule = Rule("submissions", "a", 1, 60)
        await windows.hit([rule])
        clock.nanoseconds += 60 * SECOND - 1
        assert not await allowed(windows, rule)
        clock.nanoseconds += 1
        assert await allowed(windows, rule)

    async def test_a_lowered_limit_says_when_it_has_room(self, windows: MemoryWindows, clock: MovedClock) -> None:
        for _ in range(4):
            await windows.hit([Rule("submissions", "a", 10, 60)])
            clock.advance(10)
        _, [window] = await windows.hit([Rule("submissions", "a", 2, 60)])
        assert (window.remaining, window.reset) == (0, 40)

    async def test_keys_that_do_not_come_back_are_forgotten(self, windows: MemoryWindows, clock: MovedClock) -> None:
        for address in range(20_000):
            await windows.hit(per_minute("anonymous", f"10.0.{address}", 5))
            clock.advance(0.1)
        # Of 600 in a minute and 100 in ten seconds; the sweep is never far behind.
        assert len(windows) <= 710

    async def test_a_refused_hit_is_not_remembered(self, windows: MemoryWindows) -> None:
        for address in range(100):
            await windows.hit([Rule("anonymous", f"10.0.{address}", 5, 60), Rule("all", "", 10, 60)])
        assert len(windows) == 11


class TestSharedWindows(WindowsContract):
    @pytest.fixture
    def windows(self, clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> SharedWindows:
        monkeypatch.setattr("limits.aio.storage.memory.time", SimpleNamespace(time=clock.wall))
        return SharedWindows(MemoryStorage(), clock.wall)

    async def test_a_hit_that_others_have_overtaken_is_refused(self, windows: SharedWindows) -> None:
        rule = Rule("submissions", "a", 5, 60)
        assert sum(await asyncio.gather(*(allowed(windows, rule) for _ in range(20)))) == 5


@given(
    gaps=st.lists(st.integers(0, 4 * SECOND) | st.sampled_from([0, 1, SECOND, 10 * SECOND]), max_size=120),
    limit=st.integers(1, 12),
    seconds=st.integers(1, 20),
    keys=st.lists(st.sampled_from("ab"), min_size=120, max_size=120),
)
async def test_no_window_of_any_position_ever_lets_more_through(
    gaps: list[int], limit: int, seconds: int, keys: list[str]
) -> None:
    clock = MovedClock()
    windows = MemoryWindows(clock)
    accepted: dict[str, list[int]] = {"a": [], "b": []}
    refused: dict[str, list[int]] = {"a": [], "b": []}
    for gap, key in zip(gaps, keys, strict=False):
        clock.nanoseconds += gap
        counted, _ = await windows.hit([Rule("submissions", key, limit, seconds)])
        (accepted if counted else refused)[key].append(clock.nanoseconds)
    length = seconds * SECOND
    for key, times in accepted.items():
        # The fullest window of any position begins with one of the hits.
        assert all(sum(start <= time < start + length for time in times) <= limit for start in times)
        # And nothing was refused for which there was room.
        for time in refused[key]:
            assert sum(time - length < before <= time for before in times) >= limit


@given(
    gaps=st.lists(st.integers(0, 3 * SECOND), max_size=150),
    limit=st.integers(1, 60),
)
async def test_a_burst_is_twice_the_rate_for_ten_seconds_and_the_minute_holds(gaps: list[int], limit: int) -> None:
    clock = MovedClock()
    windows = MemoryWindows(clock)
    rules = per_minute("submissions", "a", limit)
    times = []
    for gap in gaps:
        clock.nanoseconds += gap
        if await allowed(windows, *rules):
            times.append(clock.nanoseconds)
    for rule in rules:
        length = rule.seconds * SECOND
        assert all(sum(start <= time < start + length for time in times) <= rule.limit for start in times)


def test_a_burst_is_rounded_up() -> None:
    assert [per_minute("submissions", "a", limit)[1].limit for limit in (5, 10, 100, 1_000)] == [2, 4, 34, 334]
    assert per_minute("submissions", "a", 10) == (
        Rule("submissions", "a", 10, 60),
        Rule("submissions-burst", "a", 4, 10),
    )


def test_a_storage_without_moving_windows_is_refused() -> None:
    with pytest.raises(TypeError, match="moving windows"):
        SharedWindows(object())  # type: ignore[arg-type]
