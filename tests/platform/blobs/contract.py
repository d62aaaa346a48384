"""What every blob store promises; a subclass gives the fixture `blobs`."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from faultline.platform.blobs import BlobNotFound, BlobStore, InvalidKey, Stored, joined
from faultline.platform.errors import ContentTooLarge

LIMIT = 64 << 20
PIECE = 100_003  # not a divisor of a part


async def pieces(content: bytes, length: int = PIECE) -> AsyncIterator[bytes]:
    for start in range(0, len(content), length):
        yield content[start : start + length]


async def cut(content: bytes) -> AsyncIterator[bytes]:
    async for piece in pieces(content):
        yield piece
    raise ConnectionResetError("the client went away")


async def everything(blobs: BlobStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in await blobs.get(key, start, end)])


async def keys(blobs: BlobStore, prefix: str = "") -> list[str]:
    return sorted([found.key async for found in blobs.list(prefix)])


def text(size: int) -> bytes:
    """Content in which no two places look the same."""
    return b"".join(b"%09d\n" % number for number in range(size // 10 + 1))[:size]


class BlobsContract:
    @pytest.mark.parametrize("size", [0, 1, 2_048, (5 << 20) - 1, 5 << 20, (5 << 20) + 1, 17_000_003])
    async def test_what_was_put_comes_back_with_its_size_and_hash(self, blobs: BlobStore, size: int) -> None:
        content = text(size)
        stored = await blobs.put("a/b", pieces(content), max_bytes=LIMIT)
        assert stored == Stored(size, hashlib.sha256(content).hexdigest())
        assert await everything(blobs, "a/b") == content
        assert await blobs.size("a/b") == size

    async def test_a_long_piece_is_hashed_like_many_short_ones(self, blobs: BlobStore) -> None:
        content = text(3_000_000)
        once = await blobs.put("a", pieces(content, 3_000_000), max_bytes=LIMIT)
        assert once == await blobs.put("a", pieces(content, 777), max_bytes=LIMIT)

    async def test_a_later_put_replaces_an_earlier_one(self, blobs: BlobStore) -> None:
        await blobs.put("a", pieces(b"one, which is longer"), max_bytes=LIMIT)
        await blobs.put("a", pieces(b"two"), max_bytes=LIMIT)
        assert await everything(blobs, "a") == b"two"

    @pytest.mark.parametrize(
        ("start", "end", "wanted"),
        [
            (0, 4, b"0123"),
            (3, None, b"3456789"),
            (8, 99, b"89"),
            (9, 10, b"9"),
            (10, None, b""),
            (10, 12, b""),
            (99, None, b""),
            (3, 3, b""),
            (5, 2, b""),
            (0, 0, b""),
        ],
    )
    async def test_a_range_is_cut_to_what_is_there(
        self, blobs: BlobStore, start: int, end: int | None, wanted: bytes
    ) -> None:
        await blobs.put("a", pieces(b"0123456789"), max_bytes=LIMIT)
        assert await everything(blobs, "a", start, end) == wanted

    async def test_a_missing_blob_is_known_before_the_first_piece(self, blobs: BlobStore) -> None:
        for reading in (blobs.get("none"), blobs.get("none", 5), blobs.size("none")):
            with pytest.raises(BlobNotFound):
                await reading
        with pytest.raises(BlobNotFound):
            async with blobs.local("none"):
                pass

    async def test_deleting_twice_is_no_error(self, blobs: BlobStore) -> None:
        await blobs.put("a/b", pieces(b"one"), max_bytes=LIMIT)
        await blobs.delete("a/b")
        await blobs.delete("a/b")
        assert await keys(blobs) == []

    async def test_listing_takes_the_prefix_as_a_folder(self, blobs: BlobStore) -> None:
        before = datetime.now(UTC) - timedelta(seconds=2)
        for key in ("a/one", "a/b/two", "ab/three", "four"):
            await blobs.put(key, pieces(b"content"), max_bytes=LIMIT)
        assert await keys(blobs) == ["a/b/two", "a/one", "ab/three", "four"]
        assert await keys(blobs, "a") == ["a/b/two", "a/one"]
        assert await keys(blobs, "none") == []
        async for found in blobs.list("a"):
            assert found.size == 7
            assert before < found.last_modified < datetime.now(UTC) + timedelta(seconds=2)

    @pytest.mark.parametrize("size", [2_000, 12_000_000])
    async def test_a_source_that_is_cut_leaves_nothing_behind(self, blobs: BlobStore, size: int) -> None:
        with pytest.raises(ConnectionResetError, match="the client went away"):
            await blobs.put("a", cut(text(size)), max_bytes=LIMIT)
        assert await keys(blobs) == []

    async def test_a_put_that_fails_keeps_what_was_there(self, blobs: BlobStore) -> None:
        await blobs.put("a", pieces(b"one"), max_bytes=LIMIT)
        with pytest.raises(ConnectionResetError):
            await blobs.put("a", cut(text(12_000_000)), max_bytes=LIMIT)
        assert await everything(blobs, "a") == b"one"

    @pytest.mark.parametrize("limit", [2_000, 6_000_000])
    async def test_the_limit_is_kept_to_the_byte_and_named(self, blobs: BlobStore, limit: int) -> None:
        content = text(limit)
        await blobs.put("fits", pieces(content), max_bytes=limit)
        with pytest.raises(ContentTooLarge, match=f"{limit:,} bytes") as refused:
            await blobs.put("a", pieces(content + b"+"), max_bytes=limit)
        assert (refused.value.status, refused.value.code) == (413, "content-too-large")
        assert await keys(blobs) == ["fits"]

    async def test_a_source_is_not_read_on_past_the_limit(self, blobs: BlobStore) -> None:
        read = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal read
            while True:
                read += PIECE
                yield bytes(PIECE)

        with pytest.raises(ContentTooLarge):
            await blobs.put("a", endless(), max_bytes=6_000_000)
        assert read <= 6_000_000 + PIECE

    @pytest.mark.parametrize("size", [2_000, 12_000_000])
    async def test_a_cancelled_put_stops_reading_and_leaves_nothing_behind(self, blobs: BlobStore, size: int) -> None:
        waiting, stopped = asyncio.Event(), asyncio.Event()

        async def stuck() -> AsyncIterator[bytes]:
            async for piece in pieces(text(size)):
                yield piece
            waiting.set()
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()

        put = asyncio.create_task(blobs.put("a", stuck(), max_bytes=LIMIT))
        await waiting.wait()
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
        assert stopped.is_set()
        assert await keys(blobs) == []

    async def test_readers_see_the_whole_of_one_of_two_puts(self, blobs: BlobStore) -> None:
        contents = [letter * 6_000_000 for letter in (b"a", b"b")]
        await blobs.put("a", pieces(contents[0]), max_bytes=LIMIT)
        puts = [asyncio.create_task(blobs.put("a", pieces(each), max_bytes=LIMIT)) for each in contents]
        while not all(put.done() for put in puts):
            assert await everything(blobs, "a") in contents
        for put in puts:
            await put

    async def test_parts_are_joined_in_the_order_given(self, blobs: BlobStore) -> None:
        content = text(13_000_000)
        for number in range(3):
            part = content[number * 5_000_000 : (number + 1) * 5_000_000]
            await blobs.put(f"parts/{number}", pieces(part), max_bytes=LIMIT)
        stored = await blobs.put("a", joined(blobs, [f"parts/{number}" for number in range(3)]), max_bytes=LIMIT)
        assert stored == Stored(len(content), hashlib.sha256(content).hexdigest())
        assert await everything(blobs, "a") == content

    async def test_a_missing_part_fails_the_whole(self, blobs: BlobStore) -> None:
        await blobs.put("parts/0", pieces(text(6_000_000)), max_bytes=LIMIT)
        with pytest.raises(BlobNotFound):
            await blobs.put("a", joined(blobs, ["parts/0", "parts/1"]), max_bytes=LIMIT)
        assert await keys(blobs) == ["parts/0"]

    async def test_a_blob_is_a_file_while_its_context_is_open(self, blobs: BlobStore) -> None:
        content = text(300_000)
        await blobs.put("a/b", pieces(content), max_bytes=LIMIT)
        async with blobs.local("a/b") as path:
            assert path.read_bytes() == content
        assert await everything(blobs, "a/b") == content

    @pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a/.", "a#1", "a b", "ä", "a\n"])
    async def test_what_is_no_key_is_refused_everywhere(self, blobs: BlobStore, key: str) -> None:
        for using in (
            blobs.put(key, pieces(b"x"), max_bytes=LIMIT),
            blobs.get(key),
            blobs.get(key, 1, 2),
            blobs.size(key),
            blobs.delete(key),
        ):
            with pytest.raises(InvalidKey):
                await using
        with pytest.raises(InvalidKey):
            async with blobs.local(key):
                pass
        if key:  # without a prefix everything is listed
            with pytest.raises(InvalidKey):
                await keys(blobs, key)

    async def test_sweeping_spares_what_is_whole(self, blobs: BlobStore) -> None:
        await blobs.put("a", pieces(b"one"), max_bytes=LIMIT)
        assert await blobs.sweep_unfinished(datetime.now(UTC) + timedelta(days=1)) == 0
        assert await keys(blobs) == ["a"]
