"""Style is what the code around keeps, or what the project has declared; nothing else is told.

A repository that declares ruff's rules gets exactly those. Of one that declares nothing, a rule is a convention where
its base keeps it: at most one violation in 1,000 lines, over at least 200 lines. What several places break the same
way is one finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from faultline.analyzers.review.change import Change, ChangedFile, Seen
from faultline.analyzers.review.engines import ruff
from faultline.analyzers.review.engines.ruffchecks import last_line
from faultline.analyzers.review.logic.ruffs import TABLE as LOGIC
from faultline.analyzers.review.news import brought
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.performance.ruffs import TABLE as PERFORMANCE
from faultline.analyzers.review.source import Role, Source
from faultline.analyzers.review.style.project import FAMILIES, Project, project
from faultline.core.finding import Severity

ENOUGH = 200
"""Lines of the base that a convention needs."""
PER = 1_000
"""In so many lines one violation is an exception and not the rule."""
EACH = 3
"""So many places of one code are told one by one; where there are more, the first speaks for all."""
_FAMILY = (
    ("F401", "style/unused-import"),
    ("I0", "style/import-order"),
    ("N8", "style/naming"),
    ("UP", "style/modernize"),
    ("SIM", "style/simplify"),
    ("RET", "style/simplify"),
    ("E", "style/layout"),
    ("W", "style/layout"),
    ("D1", "style/docstring"),
    ("D2", "style/docstring"),
    ("D3", "style/docstring"),
    ("D4", "style/docstring"),
)


def conventions(change: Change) -> Iterable[Seen]:
    """Added lines that break a rule which the project has declared or keeps."""
    files = [file for file in change.files if _looked_at(file)]
    if not files:
        return
    found = project(change)
    kept = _kept(change)
    places: dict[str, list[tuple[ChangedFile, Observation]]] = {}
    for file in files:
        for each in _news(file, change, found):
            code = each.code or ""
            if found.declared or kept(code):
                places.setdefault(code, []).append((file, each))
    for code in sorted(places):
        yield from _grouped(places[code])


def formatting(change: Change) -> Iterable[Seen]:
    """Added lines that the formatter would write otherwise, where it has written the base."""
    files = [file for file in change.files if _looked_at(file)]
    bases = [file.base for file in files if file.base is not None and not file.base.partial]
    if change.whole or sum(len(each.lines) for each in bases) < ENOUGH:
        return
    if any(each.diagnostics.of(ruff.FORMAT, each) for each in bases):
        return
    for file in files:
        assert file.head
        blocks = [
            block
            for block in file.head.diagnostics.of(ruff.FORMAT, file.head)
            if file.added.intersection(range(block["start"], block["end"] + 1))
        ]
        if blocks:
            more = f" and {len(blocks) - 1} more places" if len(blocks) > 1 else ""
            edits = tuple(
                ruff.Edit(path=file.path, start_line=each["start"], end_line=each["end"], replacement=each["text"])
                for each in blocks[:50]
            )
            message = f"The formatter writes line {blocks[0]['start']}{more} otherwise."
            line = min(file.added.intersection(range(blocks[0]["start"], blocks[0]["end"] + 1)))
            yield Seen(file.path, Observation("style/format", line, message=message, edits=edits, code="format"))


def _looked_at(file: ChangedFile) -> bool:
    head = file.head
    return head is not None and not file.skipped and not head.partial and head.path.endswith((".py", ".pyi"))


class _Kept:
    """Which codes the base keeps."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._lines = sum(len(each.lines) for each in sources)
        self._counts = Counter(record["code"] for each in sources for record in each.diagnostics.of("ruff", each))

    def __call__(self, code: str) -> bool:
        return self._lines >= ENOUGH and self._counts[code] * PER <= self._lines


def _kept(change: Change) -> _Kept:
    sources = change.heads if change.whole else change.bases
    return _Kept([each for each in sources if each.path.endswith((".py", ".pyi")) and not each.partial])


def _news(file: ChangedFile, change: Change, found: Project) -> Iterator[Observation]:
    assert file.head
    head = list(_observed(file.head, found))
    if change.whole:
        yield from head
        return
    if file.base is not None and head:
        head = brought(file, head, list(_observed(file.base, found)))
    yield from (each for each in head if each.line in file.added)


def _observed(source: Source, found: Project) -> Iterator[Observation]:
    for record in source.diagnostics.of("ruff", source):
        code = record["code"]
        if code in LOGIC or code in PERFORMANCE or found.ignores(source.path, code) or _of_another(code, found):
            continue
        if code == "F401" and source.path.endswith("__init__.py"):
            continue
        yield _observation(source, record, found)


def _of_another(code: str, found: Project) -> bool:
    """Codes that were asked for by another agent and are no style here."""
    if not found.declared:
        return not code.startswith(FAMILIES)
    chosen = max((len(each) for each in found.select if each == "ALL" or code.startswith(each)), default=0)
    return chosen == 0 or (code.startswith("S") and not code.startswith(("SIM", "SLF", "SLOT")))


def _observation(source: Source, record: Mapping[str, Any], found: Project) -> Observation:
    code, message = record["code"], record["message"]
    rule = next((rule for prefix, rule in _FAMILY if code.startswith(prefix)), "style/lint")
    return Observation(
        rule,
        record["location"]["row"],
        last_line(record),
        f"{message.rstrip('.')} ({code}).",
        edits=ruff.edits(source, record),
        severity=Severity.LOW if found.declared and source.role is not Role.TEST else None,
        code=code,
    )


def _grouped(places: list[tuple[ChangedFile, Observation]]) -> Iterator[Seen]:
    if len(places) <= EACH:
        yield from (Seen(file.path, each) for file, each in places)
        return
    file, first = places[0]
    message = f"{first.message.rstrip('.')}, and {len(places) - 1} more places of this change."
    yield Seen(
        file.path,
        Observation(
            first.rule, first.line, first.end_line, message, severity=first.severity, code=first.code, edits=first.edits
        ),
    )


CHANGE_CHECKS = (conventions, formatting)
