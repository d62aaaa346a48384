"""What a green log of the same job gains.

The data has no passing builds, so pairs are made of it: the green log of a failure is another log of the same
repository, cut off before its own labelled chunk, if none of the labelled lines of the one stands in the other. What
is left of it is what the job writes while all is well. F1 by line, with the pair's green log and without.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from ci_runner import LABELS, LOGS, Report, log_lines, present, read_jsonl, run_faultline
from measure import row

MAX_PAIRS = 80


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


def main() -> int:
    """Print both means and their ratio."""
    if not present():
        return 0
    alone, paired = [], []
    with tempfile.TemporaryDirectory() as temp:
        for number, (label, green) in enumerate(pairs()):
            red = Path(temp) / f"{number}.log"
            passing = Path(temp) / f"{number}.green.log"
            red.write_bytes(gzip.decompress((LOGS / label["log"]).read_bytes()))
            passing.write_text("\n".join(green), encoding="utf-8")
            alone.append(f1(run_faultline([red])[0], label["chunk"]))
            paired.append(f1(run_faultline([red], "--green", str(passing))[0], label["chunk"]))
    print(
        f"{len(alone)} pairs, {sum(p > a for a, p in zip(alone, paired, strict=True))} better with a green log, "
        f"{sum(p < a for a, p in zip(alone, paired, strict=True))} worse"
    )
    row("F1 without a green log", statistics.mean(alone), "")
    kept = row(
        "F1 with it", statistics.mean(paired), "", against=statistics.mean(alone), at_least=statistics.mean(alone)
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
