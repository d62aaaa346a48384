"""Where design documents come from: a folder of the disk, or the same folder at a revision of git.

A folder is asked for its names, and for what some of them hold. Names are relative to it, with `/`. git says what is
ignored where there is one; elsewhere folders that tools fill are known by their names. No link is followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from faultline.analyzers.design.kinds import is_environment
from faultline.cli.git import SUBMODULE, SYMLINK, Repository, below
from faultline.cli.worktree import CLOSED, read_below

SUFFIXES: Final = frozenset(
    {".yaml", ".yml", ".json", ".md", ".markdown", ".mmd", ".mermaid", ".puml", ".plantuml", ".dsl", ".tf", ".tfvars"}
)
"""Of files that are taken from a folder."""
MAX_ENTRIES: Final = 200_000
"""Files and folders that are looked at outside of git; a search from `/` has to end."""
MAX_FILE_BYTES: Final = 64 << 20
"""Of a file that nobody named."""
_NOT_OURS: Final = CLOSED | {"vendor", "bower_components", "site-packages"}
_TESTS: Final = frozenset({"tests", "test", "__tests__", "testdata", "test-data", "fixtures", "__fixtures__"})
"""What lies there describes no system that runs; who names such a folder gets it."""
_MADE: Final = frozenset({"build", "dist", "target", "out", "coverage", "htmlcov", "_build", "site"})
"""Folders that tools fill, where no `.gitignore` says so."""
_LOCKS: Final = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml")
_LEGAL: Final = ("changelog", "changes", "license", "code_of_conduct", "history")


class Source(Protocol):
    """A folder of documents."""

    def names(self) -> list[str]:
        """The names of all files in it that may be design documents, in order."""
        ...

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """What some of its files hold; one that is not there, or too large, is left out."""
        ...


class Disk:
    """A folder of the disk.

    Args:
        folder: where.
        left_out: takes a sentence for what was not read.

    """

    def __init__(self, folder: Path, left_out: list[str]) -> None:
        self._folder = folder
        self._left_out = left_out

    def names(self) -> list[str]:
        """See Source."""
        return self._known_to_git() or self._walked()

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """See Source."""
        found = {}
        for name in names:
            content, why = read_below(self._folder, os.fsencode(name), MAX_FILE_BYTES)
            if content is not None:
                found[name] = content
            elif why.startswith("larger"):
                self._left_out.append(f"{name} was left out: it is {why}")
        return found

    def _known_to_git(self) -> list[str]:
        """What git knows or does not ignore; nothing for a folder of no repository, or one that is ignored whole."""
        if not any((each / ".git").exists() for each in (self._folder, *self._folder.parents)):
            return []
        repository = Repository.perhaps(self._folder)
        if repository is None or repository.top is None:
            return []
        limits = below(repository.top, [self._folder])
        tracked = repository.tracked(limits)
        links = {path for path, (mode, _) in tracked.items() if mode in (SYMLINK, SUBMODULE)}
        listed = {*tracked, *repository.untracked(limits)} - links
        return _relative(sorted(listed), limits[0] if limits else "")

    def _walked(self) -> list[str]:
        found: list[str] = []
        entries = 0
        for at, folders, files in os.walk(self._folder):
            entries += len(folders) + len(files)
            folders[:] = sorted(name for name in folders if _open(name) and name not in _MADE)
            inside = Path(os.path.relpath(at, self._folder))
            found += ((inside / name).as_posix() for name in sorted(files) if is_candidate(name))
            if entries > MAX_ENTRIES:
                self._left_out.append(f"not everything was looked at: there are more than {MAX_ENTRIES:,} files")
                break
        return found


class Revision:
    """A folder as it is at a commit.

    Args:
        repository: the repository.
        commit: the commit.
        folder: relative to the top of the work tree; empty for the top.

    """

    def __init__(self, repository: Repository, commit: str, folder: str) -> None:
        self._repository = repository
        self._folder = folder
        self._files = {
            path: blob for path, (mode, blob) in repository.files_of(commit).items() if mode not in (SYMLINK, SUBMODULE)
        }

    def names(self) -> list[str]:
        """See Source."""
        return _relative(sorted(self._files), self._folder)

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """See Source."""
        raw = {name: os.fsencode(PurePosixPath(self._folder, name).as_posix()) for name in names}
        wanted = {name: self._files[path] for name, path in raw.items() if path in self._files}
        blobs = self._repository.blobs(wanted.values(), MAX_FILE_BYTES)
        return {name: blobs[blob] for name, blob in wanted.items() if blob in blobs}


def is_candidate(name: str) -> bool:
    """Whether a file of a folder may be a design document, by its name alone."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if is_environment(name):
        return True
    if name.startswith(".") or suffix not in SUFFIXES or name.lower() in _LOCKS:
        return False
    return not (suffix in (".md", ".markdown") and path.stem.lower().startswith(_LEGAL))


def _relative(paths: Iterable[bytes], folder: str) -> list[str]:
    """Of the paths below a folder those that may be design documents, relative to it."""
    start = folder + "/" if folder else ""
    names = (os.fsdecode(path) for path in paths)
    inside = (name.removeprefix(start) for name in names if name.startswith(start))
    return [name for name in inside if is_candidate(name.rpartition("/")[2]) and all(map(_open, name.split("/")[:-1]))]


def _open(folder: str) -> bool:
    return not folder.startswith(".") and folder not in _NOT_OURS and folder not in _TESTS
