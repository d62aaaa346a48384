"""Majority: what most of a specification does, and who does otherwise.

Where there is no clear majority there is no house style to break, and nobody is told anything: an old specification
with two halves does not drown in findings.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Other(Generic[K, T]):
    """Somebody who does otherwise.

    Args:
        kind: what he does.
        who: he himself.
        usual: what most do.
        count: how many of them there are.
        example: the first of them.

    """

    kind: K
    who: T
    usual: K
    count: int
    example: T


def others(seen: Sequence[tuple[K, T]], *, share: float, least: int) -> Iterator[Other[K, T]]:
    """Who does otherwise than the majority; nobody where there is no clear one.

    Args:
        seen: what each does, and who, in the order of the document.
        share: of all that the majority must have at least, from 0 to 1.
        least: how many the majority must have.

    """
    groups: dict[K, list[T]] = {}
    for kind, who in seen:
        groups.setdefault(kind, []).append(who)
    if len(groups) < 2:
        return
    usual, most = max(groups.items(), key=lambda each: len(each[1]))
    if len(most) < least or len(most) < share * len(seen):
        return
    for kind, who in seen:
        if kind != usual:
            yield Other(kind, who, usual, len(most), most[0])
