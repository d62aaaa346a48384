"""From an artifact to its text: the one place that knows encodings and line ends.

A byte order mark decides; without one, UTF-16 shows by its zero bytes. Everything else is UTF-8, and a line that is not
is read in the code page that Windows, and so Excel, would have written it in: 1251 where the bytes above ASCII come in
runs as Cyrillic does, else 1252, where they stand alone. Of lines that end in a lone carriage return (Excel for the
Mac) each is a line.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from faultline.analyzers.conversation.readers.fault import Fault
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

if TYPE_CHECKING:
    from typing_extensions import Buffer

HEAD_BYTES = 256 << 10
CHUNK_BYTES = 1 << 20
MAX_LINE_BYTES = 64 << 20
"""10,000 messages of 1 KB on one line are 10 MB; what is longer than this is no line of conversations."""
SIZE_LIMIT = 5 * 10**9
"""The largest artifact any tier takes."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TYPES = (
    (b"PK\x03\x04", "is a zip archive or an Excel workbook; unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel or Outlook file; save it as CSV or text"),
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it first"),
    (b"%PDF-", "is a PDF document; export the conversations as text"),
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27} | {127})
CONTROL_SHARE = 0.02
"""Text has no control characters; a chat that was pasted from a terminal has a few."""
_CYRILLIC_RUNS = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; `number` is 1-based."""

    number: int
    text: str


@dataclass(slots=True)
class Source:
    """The text of an artifact, read from its beginning as often as somebody asks.

    `head` is the text of the first 256 KiB at most, cut at a line's end where there is one. `faults` holds what was
    wrong with lines given out so far, for the reader to take.
    """

    artifact: Artifact
    encoding: str
    fallback: str
    skip: int
    head: str
    mac: bool
    faults: list[Fault] = field(default_factory=list)
    _guessed: bool = False

    def lines(self) -> Iterator[Line | Fault]:
        """Every line in turn; a Fault for one that is too long or holds binary."""
        with self.artifact.open() as stream:
            stream.read(self.skip)
            if self.encoding != "utf-8" or self.mac:
                yield from self._decoded_lines(stream)
            else:
                yield from self._raw_lines(stream)

    def chunks(self) -> Iterator[str]:
        """The text in pieces of about 1 MiB, each line end as a line feed."""
        with self.artifact.open() as stream:
            stream.read(self.skip)
            encoding = self.encoding
            if encoding == "utf-8" and not _is_utf8(self.head_bytes(stream), whole=False):
                encoding = self.fallback
            stream.seek(self.skip)
            decoder = io.IncrementalNewlineDecoder(
                codecs.getincrementaldecoder(encoding)(errors="replace"), translate=True
            )
            while chunk := stream.read(CHUNK_BYTES):
                yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)

    def head_bytes(self, stream: BinaryIO) -> bytes:
        """The first bytes that come from here."""
        return stream.read(HEAD_BYTES)

    def _raw_lines(self, stream: BinaryIO) -> Iterator[Line | Fault]:
        number = 0
        while raw := stream.readline(MAX_LINE_BYTES):
            number += 1
            if len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
                while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield Fault(number, f"is longer than {MAX_LINE_BYTES >> 20} MB")
                continue
            if b"\0" in raw:
                yield Fault(number, "holds zero bytes: binary, not text")
                continue
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                text = raw.decode(self.fallback, "replace")
                if not self._guessed:
                    self._guessed = True
                    yield Fault(number, f"as UTF-8, which it is not, but as {_NAMES[self.fallback]}", lost=False)
            yield Line(number, text.rstrip("\r\n"))

    def _decoded_lines(self, stream: BinaryIO) -> Iterator[Line | Fault]:
        wrapped = io.TextIOWrapper(
            io.BufferedReader(_Borrowed(stream)), encoding=self.encoding, errors="replace", newline=None
        )
        number = 0
        while text := wrapped.readline(MAX_LINE_BYTES // 4):
            number += 1
            if not text.endswith("\n") and len(text) == MAX_LINE_BYTES // 4:
                while (rest := wrapped.readline(MAX_LINE_BYTES // 4)) and not rest.endswith("\n"):
                    pass
                yield Fault(number, f"is longer than {MAX_LINE_BYTES >> 20} MB")
                continue
            yield Line(number, text.rstrip("\n"))


_NAMES = {"cp1252": "Windows-1252", "cp1251": "Windows-1251"}


class _Borrowed(io.RawIOBase):
    """A stream that somebody else closes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer)
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


def open_source(artifact: Artifact) -> Source:
    """Look at the beginning of an artifact, and say how its text is to be read.

    Raises:
        ArtifactRejected: it is no text, or larger than 5 GB.

    """
    if artifact.size > SIZE_LIMIT:
        raise ArtifactRejected("is larger than 5 GB", name=artifact.name, limit="5 GB")
    with artifact.open() as stream:
        head = stream.read(HEAD_BYTES)
    encoding, skip = "utf-8", 0
    for mark, name in _MARKS:
        if head.startswith(mark):
            encoding, skip = name, len(mark)
            break
    else:
        encoding = _unmarked(head)
    _refuse_binary(artifact, head[skip:], encoding)
    body = head[skip:]
    fallback = _code_page(body)
    used = encoding if encoding != "utf-8" or _is_utf8(body, whole=False) else fallback
    text = body.decode(used, "replace")
    mac = "\r" in text and "\n" not in text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(head) == HEAD_BYTES and (end := text.rfind("\n")) > 0:
        text = text[:end]
    if mac and used == fallback and encoding == "utf-8":
        encoding = fallback
    return Source(artifact, encoding, fallback, skip, text, mac)


def mended(text: str) -> str:
    """The text with each half of a surrogate pair that stands alone replaced, for it has no UTF-8."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unmarked(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of ASCII text is zero."""
    even, odd = head[0:4096:2], head[1:4096:2]
    if len(head) >= 4 and odd.count(0) > len(odd) * 0.4 and even.count(0) < len(even) * 0.05:
        return "utf-16-le"
    if len(head) >= 4 and even.count(0) > len(even) * 0.4 and odd.count(0) < len(odd) * 0.05:
        return "utf-16-be"
    return "utf-8"


def _refuse_binary(artifact: Artifact, body: bytes, encoding: str) -> None:
    for magic, what in _TYPES:
        if body.startswith(magic):
            raise ArtifactRejected(what, name=artifact.name)
    if encoding != "utf-8":
        return
    if b"\0" in body:
        raise ArtifactRejected("is binary, not text: it holds zero bytes", name=artifact.name)
    controls = len(body) - len(body.translate(None, _CONTROLS))
    if controls > max(8, len(body) * CONTROL_SHARE):
        raise ArtifactRejected("is binary, not text: it is full of control characters", name=artifact.name)


def _is_utf8(data: bytes, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _code_page(body: bytes) -> str:
    high = len(_HIGH.findall(body))
    runs = sum(map(len, _CYRILLIC_RUNS.findall(body)))
    return "cp1251" if high and runs > high * 0.6 else "cp1252"
