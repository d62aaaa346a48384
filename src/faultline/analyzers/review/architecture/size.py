"""What grows beyond what a reader keeps in mind: functions, classes, files; and what is said twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from faultline.analyzers.review.change import Change, ChangedFile, Seen
from faultline.analyzers.review.engines.complexity import Measure, measured
from faultline.analyzers.review.engines.pythonindex import FUNCTIONS, index
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Role, Source
from faultline.core.finding import Severity

COMPLEX, GREW, NEW_COMPLEX, VERY_COMPLEX = 15, 5, 20, 30
LONG = 150
MANY = 8
DEEP = 6
FILE_LINES = 1_000
METHODS = 40
DUPLICATE = 30
"""So many lines in a row, blank ones not counted, are a duplicate; shorter ones are often the shape of the code."""
_SPACE = re.compile(r"\s+")


def functions(change: Change) -> Iterable[Seen]:
    """Functions that the change makes complex, long, deep, or hungry for parameters."""
    for file in change.files:
        if file.head is None or file.skipped or file.head.role is not Role.CODE:
            continue
        added = file.added
        grown = [
            each
            for each in measured(file.head, None if change.whole else added)
            if _stands_out(each) and (change.whole or added.intersection(range(each.line, each.end_line + 1)))
        ]
        before = {each.name: each for each in measured(file.base)} if file.base and grown else {}
        for each in grown:
            yield from (Seen(file.path, told) for told in _grown(each, before.get(each.name), file))


def _stands_out(each: Measure) -> bool:
    """Whether it is worth asking how it was before."""
    return each.complexity > COMPLEX or each.lines > LONG or each.nesting >= DEEP or each.parameters > MANY


def _grown(now: Measure, old: Measure | None, file: ChangedFile) -> Iterator[Observation]:
    name = now.name.rpartition(".")[2]
    if now.complexity > NEW_COMPLEX if old is None else _passes(now, old):
        was = f", and had {old.complexity} before" if old else ""
        message = f"`{name}` has a cyclomatic complexity of {now.complexity}{was}."
        # What was written in one piece is mostly meant so; only the worst of it is worth a comment.
        lesser = Severity.INFO if old is None and now.complexity <= VERY_COMPLEX else None
        yield Observation("architecture/complex-function", now.line, 0, message, symbol=now.name, severity=lesser)
    elif now.lines > LONG and (old is None or old.lines <= LONG):
        message = f"`{name}` has {now.lines} lines."
        yield Observation("architecture/long-function", now.line, message=message, symbol=now.name)
    elif now.nesting >= DEEP and (old is None or old.nesting < DEEP):
        message = f"`{name}` nests {now.nesting} blocks."
        yield Observation("architecture/deep-nesting", now.line, message=message, symbol=now.name)
    plain = name != "__init__" and file.path.endswith(".py")
    if old is None and now.parameters > MANY and plain:
        message = f"`{name}` takes {now.parameters} parameters."
        yield Observation("architecture/many-parameters", now.line, message=message, symbol=now.name)


def _passes(now: Measure, old: Measure) -> bool:
    return now.complexity > COMPLEX and now.complexity - old.complexity >= GREW


def files(change: Change) -> Iterable[Seen]:
    """Files and classes that the change makes too large."""
    for file in change.files:
        head = file.head
        if head is None or file.skipped or head.role is not Role.CODE or head.partial:
            continue
        if len(head.lines) > FILE_LINES and file.added and (file.base is None or len(file.base.lines) <= FILE_LINES):
            message = f"The file has {len(head.lines)} lines."
            yield Seen(file.path, Observation("architecture/large-file", min(file.added), message=message))
        before = _methods(file.base) if file.base else {}
        for name, (line, count) in _methods(head).items():
            if count >= METHODS and before.get(name, (0, 0))[1] < METHODS:
                message = f"`{name}` has {count} methods."
                yield Seen(file.path, Observation("architecture/large-class", line, message=message, symbol=name))


def _methods(source: Source) -> dict[str, tuple[int, int]]:
    code = index(source)
    if code is None:
        return {}
    return {
        each.name: (
            each.lineno,
            sum(1 for one in each.body if isinstance(one, FUNCTIONS) and not one.name.startswith("__")),
        )
        for each in code.of(ast.ClassDef)
    }


def duplicates(change: Change) -> Iterable[Seen]:
    """Blocks of added lines that stand elsewhere in the changed files as well."""
    if change.whole or not any(_longest(file.added) >= DUPLICATE for file in change.files):
        return
    places: dict[int, tuple[str, int]] = {}
    for file in change.files:
        if file.head is None or file.skipped or file.head.role is not Role.CODE or file.head.partial:
            continue
        lines = [(at, text) for at, line in enumerate(file.head.lines, 1) if (text := _SPACE.sub(" ", line).strip())]
        every = [text for _, text in lines]
        told = 0
        for start in range(len(lines) - DUPLICATE + 1):
            texts = tuple(every[start : start + DUPLICATE])
            first = places.setdefault(hash(texts), (file.path, lines[start][0]))
            if first == (file.path, lines[start][0]):
                continue
            window = lines[start : start + DUPLICATE]
            if window[0][0] <= told or not all(at in file.added for at, _ in window):
                continue
            if first[0] == file.path and abs(first[1] - window[0][0]) < DUPLICATE:
                continue
            if len(set(texts)) < DUPLICATE * 2 // 3 or sum(_is_code(text) for text in texts) < DUPLICATE // 2:
                continue
            told = window[-1][0]
            message = f"The same {DUPLICATE} lines or more stand in {first[0]} from line {first[1]}."
            yield Seen(
                file.path,
                Observation("architecture/duplicated-code", window[0][0], min(told, window[0][0] + 9), message),
            )


def _longest(lines: frozenset[int]) -> int:
    """How many of some lines stand together at most."""
    longest = run = last = 0
    for line in sorted(lines):
        run = run + 1 if line == last + 1 else 1
        longest, last = max(longest, run), line
    return longest


def _is_code(text: str) -> bool:
    return any(mark in text for mark in ("(", "=", "return", "if ", "for ")) and not text.startswith(("#", "*", "//"))


CHANGE_CHECKS = (functions, files, duplicates)
