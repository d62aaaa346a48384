"""ruff: one run over every Python source of a change, old versions and new ones, serves all agents.

The sources are written into a private folder that is gone afterwards, `head/` and `base/`, under their own paths where
every part of the path is harmless, else under numbers: a path of a repository is never followed. The real path matters
to a few rules only (`__init__.py`, stubs, what is first-party). What the reviewed repository says about ruff reaches it
as data (`Asked`), never as a file: no configuration, no cache and no `noqa` of the sources is honoured here;
suppressions are the squad's business.

The records are those of `--output-format json` (docs.astral.sh/ruff): `code`, `message`, `location` and `end_location`
with 1-based rows and columns, `fix` with edits and their applicability.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faultline.analyzers.review.language import Language
from faultline.analyzers.review.source import Source
from faultline.core.finding import Edit

NEWEST = "py314"
"""The newest grammar that ruff knows; an older one makes it refuse newer code."""
START_S, SOURCE_S = 20.0, 0.05
"""A run may take so many seconds and so many more for each source; 2,000 files take 6.6 s on a busy machine."""
FORMAT = "ruff-format"
"""The name of the second tool: where the formatter would write something else."""
_HARMLESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")
_NEWER_GRAMMAR = "syntax was added in"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one run shall look for.

    Args:
        select: codes and prefixes of codes.
        ignore: as well.
        line_length: from which on a line is too long.
        target: the oldest Python that the code runs on, as in `py311`.
        settings: further settings of ruff, as TOML text `key = value`; of values that were read and written anew.
        formatted: whether the formatter shall look as well.
        fallback: what to look for where ruff refuses this.

    """

    select: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    line_length: int = 88
    target: str = NEWEST
    settings: tuple[str, ...] = ()
    formatted: bool = False
    fallback: Asked | None = None


@dataclass(slots=True)
class _Said:
    records: list[Mapping[str, Any]] = field(default_factory=list)
    format: list[Mapping[str, Any]] = field(default_factory=list)


class Ruff:
    """The diagnostics of ruff, for the tools `ruff` and `ruff-format`.

    Args:
        heads: the new versions.
        bases: the old ones.
        asked: says what to look for; called once, before the run.

    """

    def __init__(self, heads: Iterable[Source], bases: Iterable[Source], asked: Callable[[], Asked]) -> None:
        self._sources = [("head", each) for each in heads if _python(each)]
        self._sources += [("base", each) for each in bases if _python(each)]
        self._asked = asked
        self._lock = threading.Lock()
        self._said: dict[int, _Said] | None = None

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """What ruff says about one of the sources; nothing about others and about what is no whole Python file."""
        with self._lock:
            if self._said is None:
                self._said = self._run()
        said = self._said.get(id(source))
        if said is None:
            return ()
        return said.format if tool == FORMAT else said.records

    def again(self, sources: Sequence[Source]) -> Ruff:
        """A run over other sources that looks for the same."""
        return Ruff(sources, (), self._asked)

    def _run(self) -> dict[int, _Said]:
        if not self._sources:
            return {}
        said = {id(source): _Said() for _, source in self._sources}
        try:
            with tempfile.TemporaryDirectory(prefix="faultline-ruff-") as folder:
                root = Path(os.path.realpath(folder))
                by_name = {os.fspath(root / name): source for name, source in _written(root, self._sources)}
                self._look(root, by_name, said)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            for _, source in self._sources:
                source.unread["ruff"] = f"ruff could not look: {type(error).__name__}"
        return said

    def _look(self, root: Path, by_name: Mapping[str, Source], said: Mapping[int, _Said]) -> None:
        asked = self._asked()
        try:
            records = json.loads(self._output(_check(asked), root))
        except ValueError:
            # A code that this ruff does not know, in what the project selects.
            asked = asked.fallback or asked
            records = json.loads(self._output(_check(asked), root))
        for record in records:
            source = by_name.get(record["filename"])
            if source is None:
                continue
            if record["code"] in (None, "invalid-syntax"):
                if _NEWER_GRAMMAR not in record["message"]:
                    source.unread.setdefault("ruff", f"ruff cannot parse it: {record['message']}")
                continue
            said[id(source)].records.append(record)
        if asked.formatted:
            command = [
                binary(), "format", "--isolated", "--no-cache", "--diff", "--target-version", asked.target,
                "--line-length", str(asked.line_length), *_settings(asked), ".",
            ]  # fmt: skip
            for name, hunks in _differences(self._output(command, root, expect=(0, 1, 2))):
                if (source := by_name.get(os.fspath(root / name))) is not None:
                    said[id(source)].format += hunks

    def _output(self, command: Sequence[str], root: Path, expect: Sequence[int] = (0,)) -> str:
        timeout = START_S + SOURCE_S * len(self._sources)
        done = subprocess.run(
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env=_environment()
        )
        if done.returncode not in expect:
            raise ValueError(done.stderr.decode("utf-8", "replace")[:200])
        return done.stdout.decode("utf-8", "replace")


def binary() -> str:
    """Where ruff's wheel has put it, whatever PATH says."""
    from ruff import find_ruff_bin

    return os.fspath(find_ruff_bin())


def edits(source: Source, record: Mapping[str, Any]) -> tuple[Edit, ...]:
    """The fix of a record as lines to replace; nothing where it has none or ruff does not call it safe."""
    fix = record.get("fix")
    if not fix or fix["applicability"] != "safe":
        return ()
    return replaced(source, fix["edits"])


def replaced(source: Source, changes: Iterable[Mapping[str, Any]]) -> tuple[Edit, ...]:
    """Edits of characters as edits of whole lines; those that touch the same lines become one."""
    groups: list[list[tuple[int, int, int, int, str]]] = []
    for each in sorted(changes, key=lambda one: (one["location"]["row"], one["location"]["column"])):
        start, end = each["location"], each["end_location"]
        one = (start["row"], start["column"], end["row"], end["column"], each["content"])
        if groups and one[0] <= max(other[2] for other in groups[-1]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(_edit(source, group) for group in groups)


def _edit(source: Source, group: Sequence[tuple[int, int, int, int, str]]) -> Edit:
    first, last = group[0][0], min(max(one[2] for one in group), len(source.lines))
    if len(group) == 1:
        _, column, row, end, content = group[0]
        if column == 1 and end == 1 and row > first and (not content or content.endswith("\n")):
            return Edit(
                path=source.path, start_line=first, end_line=row - 1, replacement=content[:-1] if content else None
            )
    text = "\n".join(source.lines[first - 1 : last])
    starts = [0]
    for line in source.lines[first - 1 : last]:
        starts.append(starts[-1] + len(line) + 1)
    for row, column, end_row, end_column, content in reversed(group):
        end = min(starts[min(end_row, last + 1) - first] + end_column - 1, len(text))
        text = text[: starts[row - first] + column - 1] + content + text[end:]
    return Edit(path=source.path, start_line=first, end_line=last, replacement=text)


def _python(source: Source) -> bool:
    return source.language is Language.PYTHON and not source.partial


def _written(root: Path, sources: Iterable[tuple[str, Source]]) -> Iterable[tuple[str, Source]]:
    for number, (side, source) in enumerate(sources):
        parts = source.path.split("/")
        name = f"{side}/{source.path}" if len(parts) <= 20 and all(map(_HARMLESS.fullmatch, parts)) else ""
        if not name or not _wrote(root / name, source.text):
            name = f"numbered/{number}{'.pyi' if source.path.endswith('.pyi') else '.py'}"
            _wrote(root / name, source.text)
        yield name, source


def _wrote(path: Path, text: str) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", errors="replace", newline="\n") as sink:
            sink.write(text)
    except (OSError, ValueError):  # a file where a folder should be, two names that this file system takes for one
        return False
    return True


def _check(asked: Asked) -> list[str]:
    return [
        binary(), "check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero", "--output-format", "json",
        "--select", ",".join(asked.select), *(["--ignore", ",".join(asked.ignore)] if asked.ignore else []),
        "--target-version", asked.target, "--line-length", str(asked.line_length), *_settings(asked), ".",
    ]  # fmt: skip


def _settings(asked: Asked) -> list[str]:
    fixed = (
        "exclude = []",
        "respect-gitignore = false",
        "force-exclude = false",
        'src = ["head", "head/src", "base", "base/src"]',
    )
    return [part for each in (*fixed, *asked.settings) for part in ("--config", each)]


def _environment() -> dict[str, str]:
    kept = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "HOME", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"NO_COLOR": "1"}


def _differences(diff: str) -> Iterable[tuple[str, list[Mapping[str, Any]]]]:
    """By file: the lines that the formatter would replace, as `start`, `end` (1-based, inclusive) and `text`."""
    name, hunks = "", list[Mapping[str, Any]]()
    lines = diff.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.startswith("--- ") and at < len(lines) and lines[at].startswith("+++ "):
            if hunks:
                yield name, hunks
            name, hunks = line[4:].replace("\\", "/"), []
            at += 1
        elif found := _HUNK.match(line):
            start, old = int(found[1]), int(found[2] or "1")
            new = int(found[4] or "1")
            body: list[str] = []
            while at < len(lines) and (old > 0 or new > 0):
                mark = lines[at][:1]
                old -= mark in (" ", "-", "")
                new -= mark in (" ", "+", "")
                if mark != "\\":
                    body.append(lines[at])
                at += 1
            hunks += _blocks(body, start)
    if hunks:
        yield name, hunks


def _blocks(body: Sequence[str], start: int) -> Iterable[Mapping[str, Any]]:
    """The runs of changed lines in a hunk; one that only inserts takes the line before it along."""
    line, at = start, 0
    while at < len(body):
        if body[at][:1] not in ("+", "-"):
            line, at = line + 1, at + 1
            continue
        first, added = line, list[str]()
        before = body[at - 1][1:] if at else None
        while at < len(body) and body[at][:1] in ("+", "-"):
            if body[at][0] == "-":
                line += 1
            else:
                added.append(body[at][1:])
            at += 1
        if line > first:
            yield {"start": first, "end": line - 1, "text": "\n".join(added) if added else None}
        elif before is not None:
            yield {"start": first - 1, "end": first - 1, "text": "\n".join([before, *added])}
