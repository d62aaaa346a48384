"""Of 500 faults planted one by one into clean designs, how many are found at their place; and what clean ones get.

The designs and the faults lie in `labels/design/`; they were written by somebody who had read none of the rules. A
fault counts as found when the report on the planted design has a finding that the clean one's has not, at the right
lines and in words that mean this fault. What is new in a planted design and stands elsewhere counts as collateral.

    python benchmarks/design_mutations.py              figures
    python benchmarks/design_mutations.py --missed     and every fault that is not found
    python benchmarks/design_mutations.py --second     a smaller set, `labels/design_second/`
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from faultline.analyzers.design.bundle import pack
from faultline.core.artifact import Artifact
from faultline.core.finding import Finding
from faultline.engine import analyze
from measure import row

SECOND = "--second" in sys.argv
LABELS = Path(__file__).parent / "labels" / ("design_second" if SECOND else "design")
FOUND, FALSE = 90, 2
"""Percent: at least so many of the faults, and at most so many clean documents with something told."""

Files = dict[str, str]


@dataclass(frozen=True)
class Planted:
    """A design with one fault, and where it may be told: lines of the changed file."""

    kind: str
    system: str
    path: str
    files: Files
    first: int
    last: int
    means: str
    also: str
    old: bool


def main() -> int:
    """Print the figures."""
    planted = list(every_planted())
    clean = {system: told(system, files, None) for system, files in systems().items()}
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(judge, planted, chunksize=8))
    documents = sum(len(files) for files in systems().values())
    flagged = {(system, path) for system, findings in clean.items() for path in map(path_of, findings)}
    missed = [each for each, (found, _) in zip(planted, results, strict=True) if not found]
    collateral = sum(count for _, count in results)
    by_kind = Counter(each.kind for each in planted)
    for kind, count in sorted(Counter(each.kind for each in missed).items()):
        print(f"  missed {count} of {by_kind[kind]}: {kind}")
    for system, findings in clean.items():
        for each in findings:
            print(f"  told of the clean {system}: {path_of(each)}:{line_of(each)} {each.rule_id} {each.title}")
    if "--missed" in sys.argv:
        for one in missed:
            print(f"  {one.system}/{one.path}:{one.first}-{one.last} {one.kind} (/{one.means}/)")
    kept = [
        row("faults planted", len(planted), "", at_least=None if SECOND else 500),
        row("found at their place", 100 * (1 - len(missed) / len(planted)), "%", at_least=FOUND),
        row("clean documents with something told", 100 * len(flagged) / documents, "%", at_most=FALSE),
    ]
    row("told elsewhere than planted, per fault", collateral / len(planted), "")
    return 0 if all(kept) else 1


@cache
def systems() -> dict[str, Files]:
    """The clean designs: text by path, by system."""
    return {
        folder.name: {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        for folder in sorted(LABELS.iterdir())
        if folder.is_dir()
    }


def told(system: str, files: Files, old: Files | None) -> list[Finding]:
    """What is told of a design at the default level."""
    texts, older = ({path: text.encode() for path, text in each.items()} for each in (files, old or {}))
    report = analyze(Artifact.from_bytes("design", system, pack(texts, older))).report
    broken = [run.error for run in report.agent_runs if run.error]
    if broken:
        sys.exit(f"{system}: {broken}")
    return list(report.findings)


@cache
def known(system: str, old: bool) -> frozenset[tuple[str, str, str]]:
    files = systems()[system]
    return frozenset(key for each in told(system, files, files if old else None) for key in keys(each))


def judge(each: Planted) -> tuple[bool, int]:
    """Whether the fault is found, and how many other findings are new."""
    clean = systems()[each.system]
    before = known(each.system, each.old)
    new = [
        finding
        for finding in told(each.system, each.files, clean if each.old else None)
        if any(key not in before for key in keys(finding))
    ]
    right = [finding for finding in new if tells(finding, each)]
    return bool(right), len(new) - len(right)


def tells(finding: Finding, each: Planted) -> bool:
    """Whether a finding is about the fault and stands where it is."""
    words = " ".join((finding.rule_id, finding.title, finding.description))
    if not re.search(each.means, words, re.IGNORECASE):
        return False
    places = [*finding.places, *([finding.location] if finding.location else [])]
    return any(
        (place.path == each.path and place.start_line <= each.last and place.end_line >= each.first)
        or (each.also and re.search(each.also, place.path))
        for place in places
    )


def keys(finding: Finding) -> set[tuple[str, str, str]]:
    """What a finding says, a place at a time, without lines, which move."""
    symbols = {(place.path, place.symbol) for place in finding.places}
    symbols |= {(finding.location.path, finding.fingerprint)} if finding.location and not symbols else set()
    return {(finding.rule_id, path, symbol) for path, symbol in symbols}


def path_of(finding: Finding) -> str:
    return finding.location.path if finding.location else ""


def line_of(finding: Finding) -> int:
    return finding.location.start_line if finding.location else 0


def every_planted() -> Iterator[Planted]:
    """All faults at all their places."""
    planted = set()
    faults = tomllib.loads((LABELS / "faults.toml").read_text("utf-8"))["fault"]
    for fault in faults:
        count = 0
        for system, files in systems().items():
            for path, text in files.items():
                if fnmatchcase(f"{system}/{path}", fault["in"]):
                    for changed, first, last in edits(fault, text):
                        count += 1
                        if (system, path, changed) in planted:
                            continue
                        planted.add((system, path, changed))
                        yield Planted(
                            fault["kind"], system, path, files | {path: changed}, first, last, fault["means"],
                            fault.get("also", ""), fault.get("old", False),
                        )  # fmt: skip
        if not count:
            sys.exit(f"a fault is planted nowhere: {fault['kind']} /{fault['at']}/")


def edits(fault: dict[str, Any], text: str) -> Iterator[tuple[str, int, int]]:
    """Each text with the fault, and the lines between which it may be told."""
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if re.search(fault["at"], line)]
    for place in [places] if fault.get("all") and places else [[each] for each in places]:
        changed = list(lines)
        first = last = 0
        for number in reversed(place):
            first, last = _edit(fault, changed, number)
        if fault.get("all"):
            first, last = 1, len(changed)
        whole = "\n".join(changed)
        for pattern, replacement in fault.get("together", ()):
            whole = re.sub(pattern, replacement, whole, flags=re.MULTILINE)
        if whole == text:
            sys.exit(f"a fault changes nothing: {fault['kind']}")
        yield whole, first, last + int(fault.get("reach", 1))


def _edit(fault: dict[str, Any], lines: list[str], number: int) -> tuple[int, int]:
    """Plant a fault in place; returns lines from 1."""
    start = number
    if below := fault.get("below"):
        number = next(at for at in range(number, len(lines)) if re.search(below, lines[at]))
    indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    added = fault.get("with", "").lstrip("\n")
    added = added.replace("{indent}", indent).replace("{{", "{").replace("}}", "}")
    owner = (
        next((at for at in range(start, -1, -1) if re.search(fault["owner"], lines[at])), start)
        if "owner" in fault
        else start
    )
    end = number + 1
    match fault["do"]:
        case "replace":
            pattern = fault.get("below") or fault["at"]
            lines[number : number + 1] = re.sub(pattern, added, lines[number]).split("\n")
            end = number + 1 + added.count("\n")
        case "after":
            lines[number + 1 : number + 1] = added.split("\n")
            end = number + 2 + added.count("\n")
        case "before":
            lines[number:number] = added.split("\n")
            end = number + 1 + added.count("\n")
        case "drop":
            while end < len(lines) and (not lines[end].strip() or lines[end].startswith(indent + " ")):
                end += 1
            while not lines[end - 1].strip():
                end -= 1
            del lines[number:end]
            end = number + 1
        case "list":
            while end < len(lines) and (not lines[end].strip() or lines[end].startswith((indent + " ", indent + "-"))):
                end += 1
            del lines[number:end]
            end = number + 1
        case "braces":
            depth = _depth(lines[number])
            while depth and end < len(lines):
                depth += _depth(lines[end])
                end += 1
            del lines[number:end]
            end = number + 1
        case "pair":
            while lines[end].strip() != added.strip():
                end += 1
            del lines[number : end + 1]
            end = number + 1
        case "rest":
            del lines[number:]
            end = number
        case "document":
            marks = [-1, *(at for at, line in enumerate(lines) if line == "---"), len(lines)]
            begin = max(at for at in marks if at < number)
            after = min(at for at in marks if at > number)
            del lines[max(begin, 0) : after]
            return 1, len(lines)
        case other:
            sys.exit(f"no such thing to do: {other}")
    return min(owner, number) + 1, max(end, number + 1)


def _depth(line: str) -> int:
    return sum(line.count(each) for each in "({[") - sum(line.count(each) for each in ")}]")


if __name__ == "__main__":
    sys.exit(main())
