"""How fast and in how much memory a large log is read: 100 MB and 1 GB, next to `grep -E` (limit) and Drain3 (peer).

Two logs of 100 MB are made of the labelled ones: one job's log over and over, as a job that loops would write it, and
all jobs of all repositories one after another, which no job writes and which is the harder. CPU seconds count user and
system time; the command's own start-up is part of the figure.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from pathlib import Path
from time import process_time

from ci_runner import FAULTLINE, LABELS, LOGS, present, read_jsonl
from measure import row, run

MB = 1_000_000
WORDS = "error|fail|fatal|exception|traceback|panic|abort|cannot|could not|unable|undefined|denied|timeout|killed"
DRAIN_LINES = 20_000
"""Drain3 reads under 2 MB/s; its figure comes from the first lines of the same log."""


def make_log(path: Path, size: int, logs: list[str]) -> None:
    """Write these labelled logs one after another until `size` bytes are reached."""
    written = 0
    with path.open("wb") as sink:
        while written < size:
            for log in logs:
                data = gzip.decompress((LOGS / log).read_bytes())[: size - written]
                written += sink.write(data)
                if written >= size:
                    return


def drain_rate(path: Path) -> float:
    """MB of log a second of CPU time that Drain3 reads with its defaults."""
    from drain3 import TemplateMiner
    from drain3.template_miner_config import TemplateMinerConfig

    miner = TemplateMiner(config=TemplateMinerConfig())
    with path.open(encoding="utf-8", errors="replace") as source:
        lines = [line.rstrip() for _, line in zip(range(DRAIN_LINES), source, strict=False)]
    started = process_time()
    for line in lines:
        miner.add_log_message(line)
    return sum(len(line.encode()) + 1 for line in lines) / MB / (process_time() - started)


def main() -> int:
    """Print rates, ratios and peaks; 1 when a limit is missed."""
    if not present():
        return 0
    faultline = [*FAULTLINE, "ci", "--no-cache", "--format", "jsonl"]
    with tempfile.TemporaryDirectory() as temp:
        log = Path(temp) / "log.txt"
        every = [label["log"] for label in read_jsonl(LABELS)]
        make_log(log, 100 * MB, every[:1])
        one_job = run([*faultline, log], expect=(0, 1))
        make_log(log, 100 * MB, every)
        ours = run([*faultline, log], expect=(0, 1))
        # Not thrown away: grep stops at the first match when nobody reads what it prints.
        grep = run(["grep", "-ciE", WORDS, log], stdout=Path(temp) / "count", env={"LC_ALL": "C"})
        rate = 100 / ours.cpu_s
        drain = drain_rate(log)
        row("grep -ciE, 100 MB", 100 / grep.cpu_s, "MB/s")
        row("Drain3, its first lines", drain, "MB/s", against=100 / grep.cpu_s)
        kept = [
            row("faultline ci, 100 MB of one job", 100 / one_job.cpu_s, "MB/s", against=100 / grep.cpu_s, at_least=100),
            row("faultline ci, 100 MB of 400 jobs", rate, "MB/s", against=100 / grep.cpu_s, at_least=100),
            row("  the same, against Drain3", rate, "MB/s", against=drain),
            row("  peak memory, 100 MB", ours.peak_rss_bytes / MB, "MB", at_most=200),
        ]
        with log.open("rb") as one, (Path(temp) / "ten.txt").open("wb") as ten:
            data = one.read()
            for _ in range(10):
                ten.write(data)
        del data
        large = run([*faultline, Path(temp) / "ten.txt"], expect=(0, 1))
        kept += [
            row("faultline ci, 1 GB of 400 jobs", 1000 / large.cpu_s, "MB/s", against=rate, at_least=100),
            row("  peak memory, 1 GB", large.peak_rss_bytes / MB, "MB", against=ours.peak_rss_bytes / MB, at_most=200),
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
