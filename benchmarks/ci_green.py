"""What a green log of the same job gains.

The data has no passing builds, so pairs are made of it: the green log of a failure is another log of the same
repository, cut off before its own labelled chunk, if none of the labelled lines of the one stands in the other. What
is left of it is what the job writes while all is well. F1 by line, with the pair's green log and without; once as the
logs stand, and once as a plain build prints them, without the CI system's marks that tell which step failed.
"""

from __future__ import annotations

import gzip
import re
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from ci_runner import LABELS, LOGS, Report, log_lines, present, read_jsonl, run_faultline
from measure import row

MAX_PAIRS = 80
MARKS = re.compile(rb"travis_(?:fold|time):|^(?:\x1b\[[0-9;]*[mK])*\$ |The command \"|exited with \d|Done\. Your build")


def lines_of(text: str) -> set[str]:
    """The lines that are not blank."""
    return {line.strip() for line in text.split("\n") if line.strip()}


def f1(report: Report, chunk: str) -> float:
    """F1 of the lines shown against the labelled ones."""
    shown = lines_of("\n".join(excerpt["text"].replace("\r", "\n") for excerpt in report["result"]["evidence"]))
    truth = lines_of(chunk)
    right = len(shown & truth)
    return 2 * right / (len(shown) + len(truth)) if right else 0.0


def pairs() -> list[tuple[dict[str, str], list[str]]]:
    """Each failure with the lines of its green log."""
    by_repository: dict[str, list[dict[str, str]]] = defaultdict(list)
    for label in read_jsonl(LABELS):
        by_repository[label["repo"]].append(label)
    found = []
    for labels in by_repository.values():
        for label in labels[:4]:
            mine = lines_of(label["chunk"])
            for other in labels:
                rows = log_lines(other["log"])
                theirs = lines_of(other["chunk"])
                begins = next((n for n, line in enumerate(rows) if line.strip() in theirs and len(line.strip()) > 8), 0)
                green = rows[:begins]
                if begins > 50 and not mine & {line.strip() for line in green}:
                    found.append((label, green))
                    break
    return found[:MAX_PAIRS]


def without_marks(log: bytes) -> bytes:
    """The log as a plain build would print it."""
    return b"\n".join(line for line in log.split(b"\n") if not MARKS.search(line))


def main() -> int:
    """Print both means and their ratio, with and without the marks."""
    if not present():
        return 0
    kept = True
    found = pairs()
    for way, change in (("as it stands", bytes), ("without the marks of the CI system", without_marks)):
        alone, paired = [], []
        with tempfile.TemporaryDirectory() as temp:
            red, passing = Path(temp) / "red.log", Path(temp) / "green.log"
            for label, green in found:
                red.write_bytes(change(gzip.decompress((LOGS / label["log"]).read_bytes())))
                passing.write_bytes(change("\n".join(green).encode()))
                alone.append(f1(run_faultline([red])[0], label["chunk"]))
                paired.append(f1(run_faultline([red], "--green", str(passing))[0], label["chunk"]))
        better = sum(p > a for a, p in zip(alone, paired, strict=True))
        worse = sum(p < a for a, p in zip(alone, paired, strict=True))
        print(f"{way}: {len(alone)} pairs, {better} better with a green log, {worse} worse")
        least = statistics.mean(alone)
        row("  F1 without a green log", least, "")
        kept &= row("  F1 with it", statistics.mean(paired), "", against=least, at_least=least)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
