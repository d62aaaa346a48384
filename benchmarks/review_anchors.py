"""Whether comments land where they should: anchors of a review over real diffs, held against another reader of diffs.

Files of installed packages are edited at random, git makes the diffs, and a review with a check that finds the edited
lines goes over them. Comments are the findings that the review gives an anchor, and one on every line and on random
ranges of what it says a comment may stand at. A comment is valid where its lines lie in one hunk of the diff as unidiff
reads it, on the new side, and the line there is the line of the file: GitHub answers 422 otherwise. Beside it, how fast
both read a diff of 100,000 lines.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pydantic
from unidiff import PatchSet

from faultline.analyzers.review import analyzer
from faultline.analyzers.review.diff import parse
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Source
from faultline.cli.git import environment
from faultline.cli.reviewing import Wish, artifact, collect
from faultline.core.report import Report
from faultline.core.results.review import ReviewResult
from faultline.engine import analyze
from measure import row

COMMENTS = 10_000
ROUNDS = 12
FILES = 40
RULE = next(rule for rule in catalogue() if rule.startswith("logic/"))
MAX_RATIO = 0.5
"""Of the time that unidiff takes for the same diff."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Of one file as unidiff reads it: for each hunk the lines of its new side, by their numbers."""

    hunks: Sequence[dict[int, str]]

    def hold(self, first: int, last: int) -> bool:
        """Whether lines stand in one hunk."""
        return any(first in hunk and last in hunk for hunk in self.hunks)

    def text(self, line: int) -> str | None:
        """What stands there."""
        return next((hunk[line] for hunk in self.hunks if line in hunk), None)


def comments(source: Source) -> Iterable[Observation]:
    """One on every edited line, some over several lines."""
    for number, line in enumerate(source.lines[:-1], 1):
        if "new_" in line or "# changed" in line:
            yield Observation(RULE, number, number + (number % 3 if number % 7 == 0 else 0))


def edited(lines: list[str], chance: random.Random) -> list[str]:
    """Lines after some edits of blocks: new ones, gone ones, moved ones, doubled ones."""
    lines = list(lines)
    for _ in range(chance.randrange(1, 9)):
        at = chance.randrange(len(lines) + 1)
        size = min(chance.choice([1, 1, 2, 5, 20]), len(lines) - at)
        what = chance.randrange(4)
        if what == 0:
            lines[at:at] = [f"new_{chance.randrange(10**6)} = {n}" for n in range(chance.choice([1, 2, 8]))]
        elif what == 1:
            del lines[at : at + size]
        elif what == 2:
            lines[at : at + size] = [line + "  # changed" for line in lines[at : at + size]]
        else:
            block = lines[at : at + size]
            del lines[at : at + size]
            place = chance.randrange(len(lines) + 1)
            lines[place:place] = block * chance.choice([1, 2])
    return lines


def written(folder: Path, texts: Sequence[list[str]], chance: random.Random, offset: int) -> None:
    """A tree of these files, with all that a tree may have: CRLF, no newline at the end, moved files."""
    for number, lines in enumerate(texts):
        end = "\r\n" if number % 10 == 3 else "\n"
        path = folder / f"pkg{number % 5}" / (f"moved_{number}.py" if offset and number % 9 == 4 else f"m_{number}.py")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((end.join(lines) + (end if chance.random() < 0.9 else "")).encode())


def git(folder: Path, *arguments: str) -> bytes:
    """What git says."""
    who = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgSign=false"]
    return subprocess.run(
        [*who, *arguments], cwd=folder, env=environment(os.environ), check=True, capture_output=True
    ).stdout


def anchors(diff: str) -> dict[str, Anchors]:
    """By path, as unidiff reads them."""
    return {
        file.target_file.removeprefix("b/"): Anchors(
            [
                {line.target_line_no: line.value.rstrip("\r\n") for line in hunk if line.target_line_no is not None}
                for hunk in file
            ]
        )
        for file in PatchSet(diff)
    }


@dataclass(frozen=True, slots=True)
class Comment:
    """What would be posted: lines of a file and the first of them as the reviewer knows it."""

    path: str
    first: int
    last: int
    text: str

    def valid(self, known: dict[str, Anchors]) -> bool:
        """Whether GitHub would take it."""
        file = known.get(self.path)
        return file is not None and file.hold(self.first, self.last) and file.text(self.first) == self.text


def posted(report: Report, heads: Mapping[str, list[str]], chance: random.Random) -> Iterable[Comment]:
    """Comments on findings, cut to the hunk that they begin in, and on the lines that comments may stand at."""
    assert isinstance(report.result, ReviewResult)
    files = {file.path: file for file in report.result.files}
    for finding in report.findings:
        at = finding.location
        assert at
        for span in files[at.path].hunks:
            if span.start_line <= at.start_line <= span.end_line:
                yield Comment(at.path, at.start_line, min(at.end_line, span.end_line), finding.evidence[0])
    for file in files.values():
        for span in file.hunks:
            for line in range(span.start_line, span.end_line + 1):
                last = line if line % 2 else chance.randint(line, span.end_line)
                yield Comment(file.path, line, last, heads[file.path][line - 1])


def speed(chance: random.Random) -> tuple[float, float]:
    """Seconds for a diff of 100,000 lines: ours, and unidiff's."""
    parts = []
    for number in range(100):
        body = "".join(f"{chance.choice(' +')}line {n}\n" for n in range(1_000))
        new = body.count("\n+") + body.startswith("+") + body.count("\n ") + body.startswith(" ")
        old = body.count("\n ") + body.startswith(" ")
        parts.append(
            f"diff --git a/f{number} b/f{number}\n--- a/f{number}\n+++ b/f{number}\n@@ -1,{old} +1,{new} @@\n{body}"
        )
    diff = "".join(parts)
    seconds = []
    for read in (lambda: parse(diff.encode()), lambda: PatchSet(diff)):
        best = []
        for _ in range(3):
            begun = time.process_time()
            read()
            best.append(time.process_time() - begun)
        seconds.append(min(best))
    return seconds[0], seconds[1]


def main() -> int:
    """Print how many anchors are invalid, and how fast a diff is read; 1 when a limit is missed."""
    chance = random.Random(5)
    paths = [path for path in sorted(Path(pydantic.__file__).parent.rglob("*.py")) if path.stat().st_size > 2_000]
    analyzer.SQUAD = {"logic": SimpleNamespace(CHECKS=(comments,), CHANGE_CHECKS=())}  # type: ignore[dict-item]
    findings = made = wrong = missed = 0
    with tempfile.TemporaryDirectory(prefix="faultline-anchors-") as name:
        for number in range(ROUNDS):
            folder = Path(name, str(number))
            folder.mkdir()
            git(folder, "init", "-q", "-b", "main")
            texts = [path.read_text("utf-8").split("\n")[:400] for path in chance.sample(paths, min(FILES, len(paths)))]
            written(folder, texts, chance, 0)
            git(folder, "add", "--all")
            git(folder, "commit", "-qm", "base")
            git(folder, "rm", "-rqf", ".")
            written(folder, [edited(lines, chance) for lines in texts], chance, 1)
            git(folder, "add", "--all")
            found = collect(Wish((folder,), staged=True))
            assert found.bundle.diff is not None
            if number % 3 == 2:  # other contexts than ours, as a bare diff has them
                diff = git(folder, "diff", "--cached", "--find-renames", f"-U{chance.choice([0, 1, 12])}")
                found = replace(found, bundle=replace(found.bundle, diff=diff))
            assert found.bundle.diff is not None
            report = analyze(artifact(found)).report
            known = anchors(found.bundle.diff.decode())
            heads = {path: head.decode().replace("\r\n", "\n").split("\n") for path, head in found.bundle.heads.items()}
            findings += len(report.findings)
            told = list(posted(report, heads, chance))
            made += len(told)
            wrong += sum(not each.valid(known) for each in told)
            # Every line that GitHub would take is one that the review knows of.
            there = sum(len(hunk) for file in known.values() for hunk in file.hunks)
            missed += there - len({(each.path, each.first) for each in told})
    ours, theirs = speed(chance)
    met = [
        row("comments made", made, "", at_least=COMMENTS),
        row("findings among them or beside them", findings, "", at_least=500),
        row("invalid anchors", wrong, "", at_most=0),
        row("lines without an anchor that have one", missed, "", at_most=0),
        row("a diff of 100,000 lines, unidiff", theirs, "s CPU"),
        row("the same, ours", ours, "s CPU", against=theirs, at_most=MAX_RATIO * theirs),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
