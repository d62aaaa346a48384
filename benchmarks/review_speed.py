"""How fast five agents review: a pull request of 50 files, and a whole repository of 2,000; next to bandit and semgrep.

Both are made of what is installed here: the sources of real packages. In the pull request each file lost some of its
lines a version ago, so that the change brings them back; whatever else the packages have is the unchanged tree. The
time in one process is that of the service's workers; the command's own start-up is told beside it. bandit and semgrep
look at the same files where they are installed.
"""

from __future__ import annotations

import argparse
import difflib
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import files as installed_files
from importlib.metadata import packages_distributions
from pathlib import Path
from time import perf_counter, process_time

from measure import median_cpu_s, row, run

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.core.artifact import Artifact
from faultline.engine import analyze

FILES, REPOSITORY = 50, 2_000
RUNS = 20
SMALLEST, LARGEST = 2_000, 60_000
"""Bytes of a file that takes part in the pull request; the repository takes them as they come."""
PREFERRED = ("starlette", "fastapi", "httpx", "anyio", "rich", "limits", "alembic", "click", "uvicorn", "hypothesis")
"""Where the files of the pull request come from: services and tools, as teams write them."""


def sources(names: tuple[str, ...], smallest: int = 0, largest: int = 1_000_000) -> Iterator[tuple[str, bytes]]:
    """Python files of installed packages, by path."""
    distributions = packages_distributions()
    for name in names:
        for distribution in distributions.get(name, [])[:1]:
            for each in sorted(installed_files(distribution) or (), key=str):
                path = Path(str(each.locate()))
                if each.suffix == ".py" and each.parts[0] == name and path.is_file():
                    data = path.read_bytes()
                    if smallest <= len(data) <= largest:
                        yield each.as_posix(), data


def pull_request() -> tuple[bytes, dict[str, bytes]]:
    """The bundle of a change to 50 files, and their new versions."""
    every = list(sources(PREFERRED, SMALLEST, LARGEST))
    step = max(len(every) // FILES, 1)
    chosen = dict(every[::step][:FILES])
    bases, diff = {}, []
    for path, data in sorted(chosen.items()):
        head = data.decode("utf-8", "replace").splitlines(keepends=True)
        # A block of 12 lines in every 100 is new.
        base = [line for at, line in enumerate(head) if at % 100 < 88]
        bases[path] = "".join(base).encode()
        diff += [f"diff --git a/{path} b/{path}\n", *difflib.unified_diff(base, head, f"a/{path}", f"b/{path}")]
    diff = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in diff]
    tree = {path: data for path, data in every if path not in chosen}
    return pack(Bundle(diff="".join(diff).encode(), bases=bases, heads=chosen, tree=tree)), chosen


def repository() -> tuple[bytes, int]:
    """The bundle of 2,000 whole files, and how many lines they have."""
    names = tuple(sorted({*packages_distributions()} - {"faultline"}))
    found: dict[str, bytes] = {}
    for path, data in sources(names):
        found.setdefault(path, data)
        if len(found) == REPOSITORY:
            break
    return pack(Bundle(whole=True, heads=found)), sum(data.count(b"\n") for data in found.values())


def reviewed(data: bytes) -> tuple[float, float, int]:
    """Seconds on the wall, seconds of this process and its children, and how many findings there are."""
    began, used, children = perf_counter(), process_time(), os.times()
    report = analyze(Artifact.from_bytes("review", "change.zip", data)).report
    after = os.times()
    inner = after.children_user + after.children_system - children.children_user - children.children_system
    return perf_counter() - began, process_time() - used + inner, len(report.findings)


def beside(name: str, command: list[str | Path], against: float) -> None:
    """Print the CPU time of a tool of others, where it is installed."""
    if shutil.which(str(command[0])) is None:
        print(f"{name}: not present")
        return
    row(name, median_cpu_s(command, runs=3), "s CPU", against=against)


def main() -> int:
    """Print the figures; 1 when a limit is missed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--runs", type=int, default=RUNS)
    runs = arguments.parse_args().runs
    data, files = pull_request()
    size = sum(text.count(b"\n") for text in files.values())
    _, _, count = reviewed(data)
    print(f"{len(files)} files, {size:,} lines, {count} findings")
    seen = [reviewed(data) for _ in range(runs)]
    walls = sorted(wall for wall, _, _ in seen)
    cpu = statistics.median(used for _, used, _ in seen)
    row("50 files, in one process, p50", statistics.median(walls), "s")
    kept = [row("50 files, in one process, p95", walls[int(len(walls) * 0.95) - 1], "s", at_most=2)]
    row("  the same, CPU", cpu, "s")
    with tempfile.TemporaryDirectory() as temp:
        bundle, folder = Path(temp) / "change.zip", Path(temp) / "files"
        bundle.write_bytes(data)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text)
        cold = run([sys.executable, "-m", "faultline", "analyze", "review", "--no-cache", bundle], expect=(0, 1))
        row("  the command, from start to end", cold.wall_s, "s")
        beside("bandit on the new versions", ["bandit", "-q", "-r", "--exit-zero", "-f", "json", folder], cpu)
        rules = ["--metrics=off", "--disable-version-check", "--quiet", "--config", Path(__file__).parent / "labels"]
        if os.environ.get("SEMGREP_RULES"):
            rules[-1] = Path(os.environ["SEMGREP_RULES"])
            beside("semgrep on the new versions", ["semgrep", "scan", *rules, folder], cpu)
        else:
            print("semgrep: no rules given; SEMGREP_RULES names a file of them")
    data, size = repository()
    wall, cpu, count = reviewed(data)
    print(f"{REPOSITORY:,} whole files, {size:,} lines, {count} findings")
    kept.append(row("2,000 files with the import graph", wall, "s", at_most=15))
    row("  the same, CPU", cpu, "s")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
