"""Calls of the blob store are counted and timed, and otherwise go through as they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from faultline.platform.blobs import BlobNotFound, BlobStore, open_blobs
from faultline.platform.errors import ContentTooLarge, StorageUnavailable
from faultline.platform.telemetry.metrics import Metrics
from faultline.platform.telemetry.storage import TimedBlobs
from tests.platform.blobs.contract import BlobsContract


class TestTimedBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        return TimedBlobs(open_blobs((tmp_path / "blobs").as_uri()), Metrics("0"))


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_calls_are_counted_by_operation_and_failures_apart(tmp_path: Path) -> None:
    metrics = Metrics("0")
    blobs = TimedBlobs(open_blobs(tmp_path.as_uri()), metrics)
    await blobs.put("a", once(b"x"), max_bytes=10)
    with pytest.raises(BlobNotFound):
        await blobs.size("b")
    with pytest.raises(ContentTooLarge):
        await blobs.put("c", once(b"too long"), max_bytes=1)
    page = metrics.render()[0].decode()
    assert 'faultline_storage_call_duration_seconds_count{operation="put"} 2.0' in page
    assert "faultline_storage_call_errors_total{" not in page


async def test_only_a_store_that_does_not_answer_counts_as_failed(tmp_path: Path) -> None:
    metrics, folder = Metrics("0"), tmp_path / "blobs"
    blobs = TimedBlobs(open_blobs(folder.as_uri()), metrics)
    folder.rmdir()
    folder.write_text("in the way")
    with pytest.raises(StorageUnavailable):
        await blobs.put("a", once(b"x"), max_bytes=10)
    assert 'faultline_storage_call_errors_total{operation="put"} 1.0' in metrics.render()[0].decode()
