"""Comments at lines of real diffs: how many of 10,000 GitHub would refuse.

The diffs are those of this repository's own commits, as git gives them. Findings are made up: anywhere in the changed
files and beyond their ends, over one line or many, one in three with a proven edit. What is planned for them is judged
by the rules of the stand-in for GitHub, which reads the diffs by itself. GitHub takes all comments of a review or none,
so a single bad one loses them all.

    python benchmarks/review_comments.py [COMMENTS]
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from faultline.analyzers.review.analyzer import ReviewAnalyzer
from faultline.core.analyzer import Options
from faultline.core.artifact import Artifact
from faultline.core.finding import Edit, Finding, Location, Severity, fingerprint
from faultline.core.report import ArtifactInfo, Report, Status
from faultline.core.results.review import ReviewResult
from faultline.service.github.comments import PlannedComment, plan
from faultline.service.github.writing import marked
from measure import row

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.servers.git_repository import FileDiff, GitRepository
from tests.servers.github_app import MAX_BODY, Refusal, _anchored

ROOT = Path(__file__).parent.parent
PER_DIFF = 120
MAX_DIFF = 2_000_000
_FENCE = re.compile(r"\n\n(`{3,})suggestion\n(?s:(.*?))\n?\1\n\n")


def findings(chance: random.Random, result: ReviewResult, files: dict[str, FileDiff]) -> list[Finding]:
    """Made-up findings in the changed files of a diff."""
    made = []
    paths = [each for each in result.files if each.path in files] or list(result.files)
    for number in range(PER_DIFF):
        file = chance.choice(paths)
        if file.hunks and chance.random() < 0.85:
            hunk = chance.choice(file.hunks)
            start = chance.randint(max(1, hunk.start_line - 4), hunk.end_line + 4)
        else:
            start = chance.randint(1, 5_000)
        end = start + chance.choice((0, 0, 0, 1, 2, 5, 30, 400))
        edits: tuple[Edit, ...] = ()
        if chance.random() < 0.33:
            first = max(1, start + chance.randint(-2, 2))
            text = chance.choice((None, "", "x = 1", "a\n\nb", "```\nfence\n```", "    y = '````'"))
            edits = (Edit(path=file.path, start_line=first, end_line=first + chance.randint(0, 4), replacement=text),)
        made.append(
            Finding(
                rule_id="made.up",
                agent="logic",
                severity=chance.choice(list(Severity)[:4]),
                title="Made up",
                description="`code` <b> @name #1 <!-- faultline:summary -->",
                location=Location(path=file.path, start_line=start, end_line=end),
                edits=edits,
                proven=bool(edits),
                fingerprint=fingerprint("made.up", str(number)),
            )
        )
    return made


def reviewed(diff: bytes) -> ReviewResult:
    """What a review says of a diff, without its agents."""
    artifact = Artifact.from_bytes("review", "commit.diff", diff)
    result = ReviewAnalyzer().conclude(artifact, Options(), [], []).result
    assert isinstance(result, ReviewResult)
    return result


def fault(planned: PlannedComment, files: dict[str, FileDiff]) -> str | None:
    """What is wrong with a comment; None where GitHub takes it and it says what was meant."""
    comment, finding = planned.comment, planned.finding
    said = {"path": comment.path, "line": comment.line, "side": "RIGHT", "body": comment.body}
    if comment.start_line is not None:
        said |= {"start_line": comment.start_line, "start_side": "RIGHT"}
    try:
        _anchored(said, files)
    except Refusal as refusal:
        return str(refusal.body)
    if len(comment.body) > MAX_BODY or marked(comment.body) != ("finding", finding.fingerprint):
        return "its mark is not its end"
    if fence := _FENCE.search(comment.body):
        (edit,) = finding.edits
        lines = (comment.start_line or comment.line, comment.line)
        if lines != (edit.start_line, edit.end_line):
            return "its suggestion replaces other lines than the edit"
        if fence[2] != (edit.replacement or ""):
            return "its suggestion is another text than the edit"
    return None


def main(comments: int) -> int:
    """Print the figures; 1 when a comment would be refused."""
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        git = GitRepository(Path(folder) / "git")
        try:
            git._git("fetch", "--quiet", str(ROOT), "HEAD:refs/heads/main")
        except AssertionError:
            print("the history of this repository is not present; there are no real diffs to comment on")
            return 0
        commits = git._git("rev-list", "--no-merges", "--min-parents=1", "main").decode().split()
        total = suggestions = diffs = 0
        faults: list[str] = []
        spent = 0.0
        for commit in commits:
            if total >= comments:
                break
            diff = git.diff(f"{commit}^", commit)
            if not diff or len(diff) > MAX_DIFF:
                continue
            files = {each.path: each for each in git.files(f"{commit}^", commit) if each.patch}
            result = reviewed(diff)
            if not any(each.hunks for each in result.files):
                continue
            report = Report(
                kind="review",
                artifact=ArtifactInfo(name="commit", sha256="0" * 64, bytes=len(diff)),
                status=Status.COMPLETED,
                summary="",
                findings=tuple(findings(chance, result, files)),
                result=result,
            )
            begun = perf_counter()
            planned = plan(report, budget=PER_DIFF)
            spent += perf_counter() - begun
            diffs += 1
            total += len(planned.comments)
            suggestions += sum("suggestion\n" in each.comment.body for each in planned.comments)
            faults += [f"{commit[:9]} {said}" for each in planned.comments if (said := fault(each, files))]
    row("commits", diffs, "")
    row("comments at lines", total, "", at_least=comments)
    row("of these with a suggestion", suggestions, "")
    row("a plan of a review with 120 findings", spent / max(diffs, 1) * 1000, "ms")
    for said in faults[:10]:
        print(said)
    return 0 if row("comments that GitHub would refuse", len(faults), "", at_most=0) and total >= comments else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
