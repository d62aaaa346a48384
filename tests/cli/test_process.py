"""What only a process of its own can show: pipes, encodings, signals, start-up, plugins."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT
from tests.until import PATIENCE

Start = Callable[..., "subprocess.Popen[bytes]"]


def finish(started: subprocess.Popen[bytes], data: bytes | None = None) -> tuple[int, str, str]:
    out, err = started.communicate(data, timeout=PATIENCE)
    return started.returncode, out.decode(), err.decode()


def test_a_log_can_be_piped_in(process: Start) -> None:
    code, out, err = finish(process("analyze", "word", "-", stdin=subprocess.PIPE), b"an error\n")
    assert (code, err) == (1, "")
    assert out.startswith("standard input  word: 1 finding (1 high)")


def test_a_reader_that_goes_away_is_no_traceback(process: Start, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("an error\n" * 10)
    started = process("analyze", "word", *["a.log"] * 200, "--format", "json")
    assert started.stdout is not None
    started.stdout.read(10)
    started.stdout.close()
    assert started.stderr is not None
    with started.stderr as stream:
        said = stream.read()
    assert (started.wait(60), said) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_an_answer_that_cannot_be_written_is_one_sentence(process: Start, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("an error\n")
    with Path("/dev/full").open("wb") as full:
        started = process("analyze", "word", "a.log", stdout=full)
        _, err = started.communicate(timeout=PATIENCE)
    assert started.returncode == 2
    assert err.decode() == "faultline: the answer cannot be written: No space left on device\n"


def test_a_terminal_without_unicode_gets_question_marks(process: Start, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("error: schön\n", encoding="utf-8")
    code, out, err = finish(process("analyze", "word", "a.log", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}))
    assert (code, err) == (1, "")
    assert "error: sch?n" in out


def test_data_is_utf_8_whatever_the_terminal(process: Start, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("error: schön\n", encoding="utf-8")
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    _, out, _ = finish(process("analyze", "word", "a.log", "--format", "json", env=environment))
    assert json.loads(out)["findings"][0]["title"] == "error: schön"


def test_an_interrupt_ends_with_130_and_no_traceback(process: Start) -> None:
    code = (
        "import faultline.cli.analysis as a, os, signal, sys\n"
        "a.analyze = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)\n"
        "from faultline.cli.main import main\n"
        "sys.exit(main(['analyze', 'word', '-']))"
    )
    returned, _, err = finish(
        process(code=code, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    )
    assert returned == 130
    assert "Traceback" not in err


def test_help_imports_nothing_heavy(process: Start) -> None:
    code = (
        "import sys\nfrom faultline.cli.main import main\nmain(['--help'])\n"
        "print({name.partition('.')[0] for name in sys.modules} & {'pydantic', 'rich', 're2', 'zstandard'})\n"
        "print([name for name in sys.modules if name.startswith(('faultline.engine', 'faultline.core'))])"
    )
    returned, out, _ = finish(process(code=code))
    assert returned == 0
    assert out.endswith("set()\n[]\n")


def test_help_answers_in_a_quarter_of_a_second_of_cpu(process: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:  # it costs more than the answer
        monkeypatch.delenv(name)
    finish(process("--help"))  # writes the byte code

    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        finish(process("--help"))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cost() for _ in range(3)) <= 0.25  # 0.09 s where this was written


class TestThirdParty:
    """The sample under examples/ adds a kind, and nothing of ours changes."""

    @pytest.fixture
    def site(self, tmp_path: Path) -> Path:
        """Build the sample's wheel and unpack it, which is all that installing a pure wheel is."""
        source = tmp_path / "source"
        shutil.copytree(
            ROOT / "examples" / "analyzer-todo", source, ignore=shutil.ignore_patterns("dist", "__pycache__")
        )
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
            cwd=source, check=True, capture_output=True,
        )  # fmt: skip
        (wheel,) = (tmp_path / "dist").glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / "third-party")
        return tmp_path / "third-party"

    @pytest.fixture
    def environment(self, site: Path) -> dict[str, str]:
        return {"PYTHONPATH": os.pathsep.join([str(site), str(ROOT / "src")])}

    def test_its_kind_is_listed_with_the_package_it_comes_from(
        self, process: Start, environment: dict[str, str]
    ) -> None:
        code, out, _ = finish(process("kinds", env=environment))
        assert code == 0
        lines = [line.split() for line in out.splitlines()]
        assert ["todo", "1", "faultline-analyzer-todo", "0.1.0"] in lines

    def test_its_kind_is_analyzed_in_every_format(
        self, process: Start, environment: dict[str, str], tmp_path: Path
    ) -> None:
        (tmp_path / "a.py").write_text("x = 1  # TODO: name it\n# FIXME\n")
        code, out, err = finish(process("analyze", "todo", "a.py", "--format", "json", env=environment))
        assert (code, err) == (1, "")
        report = json.loads(out)
        assert report["result"] == {"counts": {"TODO": 1, "FIXME": 1}}
        assert [finding["title"] for finding in report["findings"]] == ["FIXME without a word of what", "name it"]
        for to in ("text", "jsonl", "markdown", "sarif", "github"):
            code, out, err = finish(process("analyze", "todo", "a.py", "--format", to, env=environment))
            assert (code, err) == (1, "")
            assert "name it" in out

    def test_its_limits_hold(self, process: Start, environment: dict[str, str], tmp_path: Path) -> None:
        (tmp_path / "empty.py").touch()
        (tmp_path / "fine.py").write_text("x = 1\n")
        with (tmp_path / "huge.py").open("wb") as huge:
            huge.truncate(10_000_001)
        code, out, err = finish(process("analyze", "todo", "empty.py", "fine.py", "huge.py", env=environment))
        assert code == 2
        assert "empty.py  todo: skipped\n" in out
        assert "fine.py  todo: no findings\n" in out
        assert err == "faultline: huge.py: is too large for a source file\n"
