"""ruff: one run over every Python source of a change, old versions and new ones, serves all agents.

The sources are written into a private folder that is gone afterwards, side by side under numbered names: a path of a
repository is never followed, and making its folders costs more than the run (3 ms each). A few rules ask for the name
`__init__.py`; those files have folders of their own. What the reviewed repository says about ruff reaches it as data
(`Asked`), never as a file: no configuration, no cache and no `noqa` of the sources is honoured here; suppressions are
the squad's business.

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
from dataclasses import dataclass
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
_HARMLESS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\.pyi?")
_SPECIAL = frozenset(("__init__.py", "__init__.pyi", "__main__.py", "conftest.py"))
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
        fallback: what to look for where ruff refuses this.

    """

    select: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    line_length: int = 88
    target: str = NEWEST
    settings: tuple[str, ...] = ()
    fallback: Asked | None = None


_Key = tuple[str, str]
_Records = dict[_Key, list[Mapping[str, Any]]]


class Ruff:
    """The diagnostics of ruff, for the tools `ruff` and `ruff-format`; each looks once, when it is first asked.

    Args:
        heads: the new versions.
        bases: the old ones.
        asked: says what to look for; called before a run.
        known: who has looked at other sources with the same settings.

    """

    def __init__(
        self,
        heads: Iterable[Source],
        bases: Iterable[Source],
        asked: Callable[[], Asked],
        known: Ruff | None = None,
    ) -> None:
        self._sources = [("head", each) for each in heads if _python(each)]
        self._sources += [("base", each) for each in bases if _python(each)]
        self._keys = {_key(source) for _, source in self._sources}
        self._asked = asked
        self._known = known
        self._lock = threading.Lock()
        self._said: dict[str, _Records] = {}

    def of(self, tool: str, source: Source) -> Sequence[Mapping[str, Any]]:
        """What ruff says about one of the sources; nothing about others and about what is no whole Python file."""
        if _key(source) not in self._keys:
            return self._known.of(tool, source) if self._known is not None else ()
        with self._lock:
            if tool not in self._said:
                self._said[tool] = self._run(self._format if tool == FORMAT else self._check)
        return self._said[tool].get(_key(source), ())

    def again(self, sources: Sequence[Source]) -> Ruff:
        """The same over other sources; what is known already is not looked at again."""
        return Ruff([each for each in sources if _key(each) not in self._keys], (), self._asked, self)

    def _run(self, look: Callable[[Path, Mapping[str, Source]], _Records]) -> _Records:
        if not self._sources:
            return {}
        try:
            with tempfile.TemporaryDirectory(prefix="faultline-ruff-") as folder:
                root = Path(os.path.realpath(folder))
                return look(root, {os.fspath(root / name): source for name, source in _written(root, self._sources)})
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            for _, source in self._sources:
                source.unread["ruff"] = f"ruff could not look: {type(error).__name__}"
            return {}

    def _check(self, root: Path, by_name: Mapping[str, Source]) -> _Records:
        asked = self._asked()
        try:
            records = json.loads(self._output(_check(asked), root))
        except ValueError:
            # A code that this ruff does not know, in what the project selects.
            records = json.loads(self._output(_check(asked.fallback or asked), root))
        said: _Records = {}
        for record in records:
            source = by_name.get(record["filename"])
            if source is None:
                continue
            if record["code"] in (None, "invalid-syntax"):
                if _NEWER_GRAMMAR not in record["message"]:
                    source.unread.setdefault("ruff", f"ruff cannot parse it: {record['message']}")
                continue
            said.setdefault(_key(source), []).append(record)
        return said

    def _format(self, root: Path, by_name: Mapping[str, Source]) -> _Records:
        asked = self._asked()
        command = [
            binary(), "format", "--isolated", "--no-cache", "--diff", "--target-version", asked.target,
            "--line-length", str(asked.line_length), *_settings(asked), ".",
        ]  # fmt: skip
        said: _Records = {}
        for name, hunks in _differences(self._output(command, root, expect=(0, 1, 2))):
            if (source := by_name.get(os.fspath(root / name))) is not None:
                said.setdefault(_key(source), []).extend(hunks)
        return said

    def _output(self, command: Sequence[str], root: Path, expect: Sequence[int] = (0,)) -> str:
        timeout = START_S + SOURCE_S * len(self._sources)
        done = subprocess.run(  # noqa: S603 - ruff's own binary, and arguments that were read and written anew
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env=_environment()
        )
        if done.returncode not in expect:
            raise ValueError(done.stderr.decode("utf-8", "replace")[:200])
        return done.stdout.decode("utf-8", "replace")


def _key(source: Source) -> _Key:
    return source.path, source.text


def binary() -> str:
    """Where ruff's wheel has put it, whatever PATH says."""
    from ruff import find_ruff_bin

    return str(find_ruff_bin())


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
    made: set[str] = set()
    for number, (side, source) in enumerate(sources):
        name = source.path.rpartition("/")[2]
        if name in _SPECIAL:
            name = f"{side}{number}/{name}"
        else:
            suffix = ".pyi" if name.endswith(".pyi") else ".py"
            stem = name.removesuffix(suffix) if _HARMLESS.fullmatch(name) else "m"
            name = f"{side}/{stem}_{number}{suffix}"
        path = root / name
        if path.parent.name not in made:
            path.parent.mkdir()
            made.add(path.parent.name)
        path.write_text(source.text, encoding="utf-8", errors="replace", newline="\n")
        yield name, source


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
