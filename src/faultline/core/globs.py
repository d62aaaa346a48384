"""Globs over paths and rule ids, matched in time that grows with pattern times text, whatever somebody wrote into them.

`?` is one character and `*` any run of them, both but `/`; `**` as a whole part is any number of parts. A pattern with
no `/` is matched against every part of a path, as in `.gitignore`; one that names a folder means all that is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

MAX_PATTERN: Final = 200
MAX_PARTS: Final = 64
"""Parts of a path that are looked at; a deeper one is matched by its first."""


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path of the repository."""
    parts = tuple(path.strip("/").split("/")[:MAX_PARTS])
    anchored = pattern.strip("/").split("/")
    if len(anchored) == 1 and not pattern.startswith("/"):
        anchored = ["**", *anchored]
    return _parts_match(tuple(anchored), parts)


def rule_matches(pattern: str, rule: str) -> bool:
    """Whether a pattern means a rule's id, code or CWE; upper and lower case are the same."""
    return _part_matches(pattern.lower(), rule.lower())


@lru_cache(maxsize=4_096)
def _parts_match(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Whether the pattern means these parts or a folder that they are in; one row of the table at a time."""
    reached = [True] + [False] * len(parts)
    for each in pattern:
        if each == "**":
            first = next((place for place, here in enumerate(reached) if here), len(parts) + 1)
            reached = [place >= first for place in range(len(parts) + 1)]
        else:
            reached = [False] + [here and _part_matches(each, part) for here, part in zip(reached, parts, strict=False)]
    return any(reached[1:]) if pattern[-1] != "**" else any(reached)


def _part_matches(pattern: str, text: str) -> bool:
    """Greedy matching with one place to fall back to: the last star decides, so nothing is tried twice over."""
    at = place = 0
    star, resume = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, resume = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in ("?", text[at]):
            place += 1
            at += 1
        elif star >= 0:
            resume += 1
            at, place = resume, star + 1
        else:
            return False
    return not pattern[place:].strip("*")


def any_matches(patterns: Sequence[str], path: str) -> bool:
    """Whether one of the patterns means the path."""
    return any(matches(pattern, path) for pattern in patterns)
