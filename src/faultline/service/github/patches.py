"""Unified diffs, as far as fetching and posting must read them themselves: hunks by their headers, in linear time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from faultline.core.results.review import Span

_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_INDEX = re.compile(rb"index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})(?: |$)")
_MODES = re.compile(rb"(?:old mode|new mode|new file mode|deleted file mode|index [0-9a-f]+\.\.[0-9a-f]+) (\d{6})")
_ESCAPE = re.compile(rb'\\([0-7]{3}|[abtnvfr"\\])')
_NAMED = {
    b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r",
    b'"': b'"', b"\\": b"\\",
}  # fmt: skip
_SPECIAL = (b"120000", b"160000")


@dataclass(frozen=True, slots=True)
class Patch:
    """One file of a diff: its path before and after, None where there is none, and its text from the first hunk on.

    `special` says that it is a link or a submodule, before or after. The blobs are the hashes of both versions, or how
    they begin; empty where the diff does not say them.
    """

    old_path: str | None
    new_path: str | None
    hunks: bytes
    binary: bool
    special: bool
    old_blob: str = ""
    new_blob: str = ""


class Mismatch(ValueError):
    """The patch does not belong to this text."""


def new_spans(patch: str) -> list[Span]:
    """The lines of the new version that a patch shows."""
    found = []
    for line in patch.split("\n"):
        if line.startswith("@@") and (head := _HUNK.match(line.encode())):
            start, length = int(head[3]), int(head[4] or 1)
            if length:
                found.append(Span(start_line=start, end_line=start + length - 1))
    return found


def patches(diff: bytes) -> Iterator[Patch]:
    """The files of a diff in git's form."""
    lines = diff.split(b"\n")
    for start, end in pairwise([*_starts(lines), len(lines)]):
        yield _patch(lines[start:end])


def reversed_onto(text: bytes, hunks: bytes) -> bytes:
    """The old version, of the new one and the patch between them.

    Raises:
        Mismatch: the patch does not belong to this text.

    """
    new = text.split(b"\n")
    old: list[bytes] = []
    at = 0  # lines of the new version that are done
    bare = touched = False  # whether the old version ends without a line break; whether there was a hunk
    lines = hunks.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    index = 0
    while index < len(lines):
        head = _HUNK.match(lines[index])
        if head is None:
            raise Mismatch("a hunk was expected")
        index += 1
        old_left, new_left = int(head[2] or 1), int(head[4] or 1)
        start = int(head[3]) - (1 if new_left else 0)
        if start < at or start > len(new):
            raise Mismatch("hunks overlap, or lie beyond the end")
        old += new[at:start]
        at = start
        last = b""
        while index < len(lines) and (old_left or new_left or lines[index].startswith(b"\\")):
            line = lines[index]
            index += 1
            sign, body = line[:1], line[1:]
            if sign == b"\\":
                bare |= last in (b"-", b" ")
                continue
            last = sign or b" "
            if last in (b" ", b"+"):
                if at >= len(new) or new[at] != body:
                    raise Mismatch("a line differs")
                at += 1
                new_left -= 1
            if last in (b" ", b"-"):
                old.append(body)
                old_left -= 1
            if last not in (b" ", b"+", b"-"):
                raise Mismatch("a line is none of a patch")
        if old_left or new_left:
            raise Mismatch("a hunk ends too soon")
        touched = True
    rest = new[at:]
    if touched and rest in ([], [b""]):
        # The end of the file is in the patch, which says for each version whether a line break stands there.
        return b"\n".join(old) + (b"" if bare or not old else b"\n")
    return b"\n".join(old + rest)


def _starts(lines: list[bytes]) -> Iterator[int]:
    """Where files begin; the lines of hunks are counted, for one of them may look like a beginning."""
    old_left = new_left = 0
    for number, line in enumerate(lines):
        if old_left > 0 or new_left > 0:
            sign = line[:1]
            old_left -= sign in (b" ", b"-", b"")
            new_left -= sign in (b" ", b"+", b"")
        elif line.startswith(b"@@") and (head := _HUNK.match(line)):
            old_left, new_left = int(head[2] or 1), int(head[4] or 1)
        elif line.startswith(b"diff --git "):
            yield number


def _patch(lines: list[bytes]) -> Patch:
    head = next((number for number, line in enumerate(lines) if line.startswith(b"@@")), len(lines))
    names: dict[bytes, str | None] = {}
    binary = special = False
    blobs = (b"", b"")
    for line in lines[:head]:
        if index := _INDEX.match(line):
            blobs = (index[1], index[2])
        for key in (b"--- ", b"+++ ", b"rename from ", b"rename to ", b"copy from ", b"copy to "):
            if line.startswith(key):
                names[key] = _name(line[len(key) :], prefixed=key in (b"--- ", b"+++ "))
        binary |= line.startswith((b"Binary files ", b"GIT binary patch"))
        special |= bool((mode := _MODES.match(line)) and mode[1] in _SPECIAL)
    added = any(line.startswith(b"new file mode") for line in lines[:head])
    deleted = any(line.startswith(b"deleted file mode") for line in lines[:head])
    same = _same_name(lines[0][len(b"diff --git ") :])
    old = names.get(b"--- ", names.get(b"rename from ", names.get(b"copy from ", same)))
    new = names.get(b"+++ ", names.get(b"rename to ", names.get(b"copy to ", same)))
    return Patch(
        old_path=None if added else old,
        new_path=None if deleted else new,
        hunks=b"\n".join(lines[head:]),
        binary=binary,
        special=special,
        old_blob=blobs[0].decode(),
        new_blob=blobs[1].decode(),
    )


def _name(raw: bytes, *, prefixed: bool) -> str | None:
    raw = raw.rstrip(b"\r").removesuffix(b"\t")
    if raw == b"/dev/null":
        return None
    if len(raw) > 1 and raw.startswith(b'"') and raw.endswith(b'"'):
        raw = _ESCAPE.sub(_unescaped, raw[1:-1])
    path = raw.decode("utf-8", "surrogateescape")
    return path.partition("/")[2] if prefixed else path


def _same_name(raw: bytes) -> str | None:
    """The path of `a/PATH b/PATH`, which is the same twice where nothing else names it."""
    if raw.startswith(b'"'):
        return _name(raw[: raw.find(b'" ') + 1], prefixed=True)
    half = (len(raw) - 1) // 2
    return _name(raw[:half], prefixed=True)


def _unescaped(match: re.Match[bytes]) -> bytes:
    word = match[1]
    return _NAMED[word] if word in _NAMED else bytes([int(word, 8) & 0xFF])
