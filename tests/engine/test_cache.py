from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faultline.engine.cache import SHARDS, FolderCache, MemoryCache, ResultCache

Make = Callable[[int], ResultCache]


def key(number: int) -> str:
    """Keys of one shard, so that both caches have the same space for them."""
    return f"a{number:063x}"


class CacheContract:
    """What every result cache promises; `make` gives one with room for so many bytes of these keys."""

    def test_what_was_put_comes_back(self, make: Make) -> None:
        cache = make(10_000)
        cache.put(key(1), b"one")
        cache.put(key(2), b"")
        assert (cache.get(key(1)), cache.get(key(2))) == (b"one", b"")

    def test_an_unknown_key_is_a_miss(self, make: Make) -> None:
        assert make(10_000).get(key(1)) is None

    def test_a_later_put_replaces_an_earlier_one(self, make: Make) -> None:
        cache = make(10_000)
        cache.put(key(1), b"one")
        cache.put(key(1), b"two")
        assert cache.get(key(1)) == b"two"

    def test_the_oldest_go_first_and_the_space_is_never_passed(self, make: Make) -> None:
        cache = make(10_000)
        for number in range(50):
            cache.put(key(number), bytes(900))
        kept = [number for number in range(50) if cache.get(key(number)) is not None]
        assert kept == list(range(50 - len(kept), 50))
        assert 9 <= len(kept) <= 11

    def test_what_is_read_stays_longer(self, make: Make) -> None:
        cache = make(3_000)
        for number in range(3):
            cache.put(key(number), bytes(900))
        assert cache.get(key(0)) is not None
        cache.put(key(3), bytes(900))
        assert [cache.get(key(number)) is not None for number in range(4)] == [True, False, True, True]

    def test_what_is_larger_than_the_cache_is_not_kept(self, make: Make) -> None:
        cache = make(1_000)
        cache.put(key(1), b"small")
        cache.put(key(2), bytes(2_000))
        assert (cache.get(key(1)), cache.get(key(2))) == (b"small", None)

    def test_many_threads_get_whole_entries_or_none(self, make: Make) -> None:
        cache = make(5_000)

        def use(number: int) -> bool:
            name, data = key(number % 7), bytes([number % 7]) * 1_000
            cache.put(name, data)
            return cache.get(name) in (data, None)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(use, range(300)))


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def make(self) -> Make:
        return MemoryCache


class TestFolderCache(CacheContract):
    @pytest.fixture
    def make(self, tmp_path: Path) -> Make:
        return lambda size: FolderCache(tmp_path / "cache", size * len(SHARDS))

    def test_another_process_sees_what_was_put(self, tmp_path: Path) -> None:
        FolderCache(tmp_path).put(key(1), b"one")
        assert FolderCache(tmp_path).get(key(1)) == b"one"

    @pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"", lambda data: data + b"x"])
    def test_a_damaged_entry_is_a_miss(self, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
        cache = FolderCache(tmp_path)
        cache.put(key(1), b"one")
        (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
        entry.write_bytes(damage(entry.read_bytes()))
        assert cache.get(key(1)) is None

    def test_a_folder_that_cannot_be_written_keeps_nothing_and_says_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("not a folder")
        cache = FolderCache(tmp_path / "file")
        cache.put(key(1), b"one")
        assert cache.get(key(1)) is None

    def test_a_write_that_fails_leaves_nothing_behind(self, tmp_path: Path) -> None:
        cache = FolderCache(tmp_path)
        (tmp_path / "a" / key(1)).mkdir(parents=True)  # a folder stands where the entry would go
        cache.put(key(1), b"one")
        assert [path.name for path in (tmp_path / "a").iterdir()] == [key(1)]

    @pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
    def test_only_its_owner_can_read_it(self, tmp_path: Path) -> None:
        FolderCache(tmp_path / "c").put(key(1), b"one")
        modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "c").rglob("*")}
        assert modes == {0}
