"""Where a block of evidence begins and ends, by the grammar its signature states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from faultline.analyzers.ci.lines import Line, indent
from faultline.analyzers.ci.signature import Signature

LANE_GAP = 40
"""How many lines of other parallel outputs may stand between two lines of one block."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one signature's evidence; `numbers` are ascending line numbers, with gaps where outputs interleave."""

    signature: Signature
    hit: int
    numbers: tuple[int, ...]
    groups: Mapping[str, str]

    @property
    def start(self) -> int:
        """First line."""
        return self.numbers[0]

    @property
    def end(self) -> int:
        """Last line."""
        return self.numbers[-1]


def grow(
    hit: Line,
    signature: Signature,
    line_at: Callable[[int], Line | None],
    is_border: Callable[[int], bool],
) -> Block:
    """Grow the block of `signature` around its hit.

    Args:
        hit: the line the signature matched.
        signature: says how the block goes on.
        line_at: the line of that number; None past the log's ends or where the line was not kept.
        is_border: whether a line belongs to the CI system's frame, which ends every block.

    Returns:
        The block; it always holds the hit itself.
    """
    above = _upwards(hit, signature, line_at, is_border)
    below = [] if signature.one_line else _downwards(hit, signature, line_at, is_border, signature.max - len(above) - 1)
    found = signature.match.search(hit.text)
    groups = {key: value for key, value in found.groupdict().items() if value} if found else {}
    return Block(signature, hit.number, (*above, hit.number, *below), groups)


def _upwards(
    hit: Line, signature: Signature, line_at: Callable[[int], Line | None], is_border: Callable[[int], bool]
) -> list[int]:
    numbers: list[int] = []
    if signature.up_to is not None:
        for number in range(hit.number - 1, max(0, hit.number - 1 - signature.up_max), -1):
            line = line_at(number)
            if line is None or is_border(number):
                return []
            if line.lane != hit.lane:
                continue
            numbers.append(number)
            if signature.up_to.search(line.text):
                return numbers[::-1]
        return []
    if signature.up_while is not None:
        for number in range(hit.number - 1, max(0, hit.number - 1 - signature.up_max), -1):
            line = line_at(number)
            if line is None or is_border(number):
                break
            if line.lane != hit.lane:
                continue
            if not signature.up_while.search(line.text):
                break
            numbers.append(number)
    return numbers[::-1]


def _downwards(
    hit: Line,
    signature: Signature,
    line_at: Callable[[int], Line | None],
    is_border: Callable[[int], bool],
    room: int,
) -> list[int]:
    numbers: list[int] = []
    blanks: list[int] = []
    depth = indent(hit.text)
    open_ended = not signature.indent and signature.while_ is None
    number, foreign = hit.number, 0
    while len(numbers) < room:
        number += 1
        line = line_at(number)
        if line is None or is_border(number):
            break
        if line.lane != hit.lane:
            foreign += 1
            if foreign > LANE_GAP:
                break
            continue
        foreign = 0
        text = line.text
        if signature.until is not None and signature.until.search(text):
            break
        if signature.through is not None and signature.through.search(text):
            return [*numbers, *blanks, number]
        if not text.strip():
            blanks.append(number)
            if not open_ended and len(blanks) > signature.blanks:
                break
            continue
        goes_on = (
            open_ended
            or (signature.indent and indent(text) > depth)
            or (signature.while_ is not None and signature.while_.search(text) is not None)
        )
        if not goes_on:
            break
        numbers += [*blanks, number]
        blanks = []
    return numbers
