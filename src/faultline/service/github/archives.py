"""Reading an archive of a repository as a stream: nothing is unpacked, no link followed, and everything is bounded."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

MAX_UNPACKED = 1 << 30
"""Bytes of an archive that are looked through; a bomb of some MB unpacks to as much as it likes."""
MAX_MEMBERS = 200_000


class ArchiveUnreadable(ValueError):
    """It is no archive, or too much."""


class _Bounded(io.RawIOBase):
    """A stream that ends with an error rather than go on for ever."""

    def __init__(self, inner: BinaryIO, limit: int) -> None:
        self._inner = inner
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._inner.read(len(view))
        self._left -= len(piece)
        if self._left < 0:
            raise ArchiveUnreadable("it unpacks to more than 1 GB")
        view[: len(piece)] = piece
        return len(piece)


def members(data: bytes, wanted: Callable[[str, int], bool]) -> dict[str, bytes]:
    """Some files of a tar archive that was compressed with gzip, by their path below its one folder.

    Args:
        data: the archive.
        wanted: says of a path and a size whether it is to be read; asked in the archive's order.

    Raises:
        ArchiveUnreadable: it is no such archive, or one that unpacks to too much.

    """
    found: dict[str, bytes] = {}
    try:
        with gzip.open(io.BytesIO(data)) as unpacked:
            stream = io.BufferedReader(_Bounded(unpacked, MAX_UNPACKED), 1 << 16)  # type: ignore[arg-type]
            with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
                for number, member in enumerate(archive):
                    if number >= MAX_MEMBERS:
                        raise ArchiveUnreadable(f"it holds more than {MAX_MEMBERS:,} files")
                    path = member.name.partition("/")[2]
                    if not path or not member.isreg() or member.size < 0 or not wanted(path, member.size):
                        continue
                    taken = archive.extractfile(member)
                    if taken is not None:
                        found[path] = taken.read()
                    archive.members = []  # type: ignore[attr-defined]  # else every one of them is kept in memory
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise ArchiveUnreadable(f"it cannot be read: {error}") from error
    return found
