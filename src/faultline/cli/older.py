"""What `faultline design --against` compares with: a file, a folder, or the same paths at a revision of git."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from faultline.cli import inputs
from faultline.cli.documents import Documents, Taken, absolute, inside, named_content, of_file, of_folder
from faultline.cli.git import Repository, below
from faultline.cli.sources import Disk, Revision, Source
from faultline.core.errors import ArtifactRejected, UsageError


def collect(old: str, paths: Sequence[str], new: Documents) -> Documents:
    """The older documents, under the paths of those that they are compared with.

    Args:
        old: what the user named.
        paths: what is looked at, as on the command line.
        new: what was found there.

    Raises:
        ArtifactRejected: there is no such file, folder or revision, or it does not hold the file that is looked at.
        UsageError: it is a file, and what is looked at is not.

    """
    older = Documents(new.root)
    if Path(old).is_dir():
        _folder(old, paths, older)
    elif os.path.lexists(old) or old == inputs.STDIN:
        _file(old, paths, older, new)
    else:
        _revision(old, paths, older)
    new.left_out += older.left_out
    return older


def _folder(old: str, paths: Sequence[str], older: Documents) -> None:
    places = [absolute(each) for each in paths if each != inputs.STDIN]
    source = Disk(absolute(old), older.left_out)
    if len(places) == 1 and not places[0].is_dir():
        name = places[0].name
        content = source.read([name]).get(name)
        if content is None:
            raise ArtifactRejected(f"holds no {inputs.named(name)} to compare with", name=inputs.named(old))
        older.add(inside(older.root, places[0].parent), old, of_file(source, name, content, older.left_out))
        return
    top = Path(os.path.commonpath([each if each.is_dir() else each.parent for each in places]))
    older.add(inside(older.root, top), old, of_folder(source, older.left_out))


def _file(old: str, paths: Sequence[str], older: Documents, new: Documents) -> None:
    own = [path for path in new.files if path not in new.along]
    if len(paths) != 1 or len(own) != 1:
        raise UsageError("--against with a file compares with one file; name the folder that the older files are in")
    content = named_content(old)
    at = absolute(old)
    taken = (
        Taken({"-": content})
        if old == inputs.STDIN
        else of_file(Disk(at.parent, older.left_out), at.name, content, older.left_out)
    )
    taken.files.pop("-" if old == inputs.STDIN else at.name)
    older.add(str(PurePosixPath(own[0]).parent), str(Path(old).parent), taken)
    older.files[own[0]] = content
    older.names[own[0]] = inputs.named(old)


def _revision(old: str, paths: Sequence[str], older: Documents) -> None:
    named = [each for each in paths if each != inputs.STDIN]
    first = Path(named[0]) if named else Path()
    repository = Repository.find(first if first.is_dir() else first.parent)
    if repository is None or repository.top is None:
        raise ArtifactRejected(
            "no such file or folder, and no git repository is here that could have such a revision",
            name=inputs.named(old),
        )
    commit = repository.commit(old)
    for each in named:
        at = absolute(each)
        is_folder = at.is_dir()
        folder = at if is_folder else at.parent
        limits = below(repository.top, [folder])
        source = Revision(repository, commit, limits[0] if limits else "")
        taken = of_folder(source, older.left_out) if is_folder else _at_revision(source, at.name, older.left_out)
        if not taken.files:
            older.left_out.append(f"{inputs.named(each)} has no older version at {old}, so nothing is compared")
        typed = each if is_folder else str(Path(each).parent)
        older.add(inside(older.root, folder), typed, taken)
    older.names = {path: f"{old}:{name}" for path, name in older.names.items()}


def _at_revision(source: Source, name: str, left_out: list[str]) -> Taken:
    content = source.read([name]).get(name)
    return Taken() if content is None else of_file(source, name, content, left_out)
