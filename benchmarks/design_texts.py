"""Faults in the words of texts: how many sentences are understood, how many clean ones are not, and the time.

    python benchmarks/design_texts.py

The sentences are in `tests/analyzers/design/documents`: `said.py` is what the wordings were written with, `kept.py`
holds three sets that were written before they were measured, `spoken_doors.py` and `spoken_twins.py` those of security.
Now they are known too, so these figures tell of regressions; what each set gave while it was new stands beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time

from faultline.analyzers.design.documents.markdown import MarkdownDocument
from faultline.analyzers.design.documents.statements import statements
from faultline.analyzers.design.resilience.wordings import WORDINGS as RESILIENCE
from faultline.analyzers.design.security import prose
from faultline.analyzers.design.security.wordings import WORDINGS as SECURITY
from measure import row

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.analyzers.design.documents import (
    kept,
    said,
    spoken_calls,
    spoken_doors,
    spoken_more,
    spoken_running,
    spoken_twins,
)

LEAST_RECALL, MOST_FALSE = 0.9, 0.02
LARGE, SECONDS = 300_000, 0.5
WORDINGS = (*RESILIENCE, *SECURITY)
TWINS_CLEAN = (*(clean for clean, _ in spoken_twins.TWINS), *spoken_twins.CLEAN)
SETS = (
    ("written with", said.FAULTS, said.CLEAN),
    ("kept back 1", kept.FIRST, kept.FIRST_CLEAN),
    ("kept back 2", kept.SECOND, kept.SECOND_CLEAN),
    ("kept back 3", kept.THIRD, kept.THIRD_CLEAN),
    ("calls 1", spoken_calls.FIRST, spoken_calls.FIRST_CLEAN),
    ("calls 2", spoken_calls.SECOND, spoken_calls.SECOND_CLEAN),
    ("calls more", spoken_more.FAULTS, spoken_more.CLEAN),
    ("security 1", spoken_doors.FAULTS, spoken_doors.CLEAN),
    ("security 2", spoken_doors.HELD, spoken_doors.HELD_CLEAN),
    ("security, twins", {"security/": [fault for _, fault in spoken_twins.TWINS]}, TWINS_CLEAN),
)
EASY = ("written with", "kept back 1", "kept back 2", "kept back 3")
"""Sets whose faults have to be found. The others were worded to be hard, and have a limit of false alarms only."""
SPOKEN = (
    ("running", spoken_running.FAULTS, [text for texts in spoken_running.CLEAN.values() for text in texts]),
    ("running 2", spoken_running.THIRD, spoken_running.NEAR),
    ("running 3", spoken_running.FOURTH, spoken_running.FOURTH_NEAR),
)


def rules(text: str) -> set[str]:
    """The faults that a text states."""
    text = text if text.startswith(("#", "-", "|", "*", ">")) else f"# Design\n\n{text}\n"
    document = MarkdownDocument("a.md", text)
    return {each.wording.rule for each in (*statements(document, RESILIENCE), *prose.faults(document))}


def score(faults: Mapping[str, Sequence[str]], clean: Sequence[str]) -> tuple[int, int, int]:
    """Faults found, faults there are, false alarms."""
    found = [any(each.startswith(rule) for each in rules(text)) for rule, texts in faults.items() for text in texts]
    return sum(found), len(found), sum(1 for text in clean if rules(text))


def large() -> str:
    """A text of the size that is measured, of all sentences in sections, lists and a table."""
    lines = [text for _, faults, _ in SETS for texts in faults.values() for text in texts]
    lines += [text for _, _, clean in SETS for text in clean]
    parts = [f"## Part {at}\n\n{text}\n\n- {text}\n" for at, text in enumerate(lines)]
    text = "# Design\n\n" + "\n".join(parts)
    return (text * (LARGE // len(text) + 1))[:LARGE]


def main() -> int:
    """Print the figures."""
    bad = False
    print(f"{'sentences':<16}{'found':>7}{'of':>6}{'recall':>9}{'false alarms':>15}{'of':>6}")
    for name, faults, clean in SETS:
        found, total, false = score(faults, clean)
        hard = name not in EASY
        bad |= (not hard and found / total < LEAST_RECALL) or false / len(clean) > MOST_FALSE
        print(f"{name:<16}{found:>7}{total:>6}{found / total:>9.3f}{false:>15}{len(clean):>6}")
    ours = {rule for each in spoken_running.RULES.values() for rule in each}
    for name, told, near in SPOKEN:
        right = [
            bool(rules(text) & set(spoken_running.RULES[subject])) for subject, texts in told.items() for text in texts
        ]
        false = sum(1 for text in near if rules(text) & ours)
        print(f"{name:<16}{sum(right):>7}{len(right):>6}{sum(right) / len(right):>9.3f}{false:>15}{len(near):>6}")
    document = MarkdownDocument("a.md", large())
    start = process_time()
    sentences, drawn = len(document.sentences), len(document.diagrams)
    read = process_time() - start
    told = sum(1 for _ in statements(document, WORDINGS))
    relations = len(document.relations)
    spent = process_time() - start
    print(f"\n{LARGE // 1000} KB: {sentences} sentences, {drawn} diagrams, {told} statements, {relations} relations")
    bad |= not row("sections and sentences", read, "s", at_most=SECONDS)
    row("all that is made of them", spent, "s")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
