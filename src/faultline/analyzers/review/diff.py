r"""The unified diff: which files it says have changed, and which lines of them.

Read is what git writes (`git diff`, `git show`, `git format-patch`, with any prefix or none), and what `diff -u`,
Subversion and Mercurial write. Line numbers are those of git, for which only a line feed ends a line.

    diff --git a/OLD b/NEW      git's header; then modes, renames, `Binary files ...`, where there is anything to say
    --- a/OLD                   names, perhaps with a tab and a date; `/dev/null` for none
    +++ b/NEW
    @@ -7,4 +7,5 @@ heading     a hunk: start and length, in the old version and the new one
     context                    as many lines as the lengths say, whatever they look like
    -gone
    +new
    \ No newline at end of file

A hunk is read by its lengths, as `git apply` does it, so that a line which looks like a header is none inside of it.
Where the lengths lie the diff is refused, for a comment would stand at a wrong line.

This is why a diff is not read with unidiff (1.0.1), which `benchmarks/review_anchors.py` holds this against: it passes
over lines that are too many for their hunk and over the hunks of combined diffs without a word, does not say which line
is wrong, gives names as they are quoted, and takes 0.15 s for 100,000 lines, which take 0.02 s here.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from faultline.analyzers.review.change import Hunk
from faultline.analyzers.review.headers import field_of, halves, made_or_gone, moved, named, plain, unprefixed
from faultline.analyzers.review.names import shown, unquoted
from faultline.core.errors import ArtifactRejected

MAX_NAME_BYTES = 16_384
"""Of a name. No file system that we know has one of a quarter of it."""
MAX_LINES = 2_000_000
MAX_FILES = 100_000
MAX_HUNKS = 300_000
"""Of one diff, so that 32 MB of nearly nothing do not become gigabytes of objects."""

BINARY, SUBMODULE, SYMLINK = "binary", "submodule", "symlink"
CONFLICT = "a merge conflict that is not resolved"
NOT_SHOWN = "the diff does not show it; `diff -N` does"

_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_COLOUR = re.compile(rb"\x1b\[[0-9;]*[mK]")
_COLOURED = re.compile(rb"^\x1b\[[0-9;]*m(?:diff |--- )", re.MULTILINE)
_ONLY = re.compile(rb"Only in (.+): (.+)")
_SUBMODULE_LOG = re.compile(rb"Submodule (.+) [0-9a-f]{7,64}\.{2,3}[0-9a-f]{7,64}")
_MODES = {b"120000": SYMLINK, b"160000": SUBMODULE}
_COMBINED = (b"diff --cc ", b"diff --combined ", b"@@@ ")


@dataclass(frozen=True, slots=True)
class Block:
    """A hunk and its lines as they stand in the diff, each with its mark."""

    hunk: Hunk
    lines: Sequence[bytes]

    @property
    def old(self) -> list[bytes]:
        """The lines of the old version."""
        return [line[1:] for line in self.lines if line[:1] not in (b"+", b"\\")]

    @property
    def new(self) -> list[bytes]:
        """The lines of the new version."""
        return [line[1:] for line in self.lines if line[:1] not in (b"-", b"\\")]

    def bare(self, mark: bytes) -> bool:
        """Whether the last line of a version has no newline; the mark is that of the version's own lines."""
        pairs = zip(self.lines, self.lines[1:], strict=False)
        return any(after[:1] == b"\\" and line[:1] in (mark, b" ") for line, after in pairs)


@dataclass(frozen=True, eq=False)
class FileDiff:
    """What a diff says about one file.

    Args:
        path: its name, that of the old version where it is deleted; as text, and never to be opened.
        old_path: its other name before; None where it had none.
        change: added, modified, deleted, renamed, copied, mode.
        kind: empty for text, else what it is or why its lines are not there.
        blocks: what has changed, in order.
        line: where in the diff it begins.

    """

    path: str
    old_path: str | None
    change: str
    kind: str
    blocks: tuple[Block, ...]
    line: int

    @cached_property
    def hunks(self) -> tuple[Hunk, ...]:
        """Where it has changed."""
        return tuple(block.hunk for block in self.blocks)

    @property
    def added(self) -> int:
        """How many lines are new."""
        return sum(len(hunk.added) for hunk in self.hunks)


def parse(data: bytes) -> list[FileDiff]:
    """The files of a diff in its order; none where it is empty.

    Raises:
        ArtifactRejected: it is no diff, one of another form, its hunks are not as long as they say, or it is larger
            than the limits above.

    """
    text = _decoded(data)
    if text.count(b"\n") > MAX_LINES:
        raise _too_much("lines", MAX_LINES)
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    if not any(line.strip() for line in lines):
        return []
    files = list(islice(_Reader(lines).files(), MAX_FILES + 1))
    if len(files) > MAX_FILES:
        raise _too_much("files", MAX_FILES)
    if not files:
        raise ArtifactRejected(
            "is no unified diff: no line begins with `diff --git`, and none with `---` and the next with `+++`;"
            " `git diff` and `diff -u` write one"
        )
    return _once(files)


def _too_much(what: str, limit: int) -> ArtifactRejected:
    return ArtifactRejected(f"is too large for one review: it has too many {what}", limit=f"{limit:,} {what}")


def _decoded(data: bytes) -> bytes:
    """The diff as git wrote it, before a shell or a mail program had it in hand."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):  # PowerShell's `>`
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(BOM_UTF8)
    if _COLOURED.search(data):
        data = _COLOUR.sub(b"", data)
    # Where a header ends so every line has been converted; the lines of a CRLF file alone end so in a diff of git's.
    if re.search(rb"^(?:diff --git|\+\+\+) [^\n]*\r$", data, re.MULTILINE):
        data = data.replace(b"\r\n", b"\n")
    return data


def _once(files: list[FileDiff]) -> list[FileDiff]:
    by_path: dict[str, FileDiff] = {}
    for file in files:
        before = by_path.get(file.path)
        if before is not None and CONFLICT not in (before.kind, file.kind):
            # A file that becomes a link, or a link that becomes a file, is told as two changes.
            if (before.change, file.change) != ("deleted", "added"):
                raise ArtifactRejected(
                    f"line {file.line} changes {file.path!r} a second time, so this is a series of changes and not one;"
                    " `git diff BASE HEAD` tells them as one"
                )
        elif before is not None and file.kind == CONFLICT:
            continue
        by_path[file.path] = file
    return list(by_path.values())


class _Reader:
    """Goes through the lines of a diff once; `_at` is the line it stands before, from 0."""

    def __init__(self, lines: list[bytes]) -> None:
        self._lines = lines
        self._at = 0
        self._hunks = 0

    def files(self) -> Iterator[FileDiff]:
        """Each file; lines between files that say nothing are the text around a diff: a mail, a commit's message."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            start = self._at + 1
            if line.startswith(b"diff --git "):
                yield self._git()
            elif line.startswith(_COMBINED):
                raise self._wrong(
                    start,
                    "is of a combined diff, which compares a merge with several parents; give the diff against one"
                    " of them: `git diff PARENT MERGE`",
                )
            elif self._names_follow():
                old, new = self._names()
                yield self._file(start, plain(old, new), made_or_gone(old, new), self._blocks())
            elif _HUNK.match(line):
                raise self._wrong(start, "begins a hunk and no file has been named")
            else:
                self._at += 1
                if (told := _told(line, start)) is not None:
                    yield told

    def _names_follow(self) -> bool:
        lines = self._lines[self._at : self._at + 3]
        return (
            len(lines) == 3
            and lines[0].startswith(b"--- ")
            and lines[1].startswith(b"+++ ")
            and lines[2].startswith(b"@@")
        )

    def _names(self) -> tuple[bytes, bytes]:
        old, new = self._lines[self._at][4:], self._lines[self._at + 1][4:]
        self._at += 2
        return named(old), named(new)

    def _git(self) -> FileDiff:
        start = self._at + 1
        rest = self._lines[self._at][len(b"diff --git ") :]
        self._at += 1
        said: dict[bytes, bytes] = {}
        binary = False
        names: tuple[bytes, bytes] | None = None
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if (field := field_of(line)) is not None:
                said[field[0]] = field[1]
            elif line.startswith((b"Binary files ", b"GIT binary patch")):
                binary = True
            elif line.startswith(b"--- "):
                if not self._lines[self._at + 1 : self._at + 2] or not self._lines[self._at + 1].startswith(b"+++ "):
                    raise self._wrong(self._at + 2, "should name the new version of the file: `+++ NAME`")
                names = self._names()
                break
            else:
                break
            self._at += 1
        move = moved(said)
        pair = move[1:] if move else unprefixed(rest, names)
        if pair is None:
            raise self._wrong(start, "does not say which file it is about")
        gone = "added" if b"new file mode" in said else "deleted" if b"deleted file mode" in said else ""
        mode = said.get(b"new mode") or said.get(b"new file mode") or said.get(b"deleted file mode")
        kind = _MODES.get(mode or said.get(b"index", b"").rpartition(b" ")[2], "")
        change = move[0] if move else gone or made_or_gone(*(names or (b"", b"")))
        blocks = self._blocks() if names else ()
        if not change and not blocks and not binary and b"new mode" in said:
            change = "mode"
        return self._file(start, pair, change, blocks, kind or (BINARY if binary else ""))

    def _file(
        self, line: int, pair: tuple[bytes, bytes], change: str, blocks: tuple[Block, ...], kind: str = ""
    ) -> FileDiff:
        old, new = pair
        if max(len(old), len(new)) > MAX_NAME_BYTES:
            raise self._wrong(line, f"names a file in more than {MAX_NAME_BYTES:,} bytes")
        path = old if change == "deleted" else new
        other = old if change in ("renamed", "copied") and old != new else None
        return FileDiff(shown(path), shown(other) if other else None, change or "modified", kind, blocks, line)

    def _blocks(self) -> tuple[Block, ...]:
        """The hunks that begin here, up to the first line that is of none."""
        blocks: list[Block] = []
        old_end = new_end = 1
        while self._at < len(self._lines) and self._lines[self._at].startswith(b"@@"):
            if self._lines[self._at].startswith(b"@@@"):
                break
            block = self._block()
            if block.hunk.old_start < old_end or block.hunk.new_start < new_end:
                raise self._wrong(self._at - len(block.lines), "begins a hunk that lies before the end of the last one")
            old_end = block.hunk.old_start + block.hunk.old_length
            new_end = block.hunk.new_start + block.hunk.new_length
            blocks.append(block)
            self._hunks += 1
            if self._hunks > MAX_HUNKS:
                raise _too_much("hunks", MAX_HUNKS)
        after = self._lines[self._at : self._at + 1]
        if blocks and after and after[0][:1] in (b"+", b"-", b" ") and not self._ends(after[0]):
            raise self._wrong(self._at + 1, "is more than the hunk before it says that it has")
        return tuple(blocks)

    def _ends(self, line: bytes) -> bool:
        # Two dashes and a space sign a mail: format-patch ends with them and git's version.
        return line.rstrip() == b"--" or self._names_follow()

    def _block(self) -> Block:
        start = self._at
        match = _HUNK.match(self._lines[start])
        if match is None:
            raise self._wrong(start + 1, "should begin a hunk: `@@ -START,LENGTH +START,LENGTH @@`")
        old_first, old_length, new_first, new_length = (1 if text is None else int(text) for text in match.groups())
        if (old_length and not old_first) or (new_length and not new_first):
            raise self._wrong(start + 1, "begins a hunk at line 0; lines count from 1")
        if not old_length and not new_length:
            raise self._wrong(start + 1, "begins a hunk without a line")
        # A side without lines names the line before it; what follows reads better with the line that it would be.
        old_first += not old_length
        new_first += not new_length
        old, new = old_first, new_first
        old_end, new_end = old_first + old_length, new_first + new_length
        added, removed = [], []
        lines = self._lines
        at = start + 1
        while old < old_end or new < new_end:
            mark = lines[at][:1] if at < len(lines) else None
            if mark == b"+":
                added.append(new)
                new += 1
            elif mark == b"-":
                removed.append(old)
                old += 1
            elif mark in (b" ", b"", b"\r"):  # mail programs cut the space of an empty line
                old += 1
                new += 1
            elif mark != b"\\":
                break
            at += 1
        if old != old_end or new != new_end:
            told = "ends" if at >= len(lines) else "is none of its lines"
            raise self._wrong(
                min(at + 1, len(lines)),
                f"{told}, but the hunk of line {start + 1} says that it has {old_length} old and {new_length} new"
                f" lines, and there are {old - old_first} and {new - new_first}",
            )
        if at < len(lines) and lines[at].startswith(b"\\"):
            at += 1
        self._at = at
        return Block(
            Hunk(old_first, old_length, new_first, new_length, tuple(added), tuple(removed)), lines[start + 1 : at]
        )

    def _wrong(self, line: int, what: str) -> ArtifactRejected:
        return ArtifactRejected(f"line {line} of the diff {what}")


def _told(line: bytes, at: int) -> FileDiff | None:
    """What a line outside of all files says about one."""
    if line.startswith(b"Binary files ") and line.endswith(b" differ"):
        pair = halves(line[len(b"Binary files ") : -len(b" differ")], b" and ")
        if pair:
            return FileDiff(shown(plain(*pair)[1]), None, made_or_gone(*pair) or "modified", BINARY, (), at)
    elif match := _ONLY.fullmatch(line):
        return FileDiff(shown(b"%s/%s" % match.groups()), None, "added", NOT_SHOWN, (), at)
    elif match := _SUBMODULE_LOG.match(line):
        return FileDiff(shown(match[1]), None, "modified", SUBMODULE, (), at)
    elif line.startswith(b"* Unmerged path "):
        return FileDiff(shown(unquoted(line[len(b"* Unmerged path ") :])), None, "modified", CONFLICT, (), at)
    return None
