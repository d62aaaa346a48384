"""Which of the blocks in a log is the cause.

The order of the argument:

1. Only the step that ended the job counts, if the frame tells which it was; steps known to have passed never do.
2. Each hit there grows into a block; a block inside a better one is absorbed by it.
3. What was retried with success, and what a green log of the same job shows as well, loses.
4. The best rank wins, and of equals the earliest; wrappers win only where nothing else is said.
5. All blocks by which the same tool tells of the same kind of failure are the evidence together: every failed test,
   every compiler error. What else stands behind them is the cascade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from faultline.analyzers.ci.blocks import Block, confirmed, grow
from faultline.analyzers.ci.frames import Step
from faultline.analyzers.ci.signature import EXACT_RANK, EXPLAINS
from faultline.analyzers.ci.sketch import Sketch
from faultline.core.results.ci import Category

MAX_EVIDENCE_LINES = 1000
"""Where hundreds of tests failed, the first ones are shown; nobody reads more."""
BRIEF_LINES, CONTEXT_LINES = 3, 4
"""Evidence up to so brief, of no exact signature, is shown with so many lines above and below: of 100 logs that
nobody had read, 63 % were shown fully with them and 58 % without, at a higher F1."""
WIDENED_LINES = 8
"""A block up to so long may only be part of the failure it stands in."""
NEAR = 25
"""Lines between two blocks of a crash that still tell of the same event."""
WRAPPER_RANK = 20
"""Up to this rank a block only says that something failed."""
MAX_STEPS = 50
"""Of more failed steps than that the first are looked at."""
TAIL_LINES = 8
"""What is shown of a step whose output says nothing we know: people mark 8 lines in the median."""
_ECHO = re.compile(r"[$>+] \S|>>> |Done in [\d.]+ ?m?s\.?$")
"""A shell, npm or make echoing the command it runs next, or yarn saying that its own is done."""
_NOISE = re.compile(r"g?make(?:\[\d+\])?: (?:Entering|Leaving) directory|done\.?$|\.+$")
"""Of these lines nobody learns anything: make walking about, a part that is done, progress dots."""
_TOLD_TOGETHER = {Category.TEST, Category.COMPILE, Category.LINT, Category.DEPENDENCY}
"""Of these a step tells many at once; of two crashes far apart the second follows from the first."""
IsGreen = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Cause:
    """The chosen blocks, and `lines`: the numbers of all evidence lines, ascending.

    Without blocks the lines are the end of a step's output, of which nothing better is known.
    """

    step: Step | None
    blocks: tuple[Block, ...]
    cascade: tuple[Block, ...]
    lines: tuple[int, ...]


def find(sketch: Sketch, is_green: IsGreen | None = None) -> Cause | None:
    """Find the cause of the failure; None when the log shows none.

    Args:
        sketch: what was kept of the log.
        is_green: whether a line, as seen by a person, also stands in a green log of the same job.
    """
    steps = sketch.frame.culprits(sketch.total_lines)
    if steps:
        found = [cause for step in steps[:MAX_STEPS] if (cause := _in_region(sketch, step, is_green)) is not None]
        return max(found, key=_worth, default=None)
    return None if sketch.frame.failed is False else _in_region(sketch, None, is_green)


def _worth(cause: Cause) -> tuple[bool, bool]:
    """Of several failed steps the first that explains itself; a broken rule of style only where nothing else broke."""
    if not cause.blocks:
        return False, False
    lead = cause.blocks[0].signature
    return lead.rank >= EXPLAINS, lead.category is not Category.LINT


def _in_region(sketch: Sketch, step: Step | None, is_green: IsGreen | None) -> Cause | None:
    first, last = (step.start, step.end or sketch.total_lines) if step else (1, sketch.total_lines)
    blocks = _blocks(sketch, first, last, known_step=step is not None)
    if retries := [number for number in sketch.frame.retries if first <= number <= last]:
        blocks = [block for block in blocks if block.start > retries[-1]] or blocks
    if is_green is not None:
        blocks = [block for block in blocks if not _also_green(sketch, block, is_green)] or blocks
    if not blocks or max(block.signature.rank for block in blocks) <= WRAPPER_RANK:
        if step is None:
            return Cause(None, tuple(blocks[:1]), (), blocks[0].numbers) if blocks else None
        return Cause(step, (), tuple(blocks), _tail(sketch, step, blocks, is_green))
    winner = min(blocks, key=lambda block: (-block.signature.rank, block.start))
    chosen = [_inside(block, blocks) for block in _together(winner, blocks)]
    cascade = [block for block in blocks if block not in chosen and block.start > winner.end]
    return Cause(step, tuple(chosen), tuple(cascade[:20]), _shown(sketch, step, chosen, blocks, is_green))


def _blocks(sketch: Sketch, first: int, last: int, *, known_step: bool) -> list[Block]:
    """Grow every hit in the region; drop those inside a block that is at least as good."""
    frame = sketch.frame
    grown: list[Block] = []
    for hit in sketch.hits:
        if not first <= hit.number <= last or frame.is_border(hit.number):
            continue
        if not known_step and frame.passed(hit.number):
            continue
        line = sketch.line_at(hit.number)
        if line is None:
            continue
        signature = next((s for s in hit.signatures if confirmed(line, s, sketch.line_at)), None)
        if signature is not None:
            grown.append(grow(line, signature, sketch.line_at, frame.is_border))
    return _without_absorbed(grown)


def _without_absorbed(blocks: Sequence[Block]) -> list[Block]:
    """Cut a block where another of its own signature begins; drop one that stands inside a better one."""
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        following = next((b for b in blocks[index + 1 : index + 40] if b.signature is block.signature), None)
        if following is not None and block.hit < following.start <= block.end:
            kept.append(replace(block, numbers=tuple(n for n in block.numbers if n < following.start)))
        else:
            kept.append(block)
    return [
        block
        for index, block in enumerate(kept)
        if not any(_absorbs(other, block) for other in kept[max(0, index - 30) : index + 10])
    ]


def _absorbs(other: Block, block: Block) -> bool:
    rank, size = block.signature.rank, block.end - block.start
    return (
        other is not block
        and other.start <= block.start
        and block.end <= other.end
        and (other.signature.rank, other.end - other.start) > (rank, size)
    )


def _together(winner: Block, blocks: Sequence[Block]) -> list[Block]:
    """The blocks that tell of the same failure as the winner, in order, within the limit."""
    everywhere = winner.signature.category in _TOLD_TOGETHER
    kept: list[Block] = []
    total = 0
    for block in blocks:
        if block is not winner and not _same_kind(winner, block):
            continue
        if not everywhere and (block.start < winner.start or (kept and block.start - kept[-1].end > NEAR)):
            continue
        total += len(block.numbers)
        if kept and total > MAX_EVIDENCE_LINES:
            break
        kept.append(block)
    return kept


def _shown(
    sketch: Sketch, step: Step | None, chosen: Sequence[Block], blocks: Sequence[Block], is_green: IsGreen | None
) -> tuple[int, ...]:
    """The lines of the blocks; around a brief and vague one also the lines about it."""
    numbers = sorted({number for block in chosen for number in block.numbers})
    if len(numbers) <= BRIEF_LINES and chosen[0].signature.rank < EXACT_RANK:
        wrapped = {n for block in blocks if block.signature.rank <= WRAPPER_RANK for n in block.numbers}
        for direction in (range(numbers[0] - 1, 0, -1), range(numbers[-1] + 1, sketch.total_lines + 1)):
            numbers += _around(sketch, step, direction, wrapped, is_green)
    return tuple(sorted(numbers))


def _around(
    sketch: Sketch, step: Step | None, numbers: range, wrapped: set[int], is_green: IsGreen | None
) -> list[int]:
    """The next few lines of the step's output that say something, up to a wrapper or another command."""
    found: list[int] = []
    for number in numbers:
        line = sketch.line_at(number)
        if line is None or len(found) >= CONTEXT_LINES or sketch.frame.is_border(number) or number in wrapped:
            break
        if step is not None and not step.start < number <= (step.end or number):
            break
        text = line.text.strip()
        if _ECHO.match(text):
            break
        if text and not (is_green is not None and is_green(line.text)):
            found.append(number)
    return found


def _inside(block: Block, blocks: Sequence[Block]) -> Block:
    """Give a brief block the lines of the trace or failure it stands in: the line says what, the whole says where."""
    if len(block.numbers) > WIDENED_LINES:
        return block
    around = [
        b for b in blocks if b is not block and b.signature.rank >= EXPLAINS and set(block.numbers) < set(b.numbers)
    ]
    if not around:
        return block
    return replace(block, numbers=min(around, key=lambda b: len(b.numbers)).numbers)


def _same_kind(winner: Block, block: Block) -> bool:
    mine, other = winner.signature, block.signature
    if mine is other:
        return True
    return mine.tool == other.tool and mine.category == other.category and other.rank >= mine.rank - 9


def _also_green(sketch: Sketch, block: Block, is_green: IsGreen) -> bool:
    """Whether all the block says also stands in the green log; a header that both share is no sign."""
    texts = [line.text for number in block.numbers[:50] if (line := sketch.line_at(number)) is not None]
    return all(is_green(text) for text in texts if text.strip())


def _tail(sketch: Sketch, step: Step, wrappers: Sequence[Block], is_green: IsGreen | None) -> tuple[int, ...]:
    """The last lines that the step wrote before the first wrapper: a wrapper says that what stands above it failed."""
    first, last = step.start, step.end or sketch.total_lines
    wrapped = {number for block in wrappers for number in block.numbers}
    anchor = min((block.start for block in wrappers), default=last + 1)
    for end in (anchor - 1, last):
        if numbers := _upwards(sketch, first, end, wrapped, is_green):
            return tuple(reversed(numbers))
    return ()


def _upwards(sketch: Sketch, first: int, last: int, wrapped: set[int], is_green: IsGreen | None) -> list[int]:
    """Lines of output from `last` up, as far as one command's output reaches, newest first."""
    numbers: list[int] = []
    for number in range(last, first - 1, -1):
        line = sketch.line_at(number)
        if line is None or len(numbers) >= TAIL_LINES:
            break
        text = line.text.strip()
        if not text or number in wrapped or sketch.frame.is_border(number) or _NOISE.match(text):
            continue
        if _ECHO.match(text):
            if numbers:
                break
            continue
        if is_green is None or not is_green(line.text):
            numbers.append(number)
    return numbers
