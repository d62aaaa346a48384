"""Of short insecure files over 72 weaknesses, in how many the weakness or one of its family is found; and clean files.

The files (`labels/weaknesses.toml`) were written by somebody who had read none of the rules. bandit looks at the same
ones. Two weaknesses are of one family where the Common Weakness Enumeration has them as parent and child or as
neighbours, which `FAMILIES` says for those that occur here.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from faultline.analyzers.review.bundle import Bundle, pack
from faultline.core.artifact import Artifact
from faultline.engine import analyze
from measure import row

LABELS = Path(__file__).parent / "labels" / "weaknesses.toml"
FOUND, FLAGGED = 75, 3
"""At least so many percent of the weaknesses, and at most so many clean files."""
FAMILIES = [
    {int(number) for number in family.split()}
    for family in (
        "20 129 1284 1287", "22 23 36 73 99 610 641", "77 78 88", "79 80 83 116", "74 89 90 91 564 643 943",
        "94 95 96 1336", "93 113", "116 117", "326 327 329 330 1204", "125 193 787",
        "200 201 209 213 215 256 312 359 497 522 532", "250 252 269 271 273", "252 390 391 396 703 754 755",
        "256 259 321 522 547 798", "282 283 708", "284 285 287 306 425 639 862 863", "295 296 297 345",
        "311 319 522 523", "310 326 327 328 759 760 916", "330 331 335 337 338 339 340", "290 291 345 346 347 348",
        "352", "362 363 367", "276 281 377 378 379 668 732", "203 208 385", "400 405 406 730 770 789 834 835 1333",
        "362 366 413 414 667 820", "22 351 434 616 646", "15 426 427 454 642 807", "462 694", "477 676",
        "362 384 488 668", "502 915", "521 620", "256 260 312 522", "595 597 697", "601", "605 668 1327",
        "91 611 776 827 829", "276 282 283 708 732", "691 840 841", "918", "300 319 923 940 941", "315 614 1004 1275",
    )
]  # fmt: skip


def related(one: int, other: int) -> bool:
    """Whether two weaknesses are of one family."""
    return one == other or any({one, other} <= family for family in FAMILIES)


def ours(files: dict[str, str]) -> dict[str, set[int]]:
    """The weaknesses that Faultline finds in each file."""
    heads = {name: text.encode() for name, text in files.items()}
    report = analyze(Artifact.from_bytes("review", "samples", pack(Bundle(whole=True, heads=heads)))).report
    found: dict[str, set[int]] = {name: set() for name in files}
    for each in report.findings:
        assert each.location
        found[each.location.path] |= {int(cwe.removeprefix("CWE-")) for cwe in each.cwe}
    return found


def bandits(files: dict[str, str]) -> dict[str, set[int]] | None:
    """As well, of bandit; None where it is not installed."""
    tool = shutil.which("bandit") or shutil.which("bandit", path=str(Path(sys.executable).parent))
    if tool is None:
        return None
    found: dict[str, set[int]] = {name: set() for name in files}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text)
        done = subprocess.run([tool, "-q", "-r", "-f", "json", folder], capture_output=True, text=True, check=False)
        for each in json.loads(done.stdout)["results"]:
            found[Path(each["filename"]).name].add(int(each["issue_cwe"].get("id", 0)))
    return found


def told(found: dict[str, set[int]], samples: Iterable[tuple[str, int | None]]) -> tuple[float, int]:
    """The share of weaknesses that are found, and how many clean files are flagged."""
    hits = [any(related(cwe, each) for each in found[name]) for name, cwe in samples if cwe]
    return sum(hits) / len(hits), sum(1 for name, cwe in samples if not cwe and found[name])


def main() -> int:
    """Print both figures, of both tools."""
    labelled: list[dict[str, Any]] = tomllib.loads(LABELS.read_text("utf-8"))["sample"]
    samples = [(f"sample{number:03}.py", each.get("cwe")) for number, each in enumerate(labelled)]
    files = {name: each["code"] for (name, _), each in zip(samples, labelled, strict=True)}
    weak = sum(1 for _, cwe in samples if cwe)
    theirs = bandits(files)
    peer = told(theirs, samples) if theirs is not None else None
    if peer:
        row("bandit: weakness or family, of all", 100 * peer[0], "%")
        row("bandit: clean files flagged", peer[1], "files")
    else:
        print("bandit: not present")
    found, flagged = told(ours(files), samples)
    against = 100 * peer[0] if peer else None
    kept = row(f"weakness or family, of {weak}", 100 * found, "%", against=against, at_least=FOUND)
    kept &= row(f"clean files flagged, of {len(samples) - weak}", flagged, "files", at_most=FLAGGED)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
