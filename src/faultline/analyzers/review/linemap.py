"""Which line of the old version a line of the new one was, by a file's hunks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from faultline.analyzers.review.change import Hunk


class LineMap:
    """The lines of two versions of a file, brought together once; asking is cheap.

    Args:
        hunks: of the file, in order. Where one side of a hunk is empty, its start is the line before, as git has it.

    """

    def __init__(self, hunks: Sequence[Hunk]) -> None:
        self._kept: dict[int, int] = {}
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self.added: dict[int, int] = {}
        """By each line that is new the place of its hunk."""
        self.removed: dict[int, int] = {}
        """By each line that is gone, of the old version, the place of its hunk."""
        for place, hunk in enumerate(hunks):
            self.added |= dict.fromkeys(hunk.added, place)
            self.removed |= dict.fromkeys(hunk.removed, place)
            new = hunk.new_start if hunk.new_length else hunk.new_start + 1
            old = hunk.old_start if hunk.old_length else hunk.old_start + 1
            self._starts.append(new + hunk.new_length)
            self._offsets.append(old + hunk.old_length - new - hunk.new_length)
            for line in range(new, new + hunk.new_length):
                while old in self.removed:
                    old += 1
                if line not in self.added:
                    self._kept[line] = old
                    old += 1

    def old(self, line: int) -> int | None:
        """Which line of the old version this one was; None for one that is new."""
        if line in self.added:
            return None
        if line in self._kept:
            return self._kept[line]
        behind = bisect_right(self._starts, line)
        return line + self._offsets[behind - 1] if behind else line

    def touched(self, lines: Iterable[int]) -> bool:
        """Whether one of these lines of the new version is new."""
        return any(line in self.added for line in lines)
