"""Whole logs of our own writing: the evidence is exactly the marked lines, and the class is right.

A scenario begins with `# category:` and, where it matters, `# tool:` lines. Then comes the log: `> ` marks a line of
the evidence, `| ` any other line. Blank lines do not count, nor the context that a brief and vague error is shown with.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from faultline.analyzers.ci import causes, diagnosis, sketch
from faultline.analyzers.ci.signature import catalogue

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.txt"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_evidence_of_a_whole_log_is_what_a_person_would_mark(path: Path) -> None:
    rows = path.read_text("utf-8").rstrip("\n").split("\n")
    expected = dict(row[2:].split(": ", 1) for row in rows if row.startswith("# "))
    log = [row for row in rows if not row.startswith("# ")]
    assert all(row[:1] in "|>" for row in log)
    marked = {number for number, row in enumerate(log, 1) if row.startswith(">") and row[2:].strip()}

    kept = sketch.read(["\n".join(row[2:] for row in log).encode()], catalogue())
    cause = causes.find(kept)
    answer = diagnosis.diagnose(kept, cause)

    assert cause is not None
    told = [number for block in cause.blocks for number in block.numbers] or cause.lines
    shown = {number for number in told if log[number - 1][2:].strip()}
    assert [log[n - 1] for n in sorted(shown)] == [log[n - 1] for n in sorted(marked)]
    assert answer.category == expected["category"]
    if "tool" in expected:
        assert answer.tool == expected["tool"]
