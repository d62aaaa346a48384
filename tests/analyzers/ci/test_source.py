"""What `open_logs` promises for every way a log may be packed."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import random
import re
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faultline.analyzers.ci import compression, source
from faultline.analyzers.ci.source import cut_at_line_ends, open_logs
from faultline.core.artifact import Artifact
from faultline.core.errors import ArtifactRejected

LOG = b"".join(b"2025-01-01T00:00:%02d.1234567Z step %d of the build\n" % (i % 60, i) for i in range(5_000))

# Without the time of packing: a test id made of the bytes must be the same in every worker.
gzipped = partial(gzip.compress, mtime=0)

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzipped,
    "zstd": zstandard.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}
each_format = pytest.mark.parametrize("format", PACK)


def artifact(data: bytes) -> Artifact:
    return Artifact.from_bytes("ci", "build.log", data)


def logs(data: bytes) -> dict[str, bytes]:
    return {log.name: b"".join(log.blocks()) for log in open_logs(artifact(data))}


def text(data: bytes) -> bytes:
    [(name, content)] = logs(data).items()
    assert name == ""
    return content


def drain(data: bytes, **limits: int) -> None:
    for log in open_logs(artifact(data), **limits):
        for _ in log.blocks():
            pass


def rejection(data: bytes, **limits: int) -> ArtifactRejected:
    with pytest.raises(ArtifactRejected) as caught:
        drain(data, **limits)
    assert_one_clear_sentence(caught.value)
    return caught.value


def assert_one_clear_sentence(error: ArtifactRejected) -> None:
    assert error.name == ""
    assert error.reason
    assert error.reason.isprintable()
    assert not re.search(r"\(\)|\. [A-Z]|\.$|build\.log", error.reason), error.reason


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


# --- blocks


@given(
    lines=st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"") + b"\n")),
    rest=st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")),
    size=st.integers(1, 40),
    data=st.data(),
)
@settings(deadline=None)
def test_blocks_are_the_log_and_are_cut_at_line_ends_only(
    lines: list[bytes], rest: bytes, size: int, data: st.DataObject
) -> None:
    content = b"".join(lines) + rest
    cuts = sorted(data.draw(st.sets(st.integers(0, len(content)))) | {0, len(content)})
    pieces = [content[a:b] for a, b in pairwise(cuts)]
    blocks = list(cut_at_line_ends(pieces, size))
    assert b"".join(blocks) == content
    assert all(0 < len(block) <= size for block in blocks)
    for block in blocks[:-1]:
        # Only a line that does not fit into a block comes in pieces, and its pieces are full.
        assert block.endswith(b"\n") or (len(block) == size and b"\n" not in block)


@given(
    content=st.text(
        st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff") | st.sampled_from("\r\n\t")
    ),
    size=st.integers(1, 30),
)
@example(content="a\nb\r\nc\r", size=2)
@settings(deadline=None)
def test_a_plain_log_passes_through_at_any_block_size(content: str, size: int) -> None:
    [log] = open_logs(artifact(content.encode()))
    assert b"".join(log.blocks(size)) == content.encode()


def test_blocks_of_short_lines_are_nearly_full() -> None:
    [log] = open_logs(artifact(LOG))
    *full, _last = log.blocks(10_000)
    assert all(len(block) > 9_900 for block in full)


def test_a_line_longer_than_a_block_comes_in_pieces_and_the_next_line_is_whole() -> None:
    assert list(cut_at_line_ends([b"ab\n" + b"x" * 25 + b"\ncd\n"], 10)) == [
        b"ab\n",
        b"x" * 10,
        b"x" * 10,
        b"x" * 5 + b"\ncd\n",
    ]


def test_a_block_of_no_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 byte"):
        list(cut_at_line_ends([b"a"], 0))


def test_a_source_can_be_kept_and_read_again() -> None:
    archive = artifact(zipped({"0_build.txt": b"build\n", "1_test.txt": b"test\n"}))
    kept = list(open_logs(archive))
    for _ in range(2):
        assert [b"".join(log.blocks()) for log in kept] == [b"build\n", b"test\n"]
    assert [log.name for log in open_logs(archive)] == ["0_build.txt", "1_test.txt"]


def test_an_abandoned_log_leaves_no_file_open(tmp_path: Path) -> None:
    opened: list[BinaryIO] = []

    @dataclass
    class Watched:
        path: Path

        def open(self) -> BinaryIO:
            opened.append(self.path.open("rb"))
            return opened[-1]

    for data in (LOG, gzipped(LOG), zipped({"0_build.txt": LOG})):
        path = tmp_path / "log"
        path.write_bytes(data)
        opened.clear()
        [log] = open_logs(Artifact("ci", "log", Watched(path)))
        blocks = log.blocks(1_000)
        next(blocks)
        del blocks
        assert len(opened) >= 2
        assert all(stream.closed for stream in opened)


# --- compression


@each_format
@pytest.mark.parametrize(
    "content", [LOG, b"\n", b"no line end", b"x" * 3_000_000], ids=["log", "newline", "one", "long"]
)
def test_a_compressed_log_is_the_log(format: str, content: bytes) -> None:
    assert text(PACK[format](content)) == content


@each_format
def test_the_file_name_does_not_matter(format: str, tmp_path: Path) -> None:
    path = tmp_path / "build.txt"
    path.write_bytes(PACK[format](LOG))
    [log] = open_logs(Artifact.from_path("ci", path))
    assert b"".join(log.blocks()) == LOG


@each_format
@given(parts=st.lists(st.integers(0, 70_000), max_size=5), size=st.integers(100, 100_000))
@settings(max_examples=15, deadline=None)
def test_streams_one_after_the_other_are_one_log(format: str, parts: list[int], size: int) -> None:
    data = b"".join(PACK[format](LOG[:part]) for part in [*parts, 7])
    [log] = open_logs(artifact(data))
    assert b"".join(log.blocks(size)) == b"".join(LOG[:part] for part in [*parts, 7])


@each_format
def test_padding_between_and_after_streams_is_skipped(format: str) -> None:
    packed = PACK[format](LOG)
    assert text(packed + bytes(70_000) + packed + bytes(512)) == LOG + LOG


def test_output_that_starts_with_a_skippable_zstd_frame_is_read() -> None:
    assert text(b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd" + zstandard.compress(LOG)) == LOG


@each_format
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.999])
def test_a_truncated_stream_is_one_clear_sentence(format: str, kept: float) -> None:
    packed = PACK[format](LOG)
    reason = rejection(packed[: max(12, int(len(packed) * kept))]).reason
    assert re.fullmatch(rf"the {format} stream ends early after [\d,]+ bytes of log; download it again", reason)


def test_a_truncated_gzip_says_how_much_of_the_log_there_is() -> None:
    packed = gzipped(LOG)
    reason = rejection(packed[:-8]).reason
    assert reason == f"the gzip stream ends early after {len(LOG):,} bytes of log; download it again"


@each_format
def test_a_second_stream_that_ends_early_is_not_silently_lost(format: str) -> None:
    packed = PACK[format](LOG)
    assert "ends early" in rejection(packed + packed[:-20]).reason


@each_format
def test_a_damaged_stream_is_one_clear_sentence(format: str) -> None:
    packed = bytearray(
        zstandard.ZstdCompressor(write_checksum=True).compress(LOG) if format == "zstd" else PACK[format](LOG)
    )
    middle = len(packed) // 2
    packed[middle : middle + 40] = bytes(255 - byte for byte in packed[middle : middle + 40])
    assert re.match(
        rf"the {format} stream (is damaged|ends early) after [\d,]+ bytes of log", rejection(bytes(packed)).reason
    )


@each_format
def test_garbage_after_a_stream_is_damage(format: str) -> None:
    assert (
        f"the {format} stream is damaged after {len(LOG):,} bytes"
        in rejection(PACK[format](LOG) + b"garbage!" * 9).reason
    )


def test_an_xz_that_needs_gigabytes_to_decode_is_refused() -> None:
    packed = bytearray(lzma.compress(b"log\n" * 100))
    # A block header follows 12 bytes of stream header: its length in words less one, flags, filter id 0x21, length of
    # its properties, dictionary size (0x24 means 1 GiB), padding, CRC-32.
    header, after = packed[12 : 12 + 4 * packed[12]], 12 + 4 * (packed[12] + 1)
    assert header[2:4] == b"\x21\x01"
    header[4] = 0x24
    packed[12:after] = header + zlib.crc32(header).to_bytes(4, "little")
    assert "Memory usage limit exceeded" in rejection(bytes(packed)).reason


@given(st.binary(min_size=1, max_size=200), st.sampled_from(sorted(PACK)), st.data())
@settings(deadline=None)
def test_damage_anywhere_is_read_or_rejected_and_never_crashes(
    content: bytes, format: str, data: st.DataObject
) -> None:
    packed = bytearray(PACK[format](content))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        logs(bytes(packed[: data.draw(st.integers(1, len(packed)))]))
    except ArtifactRejected as error:
        assert_one_clear_sentence(error)


# --- limits


@each_format
def test_a_log_over_the_size_limit_is_refused_with_the_limit(format: str) -> None:
    error = rejection(PACK[format](LOG * 10), size_limit=2_000_000)
    assert error.limit == "2 MB"
    assert error.reason == "its log is larger than 2 MB; give the log of the failing job alone, or its last part"


def test_the_size_limit_is_inclusive_and_holds_for_plain_logs_and_zips() -> None:
    archive = zipped({"0_a.txt": LOG, "1_b.txt": LOG}, zipfile.ZIP_STORED)
    assert rejection(LOG, size_limit=len(LOG) - 1).limit
    assert rejection(archive, size_limit=2 * len(LOG) - 1).limit
    [log] = open_logs(artifact(LOG), size_limit=len(LOG))
    assert b"".join(log.blocks()) == LOG
    assert len(list(open_logs(artifact(archive), size_limit=2 * len(LOG)))) == 2


def test_the_size_limit_is_five_gigabytes_unless_told() -> None:
    assert rejection(zipped_with_declared_size(5 * 10**9 // 2)).limit == "5 GB"


def zipped_with_declared_size(size: int) -> bytes:
    """A zip of two logs whose directory declares more bytes than there are."""
    packed = bytearray(zipped({"0_a.txt": LOG, "1_b.txt": LOG}))
    for match in list(re.finditer(rb"PK\x01\x02", packed)):
        packed[match.start() + 24 : match.start() + 28] = (size + 1).to_bytes(4, "little")
    return bytes(packed)


@pytest.mark.parametrize("format", ["gzip", "zstd", "xz", "bzip2", "zip"])
def test_a_bomb_is_refused_soon(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "RATIO_GRACE_BYTES", 10**6)
    bomb = b"\n" * 20_000_000
    packed = zipped({"0_build.txt": bomb}) if format == "zip" else PACK[format](bomb)
    error = rejection(packed)
    assert error.limit == "200:1 beyond the first 1 MB"
    assert "archive bomb" in error.reason


@each_format
def test_a_loop_that_prints_one_line_is_a_log_and_no_bomb(format: str) -> None:
    loop = b"ERROR: connection refused by 10.0.0.1:5432, retrying in 1 s\n" * 200_000
    assert text(PACK[format](loop)) == loop


@pytest.mark.parametrize(
    ("format", "lines", "mebibytes"),
    # xz holds a dictionary of 8 MiB. zstd decodes 1 KiB of input at once, which here is 33 MB of log and more.
    [
        ("plain", 10**6, 6),
        ("gzip", 10**6, 6),
        ("xz", 10**6, 16),
        ("bzip2", 10**6, 6),
        ("zip", 10**6, 6),
        ("zstd", 8 * 10**6, 80),
    ],
)
def test_memory_is_bounded_by_a_few_blocks(format: str, lines: int, mebibytes: int) -> None:
    log_text = b"a line of a log that repeats\n" * lines
    packed = {"plain": bytes, "zip": lambda data: zipped({"0_build.txt": data}), **PACK}[format](log_text)
    size = len(log_text)
    del log_text
    tracemalloc.start()
    try:
        [log] = open_logs(artifact(packed))
        assert sum(map(len, log.blocks())) == size
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < mebibytes << 20


# --- text


@pytest.mark.parametrize("pack", [bytes, gzipped, lambda data: zipped({"0_build.txt": data})])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_byte_order_mark_decides_the_encoding_and_is_removed(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    words = "error: datei nicht gefunden \N{CROSS MARK} \N{PILE OF POO}\r\n" * 5_000
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    [log] = open_logs(artifact(pack(mark + words.encode(encoding))))
    for size in (7, 1_000, source.BLOCK_BYTES) if pack is bytes else (1_000,):
        assert b"".join(log.blocks(size)) == words.encode()


def test_a_utf_16_log_cut_in_a_character_is_read_to_there() -> None:
    assert text("error\n".encode("utf-16")[:-1]) == "error\N{REPLACEMENT CHARACTER}".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"before\0\0\0after\n" + LOG,
        b"short \0\0\0\0 log\n",
        b"\x1b[31mred\x1b[0m\x1b(B\x0f\r10%\r20%\x08\x08\n" * 100,
        b"caf\xe9 \x83\x65\x83\x58\x83\x67\n" * 100,
        bytes(range(7)),
        b"BZh9 is how a bzip2 file starts\n",
        b"PK was here\n",
        b"MZ\n",
    ],
    ids=["nul", "short-nul", "terminal", "other-encodings", "seven-bytes", "bzh9", "pk", "mz"],
)
def test_what_real_logs_hold_is_a_log(content: bytes) -> None:
    assert text(content) == content


@pytest.mark.parametrize("data", [b"", *(pack(b"") for pack in PACK.values()), b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_log_is_no_error_and_has_no_blocks(data: bytes) -> None:
    [log] = open_logs(artifact(data))
    assert list(log.blocks()) == []


# --- not a log


def tarred(mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo("build.txt")
        entry.size = len(LOG)
        archive.addfile(entry, io.BytesIO(LOG))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(200), "it is an ELF program or library, not a log"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is a PNG image, not a log"),
        (b"%PDF-1.7\n%abc\n", "it is a PDF document, not a log"),
        (bytes(range(256)) * 300, "it is binary data, not a log"),
        (bytes(100), "it is binary data, not a log"),
        ("error\n".encode("utf-16-le") * 100, "it is binary data, not a log"),
        (tarred(), "it is a tar archive, not a log; extract it"),
        (tarred("w:gz"), "inside the gzip stream it is a tar archive, not a log; extract it"),
        (tarred("w:xz"), "inside the xz stream it is a tar archive, not a log; extract it"),
        (gzipped(gzipped(LOG)), "inside the gzip stream it is an archive in an archive"),
        (bz2.compress(zipped({"0_build.txt": LOG})), "inside the bzip2 stream it is an archive in an archive"),
        (gzipped(b"\x7fELF" + bytes(200)), "inside the gzip stream it is an ELF program"),
    ],
)
def test_what_is_no_log_is_named(data: bytes, said: str) -> None:
    assert rejection(data).reason.startswith(said)


def test_random_bytes_are_binary_data() -> None:
    assert "binary data" in rejection(random.Random(1).randbytes(100_000)).reason


def test_a_missing_file_and_a_folder_are_one_clear_sentence(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "gone", errno.ENOENT), (tmp_path, errno.EISDIR)):
        with pytest.raises(ArtifactRejected, match="it cannot be opened") as caught:
            open_logs(Artifact.from_path("ci", path))
        assert isinstance(caught.value.__cause__, OSError)
        assert caught.value.__cause__.errno == why


# --- zip

RUN = {
    "10_lint.txt": b"lint\n",
    "2_test (3.11).txt": b"test\n",
    "0_build.txt": b"build\n",
    "build/": b"",
    "build/1_Set up job.txt": b"build, step 1\n",
    "test (3.11)/1_Set up job.txt": b"test, step 1\n",
    "build/system.txt": b"system\n",
}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_run_of_github_is_one_log_a_job_in_natural_order(method: int) -> None:
    found = logs(zipped(RUN, method))
    assert list(found.items()) == [
        ("0_build.txt", b"build\n"),
        ("2_test (3.11).txt", b"test\n"),
        ("10_lint.txt", b"lint\n"),
    ]


def test_a_zip_without_logs_at_the_top_gives_all_its_text() -> None:
    members = {
        "logs/10.out": b"ten\n",
        "logs/9.out": b"nine\n",
        "shot.png": b"\x89PNG\r\n\x1a\n",
        "deep/a.gz": gzipped(LOG),
    }
    assert logs(zipped(members)) == {"logs/9.out": b"nine\n", "logs/10.out": b"ten\n"}
    assert list(logs(zipped(members))) == ["logs/9.out", "logs/10.out"]


def test_backslashes_separate_folders_too() -> None:
    assert list(logs(zipped({"0_build.txt": b"build\n", "build\\1_Set up job.txt": b"step\n"}))) == ["0_build.txt"]


def test_a_large_member_streams_in_blocks() -> None:
    [log] = open_logs(artifact(zipped({"0_build.txt": LOG})))
    blocks = list(log.blocks(10_000))
    assert b"".join(blocks) == LOG
    assert max(map(len, blocks)) <= 10_000


def test_an_empty_member_is_an_empty_log() -> None:
    assert logs(zipped({"0_build.txt": b""})) == {"0_build.txt": b""}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("\x1b[2J\u202etxt.exe\r\n.txt", "\ufffd[2J\ufffdtxt.exe\ufffd\ufffd.txt"),
        ("a" * 60_000 + ".txt", "a" * 200),
        ("9" * 60_000 + ".txt", "9" * 200),
    ],
)
def test_a_members_name_is_safe_to_print(name: str, shown: str) -> None:
    assert logs(zipped({name: LOG})) == {shown: LOG}
    assert shown in rejection(zipped({name: b"\x7fELF"})).reason


def test_a_zip_that_holds_no_log_says_what_it_holds() -> None:
    assert rejection(zipped({})).reason == "the zip holds no log: it is empty; download it again"
    nested = zipped({"logs.zip": zipped(RUN)})
    assert rejection(nested).reason.startswith(
        "the zip holds no log: logs.zip is an archive in an archive, not a log; extract"
    )


def patched(packed: bytes, at: int, value: bytes) -> bytes:
    """Change a field of every entry of a zip's directory."""
    changed = bytearray(packed)
    for match in re.finditer(rb"PK\x01\x02", packed):
        changed[match.start() + at : match.start() + at + len(value)] = value
    return bytes(changed)


def test_an_encrypted_zip_says_extract_it() -> None:
    assert rejection(patched(zipped(RUN), 8, b"\x01\0")).reason.startswith("the zip is encrypted; extract it")


@pytest.mark.parametrize("method", [9, 12, 14, 93])
def test_a_zip_of_a_rare_compression_says_extract_it(method: int) -> None:
    assert "rare compression; extract it" in rejection(patched(zipped(RUN), 10, bytes([method, 0]))).reason


def test_too_many_members_are_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zipped({f"{i}_job.txt": b"" for i in range(11)})
    assert len(logs(packed)) == 11
    monkeypatch.setattr(source, "MEMBER_LIMIT", 10)
    assert rejection(packed).limit == "10 members"
    monkeypatch.setattr(source, "MEMBER_LIMIT", 11)
    assert len(logs(packed)) == 11
    # The directory is refused before it is read into memory.
    monkeypatch.setattr(source, "DIRECTORY_LIMIT", 500)
    assert rejection(packed).limit == "11 members"


def test_a_member_without_a_name_is_a_log() -> None:
    packed = zipped({"0.txt": LOG}, zipfile.ZIP_STORED)
    assert logs(patched(packed, 46, b"\0")) == {"": LOG}


@pytest.mark.parametrize("kept", [4, 29, 0.5, 0.98])
def test_a_truncated_zip_is_one_clear_sentence(kept: float) -> None:
    packed = zipped(RUN)
    reason = rejection(packed[: int(kept if kept >= 1 else len(packed) * kept)]).reason
    assert reason.startswith("the directory of the zip cannot be read (")
    assert reason.endswith("it is damaged or cut short, download it again")


def test_a_damaged_member_says_which() -> None:
    packed = bytearray(zipped({"0_build.txt": LOG}, zipfile.ZIP_STORED))
    packed[200_000] ^= 1
    assert re.match(
        r"0_build.txt in the zip is damaged after [\d,]+ bytes of log \(Bad CRC-32", rejection(bytes(packed)).reason
    )


def test_a_member_without_its_header_is_damaged() -> None:
    packed = zipped({"0_build.txt": LOG})
    assert (
        "0_build.txt in the zip is damaged after 0 bytes of log (its header is missing)"
        in rejection(patched(packed, 42, b"\x10\0\0\0")).reason
    )


def test_a_member_that_declares_more_than_there_is_ends_early() -> None:
    packed = zipped({"0_build.txt": b"log\n"}, zipfile.ZIP_STORED)
    packed = patched(patched(packed, 20, b"\xff\xff\0\0"), 24, b"\xff\xff\0\0")
    assert "it ends early" in rejection(packed).reason


@given(st.data())
@settings(deadline=None)
def test_damage_anywhere_in_a_zip_is_read_or_rejected_and_never_crashes(data: st.DataObject) -> None:
    packed = bytearray(zipped({"0_b.txt": b"build\n", "b/1_a.txt": b"a\n"}))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(4, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        logs(bytes(packed))
    except ArtifactRejected as error:
        assert_one_clear_sentence(error)
