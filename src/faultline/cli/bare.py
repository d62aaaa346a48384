"""`faultline review --diff`: a unified diff from anywhere, with what the work tree knows of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from faultline.analyzers.review.bundle import MAX_DIFF_BYTES, MAX_FILE_BYTES, Bundle
from faultline.analyzers.review.config import NAME
from faultline.analyzers.review.contents import applied, disagreement, reverted
from faultline.analyzers.review.diff import FileDiff, parse
from faultline.analyzers.review.names import shown
from faultline.cli import inputs
from faultline.cli.changes import Collected, config_of, settings_of, tree_of
from faultline.cli.git import Repository
from faultline.cli.worktree import read_below, walked
from faultline.core.errors import ArtifactRejected, UsageError
from faultline.engine.render.untrusted import plural

KIND = "review"


def bare(name: str, paths: Sequence[Path]) -> Collected:
    """The change that a diff says, with the contents of the files that the work tree has as the diff says.

    No name in the diff is ever opened: it is looked up among those that a listing of the tree gives.

    Args:
        name: of the diff, as on the command line.
        paths: the folder that the diff is about, if that is not the current directory.

    Raises:
        ArtifactRejected: it cannot be read, or is no diff.
        UsageError: several paths are named.

    """
    if len(paths) > 1:
        raise UsageError("--diff takes one PATH: the folder that the diff is about")
    with ExitStack() as cleanup:
        given = inputs.artifact(KIND, name, cleanup)
        with given.open() as stream:
            diff = stream.read(MAX_DIFF_BYTES + 1)
    if len(diff) > MAX_DIFF_BYTES:
        limit = f"{MAX_DIFF_BYTES >> 20} MB"
        raise ArtifactRejected("is too large for one review", name=given.name, limit=limit)
    try:
        files = parse(diff)
    except ArtifactRejected as error:
        raise ArtifactRejected(error.reason, name=given.name, limit=error.limit) from None
    known = _Known(paths[0] if paths else None, files)
    words = f"{given.name} ({plural(len(known.heads), 'file')} whole from the work tree)"
    bundle = Bundle(
        diff=diff,
        head=given.name,
        bases=known.bases,
        heads=known.heads,
        tree=known.tree,
        config=known.config,
        left_out=tuple(known.left_out),
    )
    return Collected(bundle, given.name, words if known.heads else given.name, known.top, len(files))


class _Known:
    """What the work tree knows of a diff."""

    def __init__(self, folder: Path | None, files: Sequence[FileDiff]) -> None:
        self.bases: dict[str, bytes] = {}
        self.heads: dict[str, bytes] = {}
        self.tree: Mapping[str, bytes] = {}
        self.config: bytes | None = None
        self.left_out: list[str] = []
        self.top: Path | None = None
        repository = Repository.perhaps(folder or Path())
        if repository is not None and repository.top is not None:
            self._of_repository(repository, repository.top, files)
        elif folder is not None and folder.is_dir():
            self._of_folder(folder, files)

    def _of_repository(self, repository: Repository, top: Path, files: Sequence[FileDiff]) -> None:
        self.top = top
        tracked = repository.tracked()
        self._match(top, [*tracked, *repository.untracked()], files)
        head = repository.head
        self.config = config_of(repository, head)
        if self.heads:
            changed = {os.fsencode(name) for file in files for name in (file.path, file.old_path) if name}
            self.tree = {**tree_of(repository, tracked, changed, self.left_out), **settings_of(repository, head)}

    def _of_folder(self, folder: Path, files: Sequence[FileDiff]) -> None:
        self.top = folder
        self._match(folder, walked(folder, set()), files)
        # The diff may have brought it: then it is no word of the base.
        if all(file.path != NAME for file in files):
            self.config = read_below(folder, os.fsencode(NAME), MAX_FILE_BYTES)[0]

    def _match(self, top: Path, listed: Sequence[bytes], files: Sequence[FileDiff]) -> None:
        by_name = {shown(raw): raw for raw in listed}
        for file in files:
            if not file.blocks or file.kind or file.change == "deleted":
                continue
            for name in dict.fromkeys([file.path, file.old_path or file.path]):
                content = read_below(top, by_name[name], MAX_FILE_BYTES)[0] if name in by_name else None
                if content is not None and self._fits(file, content):
                    break

    def _fits(self, file: FileDiff, content: bytes) -> bool:
        """Take a content in as the new version of a file, or as the old one, where it is either."""
        if disagreement(file, None, content) is None:
            self.heads[file.path] = content
            base = reverted(file, content) if file.change != "added" else None
        elif file.change != "added" and (made := applied(file, content)) is not None:
            self.heads[file.path], base = made, content
        else:
            return False
        if base is not None:
            self.bases[file.path] = base
        return True
