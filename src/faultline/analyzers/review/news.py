"""What a change brings: what is seen in the new version and was not to be seen in the old one.

An observation is old where the old version has one of the same rule at the line that this one was before, or, for a
line that is new, one of the same rule on the same code: it was moved. Everything else is new, wherever it is, for a
change can break what it does not touch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from faultline.analyzers.review.change import ChangedFile
from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.source import Source

_SPACE = re.compile(r"\s+")


def brought(file: ChangedFile, head: Iterable[Observation], base: Iterable[Observation]) -> list[Observation]:
    """Of what is seen in a file's new version, what the old one lacks."""
    before = list(base)
    at = Counter((each.rule, each.line) for each in before)
    code = Counter((each.rule, code_of(file.base, each)) for each in before) if file.base else Counter()
    news = []
    for each in head:
        key = (each.rule, code_of(file.head, each)) if file.head else (each.rule, "")
        line = old_line(file, each.line)
        if line is not None and at[each.rule, line]:
            at[each.rule, line] -= 1
            code[key] -= 1
        elif code[key] > 0:
            code[key] -= 1
        else:
            news.append(each)
    return news


def code_of(source: Source | None, observation: Observation) -> str:
    """The lines of an observation with their white space evened out."""
    if source is None:
        return ""
    lines = source.evidence(observation.line, observation.end_line or observation.line)
    return "\n".join(_SPACE.sub(" ", line).strip() for line in lines)


def old_line(file: ChangedFile, line: int) -> int | None:
    """Which line of the old version a line of the new one was; None for one that is new."""
    offset = 0  # old line minus new line, after the hunks before
    for hunk in file.hunks:
        if line < hunk.new_start:
            break
        if line < hunk.new_start + hunk.new_length:
            if line in hunk.added:
                return None
            # Context lines keep their order, so the n-th of one side is the n-th of the other.
            nth = line - hunk.new_start - sum(1 for each in hunk.added if each < line)
            removed = frozenset(hunk.removed)
            kept = (each for each in range(hunk.old_start, hunk.old_start + hunk.old_length) if each not in removed)
            return next(islice(kept, nth, None), None)
        offset = hunk.old_start + hunk.old_length - hunk.new_start - hunk.new_length
    return line + offset
