"""What every blob store promises, and the keys it takes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from faultline.core.errors import FaultlineError

# A part of a path is a file name with us and a temporary one beside it, and file systems take 255 bytes. S3 takes 1,024
# bytes of key.
_KEY = re.compile(r"(?!\.{1,2}(/|$))[A-Za-z0-9._-]{1,200}(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]{1,200})*")
_KEY_CHARACTERS = 512


class BlobNotFound(FaultlineError):
    """Nothing is kept under this key."""

    code = "blob-not-found"
    status = 404


class InvalidKey(FaultlineError):
    """The key could lead out of the store, or means different things in different stores."""

    code = "invalid-key"
    status = 400


@dataclass(frozen=True, slots=True)
class Stored:
    """What a put has kept: its size in bytes and the SHA-256 of it in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One blob of a listing: its size in bytes, and when it was put, in UTC."""

    key: str
    size: int
    last_modified: datetime


class BlobStore(Protocol):
    """Content by key.

    A key is `[A-Za-z0-9._-]` in parts joined by `/`, none of them `.` or `..`; anything else is `InvalidKey`. Every
    method may raise `StorageUnavailable`; those that name a blob raise `BlobNotFound` where there is none.
    """

    async def put(self, key: str, source: AsyncIterator[bytes], *, max_bytes: int) -> Stored:
        """Keep what the source yields, all of it or nothing, in place of what was there.

        Raises:
            ContentTooLarge: the source yields more than `max_bytes`; it is not read further.
            StorageFull: there is no room left.

        What the source raises passes through, and nothing is left behind then.

        """
        ...

    async def get(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Open the bytes from `start` up to and without `end`, 0-based and cut to what is there.

        Returns:
            Pieces as they come from the store, 64 KB each from a folder. That the blob is missing is known before the
            first one.

        """
        ...

    async def size(self, key: str) -> int:
        """How many bytes are kept under the key."""
        ...

    async def delete(self, key: str) -> None:
        """Forget the blob; that there is none is no error."""
        ...

    def list(self, prefix: str = "") -> AsyncIterator[Listed]:
        """All blobs below a key that is taken as a folder; `a` lists `a/b` and not `ab`. In no order."""
        ...

    def local(self, key: str) -> AbstractAsyncContextManager[Path]:
        """The blob as a file that another process may read while the context is open, and must not write."""
        ...

    async def sweep_unfinished(self, before: datetime) -> int:
        """Remove what puts that were killed have left, if they last wrote before this time; says how many it were.

        Such remains are never listed or read. On S3 a lifecycle rule of the bucket (AbortIncompleteMultipartUpload)
        does this, and here nothing is done.
        """
        ...


def checked(key: str) -> str:
    """The key, if it is one.

    Raises:
        InvalidKey: it is not.

    """
    if len(key) > _KEY_CHARACTERS or not _KEY.fullmatch(key):
        raise InvalidKey(f"{key[:80]!r} is not a key: letters, digits, '.', '_' and '-', in parts joined by '/'")
    return key


async def joined(blobs: BlobStore, keys: Iterable[str]) -> AsyncIterator[bytes]:
    """The content of several blobs one after the other: what a put makes one blob of the parts of an upload from."""
    for key in keys:
        async for piece in await blobs.get(key):
            yield piece
