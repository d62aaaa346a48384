"""From an artifact to streams of decompressed log blocks: the one place that knows how a log is packed.

    plain .gz .zst .xz .bz2   one log, whose name is empty
    zip of a GitHub run       one log a job, in natural order

Its magic bytes decide what it is, never its file name. A log is text: UTF-8 or any encoding that keeps ASCII passes
through unchanged, a UTF-8 byte order mark is removed, and UTF-16 with a byte order mark (PowerShell's `>`) becomes
UTF-8. Byte offsets count in the blocks, so after that step.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from faultline.analyzers.ci.compression import codec_of, decompress, refuse_bomb
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 64 << 10

# The largest artifact any tier takes; beyond it a log is a runaway loop, and its tail tells as much.
SIZE_LIMIT = 5 * 10**9

# GitHub runs at most 256 jobs of a matrix; with 70 steps each that is 18,000 members.
MEMBER_LIMIT = 20_000
# Python reads the whole directory of a zip before it can count: a member of GitHub's takes some 120 bytes.
DIRECTORY_LIMIT = MEMBER_LIMIT * 200

# Control bytes that no log has are a tenth of random or compressed bytes and 13 % and more of 499 programs; in 400 real
# logs there are none, and stray NULs and terminal codes stay far below. A short head needs 25 of them to be condemned.
CONTROL_SHARE = 0.05
CONTROL_FLOOR = 25
_NOT_CONTROL = bytes([7, 8, 9, 10, 11, 12, 13, 27, *range(32, 127), *range(128, 256)])

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TAR_MAGIC_AT = 257
_OTHER_TYPES = (
    (b"\x7fELF", "an ELF program or library"),
    (b"MZ\x90\x00", "a Windows program"),
    (b"\xcf\xfa\xed\xfe", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "a Java class or macOS program"),
    (b"\x00asm", "a WebAssembly module"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x04\x22\x4d\x18", "an lz4 file"),
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

Pieces = Callable[[int], Generator[bytes, None, None]]


@dataclass(frozen=True, slots=True)
class LogSource:
    """One log. `name` is the member's name inside a zip, made safe to print, else empty.

    A source holds no open file: it may be kept, and read any number of times, each time from the artifact anew.
    """

    name: str
    _pieces: Pieces
    _mark: bytes = b""
    _encoding: str = "utf-8"

    def blocks(self, size: int = BLOCK_BYTES) -> Iterator[bytes]:
        r"""Read the log in blocks cut at line ends.

        Args:
            size: the most bytes of a block, at least 1.

        Yields:
            Non-empty blocks of at most `size` bytes, together the whole log. Each ends in `\n`, except the last of a
            log that does not, and a piece of a line longer than `size`: where a block does not end in `\n`, the next
            one goes on with the same line.

        Raises:
            ArtifactRejected: the log is damaged, ends early, or is larger than its limit.

        """
        pieces: Iterator[bytes] = self._pieces(size)
        if self._mark:
            pieces = _skip(pieces, len(self._mark))
        if self._encoding != "utf-8":
            pieces = _transcode(pieces, self._encoding)
        return cut_at_line_ends(pieces, size)


def open_logs(artifact: Artifact, *, size_limit: int = SIZE_LIMIT) -> Iterator[LogSource]:
    """Find the logs in an artifact.

    Args:
        artifact: a log, plain or compressed, or a zip of logs.
        size_limit: the most bytes that its logs may have together, decompressed.

    Returns:
        The logs, checked as far as their first 64 KiB: one, or one a job of a zip. An empty log is a log.

    Raises:
        ArtifactRejected: it cannot be opened, or holds no log; raised by this call, not by the iteration.

    """
    with _opened(artifact) as stream:
        head = stream.read(HEAD_BYTES)
    if head.startswith(_ZIP):
        return iter(_zip_logs(artifact, size_limit))
    codec = codec_of(head)

    def pieces(size: int) -> Generator[bytes, None, None]:
        with _opened(artifact) as stream:
            unpacked = decompress(stream, codec, size) if codec else iter(partial(stream.read, size), b"")
            yield from _limited(unpacked, size_limit)

    if codec:
        head = _head(pieces)
    if why := _why_not_a_log(head):
        raise ArtifactRejected(f"{f'inside the {codec.name} stream it' if codec else 'it'} is {why}")
    return iter([_source("", pieces, head)])


def _source(name: str, pieces: Pieces, head: bytes) -> LogSource:
    mark, encoding = _byte_order_mark(head)
    return LogSource(name, pieces, mark, encoding)


def _byte_order_mark(head: bytes) -> tuple[bytes, str]:
    return next(((mark, encoding) for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), (b"", "utf-8"))


def _opened(artifact: Artifact) -> BinaryIO:
    try:
        return artifact.open()
    except OSError as error:
        raise ArtifactRejected(f"it cannot be opened ({error.strerror}); give the path of a log file") from error


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    left = limit
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise _too_large(limit)
        yield piece


def _too_large(limit: int) -> ArtifactRejected:
    size = f"{limit / 10**9:g} GB" if limit >= 10**9 else f"{limit / 10**6:g} MB"
    reason = f"its log is larger than {size}; give the log of the failing job alone, or its last part"
    return ArtifactRejected(reason, limit=size)


def cut_at_line_ends(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Regroup pieces of any length into the blocks that `LogSource.blocks` promises; copies each byte once."""
    if size < 1:
        raise ValueError(f"a block has at least 1 byte, not {size}")
    lines: list[memoryview] = []  # up to the last line end seen
    tail: list[memoryview] = []  # what came after it
    room = size
    for piece in pieces:
        view, start = memoryview(piece), 0
        while start < len(piece):
            stop = min(start + room, len(piece))
            cut = piece.rfind(b"\n", start, stop) + 1
            if cut:
                lines += [*tail, view[start:cut]]
                tail = [view[cut:stop]]
            else:
                tail.append(view[start:stop])
            room -= stop - start
            start = stop
            if not room:
                if not lines:
                    lines, tail = tail, []
                yield b"".join(lines)
                lines = []
                room = size - sum(map(len, tail))
    if last := b"".join(lines + tail):
        yield last


def _skip(pieces: Iterator[bytes], count: int) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[count:]
        count = max(0, count - len(piece))


def _transcode(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _head(pieces: Pieces) -> bytes:
    head = bytearray()
    with closing(pieces(HEAD_BYTES)) as stream:
        for piece in stream:
            head += piece
            if len(head) >= HEAD_BYTES:
                break
    return bytes(head[:HEAD_BYTES])


def _why_not_a_log(head: bytes) -> str | None:
    """Say what content is that is not a log, and what to do; None for a log. `head` is its first 64 KiB."""
    if head[_TAR_MAGIC_AT:].startswith(b"ustar"):
        return "a tar archive, not a log; extract it and give the log files"
    if head.startswith(_ZIP) or codec_of(head):
        return "an archive in an archive, not a log; extract it and give the log files"
    kind = next((kind for magic, kind in _OTHER_TYPES if head.startswith(magic)), None)
    mark, encoding = _byte_order_mark(head)
    text = head[len(mark) :].decode(encoding, "replace").encode() if encoding != "utf-8" else head
    controls = len(text.translate(None, _NOT_CONTROL))
    if kind is None and controls > max(CONTROL_FLOOR, CONTROL_SHARE * len(text)):
        kind = "binary data"
    return kind and f"{kind}, not a log; give the text that the job printed"


class _DirectoryStream:
    """A stream for ZipFile to read the directory of a zip through, which refuses a directory that would not fit."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.seek, self.tell = stream, stream.seek, stream.tell

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_LIMIT:
            raise _too_many_members()
        return self._stream.read(size if size is not None else -1)


def _too_many_members() -> ArtifactRejected:
    limit = f"{MEMBER_LIMIT:,} members"
    return ArtifactRejected(
        f"the zip has more than {limit}; extract it and give the log of the failing job", limit=limit
    )


def _zip_logs(artifact: Artifact, size_limit: int) -> list[LogSource]:
    try:
        with _opened(artifact) as stream:
            members = zipfile.ZipFile(_DirectoryStream(stream)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise ArtifactRejected(
            f"the directory of the zip cannot be read ({error}); it is damaged or cut short, download it again"
        ) from error
    if len(members) > MEMBER_LIMIT:
        raise _too_many_members()
    chosen = _job_logs([member for member in members if not member.filename.endswith("/")])
    if any(member.flag_bits & 1 for member in chosen):
        raise ArtifactRejected("the zip is encrypted; extract it with its password and give the log files")
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in chosen):
        raise ArtifactRejected("the zip uses a rare compression; extract it and give the log files")
    # ZipFile never hands out more of a member than the directory declares, so declared sizes are enough to go by.
    declared = sum(member.file_size for member in chosen)
    if declared > size_limit:
        raise _too_large(size_limit)
    refuse_bomb(sum(member.compress_size for member in chosen), declared)
    logs, reasons = [], []
    for member in sorted(chosen, key=lambda member: _natural(member.filename)):
        pieces = partial(_member_pieces, artifact, member)
        head = _head(pieces)
        if why := _why_not_a_log(head):
            reasons.append(f"{_printable(member.filename)} is {why}")
        else:
            logs.append(_source(_printable(member.filename), pieces, head))
    if not logs:
        raise ArtifactRejected(f"the zip holds no log: {reasons[0] if reasons else 'it is empty; download it again'}")
    return logs


def _job_logs(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Choose the members that are whole job logs, or all where none is.

    GitHub's zip of a run holds each job's log at the top, `0_build.txt`, and the same text again step by step in a
    folder, `build/1_Set up job.txt`.
    """
    top = [member for member in members if re.fullmatch(r"[^/\\]+\.(txt|log)", member.filename, re.IGNORECASE)]
    return top or members


def _member_pieces(artifact: Artifact, member: zipfile.ZipInfo, size: int) -> Generator[bytes, None, None]:
    done = 0
    with _opened(artifact) as stream:
        try:
            _seek_to_data(stream, member)
            with zipfile.ZipExtFile(stream, "r", member) as unpacked:
                while piece := unpacked.read(size):
                    done += len(piece)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise ArtifactRejected(
                f"{_printable(member.filename)} in the zip is damaged after {done:,} bytes of log "
                f"({str(error) or 'it ends early'}); download it again"
            ) from error


def _seek_to_data(stream: BinaryIO, member: zipfile.ZipInfo) -> None:
    # ZipFile.open would need the whole directory read again for every member: 24 ms for 8,192 members, times 256 jobs.
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or not header.startswith(_ZIP[0]):
        raise zipfile.BadZipFile("its header is missing")
    name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
    stream.seek(name_bytes + extra_bytes, io.SEEK_CUR)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)[:200]


def _natural(name: str) -> list[str | int]:
    """Make a sort key that puts `2_test` before `10_test`; at most 18 digits count as one number."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"([0-9]{1,18})", name)]
