from __future__ import annotations

from pathlib import Path

import pytest

from faultline.core.folders import cache_folder


def test_the_folder_follows_its_variable_then_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache_folder({"FAULTLINE_CACHE_DIR": "here"}) == Path("here")
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path / "x")}, "linux") == tmp_path / "x" / "faultline"
    assert cache_folder({"XDG_CACHE_HOME": "not/absolute"}, "linux") == tmp_path / ".cache" / "faultline"
    assert cache_folder({}, "darwin") == tmp_path / "Library" / "Caches" / "faultline"
    assert cache_folder({}, "win32") == tmp_path / "AppData" / "Local" / "faultline"
    assert cache_folder({"LOCALAPPDATA": str(tmp_path / "l")}, "win32") == tmp_path / "l" / "faultline"


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", homeless)
    assert cache_folder({}, "linux") is None
