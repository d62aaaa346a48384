import subprocess
import sys
from pathlib import Path

import pytest

import startup
from measure import median_cpu_s, row, run

BENCHMARKS = Path(startup.__file__).parent
BURN = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
BARE = [sys.executable, "-S", "-c"]
"""Python without what is installed, coverage above all: it starts in 0.02 s of CPU, 0.1 on a crowded machine."""


def test_cpu_time_is_that_of_the_child_and_its_own_children() -> None:
    nested = f"import subprocess, sys; subprocess.run([*{BARE}, {BURN!r}], check=True)"
    used = run([*BARE, nested])
    assert 0.2 <= used.cpu_s < 10
    assert used.wall_s >= 0.2


def test_peak_memory_is_in_bytes() -> None:
    # In a process of its own, for a child's peak is never less than what its parent holds.
    script = (
        "import sys, measure\n"
        "used = measure.run([sys.executable, '-c', 'data = bytes(300_000_000)[:] + b\"x\"'])\n"
        "print(used.peak_rss_bytes)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=BENCHMARKS, capture_output=True, text=True, check=True
    ).stdout
    assert 300_000_000 <= int(shown) < 900_000_000


def test_input_and_output_are_files(tmp_path: Path) -> None:
    source, sink = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b"abc")
    run([sys.executable, "-c", "import sys; print(sys.stdin.read().upper())"], stdin=source, stdout=sink)
    assert sink.read_text() == "ABC\n"


def test_an_exit_code_that_means_findings_may_be_expected() -> None:
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    assert run(command, expect=(0, 1)).exit_code == 1
    with pytest.raises(SystemExit, match="ended with 1"):
        run(command)


def test_a_child_killed_by_a_signal_is_not_taken_for_a_success() -> None:
    with pytest.raises(SystemExit, match="ended with -9"):
        run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])


def test_the_median_does_not_count_the_first_run(tmp_path: Path) -> None:
    slow_once = (
        f"import pathlib\nseen = pathlib.Path({str(tmp_path / 'seen')!r})\nif not seen.exists():\n  seen.touch()\n"
    )
    burn = "\n".join("  " + line for line in BURN.replace("0.2", "1.0").splitlines())
    assert median_cpu_s([*BARE, slow_once + burn], runs=1) < 1


@pytest.mark.parametrize(
    ("limits", "kept"),
    [({"at_most": 2}, True), ({"at_most": 1}, False), ({"at_least": 2}, False), ({"at_least": 1}, True), ({}, True)],
)
def test_a_row_says_whether_its_limit_is_kept(
    limits: dict[str, float], kept: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert row("figure", 1.5, "s", against=0.5, **limits) is kept
    printed = capsys.readouterr().out
    assert "1.500 s" in printed
    assert "3.00 x" in printed
    assert ("MISSED" in printed) is not kept


@pytest.mark.parametrize(("cost_s", "code"), [(0.25, 0), (0.26, 1)])
def test_a_command_line_that_starts_too_slowly_fails_the_benchmark(
    cost_s: float, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "median_cpu_s", lambda command: cost_s if "--help" in command else 0.01)
    assert startup.main() == code
