"""One pass over a log of any size: what is worth keeping of it.

The pass looks at whole blocks with one RE2 alternation of all probes; only lines that hold a probe are looked at one by
one. Of a log up to `KEEP_BYTES` every line is kept. Of a longer one: the end, and a window of lines around the first
hits of each signature. Memory is bounded by the two budgets, not by the log.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import re2

from faultline.analyzers.ci import frames
from faultline.analyzers.ci.lines import MAX_LINE_BYTES, Line, split_lane, visible
from faultline.analyzers.ci.signature import Catalogue, Signature, probe_pattern

KEEP_BYTES = 12 << 20
"""How much of the end of a log is kept whole: larger than 99 % of real logs."""
WINDOW_BYTES = 8 << 20
"""Budget for windows around earlier hits."""
BEFORE, AFTER = 4 << 10, 24 << 10
"""Bytes kept before and after an early hit; a long stack trace has 20 KiB."""
EARLY_HITS, LATE_HITS = 64, 1024
"""How many first and last hits of one signature are remembered."""
MEMO_LINES = 10_000
"""Lines whose signatures are remembered: three of four lines with a probe are the same as an earlier one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that signatures recognise, best rank first."""

    number: int
    signatures: tuple[Signature, ...]


@dataclass(slots=True)
class _Region:
    first_line: int
    offset: int
    data: bytes
    _lines: list[Line] | None = None

    def lines(self) -> list[Line]:
        if self._lines is None:
            rows = self.data.split(b"\n")
            if rows and not rows[-1]:
                rows.pop()
            starts = itertools.accumulate((len(row) + 1 for row in rows), initial=self.offset)
            self._lines = [
                Line(number, start, row[:MAX_LINE_BYTES], len(row) + 1)
                for number, (start, row) in enumerate(zip(starts, rows, strict=False), self.first_line)
            ]
        return self._lines


@dataclass(slots=True)
class Sketch:
    """What was kept of a log."""

    hits: list[Hit]
    frame: frames.Frame
    total_lines: int
    total_bytes: int
    regions: list[_Region] = field(repr=False)
    _starts: list[int] = field(default_factory=list, repr=False)

    def line_at(self, number: int) -> Line | None:
        """The line of that number; None where the log has none or it was not kept."""
        if not self._starts:
            self._starts = [region.first_line for region in self.regions]
        index = bisect_right(self._starts, number) - 1
        if index < 0:
            return None
        lines = self.regions[index].lines()
        position = number - self.regions[index].first_line
        return lines[position] if position < len(lines) else None

    def lines(self, start: int, end: int) -> Iterator[Line]:
        """The kept lines from `start` to `end`, inclusive."""
        for number in range(start, end + 1):
            if (line := self.line_at(number)) is not None:
                yield line

    @property
    def whole(self) -> bool:
        """Whether every line was kept."""
        return sum(len(region.data) for region in self.regions) == self.total_bytes


@cache
def _probe(catalogue: Catalogue) -> Any:
    options = re2.Options()
    options.max_mem = 128 << 20
    options.never_nl = True
    pattern = "|".join((_COMMAND, *map(probe_pattern, (*catalogue.probes, *frames.PROBES))))
    return re2.compile(pattern.encode(), options)


_COMMAND = r"(?m:^(?:\x1b\[[0-9;]*[mK])*\$ )"
_FRAME = re2.compile("|".join((_COMMAND, *map(re2.escape, frames.PROBES))).encode())


def read(blocks: Iterable[bytes], catalogue: Catalogue) -> Sketch:
    """Read a log once.

    Args:
        blocks: the decompressed log, cut at line ends; a block that does not end in one is continued by the next.
        catalogue: the signatures to look for.
    """
    return _Reader(catalogue).read(blocks)


class _Reader:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._probe = _probe(catalogue)
        self._frame = frames.FrameReader()
        self._hits: dict[str, tuple[list[Hit], deque[Hit]]] = {}
        self._tail: deque[tuple[_Region, list[tuple[int, int]]]] = deque()
        self._tail_bytes = 0
        self._windows: list[_Region] = []
        self._window_bytes = 0
        self._memo: dict[bytes, tuple[Signature, ...]] = {}
        self._line = 1
        self._offset = 0
        self._inside_line = False

    def read(self, blocks: Iterable[bytes]) -> Sketch:
        for block in blocks:
            if block:
                self._take(block)
        last = self._line if self._inside_line else self._line - 1
        return Sketch(
            hits=self._all_hits(),
            frame=self._frame.finish(last),
            total_lines=last,
            total_bytes=self._offset,
            regions=_joined([*self._windows, *(region for region, _ in self._tail)]),
        )

    def _take(self, block: bytes) -> None:
        windows = self._scan(block)
        region = _Region(self._line, self._offset, block)
        self._tail.append((region, windows))
        self._tail_bytes += len(block)
        while self._tail_bytes - len(self._tail[0][0].data) >= KEEP_BYTES:
            self._evict()
        self._line += block.count(b"\n")
        self._offset += len(block)
        self._inside_line = not block.endswith(b"\n")

    def _scan(self, block: bytes) -> list[tuple[int, int]]:
        windows: list[tuple[int, int]] = []
        number, counted, end = self._line, 0, -1
        for found in self._probe.finditer(block):
            at = found.start()
            if at <= end:
                continue  # A second probe on the same line. One match a line, by `[^\n]*`, costs 0.6 s of new states.
            end = block.find(b"\n", at)
            end = len(block) if end < 0 else end
            start = block.rfind(b"\n", counted, at) + 1 or counted
            number += block.count(b"\n", counted, start)
            counted = start
            if at - start > MAX_LINE_BYTES or (start == 0 and self._inside_line):
                continue
            raw = block[start : min(end, start + MAX_LINE_BYTES)]
            signatures = self._recognise(number, raw)
            if signatures and self._remember(Hit(number, signatures)):
                windows.append((start, end))
        return windows

    def _recognise(self, number: int, raw: bytes) -> tuple[Signature, ...]:
        """The signatures of a line with a probe; a line of the CI system's frame goes to the frame reader as well."""
        signatures = self._memo.get(raw)
        if signatures is None:
            if _FRAME.search(raw) is not None:
                self._frame.feed(number, raw)
                return tuple(self._catalogue.match(split_lane(visible(raw))[0]))
            signatures = tuple(self._catalogue.match(split_lane(visible(raw))[0]))
            if len(self._memo) >= MEMO_LINES:
                self._memo.clear()
            self._memo[raw] = signatures
        return signatures

    def _remember(self, hit: Hit) -> bool:
        """Keep a hit; whether it is among the first of its signature."""
        first, last = self._hits.setdefault(hit.signatures[0].id, ([], deque(maxlen=LATE_HITS)))
        if len(first) < EARLY_HITS:
            first.append(hit)
            return True
        last.append(hit)
        return False

    def _all_hits(self) -> list[Hit]:
        kept = (hit for first, last in self._hits.values() for hit in (*first, *last))
        return sorted(kept, key=lambda hit: hit.number)

    def _evict(self) -> None:
        region, windows = self._tail.popleft()
        self._tail_bytes -= len(region.data)
        for start, end in _merged(windows):
            if self._window_bytes >= WINDOW_BYTES:
                return
            data = region.data
            low = data.rfind(b"\n", 0, max(0, start - BEFORE)) + 1
            high = data.find(b"\n", end + AFTER) + 1 or len(data)
            piece = _Region(region.first_line + data.count(b"\n", 0, low), region.offset + low, data[low:high])
            if high == len(data) and self._tail:
                following = self._tail[0][0].data
                piece.data += following[: following.find(b"\n", AFTER) + 1 or AFTER]
            self._windows.append(piece)
            self._window_bytes += len(piece.data)


def _merged(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in windows:
        if merged and start - BEFORE <= merged[-1][1] + AFTER:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _joined(regions: list[_Region]) -> list[_Region]:
    """Make regions ascending and free of overlap; join what touches."""
    joined: list[_Region] = []
    for region in regions:
        if joined:
            last = joined[-1]
            end = last.offset + len(last.data)
            if region.offset + len(region.data) <= end:
                continue
            if region.offset <= end:
                last.data += region.data[end - region.offset :]
                continue
        joined.append(region)
    return joined
