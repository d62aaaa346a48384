"""Style is what the code around keeps, or what the project has declared; nothing else is told.

A repository that declares ruff's rules gets exactly those. Of one that declares nothing, a rule is a convention where
its base keeps it: at most one violation in 1,000 lines, over at least 200 lines. What several places break the same
way is one finding. The formatter is asked where it has written the base.

All of it depends on the whole change, while a check sees one source; so it is worked out once, as the diagnostics of a
tool `style` that the check then reads.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from faultline.analyzers.review.change import Change, ChangedFile
from faultline.analyzers.review.engines import ruff
from faultline.analyzers.review.engines.ruffchecks import last_line
from faultline.analyzers.review.logic.ruffs import TABLE as LOGIC
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.performance.ruffs import TABLE as PERFORMANCE
from faultline.analyzers.review.source import Diagnostics, Role, Source
from faultline.analyzers.review.style.project import FAMILIES, Project
from faultline.core.finding import Edit, Severity

TOOL = "style"
ENOUGH = 200
"""Lines of the base that a convention needs."""
PER = 1_000
"""In so many lines one violation is an exception and not the rule."""
EACH = 3
"""So many places of one code are told one by one; where there are more, the first speaks for all."""
MAX_EDITS = 50
"""Blocks of one file that are formatted in one suggestion."""
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


def style(source: Source) -> Iterable[Observation]:
    """What breaks a rule that the project has declared or keeps."""
    for record in source.diagnostics.of(TOOL, source):
        yield record["observation"]


class Style:
    """The diagnostics of the tool `style`: records with one key, `observation`.

    Args:
        change: what is reviewed.
        tools: ruff's diagnostics.
        project: what the base declares.

    """

    def __init__(self, change: Change, tools: Diagnostics, project: Project) -> None:
        self._change = change
        self._tools = tools
        self._project = project
        self._lock = threading.Lock()
        self._said: dict[int, list[Mapping[str, Any]]] | None = None
        self._misformatted: set[str] = set()

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """What is to be told about a new version; nothing about old ones, whose style is the measure."""
        del tool
        with self._lock:
            if self._said is None:
                self._said = self._all()
        return self._said.get(id(source), ())

    def again(self, sources: Sequence[Source]) -> Edited:
        """The same over sources as suggestions would make them."""
        return Edited(self, self._tools.again(sources))

    def at(self, source: Source, tools: Diagnostics) -> list[Observation]:
        """All that breaks a rule in an edited version and is not in the old one, wherever it is."""
        base = next((each.base for each in self._change.files if each.path == source.path), None)
        old = (
            Counter(_same(base, each) for each in self._observed(base, self._tools)) if base is not None else Counter()
        )
        found = []
        for each in self._observed(source, tools):
            if old[_same(source, each)] > 0:
                old[_same(source, each)] -= 1
            else:
                found.append(each)
        if source.path in self._misformatted and tools.of(ruff.FORMAT, source):
            found.append(Observation("style/format", 1))
        return found

    def _all(self) -> dict[int, list[Mapping[str, Any]]]:
        said: dict[int, list[Mapping[str, Any]]] = {}
        # First the conventions: `at` tells of the formatter where it was told before.
        for source, observation in (*self._conventions(), *self._formatting()):
            said.setdefault(id(source), []).append({"observation": observation})
        return said

    def _conventions(self) -> Iterator[tuple[Source, Observation]]:
        kept = self._kept()
        places: dict[str, list[tuple[Source, Observation]]] = {}
        for file in self._files():
            assert file.head
            for each in self.at(file.head, self._tools):
                code = each.code or ""
                if (self._change.whole or each.line in file.added) and (self._project.declared or kept(code)):
                    places.setdefault(code, []).append((file.head, each))
        for code in sorted(places):
            yield from _grouped(places[code])

    def _formatting(self) -> Iterator[tuple[Source, Observation]]:
        files = self._files()
        bases = [file.base for file in files if file.base is not None and not file.base.partial]
        if self._change.whole or sum(len(each.lines) for each in bases) < ENOUGH:
            return
        if any(self._tools.of(ruff.FORMAT, each) for each in bases):
            return
        for file in files:
            assert file.head
            blocks = [
                block
                for block in self._tools.of(ruff.FORMAT, file.head)
                if file.added.intersection(range(block["start"], block["end"] + 1))
            ]
            if blocks:
                self._misformatted.add(file.path)
                yield file.head, _misformatted(file, blocks)

    def _files(self) -> list[ChangedFile]:
        return [file for file in self._change.files if not file.skipped and _looked_at(file.head)]

    def _kept(self) -> _Kept:
        sources = self._change.heads if self._change.whole else self._change.bases
        return _Kept([each for each in sources if _looked_at(each)], self._tools)

    def _observed(self, source: Source, tools: Diagnostics) -> Iterator[Observation]:
        for record in tools.of("ruff", source):
            code = record["code"]
            if code in LOGIC or code in PERFORMANCE or self._project.ignores(source.path, code):
                continue
            if not self._is_style(code):
                continue
            if code == "F401" and (source.path.endswith("__init__.py") or "find_spec" in record["message"]):
                continue  # an import that is offered to others, or one whose failure is the question
            yield _observation(source, record, declared=self._project.declared)

    def _is_style(self, code: str) -> bool:
        """Whether a code was asked for as style, and not by another agent."""
        if not self._project.declared:
            return code.startswith(FAMILIES)
        chosen = any(each == "ALL" or code.startswith(each) for each in self._project.select)
        return chosen and (not code.startswith("S") or code.startswith(("SIM", "SLF", "SLOT")))


class Edited:
    """The tool `style` over edited sources, for the proof of suggestions."""

    def __init__(self, style: Style, tools: Diagnostics) -> None:
        self._style = style
        self._tools = tools

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """What the edited version brings beside the old one."""
        del tool
        return [{"observation": each} for each in self._style.at(source, self._tools)]

    def again(self, sources: Sequence[Source]) -> Edited:
        """Over others."""
        return Edited(self._style, self._tools.again(sources))


class _Kept:
    """Which codes the base keeps."""

    def __init__(self, sources: Sequence[Source], tools: Diagnostics) -> None:
        self._lines = sum(len(each.lines) for each in sources)
        self._counts = Counter(record["code"] for each in sources for record in tools.of("ruff", each))

    def __call__(self, code: str) -> bool:
        return self._lines >= ENOUGH and self._counts[code] * PER <= self._lines


def _looked_at(source: Source | None) -> bool:
    return source is not None and not source.partial and source.path.endswith((".py", ".pyi"))


def _same(source: Source, each: Observation) -> tuple[str | None, str]:
    return each.code, " ".join(source.lines[each.line - 1].split())


def _misformatted(file: ChangedFile, blocks: Sequence[Mapping[str, Any]]) -> Observation:
    more = f" and {len(blocks) - 1} more places" if len(blocks) > 1 else ""
    edits = tuple(
        Edit(path=file.path, start_line=each["start"], end_line=each["end"], replacement=each["text"])
        for each in blocks[:MAX_EDITS]
    )
    message = f"The formatter writes line {blocks[0]['start']}{more} otherwise."
    line = min(file.added.intersection(range(blocks[0]["start"], blocks[0]["end"] + 1)))
    return Observation("style/format", line, message=message, edits=edits)


def _observation(source: Source, record: Mapping[str, Any], *, declared: bool) -> Observation:
    code, message = record["code"], record["message"]
    rule = next((rule for prefix, rule in _FAMILY if code.startswith(prefix)), "style/lint")
    return Observation(
        rule,
        record["location"]["row"],
        last_line(record),
        f"{message.rstrip('.')} ({code}).",
        edits=ruff.edits(source, record),
        severity=Severity.LOW if declared and source.role is not Role.TEST else None,
        code=code,
    )


def _grouped(places: list[tuple[Source, Observation]]) -> Iterator[tuple[Source, Observation]]:
    if len(places) <= EACH:
        yield from places
        return
    source, first = places[0]
    message = f"{first.message.rstrip('.')}, and {len(places) - 1} more places of this change."
    yield source, replace(first, message=message)


CHECKS = (style,)
