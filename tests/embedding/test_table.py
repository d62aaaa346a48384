from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from faultline import embedding
from faultline.embedding import table
from faultline.embedding.table import Static

pytestmark = pytest.mark.usefixtures("static_table")


@pytest.fixture
def whole() -> bytes:
    """A real table, which the session has made."""
    path = table._path()
    assert path is not None
    return path.read_bytes()


@pytest.fixture
def cache(tmp_path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a distillation that takes no time; it writes down that it ran."""
    monkeypatch.setenv("FAULTLINE_CACHE_DIR", str(tmp_path / "cache"))

    def at_once(progress: Callable[[float], None] | None = None) -> bytes:
        with (tmp_path / "made").open("a") as log:
            log.write("x")
        if progress is not None:
            progress(1.0)
        return whole

    monkeypatch.setattr(table, "distil", at_once)
    return tmp_path / "cache"


def times_made(cache: Path) -> int:
    made = cache.parent / "made"
    return len(made.read_text()) if made.exists() else 0


def test_it_is_made_once_and_kept(cache: Path) -> None:
    assert not table.kept()
    told: list[float] = []
    first = Static.installed(told.append)
    second = Static.installed(told.append)
    assert table.kept()
    assert times_made(cache) == 1
    assert told == [1.0]
    assert np.array_equal(first.encode(["hello"]), second.encode(["hello"]))


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-1] + b"\x55", lambda data: b""])
def test_a_damaged_table_is_made_again(cache: Path, damage: Callable[[bytes], bytes]) -> None:
    Static.installed()
    path = table._path()
    assert path is not None
    path.write_bytes(damage(path.read_bytes()))
    Static.installed()
    assert times_made(cache) == 2
    assert table.kept()


def test_of_several_that_miss_it_at_once_one_makes_it(cache: Path) -> None:
    # The lock belongs to an open file, so that threads stand for processes here.
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: Static.installed().encode(["hello"]).tobytes(), range(4)))
    assert times_made(cache) == 1
    assert len(set(found)) == 1


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_only_its_owner_can_read_it(cache: Path) -> None:
    Static.installed()
    path = table._path()
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_text("a file where the folder should be")
    assert Static.installed().encode(["hello"]).any()
    assert not table.kept()


def test_a_user_without_a_home_has_it_in_memory(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "cache_folder", lambda environment: None)
    assert Static.installed().encode(["hello"]).any()
    assert not table.kept()


def test_a_failed_write_leaves_nothing_behind(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError("no space")

    monkeypatch.setattr(Path, "replace", full)
    Static.installed()
    assert {path.suffix for path in cache.iterdir()} == {".lock"}


def test_frequent_pieces_weigh_least() -> None:
    model = embedding.static()
    assert isinstance(model, Static)
    parcel = model.encode(["parcel"])[0]
    assert model.encode(["the parcel"])[0] @ parcel > 0.9


@pytest.mark.slow
def test_distilling_again_gives_the_same_table(whole: bytes) -> None:
    told: list[float] = []
    made = table.distil(told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    rows, scales = table._parts(made)
    before, old_scales = table._parts(whole)
    assert np.abs(rows.astype(int) - before).max() <= 1  # the last bit may differ between machines
    assert np.allclose(scales, old_scales, rtol=1e-4)
