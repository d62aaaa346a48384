from __future__ import annotations

import asyncio
import gzip
import os
import threading
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from faultline.platform.bodies import BadEncoding, DecompressionBomb, UnsupportedEncoding, decoded
from faultline.platform.errors import ContentTooLarge

NO_LIMIT = 1 << 50
LINE = b"2026-01-01T00:00:00Z connection refused, trying again\n"
SKIPPABLE_FRAME = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"


def zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(content)


ENCODE: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstd}
both = pytest.mark.parametrize("encoding", sorted(ENCODE))


async def chunks(body: bytes, length: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), length):
        yield body[start : start + length]


async def decode(
    body: bytes, encoding: str | None, *, length: int = 65_536, max_bytes: int = NO_LIMIT, max_ratio: int = 200
) -> bytes:
    stream = decoded(chunks(body, length), encoding, max_bytes=max_bytes, max_ratio=max_ratio)
    return b"".join([piece async for piece in stream])


def zeros(encoding: str, size: int) -> bytes:
    """So many zeros, compressed as far as it goes."""
    compressor = (
        zlib.compressobj(9, wbits=31) if encoding == "gzip" else zstandard.ZstdCompressor(level=19).compressobj()
    )
    body = b"".join(compressor.compress(bytes(1 << 20)) for _ in range(size >> 20))
    return body + compressor.flush()


@given(
    members=st.lists(st.binary(max_size=300) | st.integers(0, 60_000).map(lambda lines: LINE * lines), max_size=4),
    encoding=st.sampled_from(["gzip", "x-gzip", "GZIP", " zstd", "identity", "", None]),
    cuts=st.lists(st.integers(0, 4_000), max_size=6),
)
async def test_what_was_encoded_comes_back_however_it_is_cut(
    members: list[bytes], encoding: str | None, cuts: list[int]
) -> None:
    encode = next((ENCODE[name] for name in ENCODE if name in (encoding or "").lower()), None)
    body = b"".join(map(encode, members or [b""])) if encode else b"".join(members)

    async def stream() -> AsyncIterator[bytes]:
        rest = body
        for cut in cuts:
            yield rest[:cut]
            rest = rest[cut:]
        yield rest

    found = [piece async for piece in decoded(stream(), encoding, max_bytes=NO_LIMIT)]
    assert b"".join(found) == b"".join(members)
    assert all(found)


@both
async def test_bytes_may_come_one_by_one(encoding: str) -> None:
    encode = ENCODE[encoding]
    assert await decode(encode(LINE * 500) + encode(b"") + encode(b"end"), encoding, length=1) == LINE * 500 + b"end"


async def test_zstd_skippable_frames_are_skipped() -> None:
    body = SKIPPABLE_FRAME + zstd(b"one") + SKIPPABLE_FRAME + zstd(b"two") + SKIPPABLE_FRAME
    for length in (1, 7, 1_000):
        assert await decode(body, "zstd", length=length) == b"onetwo"


async def test_gzip_may_be_padded_with_nuls_as_tapes_do() -> None:
    body = gzip.compress(b"one") + bytes(700) + gzip.compress(b"two") + bytes(70_000)
    assert await decode(body, "gzip") == b"onetwo"
    with pytest.raises(BadEncoding):
        await decode(b"\0" + body, "gzip")


@both
async def test_a_body_that_ends_early_is_refused_wherever_it_ends(encoding: str) -> None:
    body = ENCODE[encoding](bytes(range(256)) + LINE * 20)
    for end in range(len(body)):
        with pytest.raises(BadEncoding, match="ends early") as refused:
            await decode(body[:end], encoding)
        assert (refused.value.status, refused.value.code) == (400, "bad-encoding")


@both
async def test_a_damaged_body_is_refused(encoding: str) -> None:
    body = bytearray(ENCODE[encoding](LINE * 100))
    body[-2] ^= 0xFF  # in the checksum or the length
    for damaged in (bytes(body), b"no compression at all", ENCODE[encoding](LINE) + b"and more"):
        with pytest.raises(BadEncoding, match=f"the {encoding} body is damaged"):
            await decode(damaged, encoding)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "identity, gzip", "x" * 999])
async def test_other_codings_are_refused_before_anything_is_read(encoding: str) -> None:
    read = False

    async def stream() -> AsyncIterator[bytes]:
        nonlocal read
        read = True
        yield b""

    with pytest.raises(UnsupportedEncoding, match="gzip or zstd") as refused:
        await anext(decoded(stream(), encoding, max_bytes=NO_LIMIT))
    assert (refused.value.status, refused.value.code) == (415, "unsupported-encoding")
    assert len(str(refused.value)) < 200
    assert not read


@pytest.mark.parametrize("encoding", ["gzip", "zstd", None])
async def test_the_limit_is_kept_to_the_byte_and_named(encoding: str | None) -> None:
    body = ENCODE[encoding](LINE) if encoding else LINE
    assert await decode(body, encoding, max_bytes=len(LINE)) == LINE
    with pytest.raises(ContentTooLarge, match=f"limit of {len(LINE) - 1} bytes"):
        await decode(body, encoding, max_bytes=len(LINE) - 1)


@both
async def test_a_body_of_empty_members_does_not_go_on_forever(encoding: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        member = ENCODE[encoding](b"") * 100
        while True:
            sent += len(member)
            yield member

    with pytest.raises(ContentTooLarge):
        await anext(decoded(endless(), encoding, max_bytes=100_000))
    assert sent < 130_000


@both
async def test_content_that_cannot_be_compressed_is_not_taken_for_too_large(encoding: str) -> None:
    content = os.urandom(300_000)
    assert await decode(ENCODE[encoding](content), encoding, max_bytes=300_000) == content


@both
async def test_a_bomb_is_refused_and_never_held_in_memory(encoding: str) -> None:
    body = zeros(encoding, 1 << 30)
    produced = 0

    async def explode() -> None:
        nonlocal produced
        async for piece in decoded(chunks(body), encoding, max_bytes=NO_LIMIT):
            produced += len(piece)

    tracemalloc.start()
    try:
        with pytest.raises(DecompressionBomb, match="200:1") as refused:
            await explode()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (refused.value.status, refused.value.code) == (413, "decompression-bomb")
    assert 250_000_000 < produced < 270_000_000
    assert peak < 20 << 20


@both
async def test_one_line_in_a_loop_is_no_bomb(encoding: str) -> None:
    size = 0
    log = LINE * 400_000
    async for piece in decoded(chunks(ENCODE[encoding](log)), encoding, max_bytes=NO_LIMIT):
        size += len(piece)
    assert size == len(log)


async def test_a_zstd_frame_that_wants_a_huge_window_is_refused() -> None:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    compressor = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    with pytest.raises(BadEncoding, match="too much memory"):
        await decode(compressor.compress(LINE) + compressor.flush(), "zstd")


@both
async def test_the_event_loop_stays_free_while_much_is_decoded(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loops_own = threading.get_ident()
    threads: list[int] = []
    real = asyncio.to_thread

    async def watched(call: Callable[..., object], *arguments: object) -> object:
        def note() -> object:
            threads.append(threading.get_ident())
            return call(*arguments)

        return await real(note)

    monkeypatch.setattr(asyncio, "to_thread", watched)
    await decode(ENCODE[encoding](LINE * 10), encoding)
    assert threads == []  # little is decoded at once
    await decode(ENCODE[encoding](os.urandom(100_000)), encoding)
    assert threads
    assert loops_own not in threads
    threads.clear()
    await decode(zeros(encoding, 8 << 20), encoding)  # 8 KB, or less
    assert threads
