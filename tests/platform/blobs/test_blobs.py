from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faultline.platform.blobs import BlobStore, InvalidKey, open_blobs
from faultline.platform.blobs.contract import checked
from faultline.platform.errors import StorageFull, StorageUnavailable
from tests.platform.blobs.contract import LIMIT, BlobsContract, everything, keys, pieces, text
from tests.until import PATIENCE


def folder_blobs(folder: Path) -> BlobStore:
    return open_blobs(folder.as_uri())


class TestMemory(BlobsContract):
    @pytest.fixture
    def blobs(self) -> BlobStore:
        return open_blobs("memory://")

    async def test_the_file_of_a_blob_goes_with_its_context(self, blobs: BlobStore) -> None:
        await blobs.put("a", pieces(b"one"), max_bytes=LIMIT)
        async with blobs.local("a") as path:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not path.exists()


class TestFolder(BlobsContract):
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "data" / "blobs"

    @pytest.fixture
    def blobs(self, folder: Path) -> BlobStore:
        return folder_blobs(folder)

    async def test_what_was_put_is_there_for_the_next_process(self, blobs: BlobStore, folder: Path) -> None:
        await blobs.put("a", pieces(b"one"), max_bytes=LIMIT)
        assert await everything(folder_blobs(folder), "a") == b"one"

    async def test_files_are_for_their_owner_alone(self, blobs: BlobStore, folder: Path) -> None:
        await blobs.put("a/short", pieces(b"one"), max_bytes=LIMIT)
        await blobs.put("a/long", pieces(text(6_000_000)), max_bytes=LIMIT)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.glob("a/*"))}
        assert modes == {"blobs": 0o700, "short": 0o600, "long": 0o600}

    async def test_a_blob_is_lent_without_a_copy(self, blobs: BlobStore, folder: Path) -> None:
        await blobs.put("a/b", pieces(b"one"), max_bytes=LIMIT)
        async with blobs.local("a/b") as path:
            assert path == folder / "a" / "b"

    async def test_folders_go_with_their_last_blob(self, blobs: BlobStore, folder: Path) -> None:
        await blobs.put("a/b/c", pieces(b"one"), max_bytes=LIMIT)
        await blobs.put("a/d", pieces(b"one"), max_bytes=LIMIT)
        await blobs.delete("a/b/c")
        assert sorted(path.name for path in folder.rglob("*")) == ["a", "d"]
        await blobs.delete("a/d")
        assert list(folder.iterdir()) == []

    async def test_a_killed_put_is_never_seen_and_can_be_swept(self, blobs: BlobStore, folder: Path) -> None:
        killed = run(
            f"""
            async def dies():
                yield bytes(20 << 20)
                while not list(pathlib.Path({str(folder)!r}).glob("a/*")):
                    await asyncio.sleep(0.01)
                os.kill(os.getpid(), signal.SIGKILL)
            await open_blobs({folder.as_uri()!r}).put("a/b", dies(), max_bytes=1 << 30)
            """
        )
        assert killed.returncode == -9, killed.stderr
        assert [path.name for path in folder.glob("a/*")] == ["b#1"]
        assert await keys(blobs) == []
        await blobs.put("a/b", pieces(b"again"), max_bytes=LIMIT)
        assert await everything(blobs, "a/b") == b"again"
        assert await blobs.sweep_unfinished(datetime.now(UTC) - timedelta(hours=1)) == 0
        assert await blobs.sweep_unfinished(datetime.now(UTC) + timedelta(hours=1)) == 1
        assert [path.name for path in folder.glob("a/*")] == ["b"]

    @pytest.mark.parametrize("size", [3_000_000, 12_000_000])
    async def test_a_full_disk_is_said_and_leaves_nothing_behind(
        self, blobs: BlobStore, folder: Path, size: int
    ) -> None:
        refused = run(
            f"""
            async def source():
                for _ in range({size} // 100_000):
                    yield bytes(100_000)
            import resource
            # EFBIG, by the same way as ENOSPC: a real full disk needs the rights to mount one.
            resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
            try:
                await open_blobs({folder.as_uri()!r}).put("a/b", source(), max_bytes=1 << 30)
            except StorageFull as error:
                print(error.status, error.code, error.retry_after, error)
            """
        )
        assert refused.stdout == "507 storage-full 60.0 there is no room left where artifacts are kept\n", (
            refused.stderr
        )
        assert [path for path in folder.rglob("*") if path.is_file()] == []

    @pytest.mark.skipif(not Path("/dev/shm").is_dir() or os.geteuid() != 0, reason="needs the right to mount")
    async def test_a_file_system_without_room_is_told_from_one_that_fails(self, tmp_path: Path) -> None:
        small = tmp_path / "small"
        small.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")
        try:
            blobs = folder_blobs(small / "blobs")
            await blobs.put("kept", pieces(b"one"), max_bytes=LIMIT)
            with pytest.raises(StorageFull):
                await blobs.put("a", pieces(text(12_000_000)), max_bytes=LIMIT)
            assert await keys(blobs) == ["kept"]
            await blobs.put("fits", pieces(text(3_000_000)), max_bytes=LIMIT)
        finally:
            subprocess.run(["umount", "--lazy", str(small)], check=True)

    async def test_what_else_fails_says_when_to_come_again_and_no_path(self, blobs: BlobStore, folder: Path) -> None:
        (folder / "a").write_bytes(b"a file where a folder is needed")
        with pytest.raises(StorageUnavailable) as failed:
            await blobs.put("a/b", pieces(b"one"), max_bytes=LIMIT)
        assert (failed.value.status, failed.value.code, failed.value.retry_after) == (503, "storage-unavailable", 5.0)
        assert str(folder) not in str(failed.value)

    def test_a_folder_that_cannot_be_made_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StorageUnavailable, match="cannot be made"):
            folder_blobs(tmp_path / "file" / "blobs")

    async def test_a_slow_reader_holds_one_small_piece(self, blobs: BlobStore) -> None:
        await blobs.put("a", pieces(text(8_000_000)), max_bytes=LIMIT)
        lengths = [len(piece) async for piece in await blobs.get("a")]
        assert sum(lengths) == 8_000_000
        assert max(lengths) <= 128 << 10

    async def test_a_long_put_holds_a_few_parts_in_memory(self, folder: Path) -> None:
        measured = run(
            f"""
            import resource
            async def source(pieces):
                for _ in range(pieces):
                    yield bytes(100_000)
            blobs = open_blobs({folder.as_uri()!r})
            peaks = []
            for pieces in (10, 3_000):
                await blobs.put("a", source(pieces), max_bytes=300_000_000)
                peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
            print(peaks[1] - peaks[0])
            """
        )
        assert int(measured.stdout) < 60_000, measured.stderr  # KiB, of 293,000


def run(body: str) -> subprocess.CompletedProcess[str]:
    """Run the body of a coroutine in a process of its own."""
    indented = "\n".join(line[8:] for line in body.splitlines())
    program = (
        "import asyncio, os, pathlib, signal\n"
        "from faultline.platform.blobs import open_blobs\n"
        "from faultline.platform.errors import StorageFull\n"
        f"async def main():{indented}\n"
        "asyncio.run(main())\n"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE)


@given(st.text(alphabet=st.sampled_from("ab./_-%\\ \0~#é"), max_size=12))
@example("a" * 201)
@example("/".join(["a" * 100] * 6))
def test_no_key_leads_out_of_the_folder(key: str) -> None:
    root = Path(tempfile.gettempdir()) / "blobs"
    try:
        path = root / checked(key)
    except InvalidKey:
        return
    assert Path(os.path.normpath(path)) == path
    assert path != root
    assert path.is_relative_to(root)
    assert path.relative_to(root).as_posix() == key


def test_s3_is_one_url_away() -> None:
    environment = {"access_key_id": "id", "secret_access_key": "secret"}
    for url in ("s3://bucket/prefix?region=x&endpoint=http://127.0.0.1:1&allow_http=true", "s3://bucket?region=x"):
        assert open_blobs(url, environment)


async def test_an_s3_that_does_not_answer_is_unavailable_within_seconds() -> None:
    nowhere = "s3://bucket?region=x&endpoint=http://127.0.0.1:1&allow_http=true&skip_signature=true"
    with pytest.raises(StorageUnavailable) as failed:
        await open_blobs(nowhere).size("a")
    assert "127.0.0.1" not in str(failed.value)


@pytest.mark.parametrize("url", ["ftp://somewhere", "s3://bucket?nonsense=1", "/a/path"])
def test_an_address_that_is_no_place_for_blobs_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="blobs"):
        open_blobs(url)
