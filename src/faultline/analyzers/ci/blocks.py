"""Where a block of evidence begins and ends, by the grammar its signature states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import re2

from faultline.analyzers.ci.lines import Line, indent
from faultline.analyzers.ci.signature import Signature

_CARET_LINE = r"^\s*\|?\s*[\^~]+[\s^~-]*$|^\s*-+\^"
_CARET = re2.compile(_CARET_LINE)
_GOES_ON = re2.compile(
    "|".join(
        (
            r"^\s*at \S.*(?:[:,(]|<)|^\s+at \S|^\s*from \S+:\d+|^\s*# \S+:\d+:in",
            r"^\s+File \".*\", line \d+|^\s*#\d+ +(?:0x|\S+ \S*\()",
            r"^\s*(?i:expected|actual|got|received|but was|message|reason|caused by|diff|stack trace)\b[^:=]{0,20}[:=]",
            _CARET_LINE,
        )
    )
)
"""How any tool's account of an error goes on: frames of a trace, what was expected and found, a caret under the
source."""
ACCOUNT_LINES = 80
"""How many such lines are taken in."""
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


def confirmed(hit: Line, signature: Signature, line_at: Callable[[int], Line | None]) -> bool:
    """Whether the lines around bear out a hit whose own line is too common to tell."""
    if signature.next is not None:
        below = line_at(hit.number + 1)
        if below is None or not signature.next.search(below.text):
            return False
    if signature.above is not None:
        rows = (line_at(number) for number in range(hit.number - 1, max(0, hit.number - 1 - signature.up_max), -1))
        return any(row is not None and signature.above.search(row.text) for row in rows)
    return True


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
    if signature.until is None and signature.through is None:
        below += _account(below[-1] if below else hit.number, hit.lane, line_at, is_border)
    found = signature.match.search(hit.text)
    groups = {key: value for key, value in found.groupdict().items() if value} if found else {}
    return Block(signature, hit.number, (*above, hit.number, *below), groups)


def _account(
    last: int, lane: str, line_at: Callable[[int], Line | None], is_border: Callable[[int], bool]
) -> list[int]:
    """The lines right below that go on with the account of an error in a way that is common to many tools."""

    def text_of(number: int) -> str:
        line = line_at(number)
        return line.text if line is not None and line.lane == lane and not is_border(number) else ""

    numbers: list[int] = []
    while len(numbers) < ACCOUNT_LINES:
        following = last + len(numbers) + 1
        text = text_of(following)
        if not text.strip():
            break
        if _GOES_ON.search(text):
            numbers.append(following)
        elif _CARET.search(text_of(following + 1)):
            numbers += [following, following + 1]
        else:
            break
    return numbers


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
