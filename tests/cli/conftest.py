from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from faultline.cli.main import main
from faultline.engine.registry import Registry
from tests import toys

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Call:
    code: int
    out: str
    err: str


Run = Callable[..., Call]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTLINE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("FAULTLINE_DEBUG", raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)  # a hook of git's that runs the tests has set it, and it names another repository


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in this process, over the toy analyzers, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    registry = toys.registry("CiToy", "WordAnalyzer", "CrashingAnalyzer")
    monkeypatch.setattr(Registry, "installed", staticmethod(lambda: registry))

    def call(*arguments: str) -> Call:
        code = main(list(arguments))
        captured = capsys.readouterr()
        return Call(code, captured.out, captured.err)

    return call


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Start the command line as a user would, with the toy kind `word` installed beside it."""
    site = tmp_path / "site"
    toys.install(site, "toys", "1.0", [("word", "tests.toys:WordAnalyzer")])
    path = os.pathsep.join([str(site), str(ROOT / "src"), str(ROOT)])

    def start(*arguments: str, code: str = "", **more: object) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": path, **more.pop("env", {})}  # type: ignore[dict-item]
        command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "faultline"]
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        return subprocess.Popen([*command, *arguments], cwd=tmp_path, env=environment, **options)  # type: ignore[call-overload, no-any-return]

    return start
