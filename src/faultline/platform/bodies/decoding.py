"""Content-Encoding (RFC 9110, 8.4) of what is sent to us: gzip and zstd, one member or frame after the other.

The body is decoded piece by piece, so 10 KB that expand to 10 GB hold as much memory as any others: one step gives at
most 1 MiB of gzip or 5 MiB of zstd, beside 8 MiB for the window of a zstd frame.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

import zstandard

from faultline.core.errors import FaultlineError
from faultline.platform.errors import ContentTooLarge

SUPPORTED = ("gzip", "zstd")
"""The content codings that `decoded` takes; what the Accept-Encoding of a 415 names (RFC 9110, 15.5.16)."""

MAX_RATIO = 200
"""400 real CI logs compress at most 28:1 with zlib -9 and 62:1 with zstd -19; only a loop that prints one line for
hours gets past 200:1 (gzip 340:1, zstd 10,000:1)."""

# Such a loop is a failure to explain, so the ratio counts only beyond what a scan at 100 MB/s reads in under 3 s.
RATIO_GRACE_BYTES = 256 * 10**6

_STEP_BYTES = 1 << 20
_GZIP_INPUT_BYTES = 16 << 10
# zstandard has no way to bound the output of a call, and 4 bytes of zstd hold up to 128 KiB: 128 bytes are at most
# 4 MiB of output. A log is decoded at 4.2 GB/s so, instead of 6.1 GB/s with 64 KiB of input.
_ZSTD_INPUT_BYTES = 128
# What RFC 9659 allows over HTTP; `zstd --long` and `--ultra` want up to 2 GiB.
_ZSTD_WINDOW_BYTES = 8 << 20
# A log takes 3 ms to come out of 64 KiB of gzip, too long for the event loop; below this a thread costs more than it
# spares.
_INLINE_BYTES = 16 << 10


class UnsupportedEncoding(FaultlineError):
    """The body comes in a content coding that is not known here, or in several."""

    code = "unsupported-encoding"
    status = 415


class BadEncoding(FaultlineError):
    """The body is not what its Content-Encoding says, or ends early."""

    code = "bad-encoding"
    status = 400


class DecompressionBomb(FaultlineError):
    """The body expands by more than anything honest does."""

    code = "decompression-bomb"
    status = 413


class _Decoder(Protocol):
    name: str

    @property
    def complete(self) -> bool:
        """Whether the body may end here."""
        ...

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decode more input, in pieces of a step's length or a little more."""
        ...


async def decoded(
    stream: AsyncIterator[bytes], encoding: str | None, *, max_bytes: int, max_ratio: int = MAX_RATIO
) -> AsyncIterator[bytes]:
    """Undo the content coding of a body while it arrives.

    Args:
        stream: the body as it came.
        encoding: the value of its Content-Encoding; None and `identity` leave it as it is.
        max_bytes: how long it may be when decoded.
        max_ratio: how much longer than what came it may be, beyond its first 256 MB.

    Yields:
        Non-empty pieces.

    Raises:
        UnsupportedEncoding: before anything is read.
        ContentTooLarge: more than `max_bytes` come out.
        DecompressionBomb: it expands beyond `max_ratio`.
        BadEncoding: it is damaged, or ends early.

    """
    decoder = _decoder(encoding)
    consumed = produced = 0
    async for data in stream:
        consumed += len(data)
        # Empty members and frames give no output that the limit could count. gzip and zstd never add 1 % to content.
        if consumed > max_bytes + max_bytes // 100 + _INLINE_BYTES:
            raise ContentTooLarge(max_bytes)
        async for piece in _steps(decoder, data):
            produced += len(piece)
            if produced > max_bytes:
                raise ContentTooLarge(max_bytes)
            if produced > RATIO_GRACE_BYTES and produced > max_ratio * consumed:
                raise DecompressionBomb(
                    f"the body expands by more than {max_ratio}:1 beyond its first {RATIO_GRACE_BYTES // 10**6} MB; "
                    "send its last part"
                )
            yield piece
    if not decoder.complete:
        raise BadEncoding(f"the {decoder.name} body ends early, after {produced:,} decoded bytes; send it again")


def _decoder(encoding: str | None) -> _Decoder:
    name = (encoding or "identity").strip().lower()
    if name == "identity":
        return _Identity()
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "zstd":
        return _Zstd()
    what = "several content codings" if "," in name else f"the content coding {name[:40]!r}"
    raise UnsupportedEncoding(f"{what} cannot be read here; send the body as it is, or with {' or '.join(SUPPORTED)}")


async def _steps(decoder: _Decoder, data: bytes) -> AsyncIterator[bytes]:
    """Decode step by step, on the event loop only what is sure to be short."""
    steps = decoder.feed(data)
    inline = isinstance(decoder, _Identity) or len(data) <= _INLINE_BYTES
    try:
        while piece := next(steps, b"") if inline else await asyncio.to_thread(next, steps, b""):
            yield piece
            # Little input that gives more than one step is of the kind that gives a thousand.
            inline = inline and len(piece) < _STEP_BYTES
    except (zlib.error, zstandard.ZstdError) as error:
        raise BadEncoding(f"the {decoder.name} body is damaged: {error}") from error


class _Identity:
    name = "identity"
    complete = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Gzip:
    """Members one after the other (RFC 1952, 2.2), with NUL padding between and after them as gzip itself takes it."""

    name = "gzip"

    def __init__(self) -> None:
        self._member: zlib._Decompress | None = None
        self._any = False

    @property
    def complete(self) -> bool:
        return self._any and self._member is None

    def feed(self, data: bytes) -> Iterator[bytes]:
        # What follows a member is copied when it ends, so long input of short members would be copied over and over.
        for start in range(0, len(data), _GZIP_INPUT_BYTES):
            yield from self._feed(data[start : start + _GZIP_INPUT_BYTES])

    def _feed(self, data: bytes) -> Iterator[bytes]:
        pending = False
        while data or pending:
            if self._member is None:
                if self._any and not (data := data.lstrip(b"\0")):
                    return
                self._member, self._any = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), True
            member = self._member
            piece = member.decompress(data, _STEP_BYTES)
            data = member.unconsumed_tail
            if member.eof:
                data, self._member = member.unused_data, None
            if piece:
                yield piece
            # A full step may have taken all input and yet hold output back.
            pending = self._member is not None and len(piece) == _STEP_BYTES


class _Zstd:
    """Frames one after the other (RFC 8878, 3.1), skippable ones as well."""

    name = "zstd"

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._any = False

    @property
    def complete(self) -> bool:
        return self._any and self._frame is None

    def feed(self, data: bytes) -> Iterator[bytes]:
        gathered, length = [], 0
        for start in range(0, len(data), _ZSTD_INPUT_BYTES):
            rest = data[start : start + _ZSTD_INPUT_BYTES]
            while rest:
                if self._frame is None:
                    self._frame, self._any = self._zstd.decompressobj(), True
                frame = self._frame
                piece = frame.decompress(rest)
                rest = b""
                if frame.eof:
                    rest, self._frame = frame.unused_data, None
                gathered.append(piece)
                length += len(piece)
            if length >= _STEP_BYTES:
                yield b"".join(gathered)
                gathered, length = [], 0
        if length:
            yield b"".join(gathered)
