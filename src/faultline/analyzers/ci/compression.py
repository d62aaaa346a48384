"""Decompression of gzip, zstd, xz and bzip2 in bounded memory.

Every format may hold several streams one after the other (`cat a.gz b.gz`, pbzip2, pzstd, appended logs) and NUL
padding between and after them. Input that is damaged, ends early, or expands like a bomb is refused with one sentence.
"""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import zstandard

from faultline.core.errors import ArtifactRejected

# The size limit alone lets a 1 MB upload buy a scan of 5 GB; the ratio limit closes that. 400 real Travis logs compress
# at most 28:1 with zlib -9 and 62:1 with zstd -19. Only a loop that prints one line for hours gets past 200:1 (zlib
# 340:1, zstd 10,000:1), and that is a failure to explain, so the ratio counts only beyond what a scan at 100 MB/s reads
# in under 3 s: a bomb that small does no harm.
RATIO_LIMIT = 200
RATIO_GRACE_BYTES = 256 * 10**6

# `xz -9` needs 65 MiB to read; a forged header may ask for 4 GiB.
XZ_MEMORY_BYTES = 128 << 20

_INPUT_BYTES = 16 << 10  # the fastest of 4 to 64 KiB for gzip
# zstandard has no way to bound the output of a call, and 4 bytes of zstd hold up to 128 KiB: 1 KiB of input is at most
# 32 MiB of output. Real logs decode as fast as with 64 KiB of input (5.2 GB/s).
_ZSTD_INPUT_BYTES = 1 << 10


class Decoder(Protocol):
    """What bz2 and lzma offer: one compressed stream, decoded piece by piece."""

    @property
    def eof(self) -> bool:
        """Whether the end of this stream was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether more output needs more input."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Input beyond the end of this stream."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Decode input to at most `max_length` bytes, keeping what is left of the input for the next call."""
        ...


class _GzipDecoder:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


class _ZstdDecoder:
    needs_input = True

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        return self._zstd.eof

    @property
    def unused_data(self) -> bytes:
        return self._zstd.unused_data

    def decompress(self, data: bytes, _max_length: int, /) -> bytes:
        return self._zstd.decompress(data)


def _xz_decoder() -> Decoder:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)


@dataclass(frozen=True, slots=True)
class Codec:
    """A compression format: what it is called, how its content starts, how to decode one stream of it."""

    name: str
    magic: re.Pattern[bytes]
    decoder: Callable[[], Decoder]
    input_bytes: int = _INPUT_BYTES


CODECS = (
    Codec("gzip", re.compile(rb"\x1f\x8b\x08"), _GzipDecoder),
    # The second form is a skippable frame, with which pzstd output starts.
    Codec("zstd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), _ZstdDecoder, _ZSTD_INPUT_BYTES),
    Codec("xz", re.compile(rb"\xfd7zXZ\x00"), _xz_decoder),
    # A text may start with "BZh9"; in the format the digits of pi follow, or of its root when nothing is in it.
    Codec("bzip2", re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), bz2.BZ2Decompressor),
)

_DAMAGE = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, ValueError, EOFError)


def codec_of(head: bytes) -> Codec | None:
    """Tell the compression format of content from its first bytes."""
    return next((codec for codec in CODECS if codec.magic.match(head)), None)


def decompress(stream: BinaryIO, codec: Codec, piece_bytes: int) -> Iterator[bytes]:
    """Decompress all streams of a file.

    Args:
        stream: the compressed bytes, at their start.
        codec: their format.
        piece_bytes: how long a piece may be; a zstd piece may be longer, up to 32 MiB.

    Yields:
        Non-empty pieces of the decompressed bytes.

    Raises:
        ArtifactRejected: the content is damaged, ends early, or expands beyond `RATIO_LIMIT`.

    """
    decoder, data = codec.decoder(), stream.read(codec.input_bytes)
    consumed, produced = len(data), 0
    while True:
        try:
            piece = decoder.decompress(data, piece_bytes)
        except _DAMAGE as error:
            raise ArtifactRejected(
                f"the {codec.name} stream is damaged after {produced:,} bytes of log ({error}); download it again"
            ) from error
        data = b""
        if piece:
            produced += len(piece)
            refuse_bomb(consumed, produced)
            yield piece
        if decoder.eof:
            data = decoder.unused_data.lstrip(b"\0")
            while not data:
                if not (more := stream.read(codec.input_bytes)):
                    return
                consumed += len(more)
                data = more.lstrip(b"\0")
            decoder = codec.decoder()
        elif decoder.needs_input:
            data = stream.read(codec.input_bytes)
            consumed += len(data)
            # At the end of the input zlib may still hold output that did not fit into the last piece.
            if not data and not piece:
                raise ArtifactRejected(
                    f"the {codec.name} stream ends early after {produced:,} bytes of log; download it again"
                )


def refuse_bomb(compressed: int, decompressed: int) -> None:
    """Raise ArtifactRejected when so many bytes of log come out of so few compressed ones that it is a bomb."""
    if decompressed > RATIO_GRACE_BYTES and decompressed > RATIO_LIMIT * compressed:
        limit = f"{RATIO_LIMIT}:1 beyond the first {RATIO_GRACE_BYTES // 10**6} MB"
        raise ArtifactRejected(
            f"it expands by more than {limit}, as an archive bomb does; decompress it and give its last part",
            limit=limit,
        )
