"""Of faults that people who knew none of the rules planted into designs of theirs, how many are found at their place.

The sets lie in `labels/design_planted/`, each by another author: a folder a system, with its clean files and
`faults.toml`; and below `clean/` documents that are simply good. A fault counts as found when the report on the planted
design has a finding that the clean one's has not, within a line of one of the places that the author named. What it
says is not judged: `--hits` prints it. A clean document counts as flagged when anything is told of it at the default
level, whoever is right.

    python benchmarks/design_planted.py                all sets
    python benchmarks/design_planted.py c d            these
    python benchmarks/design_planted.py --missed       and what is not found, and what is told of clean documents
    python benchmarks/design_planted.py --hits         and what is found
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from design_mutations import Files, keys, told
from faultline.core.finding import Finding, Place
from measure import row

LABELS = Path(__file__).parent / "labels" / "design_planted"
FOUND, FALSE = 90, 2
"""Percent: at least so many of the faults, and at most so many clean documents with something told."""
PROSE = (".md", ".puml", ".mmd", ".txt", ".adoc")


@dataclass(frozen=True)
class Outcome:
    """What became of one fault: findings that are new and stand at its place, and those that stand elsewhere."""

    system: str
    fault: Mapping[str, Any]
    here: tuple[Finding, ...]
    elsewhere: tuple[Finding, ...]

    @property
    def group(self) -> str:
        """The sort of document that it was planted into."""
        path = self.fault["path"]
        if path.endswith(PROSE):
            return "texts and diagrams"
        if self.fault.get("against"):
            return "versions"
        spec = any(word in (LABELS / self.system / path).read_text("utf-8") for word in ("openapi:", '"openapi"'))
        return "specifications" if spec or "swagger" in path else "deployments"


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", help="names of sets; all by default")
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--hits", action="store_true")
    options = parser.parse_args()
    kept = True
    for name in options.sets or sorted(each.name for each in LABELS.iterdir() if each.is_dir()):
        print(f"== {name}")
        kept &= measured(name, options.missed, options.hits)
    return 0 if kept else 1


def measured(name: str, missed: bool, hits: bool) -> bool:
    """Print the figures of one set; whether both limits are kept."""
    systems = sorted(path.relative_to(LABELS).as_posix() for path in (LABELS / name).glob("*/") if path.name != "clean")
    lone = sorted(path.relative_to(LABELS).as_posix() for path in (LABELS / name / "clean").glob("*/"))
    documents, flagged = 0, set()
    for system in (*systems, *lone):
        documents += len(files_of(system))
        for finding in told(system, files_of(system), None):
            flagged |= {(system, place.path) for place in places(finding)[-1:]}
            if missed:
                print(f"  told of the clean {system}: {shown(finding)}")
    jobs = [(system, fault) for system in systems for fault in faults_of(system)]
    with ProcessPoolExecutor(2) as pool:
        outcomes = list(pool.map(judged, jobs, chunksize=4))
    for each in outcomes:
        if (hits and each.here) or (missed and not each.here):
            found = "; ".join(map(shown, each.here)) or f"NOT FOUND ({'; '.join(map(shown, each.elsewhere)) or '-'})"
            print(f"  {each.system}/{each.fault['path']} [{each.fault['kind']}] {each.fault['at'][0]!r}: {found}")
    total, found_of = Counter(each.group for each in outcomes), Counter(each.group for each in outcomes if each.here)
    for group in sorted(total):
        row(f"found in {group}, of {total[group]}", 100 * found_of[group] / total[group], "%")
    kept = row(f"clean documents flagged, of {documents}", 100 * len(flagged) / documents, "%", at_most=FALSE)
    if outcomes:  # some sets are of clean documents alone
        kept &= row(f"found, of {len(outcomes)}", 100 * found_of.total() / len(outcomes), "%", at_least=FOUND)
    return kept


@cache
def files_of(system: str) -> Files:
    """The clean files of a system: text by path."""
    folder = LABELS / system
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "faults.toml"
    }


def faults_of(system: str) -> Iterator[dict[str, Any]]:
    """The faults that are planted into it."""
    labels = LABELS / system / "faults.toml"
    if labels.is_file():
        yield from tomllib.loads(labels.read_text("utf-8"))["fault"]


def judged(job: tuple[str, Mapping[str, Any]]) -> Outcome:
    """Plant one fault, and see."""
    system, fault = job
    clean = files_of(system)
    files = dict(clean)
    for path, old, new in [(fault["path"], fault["old"], fault["new"]), *fault.get("more", ())]:
        if files[path].count(old) != 1:
            raise ValueError(f"{system}/{path}: {old!r} does not stand there once")
        files[path] = files[path].replace(old, new)
    against = clean if fault.get("against") else None
    before = {key for finding in told(system, clean, against) for key in keys(finding)}
    new_ones = [each for each in told(system, files, against) if not keys(each) <= before]
    wanted = [(fault["path"], text) for text in fault["at"]] + [tuple(each) for each in fault.get("also", ())]
    lines = {
        (path, number)
        for path, text in wanted
        for number, line in enumerate(files[path].splitlines(), 1)
        if text in line
    }
    here = tuple(each for each in new_ones if any(_near(place, lines) for place in places(each)))
    return Outcome(system, fault, here, tuple(each for each in new_ones if each not in here))


def _near(place: Place, lines: set[tuple[str, int]]) -> bool:
    return any(place.path == path and place.start_line - 1 <= line <= place.end_line + 1 for path, line in lines)


def places(finding: Finding) -> list[Any]:
    """Where a finding stands, its own location last."""
    return [*finding.places, *([finding.location] if finding.location else [])]


def shown(finding: Finding) -> str:
    """A finding in a line."""
    at = finding.location
    return f"{at.path if at else ''}:{at.start_line if at else 0} {finding.rule_id}"


if __name__ == "__main__":
    raise SystemExit(main())
