"""Bundles: the same change has the same bytes, and no archive makes us open, write or hold what it should not."""

from __future__ import annotations

import io
import json
import warnings
import zipfile

import pytest

from faultline.analyzers.review import bundle
from faultline.analyzers.review.bundle import Bundle, pack, unpack
from faultline.core.errors import ArtifactRejected

CHANGE = Bundle(
    diff=b"diff",
    base="main (1234567)",
    head="work tree",
    bases={"a.py": b"old"},
    heads={"a.py": b"new", "caf\u00e9/\u2603.py": b"\xff\0"},
    tree={"b.py": b"x"},
    config=b"[review]",
    absent={"big.bin": "larger than 1 MB"},
    left_out=("something",),
)
ABOUT = json.dumps({"schema": bundle.SCHEMA, "base": "", "head": "", "whole": False}).encode()


def archive(*members: tuple[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as written, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, text in members:
            written.writestr(name, text)
    return out.getvalue()


def rejected(data: bytes) -> str:
    with pytest.raises(ArtifactRejected) as refused:
        unpack(io.BytesIO(data))
    return str(refused.value) + (f" [{refused.value.limit}]" if refused.value.limit else "")


def test_what_was_packed_comes_out() -> None:
    assert unpack(io.BytesIO(pack(CHANGE))) == CHANGE
    assert unpack(io.BytesIO(pack(CHANGE, small=False))) == CHANGE
    whole = Bundle(whole=True, heads={"a.py": b"new"})
    assert unpack(io.BytesIO(pack(whole))) == whole


def test_equal_changes_have_equal_bytes() -> None:
    other = Bundle(
        diff=b"diff",
        base="main (1234567)",
        head="work tree",
        bases={"a.py": b"old"},
        heads=dict(reversed(CHANGE.heads.items())),
        tree={"b.py": b"x"},
        config=b"[review]",
        absent={"big.bin": "larger than 1 MB"},
        left_out=("something",),
    )
    assert pack(other) == pack(CHANGE)


def test_an_archive_without_the_later_fields_is_read() -> None:
    assert unpack(io.BytesIO(archive(("change.json", ABOUT), ("change.diff", b"d")))).absent == {}


def test_names_that_lead_elsewhere_are_only_text() -> None:
    names = ["../../etc/passwd", "/etc/passwd", "C:\\windows\\x", "a//b", "A.py", "a.py", "x" * 4096]
    data = archive(("change.json", ABOUT), ("change.diff", b""), *((f"head/{name}", b"x") for name in names))
    assert set(unpack(io.BytesIO(data)).heads) == set(names)


def test_members_of_no_folder_of_ours_are_not_looked_at() -> None:
    data = archive(
        ("change.json", ABOUT), ("change.diff", b""), ("evil.py", b"x"), ("head/", b""), ("other/a.py", b"x")
    )
    assert unpack(io.BytesIO(data)) == Bundle(diff=b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (archive(("change.diff", b"")), "is an archive, but no change: there is no change.json in it"),
        (archive(("change.json", ABOUT)), "is a change without change.diff"),
        (archive(("change.json", b"{")), "has a change.json that is not as it should be: Invalid JSON"),
        (archive(("change.json", b"{}")), "not as it should be: schema Field required"),
        (archive(("change.json", b'{"schema": "other/9"}')), "not as it should be: schema String should match"),
        (archive(("change.json", ABOUT[:-1] + b', "x": 1}')), "not as it should be: x Extra inputs"),
        (archive(("change.json", ABOUT), ("head/a", b"1"), ("head/a", b"2")), "has two members of one name: 'head/a'"),
        (archive(("change.json", ABOUT), packed=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (pack(CHANGE)[:-5], "is cut off, or something follows its end"),
        (pack(CHANGE) + b"more", "is cut off, or something follows its end"),
        (b"PK\x03\x04", "is cut off"),
        (b"PK\x05\x06" + b"\xff" * 16 + b"\0\0", "holds too much: list of members [8 MB]"),
        (pack(CHANGE).replace(b"work tree", b"WORK tree"), "is no archive that can be read"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_no_bundle_is_refused_in_words(data: bytes, words: str) -> None:
    stored = data
    if words == "is no archive that can be read":  # its checksum is wrong
        stored = archive(("change.json", ABOUT), packed=zipfile.ZIP_STORED).replace(b"schema", b"SCHEMA")
    assert words in rejected(stored)


class TestBombs:
    def test_a_member_that_is_too_large(self) -> None:
        zeros = archive(("change.json", ABOUT), ("head/a", bytes(bundle.MAX_FILE_BYTES + 1)))
        assert len(zeros) < 5_000
        assert rejected(zeros) == "holds too much: 'head/a' with 1,024 KB [1,024 KB]"

    def test_members_that_are_too_large_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bundle, "MAX_BYTES", 3 << 20)
        zeros = archive(("change.json", ABOUT), *((f"tree/{n}", bytes(1 << 20)) for n in range(3)))
        assert rejected(zeros) == "holds too much: 3 MB when unpacked [3 MB]"

    def test_too_many_members(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bundle, "_MAX_MEMBERS", 3)
        many = archive(("change.json", ABOUT), *((f"head/{n}", b"") for n in range(3)))
        assert rejected(many) == "holds too much: 4 members [3 members]"

    def test_an_archive_that_lies_about_a_size_gives_no_more_than_it_says(self) -> None:
        data = bytearray(archive(("change.json", ABOUT), ("change.diff", b""), ("head/a", bytes(100_000))))
        entry = data.rindex(b"PK\x01\x02")
        data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
        assert rejected(bytes(data)).startswith("is no archive that can be read")
