"""Small parts that the review's tests share: a change of two texts, and checks that see a word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from faultline.analyzers.review.change import Change, ChangedFile, Hunk
from faultline.analyzers.review.config import Config
from faultline.analyzers.review.observation import Check, Observation
from faultline.analyzers.review.source import Role, Source
from faultline.analyzers.review.squad import Detail, Reviewer
from faultline.core.analyzer import Examination
from faultline.core.artifact import Artifact

NOTHING = Artifact.from_bytes("review", "change", b"-")


def hunks(base: str, head: str, context: int = 3) -> tuple[Hunk, ...]:
    """The hunks between two texts, as git would cut them."""
    old, new = base.split("\n"), head.split("\n")
    found = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        changed = [each for each in group if each[0] != "equal"]
        first, last = group[0], group[-1]
        found.append(
            Hunk(
                first[1] + (first[1] != last[2]),
                last[2] - first[1],
                first[3] + (first[3] != last[4]),
                last[4] - first[3],
                tuple(line + 1 for each in changed for line in range(each[3], each[4])),
                tuple(line + 1 for each in changed for line in range(each[1], each[2])),
            )
        )
    return tuple(found)


def changed(
    base: str | None, head: str | None, path: str = "a.py", *, role: Role = Role.CODE, context: int = 3
) -> ChangedFile:
    """One file of a change; None where there is no such version."""
    kind = "added" if base is None else "deleted" if head is None else "modified"
    return ChangedFile(
        path,
        kind,
        base=None if base is None else Source(path, base, role),
        head=None if head is None else Source(path, head, role),
        hunks=hunks(base or "", head or "", context),
    )


def sees(word: str, rule: str, **more: object) -> Check:
    """A check that sees a word."""

    def check(source: Source) -> Iterable[Observation]:
        for number, line in enumerate(source.lines, 1):
            for _ in range(line.count(word)):
                yield Observation(rule, number, **more)  # type: ignore[arg-type]

    return check


EVAL = sees("eval(", "security/code-injection", code="S307")


def examined(
    *files: ChangedFile, checks: Sequence[Check] = (EVAL,), config: Config | None = None, whole: bool = False
) -> Examination:
    """What an agent with these checks tells of a change."""
    change = Change(list(files), config=config or Config(), whole=whole)
    return Reviewer("security", "1", lambda: change, checks).analyze(NOTHING)


def places(seen: Examination) -> list[tuple[str, int]]:
    """Where the findings are."""
    return [(each.location.path, each.location.start_line) for each in seen.findings if each.location]


def detail(seen: Examination) -> Detail:
    """What it says beside them."""
    assert isinstance(seen.detail, Detail)
    return seen.detail
