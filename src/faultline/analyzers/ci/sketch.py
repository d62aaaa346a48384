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
from faultline.analyzers.ci.signature import EXPLAINS, Catalogue, Signature, probe_pattern

KEEP_BYTES = 4 << 20
"""How much of the end of a log is kept whole; few logs have more. Before it only signatures that explain a
failure are looked for, and near the end of each failed step all of them."""
WINDOW_BYTES = 8 << 20
"""Budget for windows around earlier hits."""
BEFORE, AFTER = 4 << 10, 24 << 10
"""Bytes kept before and after an early hit; a long stack trace has 20 KiB."""
EARLY_HITS, LATE_HITS = 64, 1024
"""How many first and last hits of one signature are remembered."""
CLOSE_LOOKS = 20
"""How many failed steps are looked at closely where they stand far from the log's end."""
MEMO_LINES, MEMO_BYTES = 10_000, 512
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
    continues: bool = False
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
def _probe(catalogue: Catalogue, least_rank: int) -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20
    options.never_nl = True
    wanted = {probe for s in catalogue.signatures if s.rank >= least_rank for probe in s.probes}
    pattern = "|".join((_COMMAND, *map(probe_pattern, (*sorted(wanted), *frames.PROBES))))
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
        self._frame = frames.FrameReader()
        self._hits: dict[str, tuple[list[Hit], deque[Hit]]] = {}
        self._tail: deque[_Region] = deque()
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
        for region in self._tail:
            self._scan(region, brief=False)
        last = self._line if self._inside_line else self._line - 1
        return Sketch(
            hits=self._all_hits(),
            frame=self._frame.finish(last),
            total_lines=last,
            total_bytes=self._offset,
            regions=_joined([*self._windows, *self._tail]),
        )

    def _take(self, block: bytes) -> None:
        self._tail.append(_Region(self._line, self._offset, block, self._inside_line))
        self._tail_bytes += len(block)
        while self._tail_bytes - len(self._tail[0].data) >= KEEP_BYTES:
            self._evict()
        self._line += block.count(b"\n")
        self._offset += len(block)
        self._inside_line = not block.endswith(b"\n")

    def _scan(self, region: _Region, *, brief: bool, begin: int = 0, stop: int | None = None) -> list[tuple[int, int]]:
        """Look for probes in `data[begin:stop]`, whole lines; the spans of the first hits of each signature.

        `brief` leaves out the signatures that do not explain a failure. With a `stop` the frame has read these lines.
        """
        probe = _probe(self._catalogue, EXPLAINS if brief else 0)
        data = region.data if stop is None else region.data[:stop]
        windows: list[tuple[int, int]] = []
        number, counted, end = region.first_line + data.count(b"\n", 0, begin), begin, begin
        # The next search begins on the next line. One match a line by `[^\n]*` instead costs 0.6 s of new states.
        while (found := probe.search(data, end)) is not None:
            at = found.start()
            end = data.find(b"\n", at) + 1 or len(data)
            start = data.rfind(b"\n", counted, at) + 1 or counted
            if at - start > MAX_LINE_BYTES or (start == 0 and region.continues):
                continue
            raw = data[start : min(end, start + MAX_LINE_BYTES)].rstrip(b"\n")
            signatures = self._memo.get(raw)
            if signatures == ():
                continue  # Three of four lines with a probe: seen before, and nothing.
            number += data.count(b"\n", counted, start)
            counted = start
            if signatures is None:
                if framed := _FRAME.search(raw) is not None:
                    if stop is None and self._feed(number, raw) and brief:
                        # What a failed step wrote last is looked at closely, wherever in the log it stands.
                        low = data.rfind(b"\n", 0, max(0, start - AFTER)) + 1
                        windows.append((low, end))
                        self._scan(region, brief=False, begin=low, stop=start)
                    if self._frame.frame.is_border(number):
                        continue
                signatures = tuple(self._catalogue.match(split_lane(visible(raw))[0]))
                if not framed and len(raw) <= MEMO_BYTES:
                    if len(self._memo) >= MEMO_LINES:
                        self._memo.clear()
                    self._memo[raw] = signatures
            if signatures and self._remember(Hit(number, signatures)):
                windows.append((start, end))
        return windows

    def _feed(self, number: int, raw: bytes) -> bool:
        """Hand a line to the frame reader; whether it told of one of the first failed steps."""
        failures = self._frame.failures
        self._frame.feed(number, raw)
        return failures < self._frame.failures <= CLOSE_LOOKS

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
        return sorted({hit.number: hit for hit in kept}.values(), key=lambda hit: hit.number)

    def _evict(self) -> None:
        region = self._tail.popleft()
        self._tail_bytes -= len(region.data)
        windows = self._scan(region, brief=True)
        for start, end in _merged(windows):
            if self._window_bytes >= WINDOW_BYTES:
                return
            data = region.data
            low = data.rfind(b"\n", 0, max(0, start - BEFORE)) + 1
            high = data.find(b"\n", end + AFTER) + 1 or len(data)
            piece = _Region(region.first_line + data.count(b"\n", 0, low), region.offset + low, data[low:high])
            if high == len(data) and self._tail:
                following = self._tail[0].data
                piece.data += following[: following.find(b"\n", AFTER) + 1 or AFTER]
            self._windows.append(piece)
            self._window_bytes += len(piece.data)


def _merged(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if merged and start - BEFORE <= merged[-1][1] + AFTER:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _joined(regions: list[_Region]) -> list[_Region]:
    """Make regions ascending and free of overlap; join what a line runs through."""
    joined: list[_Region] = []
    for region in regions:
        if joined:
            last = joined[-1]
            end = last.offset + len(last.data)
            if region.offset + len(region.data) <= end:
                continue
            if region.offset < end or (region.offset == end and region.continues):
                last.data += region.data[end - region.offset :]
                continue
        joined.append(region)
    return joined
