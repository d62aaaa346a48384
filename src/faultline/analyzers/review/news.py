"""What a change brings: what is seen in the new version and was not to be seen in the old one.

What is seen now is paired with what was seen before, each once, so that a second one beside an old one is new:

    the same line       by the diff: the rule was there before, on the line that this one was
    the same code       the line is new and one with the same code is gone: it was moved, indented or wrapped anew
    a like line         a line of the same hunk that is gone had it too, and most of its words: a name was changed
    another file        (`moved`) the same code is gone from another file of the change

What finds no partner is new, wherever it is, for a change can break what it does not touch. So is what is worse than
its partner. Where the old version is unknown or could not be read, only what touches new lines counts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from faultline.analyzers.review.change import ChangedFile
from faultline.analyzers.review.linemap import LineMap
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.rules import catalogue
from faultline.analyzers.review.source import Source
from faultline.core.finding import Severity

LIKE: Final = 0.6
"""Share of the words that two lines have in common from which on one is the other, changed."""
MAX_LINES: Final = 50
"""Lines of an observation that are compared."""
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+|[^\w\s]")

Pair = tuple[Observation, Observation | None]
"""What is seen now, and what was seen before in its place."""


def paired(
    file: ChangedFile, head: Sequence[Observation], base: Iterable[Observation], lines: LineMap | None = None
) -> list[Pair]:
    """What is seen in a file's new version, each with what it was in the old one; in the order of `head`."""
    lines = lines or LineMap(file.hunks)
    at: defaultdict[tuple[str, int], list[Observation]] = defaultdict(list)
    gone: defaultdict[str, list[Observation]] = defaultdict(list)
    for each in base:
        at[each.rule, each.line].append(each)
    before: dict[int, Observation] = {}

    def pair(choose: Callable[[Observation], Observation | None]) -> None:
        for place, each in enumerate(head):
            if place not in before and (other := choose(each)) is not None:
                before[place] = other

    pair(lambda each: _same_line(each, at, lines))
    for (rule, line), left in at.items():
        if line in lines.removed:
            gone[rule] += left
    codes = {id(other): code_of(file.base, other) for others in gone.values() for other in others}
    pair(lambda each: _same_code(each, code_of(file.head, each), gone, codes, lines))
    pair(lambda each: _like(each, code_of(file.head, each), gone, codes, lines))
    return [(each, before.get(place)) for place, each in enumerate(head)]


def brought(file: ChangedFile, head: Sequence[Observation], base: Iterable[Observation]) -> list[Observation]:
    """Of what is seen in a file's new version, what the old one lacks."""
    lines = LineMap(file.hunks)
    if file.base is None:
        return list(head) if file.change == "added" else [each for each in head if lines.touched(lines_of(each))]
    news = [each for each, before in paired(file, head, base, lines) if before is None or worse(each, before)]
    if file.base.unread:
        news = [each for each in news if lines.touched(lines_of(each))]
    return news


def moved(
    news: Sequence[tuple[ChangedFile, Observation]],
    others: Iterable[ChangedFile],
    seen: Callable[[Source], Iterable[Observation]],
) -> list[tuple[ChangedFile, Observation]]:
    """The news without what only went from one file to another.

    Args:
        news: what no file's own old version had.
        others: all files of the change, those that are gone too.
        seen: what is to be seen in an old version; asked only where it lost a line that is new elsewhere.

    """
    codes = [code_of(file.head, each) for file, each in news]
    opening = {code_of_line(file.head, each.line) for file, each in news if file.head is not None}
    pool: Counter[tuple[str, str, str]] = Counter()
    for file in others:
        if file.base is None or (file.skipped and file.head is not None):
            continue
        lost = {line for hunk in file.hunks for line in hunk.removed}
        if any(code_of_line(file.base, line) in opening for line in lost):
            # Moves inside a file are paired already; the path keeps its own losses from being counted for it twice.
            pool.update(
                (file.path, each.rule, code_of(file.base, each)) for each in seen(file.base) if each.line in lost
            )
    kept = []
    for (file, each), code in zip(news, codes, strict=True):
        donor = next((key for key in pool if key[1:] == (each.rule, code) and key[0] != file.path and pool[key]), None)
        if donor is None or each.line not in file.added:
            kept.append((file, each))
        else:
            pool[donor] -= 1
    return kept


def code_of(source: Source | None, observation: Observation) -> str:
    """The lines of an observation without their white space, so that neither indentation nor wrapping counts."""
    if source is None:
        return ""
    end = min(observation.end_line or observation.line, observation.line + MAX_LINES - 1)
    return _SPACE.sub("", "".join(source.evidence(observation.line, max(end, observation.line))))


def code_of_line(source: Source, line: int) -> str:
    """One line without its white space."""
    return _SPACE.sub("", source.lines[line - 1]) if line <= len(source.lines) else ""


def lines_of(each: Observation) -> Iterable[int]:
    """The lines that show it, and those that make it so."""
    return (*range(each.line, max(each.line, each.end_line) + 1), *each.because)


def likeness(one: str, other: str) -> float:
    """The share of words that two lines have in common, 0..1 (Dice's coefficient of the multisets)."""
    left, right = Counter(_WORD.findall(one[:4_000])), Counter(_WORD.findall(other[:4_000]))
    both = left.total() + right.total()
    return 2 * (left & right).total() / both if both else 1.0


def worse(now: Observation, before: Observation) -> bool:
    """Whether the same thing weighs more than it did."""
    return _severity(now).rank < _severity(before).rank


def _severity(each: Observation) -> Severity:
    return each.severity or catalogue()[each.rule].severity


def _same_line(each: Observation, at: dict[tuple[str, int], list[Observation]], lines: LineMap) -> Observation | None:
    line = lines.old(each.line)
    left = at.get((each.rule, line)) if line is not None else None
    return left.pop(0) if left else None


def _same_code(
    each: Observation, code: str, gone: dict[str, list[Observation]], codes: dict[int, str], lines: LineMap
) -> Observation | None:
    left = gone.get(each.rule, [])
    if each.line not in lines.added or not left:
        return None
    # Of several with this code the one whose function has the same name, where the check knows it.
    same = [other for other in left if codes[id(other)] == code]
    found = next((other for other in same if other.symbol == each.symbol), same[0] if same else None)
    return _taken(found, left)


def _like(
    each: Observation, code: str, gone: dict[str, list[Observation]], codes: dict[int, str], lines: LineMap
) -> Observation | None:
    hunk, left = lines.added.get(each.line), gone.get(each.rule, [])
    if hunk is None or not left:
        return None
    near = [(likeness(code, codes[id(other)]), other) for other in left if lines.removed[other.line] == hunk]
    best = max(near, key=lambda pair: pair[0], default=None)
    return _taken(best[1], left) if best is not None and best[0] >= LIKE else None


def _taken(found: Observation | None, left: list[Observation]) -> Observation | None:
    if found is not None:
        left[:] = [other for other in left if other is not found]
    return found
