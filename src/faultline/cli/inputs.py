"""What the user named on the command line, as artifacts."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from faultline.core.artifact import CHUNK_BYTES, Artifact, BytesContent, PathContent
from faultline.core.errors import ArtifactRejected

STDIN = "-"
MEMORY_BYTES = 16 << 20
"""A stream that can be read only once is kept in memory up to this size, beyond it in a temporary file."""


def named(name: str) -> str:
    """A name as text: bytes of a file name that are not UTF-8 are shown replaced."""
    return "standard input" if name == STDIN else os.fsencode(name).decode("utf-8", "replace")


def artifact(kind: str, name: str, cleanup: ExitStack) -> Artifact:
    """Open what the user named.

    A pipe (`-`, or the shell's `<(command)`) is read to its end and hashed as it comes.

    Args:
        kind: the artifact's kind.
        name: as on the command line.
        cleanup: removes a temporary file when it is closed.

    Raises:
        ArtifactRejected: there is no such file, or it cannot be read; a folder or a device is no artifact.

    """
    shown = named(name)
    try:
        if name == STDIN:
            if sys.stdin.isatty():
                print("faultline: reading from the terminal; Ctrl-D ends the input", file=sys.stderr)
            return _spooled(kind, shown, sys.stdin.buffer, cleanup)
        path = Path(name)
        mode = path.stat().st_mode
        if stat.S_ISFIFO(mode):
            with path.open("rb") as stream:
                return _spooled(kind, shown, stream, cleanup)
        if stat.S_ISDIR(mode):
            raise ArtifactRejected("is a folder; name the files in it", name=shown)
        if not stat.S_ISREG(mode):
            raise ArtifactRejected("is a device, not a file", name=shown)
        with path.open("rb"):
            return Artifact.from_path(kind, path, name=shown)
    except FileNotFoundError:
        raise ArtifactRejected("no such file", name=shown) from None
    except PermissionError:
        raise ArtifactRejected("may not be read: permission denied", name=shown) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArtifactRejected(f"cannot be read: {words}", name=shown) from error


def _spooled(kind: str, name: str, stream: BinaryIO, cleanup: ExitStack) -> Artifact:
    digest, head = hashlib.sha256(), bytearray()
    while len(head) <= MEMORY_BYTES and (chunk := stream.read(CHUNK_BYTES)):
        digest.update(chunk)
        head += chunk
    if len(head) <= MEMORY_BYTES:
        return Artifact(kind, name, BytesContent(bytes(head)), _digest=(digest.hexdigest(), len(head)))
    path = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="faultline-"))) / "input"
    size = len(head)
    with path.open("wb") as spool:
        spool.write(head)
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            spool.write(chunk)
    return Artifact(kind, name, PathContent(path), _digest=(digest.hexdigest(), size))
