"""Majority: what most of a specification does, and who does otherwise.

Where there is no clear majority there is no house style to break, and nobody is told anything. Where those who do
otherwise are many, they are a second habit of the house, told only if all is asked for (`info`); a few are slips, and
told. So an old specification with two halves does not drown in findings.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from faultline.analyzers.design.apis.api import IN_DOUBT
from faultline.core.finding import Severity

_FEW = 2
_FEW_SHARE = 0.04
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
        slip: whether those who do otherwise are few.

    """

    kind: K
    who: T
    usual: K
    count: int
    example: T
    slip: bool

    @property
    def severity(self) -> Severity | None:
        """That of the rule for a slip, `info` for a habit."""
        return None if self.slip else Severity.INFO

    @property
    def cause(self) -> str:
        """Keeps habits apart from what is told."""
        return "" if self.slip else IN_DOUBT


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
    rest = len(seen) - len(most)
    for kind, who in seen:
        if kind != usual:
            yield Other(kind, who, usual, len(most), most[0], rest <= max(_FEW, _FEW_SHARE * len(seen)))
