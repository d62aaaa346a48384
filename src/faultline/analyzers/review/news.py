"""What a change brings: what is seen in the new version and was not to be seen in the old one.

What is seen now is paired with what was seen before, each once, so that a second one beside an old one is new:

    the same line       by the diff: the rule was there before, on the line that this one was
    the same code       the line is new and one with the same code is gone: it was moved, indented or wrapped anew
    another file        the same code is gone from another file of the change
    a like line         a line of the same hunk that is gone had it too, and most of its words: a name was changed

What finds no partner is new, wherever it is, for a change can break what it does not touch. So is what is worse than
its partner. Where the old version is unknown or could not be read, only what touches new lines counts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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


class Pairs:
    """What is seen in a file's new version, each with what it was in the old one, once that is known.

    Args:
        file: which file.
        head: what is seen now.
        base: what was seen before.

    """

    def __init__(self, file: ChangedFile, head: Sequence[Observation], base: Iterable[Observation]) -> None:
        self.file = file
        self.head = head
        self.before: dict[int, Observation] = {}
        """By the place of what is seen now its partner."""
        self.foreign: set[int] = set()
        """Of those the places whose partner is in another file."""
        self.lines = LineMap(file.hunks)
        at: defaultdict[tuple[str, int], list[Observation]] = defaultdict(list)
        for each in base:
            at[each.rule, each.line].append(each)
        for place, each in enumerate(head):
            line = self.lines.old(each.line)
            if line is not None and (left := at.get((each.rule, line))):
                self.before[place] = left.pop(0)
        self.gone = [each for left in at.values() for each in left if each.line in self.lines.removed]
        """What was seen on lines that are gone, and has no partner."""
        self._codes = {id(each): code_of(file.base, each) for each in self.gone}
        for place, each in self.open():
            # Of several with this code the one whose function has the same name, where the check knows it.
            same = [other for other in self.gone if self.means(each, code_of(file.head, each), other)]
            self._pair(place, next((other for other in same if other.symbol == each.symbol), same[0] if same else None))

    def open(self) -> list[tuple[int, Observation]]:
        """What stands on a new line and has no partner, with its place."""
        return [
            (place, each)
            for place, each in enumerate(self.head)
            if place not in self.before and each.line in self.lines.added
        ]

    def means(self, each: Observation, code: str, other: Observation) -> bool:
        """Whether something with this code is one of those that are gone."""
        return other.rule == each.rule and self._codes.get(id(other)) == code

    def like(self) -> list[Pair]:
        """All of them; what has no partner yet is given a like one of its hunk."""
        for place, each in self.open():
            hunk, code = self.lines.added[each.line], code_of(self.file.head, each)
            near = [
                (likeness(code, self._codes[id(other)]), other)
                for other in self.gone
                if other.rule == each.rule and self.lines.removed[other.line] == hunk
            ]
            share, best = max(near, key=lambda pair: pair[0], default=(0.0, None))
            self._pair(place, best if share >= LIKE else None)
        return [(each, self.before.get(place)) for place, each in enumerate(self.head)]

    def _pair(self, place: int, other: Observation | None) -> None:
        if other is not None:
            self.before[place] = other
            self.gone = [each for each in self.gone if each is not other]


def moved(
    files: Iterable[ChangedFile], pairs: Mapping[int, Pairs], seen: Callable[[Source], Iterable[Observation]]
) -> None:
    """Give what is on new lines a partner with the same code that is gone from another file.

    Args:
        files: all of the change, those that are gone too.
        pairs: of the files in which something is seen, by the identity of the file.
        seen: what is to be seen in the old version of another one; asked only where a line went that is new elsewhere.

    """
    files = list(files)
    wanted = {
        code_of_line(each.file.head, one.line) for each in pairs.values() for _, one in each.open() if each.file.head
    }
    donors = []
    for file in files:
        lost = {line for hunk in file.hunks for line in hunk.removed}
        if file.base is None or not any(code_of_line(file.base, line) in wanted for line in lost):
            continue
        donors.append(pairs[id(file)] if id(file) in pairs else Pairs(file, (), seen(file.base)))
    for taker in [pairs[id(file)] for file in files if id(file) in pairs] if donors else ():
        for place, each in taker.open():
            code = code_of(taker.file.head, each)
            found = next(
                ((donor, other) for donor in donors if donor is not taker for other in donor.gone
                 if donor.means(each, code, other)),
                None,
            )  # fmt: skip
            if found is not None:
                donor, other = found
                taker.before[place] = other
                taker.foreign.add(place)
                donor.gone = [left for left in donor.gone if left is not other]


def brought(file: ChangedFile, head: Sequence[Observation], base: Iterable[Observation]) -> list[Observation]:
    """Of what is seen in a file's new version, what the old one lacks; for a file that stands alone."""
    if file.base is None:
        return list(head) if file.change == "added" else [each for each in head if touched(file, each)]
    return [each for each, before in Pairs(file, head, base).like() if before is None or worse(each, before)]


def touched(file: ChangedFile, each: Observation) -> bool:
    """Whether it is on lines that the change brings, or because of one."""
    return not file.added.isdisjoint(lines_of(each))


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
