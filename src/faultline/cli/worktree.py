"""The files of a folder: which there are, and what they hold; no link is followed out of it, no device opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path

LINK = "symbolic link"
# A link is not followed, and a FIFO not waited for; no system has all of these.
_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))

CLOSED = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".eggs"}
)
"""Folders that nobody looks into where no .gitignore says what is ours."""


def walked(folder: Path, closed: set[str]) -> list[bytes]:
    """The files under a folder by their names in it, in order; CLOSED folders that it has are noted in `closed`."""
    found = []
    for at, folders, files in os.walk(folder):
        closed.update(CLOSED.intersection(folders))
        folders[:] = sorted(set(folders) - CLOSED)
        below = os.path.relpath(at, folder)
        found += [os.fsencode(Path(below, name)) for name in sorted(files)]
    return found


def read_below(top: Path, raw: bytes, most: int) -> tuple[bytes | None, str]:
    """What a file of a work tree holds, or None and why nobody reads it; never follows a link out of the tree.

    A file of more than `most` bytes is not read.
    """
    path = top / os.fsdecode(raw)
    try:
        if not Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(top)):
            return None, "behind a link that leads out of the tree"
        handle = os.open(path, _READ)
    except OSError as error:
        return None, LINK if path.is_symlink() else f"cannot be read: {error.strerror}"
    with os.fdopen(handle, "rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode):
            return None, "no regular file"
        if about.st_size > most:
            return None, f"larger than {most >> 20} MB"
        return stream.read(most), ""
