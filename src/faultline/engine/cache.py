"""The result cache: finished reports by a key that covers everything they depend on.

A cache may forget at any time and never fails an analysis: whatever goes wrong in one is a miss.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Protocol

MAX_BYTES = 256 << 20
SHARDS = "0123456789abcdef"
_DIGEST_BYTES = 16


class ResultCache(Protocol):
    """Bytes by key, where the key is a SHA-256 in hexadecimal."""

    def get(self, key: str) -> bytes | None:
        """What was put under this key; None when it is not there any more."""
        ...

    def put(self, key: str, data: bytes) -> None:
        """Remember the data, perhaps forgetting what has been unused for longest."""
        ...


class MemoryCache:
    """A result cache in this process; the least recently used entry goes first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._used = 0
        self._entries: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """See ResultCache."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
            return self._entries.get(key)

    def put(self, key: str, data: bytes) -> None:
        """See ResultCache."""
        if len(data) > self._max_bytes:
            return
        with self._lock:
            self._used += len(data) - len(self._entries.pop(key, b""))
            self._entries[key] = data
            while self._used > self._max_bytes:
                self._used -= len(self._entries.popitem(last=False)[1])


class FolderCache:
    """A result cache in a folder that any number of processes share.

    `folder/K/KEY` where K is the key's first digit. An entry is a 16-byte BLAKE2b of the data, then the data: a file
    that was cut or altered does not match and is a miss. Files are written beside and renamed into place, so a reader
    sees a whole entry or none. Each of the 16 shards has a sixteenth of the space, so that a put looks through one
    shard only; keys are uniform, so shards fill evenly. Reading renews an entry's time, and the oldest goes first.
    Reports quote logs, so the folder is for its owner alone.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._shard_bytes = max_bytes // len(SHARDS)

    def get(self, key: str) -> bytes | None:
        """See ResultCache."""
        path = self._path(key)
        try:
            entry = path.read_bytes()
            _renew(path)
        except OSError:
            return None
        data = entry[_DIGEST_BYTES:]
        return data if _digest(data) == entry[:_DIGEST_BYTES] else None

    def put(self, key: str, data: bytes) -> None:
        """See ResultCache; a folder that cannot be written keeps nothing."""
        if len(data) + _DIGEST_BYTES > self._shard_bytes:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(_digest(data) + data)
                _renew(Path(temporary))
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            self._evict(path.parent)

    def _path(self, key: str) -> Path:
        return self._folder / key[0] / key

    def _evict(self, shard: Path) -> None:
        entries = []
        for path in shard.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process evicts too
                stat = path.stat()
                entries.append((stat.st_mtime_ns, path, stat.st_size))
        excess = sum(size for _, _, size in entries) - self._shard_bytes
        for _, path, size in sorted(entries):
            if excess <= 0:
                return
            path.unlink(missing_ok=True)
            excess -= size


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()


def _renew(path: Path) -> None:
    """Set the file's time by the clock: a file system's own stamps can be 10 ms apart, too coarse to order two puts."""
    now = time.time_ns()
    os.utime(path, ns=(now, now))
