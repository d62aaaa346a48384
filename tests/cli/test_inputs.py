from __future__ import annotations

import hashlib
import io
import os
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from faultline.cli import inputs
from faultline.core.artifact import Artifact, BytesContent, PathContent
from faultline.core.errors import ArtifactRejected


class Input:
    """Standard input that holds these bytes."""

    def __init__(self, data: bytes, *, terminal: bool = False) -> None:
        self.buffer = io.BytesIO(data)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def read(name: str) -> tuple[Artifact, bytes, bytes]:
    """The artifact and what it holds, read twice."""
    with ExitStack() as cleanup:
        artifact = inputs.artifact("ci", name, cleanup)
        with artifact.open() as once, artifact.open() as again:
            return artifact, once.read(), again.read()


def test_standard_input_can_be_opened_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input(b"some log\n"))
    artifact, once, again = read("-")
    assert (artifact.name, once, again) == ("standard input", b"some log\n", b"some log\n")
    assert isinstance(artifact.content, BytesContent)
    assert artifact.sha256 == hashlib.sha256(b"some log\n").hexdigest()


def test_a_long_standard_input_goes_to_a_temporary_file_that_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "MEMORY_BYTES", 1_000)
    monkeypatch.setattr(inputs, "CHUNK_BYTES", 300)
    data = os.urandom(5_000)
    monkeypatch.setattr(sys, "stdin", Input(data))
    with ExitStack() as cleanup:
        artifact = inputs.artifact("ci", "-", cleanup)
        assert isinstance(artifact.content, PathContent)
        with artifact.open() as stream:
            assert stream.read() == data
        assert (artifact.sha256, artifact.size) == (hashlib.sha256(data).hexdigest(), 5_000)
        path = artifact.content.path
    assert not path.parent.exists()


def test_a_person_at_a_terminal_is_told_how_to_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Input(b"x", terminal=True))
    read("-")
    assert "Ctrl-D" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_of_the_shell_is_read_like_standard_input(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"some log\n",))
    writer.start()
    artifact, once, again = read(str(pipe))
    writer.join()
    assert (once, again, artifact.size) == (b"some log\n", b"some log\n", 9)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_a_device_is_no_file() -> None:
    with pytest.raises(ArtifactRejected, match="is a device, not a file"):
        read("/dev/zero")


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    (tmp_path / "a.log").touch()
    monkeypatch.setattr(Path, "open", refuse)  # tests may run as root, whom no mode stops
    with pytest.raises(ArtifactRejected, match="may not be read: permission denied"):
        read(str(tmp_path / "a.log"))


def test_an_endless_name_is_refused_in_words() -> None:
    with pytest.raises(ArtifactRejected, match="cannot be read: File name too long"):
        read("x" * 5_000)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux")
def test_a_name_that_is_not_utf_8_is_shown_replaced(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.log"
    Path(os.fsdecode(name)).write_bytes(b"x")
    artifact, once, _ = read(os.fsdecode(name))
    assert artifact.name.endswith("/\ufffd.log")
    assert once == b"x"
