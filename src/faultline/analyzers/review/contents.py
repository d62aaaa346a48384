"""A diff and the contents it speaks of: whether they agree, and one made of the other.

Two lines are the same here where only a carriage return at their end differs: git may convert line ends between its
store and the work tree, and a line's number does not depend on them.
"""

from __future__ import annotations

from collections.abc import Sequence

from faultline.analyzers.review.diff import Block, FileDiff

MAX_UNKNOWN_LINES = 100_000
"""A version of which only a diff's lines are known has at most so many; they cost the checks as much as real ones."""


def disagreement(file: FileDiff, base: bytes | None, head: bytes | None) -> str | None:
    """Where contents are not what the diff says; None where they are.

    Args:
        file: what the diff says about it.
        base: the old version; None where it is not known, or there is none.
        head: the new version; as well.

    """
    old, new = _lines(base), _lines(head)
    old_at = new_at = 0
    for block in file.blocks:
        hunk = block.hunk
        old_start, new_start = hunk.old_start - 1, hunk.new_start - 1
        if old is not None and old[old_start : old_start + hunk.old_length] != _ended(block.old):
            return f"the old version is not what the diff says of its line {hunk.old_start}"
        if new is not None and new[new_start : new_start + hunk.new_length] != _ended(block.new):
            return f"its content is not what the diff says of line {hunk.new_start}"
        if old is not None and new is not None and old[old_at:old_start] != new[new_at:new_start]:
            return f"it has changed before line {hunk.new_start}, which the diff does not say"
        old_at, new_at = old_start + hunk.old_length, new_start + hunk.new_length
    if old is not None and new is not None and old[old_at:] != new[new_at:]:
        return f"it has changed after line {new_at}, which the diff does not say"
    return None


def applied(file: FileDiff, base: bytes) -> bytes | None:
    """The new version, from the old one; None where the diff does not fit it."""
    return _exchanged(base, [(b.hunk.old_start, b.old, b.new, b.bare(b"-"), b.bare(b"+")) for b in file.blocks])


def reverted(file: FileDiff, head: bytes) -> bytes | None:
    """The old version, from the new one; None where the diff does not fit it."""
    return _exchanged(head, [(b.hunk.new_start, b.new, b.old, b.bare(b"+"), b.bare(b"-")) for b in file.blocks])


def shown_of(blocks: Sequence[Block], *, new: bool) -> bytes | None:
    """A version as far as a diff shows it: every line in its place, and empty lines for those that nobody knows.

    None where it would have more than MAX_UNKNOWN_LINES lines.
    """
    lines: list[bytes] = []
    bare = False
    for block in blocks:
        start = (block.hunk.new_start if new else block.hunk.old_start) - 1
        if start > MAX_UNKNOWN_LINES:
            return None
        lines += [b""] * (start - len(lines))
        lines += block.new if new else block.old
        bare = block.bare(b"+" if new else b"-")
    return b"\n".join(lines) + (b"" if bare or not lines else b"\n")


def _exchanged(content: bytes, parts: Sequence[tuple[int, list[bytes], list[bytes], bool, bool]]) -> bytes | None:
    """The content with lines exchanged: start, what stands there, what is to, and whether either lacks its newline."""
    lines = content.split(b"\n")
    bare = bool(lines[-1])
    if not bare:
        lines.pop()
    out: list[bytes] = []
    at = 0
    for start, there, instead, was_bare, is_bare in parts:
        end = start - 1 + len(there)
        if _ended(lines[start - 1 : end]) != _ended(there) or (was_bare and not (bare and end == len(lines))):
            return None
        out += lines[at : start - 1] + instead
        at = end
        if at == len(lines):
            bare = is_bare or (bare and not was_bare)
    out += lines[at:]
    return b"\n".join(out) + (b"" if bare or not out else b"\n")


def _lines(content: bytes | None) -> list[bytes] | None:
    if content is None:
        return None
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    last = lines.pop()
    return [*lines, last.removesuffix(b"\r")] if last else lines


def _ended(lines: Sequence[bytes]) -> list[bytes]:
    return [line.removesuffix(b"\r") for line in lines]
