"""Measures a child process and prints rows that compare two figures.

Every benchmark here is a script of its own: it prints its figures with their limits and ends with 1 when one is missed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Usage:
    """What a finished child used: seconds of user and system time, seconds on the wall, bytes at its peak."""

    cpu_s: float
    wall_s: float
    peak_rss_bytes: int
    exit_code: int


def run(
    command: Sequence[str | Path],
    *,
    stdin: Path | None = None,
    stdout: Path | None = None,
    env: Mapping[str, str] | None = None,
    expect: Collection[int] = (0,),
) -> Usage:
    """Run a command to its end and say what it and its own children used.

    The peak cannot be less than what the measuring process itself holds when it starts the child: Linux counts the
    memory of before `exec` too. A parent of 400 MB makes `python -c pass` look like 400 MB, so make inputs in another
    process or in a file.

    Args:
        command: program and arguments.
        stdin: file to read from; nothing by default.
        stdout: file to write to; thrown away by default.
        env: the whole environment; this process's own by default.
        expect: exit codes that mean it worked.

    Raises:
        SystemExit: the command ended with another exit code.
    """
    with (stdin or Path(os.devnull)).open("rb") as source, (stdout or Path(os.devnull)).open("wb") as sink:
        begun = perf_counter()
        child = subprocess.Popen(command, stdin=source, stdout=sink, env=env)
        _, status, used = os.wait4(child.pid, 0)
        wall_s = perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in expect:
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}")
    # Kilobytes on Linux, bytes on macOS: getrusage(2) of each.
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss * unit, child.returncode)


def median_cpu_s(command: Sequence[str | Path], *, runs: int = 9) -> float:
    """Median CPU seconds of several runs, after one that fills the caches and does not count."""
    run(command)
    return statistics.median(run(command).cpu_s for _ in range(runs))


def row(
    label: str,
    value: float,
    unit: str,
    *,
    against: float | None = None,
    at_most: float | None = None,
    at_least: float | None = None,
) -> bool:
    """Print a figure, how many times `against` it is, and its limit; answer whether the limit is kept."""
    kept = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
    parts = [f"{label:<40} {value:>10.3f} {unit:<6}"]
    if against is not None:
        parts.append(f"{value / against:>8.2f} x" if against else "   (of nothing)")
    for word, limit in (("at most", at_most), ("at least", at_least)):
        if limit is not None:
            parts.append(f"  {word} {limit:g} {unit}")
    if at_most is not None or at_least is not None:
        parts.append("  kept" if kept else "  MISSED")
    print("".join(parts).rstrip())
    return kept
