from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultline.core.artifact import Artifact


class CountedContent:
    """Content that counts how often it was opened."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.opened = 0

    def open(self) -> BinaryIO:
        self.opened += 1
        return io.BytesIO(self.data)


@given(st.binary(max_size=3000))
def test_digest_and_size_are_those_of_the_bytes(data: bytes) -> None:
    artifact = Artifact.from_bytes("ci", "a.log", data)
    assert (artifact.sha256, artifact.size) == (hashlib.sha256(data).hexdigest(), len(data))


def test_content_is_read_once_for_digest_and_size() -> None:
    content = CountedContent(b"x" * 3_000_000)
    artifact = Artifact("ci", "a.log", content)
    assert artifact.size == 3_000_000
    assert artifact.sha256 == hashlib.sha256(content.data).hexdigest()
    assert content.opened == 1


def test_content_can_be_opened_again_and_again() -> None:
    artifact = Artifact.from_bytes("ci", "a.log", b"abc")
    assert [artifact.open().read(), artifact.open().read()] == [b"abc", b"abc"]


def test_a_file_is_called_as_its_user_calls_it(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"abc")
    assert Artifact.from_path("ci", path).name == str(path)
    artifact = Artifact.from_path("ci", path, name="build 7")
    assert (artifact.name, artifact.size) == ("build 7", 3)


def test_a_missing_file_is_an_os_error_when_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _ = Artifact.from_path("ci", tmp_path / "none").sha256
