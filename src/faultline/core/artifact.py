"""Artifact: something to analyze, reached through a handle that never assumes it fits in memory."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK_BYTES = 1 << 20


class Content(Protocol):
    """A handle on bytes that can be opened any number of times."""

    def open(self) -> BinaryIO:
        """Open for reading from the first byte."""
        ...


@dataclass(frozen=True, slots=True)
class PathContent:
    """Bytes in a file."""

    path: Path

    def open(self) -> BinaryIO:
        """Open the file; raises OSError as the file system does."""
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class BytesContent:
    """Bytes in memory."""

    data: bytes

    def open(self) -> BinaryIO:
        """Read from memory."""
        return io.BytesIO(self.data)


@dataclass(slots=True)
class Artifact:
    """Something to analyze.

    `name` is what the user called it; it is untrusted text, never a path to open. `metadata` is what the front door
    knows beside the bytes. `companions` are artifacts to compare with, by role: the green log of the same job, the
    base of a change. `sha256` and `size` are read once, streaming, and remembered.
    """

    kind: str
    name: str
    content: Content
    metadata: dict[str, str] = field(default_factory=dict)
    companions: dict[str, Artifact] = field(default_factory=dict)
    _digest: tuple[str, int] | None = field(default=None, repr=False)

    @classmethod
    def from_path(cls, kind: str, path: Path, *, name: str | None = None) -> Artifact:
        """An artifact in a file, named as the user named it."""
        return cls(kind=kind, name=name if name is not None else str(path), content=PathContent(path))

    @classmethod
    def from_bytes(cls, kind: str, name: str, data: bytes) -> Artifact:
        """An artifact in memory."""
        return cls(kind=kind, name=name, content=BytesContent(data))

    def open(self) -> BinaryIO:
        """Open the content for reading from the first byte."""
        return self.content.open()

    @property
    def sha256(self) -> str:
        """SHA-256 of the content as 64 hexadecimal digits."""
        return self._read_digest()[0]

    @property
    def size(self) -> int:
        """Size of the content in bytes."""
        return self._read_digest()[1]

    def _read_digest(self) -> tuple[str, int]:
        if self._digest is None:
            digest, size = hashlib.sha256(), 0
            with self.open() as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
            self._digest = (digest.hexdigest(), size)
        return self._digest
