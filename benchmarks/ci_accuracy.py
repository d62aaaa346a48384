"""How well `faultline ci` shows the lines that say why a build failed, next to the simple ways of finding them.

Scored by `score/ci_logs.py` of the shared folder against LogChunks (Brandt et al., MSR 2020), without training on any
repository. Every baseline is computed in the same run.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ci_runner import LABELS, SCORE, diagnose, log_lines, present, read_jsonl, write_jsonl
from split import parts, repository_of

# Fourteen words that a person would try first.
WORDS = re.compile(
    r"error|fail|fatal|exception|traceback|cannot|could not|unable to|not found|undefined|panic|denied|abort|expected",
    re.IGNORECASE,
)
TAIL_LINES = 50
LAST_LINES = 200
AROUND_LINES = 3

TARGETS = {"f1": 0.55, "full": 0.65}
LIMITS = {"none": 0.05, "median_lines": 40}


def tail(lines: Sequence[str]) -> list[str]:
    """Choose the last lines that are not empty."""
    return [line for line in lines if line.strip()][-TAIL_LINES:]


def words(lines: Sequence[str]) -> list[str]:
    """Choose every line with one of the words."""
    return [line for line in lines if WORDS.search(line)]


def last_words(lines: Sequence[str]) -> list[str]:
    """Choose of the last lines those with one of the words, and their neighbours."""
    last = [line for line in lines if line.strip()][-LAST_LINES:]
    hits = [at for at, line in enumerate(last) if WORDS.search(line)]
    near = {at for hit in hits for at in range(hit - AROUND_LINES, hit + AROUND_LINES + 1)}
    return [line for at, line in enumerate(last) if at in near]


BASELINES: Mapping[str, Callable[[Sequence[str]], list[str]]] = {
    "tail 50": tail,
    "grep of 14 words": words,
    "words in last 200": last_words,
}


def baseline_reports(logs: Iterable[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Make for each baseline, by log, as much of a report as the score reads. A log is read once for all of them."""
    reports: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in BASELINES}
    for log in logs:
        lines = log_lines(log)
        for name, choose in BASELINES.items():
            span = {"start_line": 1, "end_line": len(lines), "text": "\n".join(choose(lines))}
            reports[name][log] = {"artifact": {"name": log}, "result": {"evidence": [span]}}
    return reports


def score(labels: Sequence[Mapping[str, Any]], reports: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Ask the score about these labels and the reports of their logs."""
    with TemporaryDirectory() as folder:
        label_file = write_jsonl(Path(folder) / "labels.jsonl", labels)
        # A report that was skipped has no result, which the score does not expect: to it that is no report.
        chosen = [reports[row["log"]] for row in labels if reports.get(row["log"], {}).get("result")]
        report_file = write_jsonl(Path(folder) / "reports.jsonl", chosen)
        printed = subprocess.run(
            [sys.executable, SCORE, label_file, report_file], check=True, capture_output=True, text=True
        )
    figures: dict[str, float] = json.loads(printed.stdout)
    return figures


def verdicts(figures: Mapping[str, float]) -> list[tuple[str, float, str, bool]]:
    """List figure, value, limit in words and whether it is kept, for each that has a limit."""
    least = [(name, figures[name], f"at least {limit:g}", figures[name] >= limit) for name, limit in TARGETS.items()]
    most = [(name, figures[name], f"at most {limit:g}", figures[name] <= limit) for name, limit in LIMITS.items()]
    return least + most


def print_row(way: str, figures: Mapping[str, float], best: float) -> None:
    """Print one row: the score's figures and how many times the best baseline's F1."""
    ratio = f"{figures['f1'] / best:.2f} x best baseline" if best else ""
    print(
        f"  {way:<20} P {figures['precision']:.3f}  R {figures['recall']:.3f}  F1 {figures['f1']:.3f}"
        f"  full {figures['full']:.3f}  none {figures['none']:.3f}  median lines {figures['median_lines']:>5g}  {ratio}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every row; 1 when a target is missed on the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes the logs are split over")
    parser.add_argument("--per-repo", action="store_true", help="list the F1 of each repository, the worst first")
    options = parser.parse_args(arguments)
    if not present():
        return 0
    labels = read_jsonl(LABELS)
    logs = [row["log"] for row in labels]
    ours = diagnose(logs, options.workers)
    others = baseline_reports(logs)
    whole: dict[str, float] = {}
    for part, members in parts(logs).items():
        chosen = [row for row in labels if row["log"] in members]
        baselines = {way: score(chosen, reports) for way, reports in others.items()}
        best = max(figures["f1"] for figures in baselines.values())
        figures = score(chosen, ours)
        whole = whole or figures
        print(f"{part}, {len(chosen)} logs, {figures['reported']:g} reported")
        print_row("faultline", figures, best)
        for way, theirs in baselines.items():
            print_row(way, theirs, best)
    print("targets on the whole")
    kept = True
    for name, value, limit, met in verdicts(whole):
        print(f"  {name:<20} {value:.3f}  {limit}  {'kept' if met else 'MISSED'}")
        kept = kept and met
    if options.per_repo:
        print("per repository")
        for f1, repository in sorted(per_repository(labels, ours)):
            print(f"  {f1:.3f}  {repository}")
    return 0 if kept else 1


def per_repository(
    labels: Sequence[Mapping[str, Any]], reports: Mapping[str, Mapping[str, Any]]
) -> list[tuple[float, str]]:
    """Score the F1 of each repository."""
    names = sorted({repository_of(row["log"]) for row in labels})
    return [
        (score([row for row in labels if repository_of(row["log"]) == name], reports)["f1"], name) for name in names
    ]


if __name__ == "__main__":
    sys.exit(main())
