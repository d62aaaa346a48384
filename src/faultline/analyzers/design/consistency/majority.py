"""Majority: what most of a specification does, and who does otherwise.

Where there is no clear majority there is no house style to break, and nobody is told anything: an old specification
with two halves does not drown in findings.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Split(NamedTuple):
    """How many do the usual, one that does (the first), and who does otherwise with what they do."""

    usual: Hashable
    count: int
    example: object
    others: Sequence[tuple[Hashable, object]]


def split(seen: Sequence[tuple[K, T]], *, share: float, least: int) -> Split | None:
    """The majority of what is seen and the rest.

    Args:
        seen: what each does, and who, in the order of the document.
        share: of all that the majority must have at least, from 0 to 1.
        least: how many the majority must have.

    Returns:
        None where all do the same, or where no majority is that clear.

    """
    groups: dict[K, list[T]] = {}
    for key, each in seen:
        groups.setdefault(key, []).append(each)
    if len(groups) < 2:
        return None
    usual, most = max(groups.items(), key=lambda each: len(each[1]))
    if len(most) < least or len(most) < share * len(seen):
        return None
    return Split(usual, len(most), most[0], [(key, each) for key, each in seen if key != usual])
