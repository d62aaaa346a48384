"""Regular expressions that can take exponential time.

A pattern is made into its position automaton (Glushkov 1961), where an edge counts as often as the pattern makes it. It
takes exponential time on a text that does not match when some position can return to itself along two ways that read
the same characters (Weideman et al., "Analyzing Matching Time Behavior of Backtracking Regular Expression Matchers",
2016), and when something follows that can fail. Where we are not sure (lookarounds, word boundaries and back references
in the loop) nothing is said.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.python.module import Module, see

LONGEST = 2_000
POSITIONS = 60
MANY = 16
"""A repetition of at least so many counts as unbounded."""
COPIES = 3
"""So often is the body of a bounded repetition written out."""

_FUNCTIONS = {"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_ENDS = {op.AT_END, op.AT_END_STRING}


class Unsure(Exception):
    """The pattern has something that this test cannot judge."""


@dataclass
class _Automaton:
    letters: list[frozenset[int]] = field(default_factory=list)
    edges: Counter[tuple[int, int]] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Part:
    """What a piece of the pattern begins and ends with, and whether it can be empty."""

    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    empty: bool = True


def exponential(pattern: str, flags: int = 0, whole: bool = False) -> bool:
    """Whether a pattern can take exponential time on a text that it does not match.

    Args:
        pattern: as in `re`; longer than `LONGEST` is not looked at.
        flags: of `re`.
        whole: whether the text has to match to its end, as with `re.fullmatch`.

    """
    return len(pattern) <= LONGEST and _exponential(pattern, flags & (re.VERBOSE | re.DOTALL | re.IGNORECASE), whole)


@lru_cache(maxsize=2_000)
def _exponential(pattern: str, flags: int, whole: bool) -> bool:
    try:
        tree = _parsed(pattern, flags)
    except (re.error, OverflowError, RecursionError, ValueError, TypeError):
        return False
    try:
        return _search(list(tree), whole, flags, 0)
    except RecursionError:
        return False


def _parsed(pattern: str, flags: int) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python, about patterns that will mean something else one day
        return parser.parse(pattern, flags)


def _search(items: list[Any], tail: bool, flags: int, depth: int) -> bool:
    """Look for an ambiguous loop in a sequence; `tail` is whether what comes after it can fail."""
    if depth > 40:
        return False
    for index, (kind, value) in enumerate(items):
        after = tail or any(_can_fail(each) for each in items[index + 1 :])
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            _, most, body = value
            if most >= MANY and after and _nested(body, 0) and _ambiguous(body, flags):
                return True
            if _search(list(body), after or most > 1, flags, depth + 1):
                return True
        elif kind is op.SUBPATTERN:
            if _search(list(value[3]), after, flags, depth + 1):
                return True
        elif kind is op.BRANCH:
            if any(_search(list(each), after, flags, depth + 1) for each in value[1]):
                return True
        elif kind in (op.ASSERT, op.ASSERT_NOT) and _search(list(value[1]), False, flags, depth + 1):
            return True
    return False


def _can_fail(item: Any) -> bool:
    kind, value = item
    if kind is op.AT:
        return value in _ENDS
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return True
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        return value[0] > 0 and any(_can_fail(each) for each in value[2])
    if kind is op.SUBPATTERN:
        return any(_can_fail(each) for each in value[3])
    if kind is op.BRANCH:
        return all(any(_can_fail(each) for each in branch) for branch in value[1])
    return kind is not op.GROUPREF


def _nested(body: Any, depth: int) -> bool:
    """Whether there is a choice in a loop at all: most loops are over one class of characters."""
    if depth > 40:
        return False
    for kind, value in body:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.BRANCH):
            return True
        if kind is op.SUBPATTERN and _nested(value[3], depth + 1):
            return True
    return False


def _ambiguous(body: Any, flags: int) -> bool:
    automaton = _Automaton()
    letters = _letters(body)
    try:
        part = _sequence(body, automaton, letters, flags, 0)
    except Unsure:
        return False
    _join(automaton, part.last, part.first)
    return _two_ways(automaton)


def _two_ways(automaton: _Automaton) -> bool:
    """Whether a position comes back to itself along two ways over the same text."""
    size = len(automaton.letters)
    follow: list[list[int]] = [[] for _ in range(size)]
    for (here, there), times in automaton.edges.items():
        follow[here].append(there)
        if times > 1 and automaton.letters[there] and _reaches(automaton, there, here):
            return True
    pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for one in range(size):
        for other in range(size):
            pairs[one, other] = [
                (a, b) for a in follow[one] for b in follow[other] if automaton.letters[a] & automaton.letters[b]
            ]
    back: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for pair, nexts in pairs.items():
        for each in nexts:
            back.setdefault(each, []).append(pair)
    for state in range(size):
        start = (state, state)
        ahead, behind = _closure(pairs, start), _closure(back, start)
        if any(one != other for one, other in ahead & behind):
            return True
    return False


def _closure(graph: dict[tuple[int, int], list[tuple[int, int]]], start: tuple[int, int]) -> set[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    stack = list(graph.get(start, ()))
    while stack:
        each = stack.pop()
        if each not in seen:
            seen.add(each)
            stack += graph.get(each, ())
    return seen


def _reaches(automaton: _Automaton, start: int, goal: int) -> bool:
    seen, stack = set(), [start]
    while stack:
        each = stack.pop()
        if each == goal:
            return True
        if each not in seen:
            seen.add(each)
            stack += [there for here, there in automaton.edges if here == each]
    return False


def _join(automaton: _Automaton, ends: frozenset[int], starts: frozenset[int]) -> None:
    for end in ends:
        for start in starts:
            automaton.edges[end, start] += 1


def _sequence(items: Any, automaton: _Automaton, letters: list[int], flags: int, depth: int) -> _Part:
    done = _Part()
    for item in items:
        part = _item(item, automaton, letters, flags, depth + 1)
        _join(automaton, done.last, part.first)
        done = _Part(
            done.first | part.first if done.empty else done.first,
            done.last | part.last if part.empty else part.last,
            done.empty and part.empty,
        )
    return done


def _item(item: Any, automaton: _Automaton, letters: list[int], flags: int, depth: int) -> _Part:
    kind, value = item
    if depth > 40:
        raise Unsure
    if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
        if len(automaton.letters) >= POSITIONS:
            raise Unsure
        automaton.letters.append(frozenset(each for each in letters if _accepts(kind, value, each, flags)))
        here = frozenset({len(automaton.letters) - 1})
        return _Part(here, here, False)
    if kind is op.SUBPATTERN:
        return _sequence(value[3], automaton, letters, flags, depth)
    if kind is op.BRANCH:
        parts = [_sequence(each, automaton, letters, flags, depth) for each in value[1]]
        return _Part(
            frozenset().union(*(each.first for each in parts)),
            frozenset().union(*(each.last for each in parts)),
            any(each.empty for each in parts),
        )
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, body = value
        if most >= MANY:
            part = _sequence(body, automaton, letters, flags, depth)
            _join(automaton, part.last, part.first)
            return _Part(part.first, part.last, part.empty or least == 0)
        copies = min(most, COPIES)
        done = _Part()
        for number in range(copies):
            part = _sequence(body, automaton, letters, flags, depth)
            empty = part.empty or number >= min(least, copies)
            _join(automaton, done.last, part.first)
            done = _Part(
                done.first | part.first if done.empty else done.first,
                done.last | part.last if empty else part.last,
                done.empty and empty,
            )
        return done
    raise Unsure


def _letters(body: Any) -> list[int]:
    """One character of every kind that the pattern tells apart."""
    found = {ord(each) for each in "aZ5_ \n-.!\u00e9"}

    def add(items: Any, depth: int) -> None:
        for kind, value in items:
            if kind in (op.LITERAL, op.NOT_LITERAL):
                found.add(value)
            elif kind is op.RANGE:
                found.update((value[0], value[1], min(value[1] + 1, 0x10FFFF)))
            elif kind is op.IN and depth < 40:
                add(value, depth + 1)
            elif kind is op.SUBPATTERN and depth < 40:
                add(value[3], depth + 1)
            elif kind is op.BRANCH and depth < 40:
                for each in value[1]:
                    add(each, depth + 1)
            elif kind in (op.MAX_REPEAT, op.MIN_REPEAT) and depth < 40:
                add(value[2], depth + 1)

    add(body, 0)
    return sorted(found)[:120]


_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda each: each.isalnum() or each == "_",
}


def _accepts(kind: Any, value: Any, letter: int, flags: int) -> bool:
    if kind is op.LITERAL:
        return bool(letter == value or (flags & re.IGNORECASE and chr(letter).lower() == chr(value).lower()))
    if kind is op.NOT_LITERAL:
        return bool(letter != value)
    if kind is op.ANY:
        return letter != 10 or bool(flags & re.DOTALL)
    negated = bool(value) and value[0][0] is op.NEGATE
    inside = any(_member(each, letter, flags) for each in (value[1:] if negated else value))
    return inside != negated


def _member(item: Any, letter: int, flags: int) -> bool:
    kind, value = item
    if kind is op.RANGE:
        folded = {letter, *(ord(each) for each in (chr(letter).lower(), chr(letter).upper()) if len(each) == 1)}
        return any(value[0] <= each <= value[1] for each in (folded if flags & re.IGNORECASE else {letter}))
    if kind is op.CATEGORY:
        known = _CATEGORIES.get(value)
        if known:
            return bool(known(chr(letter)))
        opposite: Any = {
            op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
            op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
            op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
        }.get(value)
        return opposite is not None and not _CATEGORIES[opposite](chr(letter))
    return _accepts(kind, value, letter, flags)


def shortest(pattern: str) -> int | None:
    """How many characters the shortest text has that a pattern matches; None for a pattern that is none."""
    try:
        return int(_parsed(pattern[:LONGEST], 0).getwidth()[0])
    except (re.error, OverflowError, RecursionError, ValueError, TypeError):
        return None


def _flags(module: Module, node: ast.expr | None) -> int:
    flags = 0
    for each in ast.walk(node) if node is not None else ():
        if isinstance(each, ast.Name | ast.Attribute):
            name = module.name(each).rpartition(".")[2]
            flags |= {"VERBOSE": re.X, "X": re.X, "DOTALL": re.S, "S": re.S, "IGNORECASE": re.I, "I": re.I}.get(name, 0)
    return flags


def slow_patterns(module: Module) -> Iterable[Observation]:
    """Constant patterns of `re` and `regex`, of Django's and pydantic's validators."""
    for name, calls in module.calls.items():
        package, _, last = name.rpartition(".")
        plain = package in ("re", "regex") and last in _FUNCTIONS
        if not plain and last not in ("RegexValidator", "re_path", "Regexp", "constr", "RegexField"):
            continue
        for call in calls:
            pattern = module.value(module.argument(call, 0, "pattern", "regex"))
            if isinstance(pattern, bytes):
                pattern = pattern.decode("latin-1")
            if not isinstance(pattern, str):
                continue
            position = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(last, 2)
            flags = _flags(module, module.argument(call, position, "flags")) if plain else 0
            whole = last == "fullmatch" or (last == "compile" and _used_whole(module, call))
            if exponential(pattern, flags, whole):
                yield see("redos", call, "One repetition in another reads the same characters in many ways.", 0.85)


def _used_whole(module: Module, call: ast.Call) -> bool:
    """Whether a compiled pattern is used with fullmatch; then its end can always fail."""
    return any(
        isinstance(each.func, ast.Attribute) and module.origin(each.func.value) is call
        for each in module.methods["fullmatch"]
    )


LOOKS = (slow_patterns,)
