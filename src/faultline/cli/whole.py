"""`faultline review --all`: whole files, whoever changed them and when."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from faultline.analyzers.review.bundle import MAX_FILE_BYTES, MAX_TREE_BYTES, MAX_TREE_FILES, Bundle
from faultline.analyzers.review.config import NAME
from faultline.analyzers.review.names import shown
from faultline.analyzers.review.texts import is_binary
from faultline.cli.changes import WORK_TREE, Collected, is_settings, tree_of
from faultline.cli.git import SUBMODULE, SYMLINK, Repository, below
from faultline.cli.worktree import read_below, walked
from faultline.core.errors import ArtifactRejected


def whole(paths: Sequence[Path]) -> Collected:
    """Every file under some paths: those that git knows or does not ignore, or, outside of git, all there are.

    Raises:
        ArtifactRejected: there is no such path.
        UsageError: they are of several repositories.

    """
    for path in paths:
        if not path.exists():
            raise ArtifactRejected("no such file or folder", name=str(path))
    folder = paths[0] if paths[0].is_dir() else paths[0].parent
    repository = Repository.perhaps(folder)
    packed = _Whole()
    if repository is not None and repository.top is not None:
        return _whole_of_git(repository, repository.top, paths, packed)
    top = folder if len(paths) == 1 else Path(os.path.commonpath([path.absolute() for path in paths]))
    if not top.is_dir():
        top = top.parent
    for path in paths:
        inside = os.path.relpath(path, top)
        if path.is_file() or path.is_symlink():
            packed.add(top, os.fsencode(inside))
        else:
            for raw in walked(path, packed.closed):
                packed.add(top, os.fsencode(Path(inside, os.fsdecode(raw))))
    if packed.closed:
        packed.left_out.append(f"not looked into: {', '.join(sorted(packed.closed))}")
    typed = str(folder) if len(paths) == 1 else os.path.relpath(top)
    return _collected(packed, paths, top, {}, typed="" if typed == "." else typed)


def _whole_of_git(repository: Repository, top: Path, paths: Sequence[Path], packed: _Whole) -> Collected:
    limits = below(top, paths)
    tracked = repository.tracked(limits)
    links = {path for path, (mode, _) in tracked.items() if mode in (SYMLINK, SUBMODULE)}
    # A file that is named is reviewed even where git ignores it.
    named = {os.fsencode(limit) for limit in limits if (top / limit).is_file()}
    listed = sorted({*tracked, *repository.untracked(limits), *named} - links)
    for raw in listed:
        packed.add(top, raw)
    tree = {}
    if limits and any(path.endswith(".py") for path in packed.heads):
        tree = tree_of(repository, repository.tracked(), set(listed), packed.left_out)
    settings = [raw for raw in repository.tracked() if is_settings(raw)] if limits else []
    tree |= {shown(raw): text for raw in settings if (text := read_below(top, raw, MAX_FILE_BYTES)[0]) is not None}
    return _collected(packed, paths, top, tree)


def _collected(
    packed: _Whole, paths: Sequence[Path], top: Path, tree: Mapping[str, bytes], typed: str | None = None
) -> Collected:
    settings = {path: text for path, text in packed.heads.items() if is_settings(path.encode("utf-8", "replace"))}
    if packed.too_many:
        packed.left_out.append(
            f"{packed.too_many:,} of {packed.seen:,} files were left out: at most {MAX_TREE_FILES:,} files and"
            f" {MAX_TREE_BYTES >> 20} MB are reviewed at once"
        )
    bundle = Bundle(
        whole=True,
        head=WORK_TREE,
        heads=packed.heads,
        tree={**tree, **settings},
        config=read_below(top, os.fsencode(NAME), MAX_FILE_BYTES)[0],
        absent=packed.absent,
        left_out=tuple(packed.left_out),
    )
    name = ", ".join(str(path) for path in paths[:3]) + (", ..." if len(paths) > 3 else "")
    return Collected(bundle, name, f"all of {name}", top, packed.seen, fixable=True, typed=typed)


class _Whole:
    """Whole files, as many as can be reviewed at once."""

    def __init__(self) -> None:
        self.heads: dict[str, bytes] = {}
        self.absent: dict[str, str] = {}
        self.left_out: list[str] = []
        self.closed: set[str] = set()
        self.seen = self.too_many = self._bytes = 0

    def add(self, top: Path, raw: bytes) -> None:
        """Take in a file."""
        self.seen += 1
        content, why = read_below(top, raw, MAX_FILE_BYTES)
        if content is not None and (len(self.heads) == MAX_TREE_FILES or self._bytes + len(content) > MAX_TREE_BYTES):
            self.too_many += 1
        elif content is None or is_binary(content):
            self.absent[shown(raw)] = why or "binary"
        else:
            self.heads[shown(raw)] = content
            self._bytes += len(content)
