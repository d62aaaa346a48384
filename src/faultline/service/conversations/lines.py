"""Lines of a body that streams in, none of them held beyond its limit."""

from __future__ import annotations

from collections.abc import AsyncIterator

END = b"\n"


async def lines(stream: AsyncIterator[bytes], most: int) -> AsyncIterator[tuple[int, bytes | None]]:
    """Split a stream into lines; empty ones are left out but counted.

    Args:
        stream: in pieces of any length.
        most: bytes a line may have.

    Yields:
        The number of a line, from 1, and its bytes; None for one that is too long, of which at most `most` is held.

    """
    number, start, long = 1, bytearray(), False
    async for piece in stream:
        *ended, rest = piece.split(END)
        for part in ended:
            if long or len(start) + len(part) > most:
                yield number, None
            elif line := bytes(start + part).strip():
                yield number, line
            number, start, long = number + 1, bytearray(), False
        if not long:
            start += rest
            if len(start) > most:
                start, long = bytearray(), True
    if long:
        yield number, None
    elif line := bytes(start).strip():
        yield number, line
