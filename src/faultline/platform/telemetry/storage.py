"""Times the calls of a blob store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter

from faultline.platform.blobs import BlobStore, Listed, Stored
from faultline.platform.errors import TryAgainLater
from faultline.platform.telemetry.metrics import Metrics


class TimedBlobs:
    """A blob store whose calls are counted and timed; see `BlobStore`.

    A put lasts as long as its source takes to yield. A get is timed until it is open; the rest is the reader's time.
    """

    def __init__(self, blobs: BlobStore, metrics: Metrics) -> None:
        self._blobs = blobs
        self._metrics = metrics

    @contextmanager
    def _timed(self, operation: str) -> Iterator[None]:
        begun = perf_counter()
        try:
            yield
        except TryAgainLater:
            self._metrics.call_failed("storage", operation)
            raise
        finally:
            self._metrics.call("storage", operation, perf_counter() - begun)

    async def put(self, key: str, source: AsyncIterator[bytes], *, max_bytes: int) -> Stored:
        """See BlobStore."""
        with self._timed("put"):
            return await self._blobs.put(key, source, max_bytes=max_bytes)

    async def get(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """See BlobStore."""
        with self._timed("get"):
            return await self._blobs.get(key, start, end)

    async def size(self, key: str) -> int:
        """See BlobStore."""
        with self._timed("size"):
            return await self._blobs.size(key)

    async def delete(self, key: str) -> None:
        """See BlobStore."""
        with self._timed("delete"):
            await self._blobs.delete(key)

    def list(self, prefix: str = "") -> AsyncIterator[Listed]:
        """See BlobStore; not timed, for it lasts as long as its reader likes."""
        return self._blobs.list(prefix)

    def local(self, key: str) -> AbstractAsyncContextManager[Path]:
        """See BlobStore; not timed either."""
        return self._blobs.local(key)

    async def sweep_unfinished(self, before: datetime) -> int:
        """See BlobStore."""
        with self._timed("sweep"):
            return await self._blobs.sweep_unfinished(before)
