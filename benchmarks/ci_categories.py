"""How often `faultline ci` names the class of a failure as its label does, and whether its confidence can be believed.

The labels are `labels/ci_categories.jsonl`; `labels/README.md` says what each class means.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ci_runner import LOGS, Report, diagnose, log_lines, present, read_jsonl
from split import parts

LABELS = Path(__file__).resolve().parent / "labels" / "ci_categories.jsonl"

# From two to one odds upwards people act on an answer without reading on: there a wrong one costs more than none.
CONFIDENT = 0.7
BINS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

ACCURACY_AT_LEAST = 0.90
WRONG_WHILE_CONFIDENT_AT_MOST = 0.03

# The simple way: the first class, in this order, one of whose words stands in the last lines of the log.
TAIL_LINES = 50
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "timeout": ("maximum time limit", "timed out after", "no output has been received"),
    "cancelled": ("was canceled", "was cancelled"),
    "resource-memory": ("out of memory", "outofmemory"),
    "resource-disk": ("no space left", "enospc"),
    "crash": ("segmentation fault", "core dumped", "sanitizer", "sigsegv"),
    "authentication": ("permission denied (publickey", "unauthorized", "403 forbidden", "bad credentials"),
    "network": ("could not resolve host", "connection refused", "connection timed out", "tls"),
    "dependency": ("no matching distribution", "could not find gem", "eresolve", "could not resolve dependencies"),
    "lint": ("lint", "offense", "prettier", "rubocop", "eslint", "flake8"),
    "compile": ("syntaxerror", "syntax error", "compilation failed", "fatal error:"),
    "configuration": ("no such file", "command not found", "no rule to make"),
    "test": ("test", "fail", "assert"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One log: its label, what else would be accepted, what was answered and how surely."""

    truth: str
    also: str | None
    category: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the label accepts the answer."""
        return self.category in (self.truth, self.also)

    @property
    def credited(self) -> str:
        """The class this log counts for: the second label where it was the one answered."""
        return self.category if self.right else self.truth


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of all answers, 0 to 1.

    `wrong_while_confident` are wrong answers with a confidence of at least CONFIDENT. An answer of `unknown` is never
    among them: it claims nothing.
    """

    logs: int
    accuracy: float
    wrong_while_confident: float
    unknown: float


def figures(answers: Sequence[Answer]) -> Figures:
    """Count the figures of some answers; all zero where there are none."""
    wrong = sum(not a.right and a.category != "unknown" and a.confidence >= CONFIDENT for a in answers)
    return Figures(
        len(answers),
        _share(sum(a.right for a in answers), len(answers)),
        _share(wrong, len(answers)),
        _share(sum(a.category == "unknown" for a in answers), len(answers)),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def per_class(answers: Sequence[Answer]) -> list[tuple[str, int, float, float]]:
    """Class, logs of it, precision and recall, the most frequent class first. Nothing answered: precision 0."""
    actual, answered = Counter(a.credited for a in answers), Counter(a.category for a in answers)
    right = Counter(a.category for a in answers if a.right)
    return [
        (name, actual[name], _share(right[name], answered[name]), _share(right[name], actual[name]))
        for name in sorted({*actual, *answered}, key=lambda name: (-actual[name], name))
    ]


def confusions(answers: Sequence[Answer]) -> list[tuple[str, str, int]]:
    """List the label, what was answered instead, and how often; the most frequent first."""
    pairs = Counter((a.truth, a.category) for a in answers if not a.right)
    return sorted(((truth, category, n) for (truth, category), n in pairs.items()), key=lambda row: (-row[2], row))


def reliability(answers: Sequence[Answer]) -> list[tuple[float, float, int, float, float]]:
    """Per bin of confidence that has answers: its two edges, answers, mean confidence, accuracy.

    A bin holds its lower edge; the last one its upper edge too.
    """
    rows = []
    for low, high in pairwise(BINS):
        inside = [a for a in answers if low <= a.confidence < high or a.confidence == high == BINS[-1]]
        if inside:
            mean = sum(a.confidence for a in inside) / len(inside)
            rows.append((low, high, len(inside), mean, figures(inside).accuracy))
    return rows


def calibration_error(answers: Sequence[Answer]) -> float:
    """Measure the expected calibration error (Guo et al., ICML 2017): the mean distance of confidence and accuracy."""
    rows = reliability(answers)
    return sum(n * abs(mean - accuracy) for _, _, n, mean, accuracy in rows) / len(answers) if answers else 0.0


def keyword_class(lines: Sequence[str]) -> str:
    """Say what class the simple way gives to the lines of a log."""
    tail = "\n".join([line for line in lines if line.strip()][-TAIL_LINES:]).lower()
    return next((name for name, words in KEYWORDS.items() if any(word in tail for word in words)), "unknown")


def answers_of(labels: Sequence[Mapping[str, str]], answer: Callable[[str], tuple[str, float]]) -> list[Answer]:
    """Ask for each labelled log's category and confidence."""
    return [Answer(row["category"], row.get("also"), *answer(row["log"])) for row in labels]


def from_report(report: Report | None) -> tuple[str, float]:
    """Category and confidence of a report; `unknown` where there is none or it was not analyzed."""
    result = (report or {}).get("result") or {}
    return result.get("category", "unknown"), result.get("confidence", 0.0)


def print_figures(name: str, part: str, answers: Sequence[Answer]) -> Figures:
    """Print one row of the first table."""
    f = figures(answers)
    print(
        f"{name:<16}{part:<13}{f.logs:>4} logs  accuracy {f.accuracy:.3f}"
        f"  wrong while confident {f.wrong_while_confident:.3f}  unknown {f.unknown:.3f}"
    )
    return f


def print_details(answers: Sequence[Answer]) -> None:
    """Print the tables that say where answers go wrong and what a confidence is worth."""
    print("\nclass              logs  precision  recall")
    for name, count, precision, recall in per_class(answers):
        print(f"{name:<18}{count:>5}{precision:>11.3f}{recall:>8.3f}")
    print("\nlabel -> answer, wrong")
    for truth, category, count in confusions(answers):
        print(f"{count:>5}  {truth} -> {category}")
    print("\nconfidence   logs   mean  accuracy")
    for low, high, count, mean, accuracy in reliability(answers):
        print(f"{low:.1f} to {high:.1f}{count:>8}{mean:>7.2f}{accuracy:>10.3f}")
    print(f"expected calibration error {calibration_error(answers):.3f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every table; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="processes the logs are split over")
    options = parser.parse_args(arguments)
    if not present():
        return 0
    labels = [row for row in read_jsonl(LABELS) if (LOGS / row["log"]).is_file()]
    logs = [row["log"] for row in labels]
    reports = diagnose(logs, options.workers)
    majority = Counter(row["category"] for row in labels).most_common(1)[0][0]
    ways: dict[str, dict[str, tuple[str, float]]] = {
        "faultline": {log: from_report(reports.get(log)) for log in logs},
        "keywords": {log: (keyword_class(log_lines(log)), 1.0) for log in logs},
        f"always {majority}": dict.fromkeys(logs, (majority, 1.0)),
    }
    for way, given in ways.items():
        for part, members in parts(logs).items():
            print_figures(way, part, answers_of([row for row in labels if row["log"] in members], given.__getitem__))
    answers = answers_of(labels, ways["faultline"].__getitem__)
    print_details(answers)
    whole = figures(answers)
    kept = whole.accuracy >= ACCURACY_AT_LEAST and whole.wrong_while_confident <= WRONG_WHILE_CONFIDENT_AT_MOST
    limits = f"accuracy at least {ACCURACY_AT_LEAST:g}, wrong while confident at most {WRONG_WHILE_CONFIDENT_AT_MOST:g}"
    print(f"\n{limits}: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
