"""What a call of `faultline review` reviews, as a bundle: here a change that git knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from faultline.analyzers.review.bundle import (
    MAX_CONTENT_BYTES,
    MAX_DIFF_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TREE_BYTES,
    MAX_TREE_FILES,
    SETTINGS,
    Bundle,
)
from faultline.analyzers.review.config import NAME
from faultline.analyzers.review.diff import BINARY, FileDiff, parse
from faultline.analyzers.review.names import listed, quoted, shown
from faultline.analyzers.review.texts import is_binary
from faultline.cli.git import SUBMODULE, SYMLINK, Comparison, Entry, Repository, below
from faultline.cli.worktree import LINK, read_below
from faultline.core.errors import UsageError

WORK_TREE, INDEX = "work tree", "index"


@dataclass(frozen=True, slots=True)
class Collected:
    """What is to be reviewed, and how to speak of it.

    Args:
        bundle: what it is.
        name: what it is called.
        words: what is compared, for people.
        top: the folder that the bundle's paths are under; None where there is none.
        files: how many there are.
        fixable: whether the work tree is what is reviewed.
        typed: what to put before every path, where it is no path of a repository.

    """

    bundle: Bundle
    name: str
    words: str
    top: Path | None
    files: int
    fixable: bool = False
    typed: str | None = None


def change(
    repository: Repository, paths: Sequence[Path], *, base: str | None, head: str | None, staged: bool
) -> Collected:
    """A change as git knows it.

    The base is the commit at which the head parted from `base`, as in a pull request; without `base`, from the
    default branch, and on that branch itself it is HEAD. The head is the work tree with its untracked files, the
    index, or a commit.

    Raises:
        GitFailed: a revision is unknown, or there is no common base.
        UsageError: the repository has no work tree and a revision is needed.

    """
    top = repository.top
    if top is None and (head is None or staged):
        raise UsageError("this repository has no work tree; name two revisions with --base and --head")
    limits = below(top, paths)
    tip = repository.commit(head) if head else repository.head
    if staged:
        start, against = (repository.commit(base) if base else tip), base or "HEAD"
    else:
        start, against = _base(repository, tip, base, head)
    old = start or repository.empty_tree
    against = f"{against} ({start[:7]})" if start else "nothing, for there is no commit yet"
    if head:
        assert tip
        compared = repository.compare(old, tip, paths=limits)
        name = f"{head} ({tip[:7]})"
    elif staged:
        compared, name = repository.compare("--cached", old, paths=limits), INDEX
    else:
        compared, name = repository.compare(old, paths=limits), WORK_TREE
    fresh = repository.untracked(limits) if not head and not staged else []
    from_disk = None if head or staged else top
    packed = _Packed(repository, from_disk)
    packed.add(compared, fresh)
    if hidden := packed.hidden():
        sides = (old, tip) if head and tip else ("--cached", old) if staged else (old,)
        packed.reveal(repository.compare("--text", *sides, paths=hidden))
    bundle = Bundle(
        diff=packed.diff,
        base=against,
        head=name,
        bases=packed.bases,
        heads=packed.heads,
        tree=_tree(repository, start, tip if head else None, packed),
        config=config_of(repository, start),
        absent=packed.absent,
        left_out=tuple(packed.left_out),
    )
    words = f"the {name} against {against}" if not head else f"{name} against {against}"
    return Collected(bundle, name, words, top, packed.files, fixable=not head and not staged)


def _base(repository: Repository, tip: str | None, base: str | None, head: str | None) -> tuple[str | None, str]:
    if base:
        other = repository.commit(base)
        return (repository.merge_base(other, tip), base) if tip else (other, base)
    if tip is None:
        return None, "HEAD"
    default = repository.default_branch()
    here = None if head else repository.on_branch()
    if default is None or (here is not None and here == default.removeprefix("origin/")):
        return tip, "HEAD"
    return repository.merge_base(repository.commit(default), tip), default


class _Packed:
    """The contents of changed files, as far as they can be reviewed."""

    def __init__(self, repository: Repository, disk: Path | None) -> None:
        self._repository = repository
        self._disk = disk
        self.diff = b""
        self.bases: dict[str, bytes] = {}
        self.heads: dict[str, bytes] = {}
        self.absent: dict[str, str] = {}
        self.left_out: list[str] = []
        self.files = 0
        self.python = False
        self.changed: set[bytes] = set()
        self._over: list[str] = []
        self._room = MAX_CONTENT_BYTES
        self._diff_room = 0
        self._told: list[FileDiff] = []
        self._hidden: set[str] = set()

    def add(self, compared: Comparison, fresh: Sequence[bytes]) -> None:
        """Take in the files that git compared, and those that it does not know."""
        entries = [each for each in compared.entries if SUBMODULE not in (each.old_mode, each.new_mode)]
        self.files = len(compared.entries) + len(fresh)
        self.changed = {name for each in compared.entries for name in (each.path, each.old_path)}
        self.python = any(path.endswith((b".py", b".pyi")) for path in (*self.changed, *fresh))
        wanted = self._chosen([each for each in entries if each.new_mode not in (SYMLINK, "000000")])
        blobs = self._repository.blobs(self._blobs_of(wanted), MAX_FILE_BYTES)
        for each in wanted:
            path = shown(each.path)
            if each.status != "A" and each.old_blob in blobs and each.old_mode != SYMLINK:
                self.bases[path] = blobs[each.old_blob]
            if self._disk is None:
                head = blobs.get(each.new_blob)
                self._keep(path, head, "larger than 1 MB")
            else:
                self._keep(path, *read_below(self._disk, each.path, MAX_FILE_BYTES))
        diff = compared.diff
        sections = [diff, b"\n" if diff and not diff.endswith(b"\n") else b""]
        self._diff_room = MAX_DIFF_BYTES - len(diff) - 1
        sections += [self._fresh(raw) for raw in fresh]
        self.diff = b"".join(sections)
        if self._over:
            self.left_out.append(
                f"{len(self._over):,} of {self.files:,} files were left out, for a review takes {MAX_FILES:,} files and"
                f" {MAX_CONTENT_BYTES >> 20} MB: {listed(self._over)}"
            )

    def hidden(self) -> list[str]:
        """Names of files that git takes for binary and that are text: an attribute can say so of any file."""
        self._told = parse(self.diff)
        self._hidden = {
            file.path
            for file in self._told
            if file.kind == BINARY
            and not is_binary(self.heads.get(file.path, b"\0"))
            and not is_binary(self.bases.get(file.path, b""))
        }
        return [name for file in self._told if file.path in self._hidden for name in (file.old_path, file.path) if name]

    def reveal(self, compared: Comparison) -> None:
        """Put what git says of hidden files when it is told to take them for text in the place of what it said."""
        revealed = self._hidden.intersection(file.path for file in parse(compared.diff))
        lines = self.diff.split(b"\n")
        starts = [*(file.line - 1 for file in self._told), len(lines)]
        sections = [
            b"\n".join(lines[start:end])
            for file, start, end in zip(self._told, starts, starts[1:], strict=False)
            if file.path not in revealed
        ]
        self.diff = b"\n".join([*(section.rstrip(b"\n") for section in sections if section), compared.diff])

    def _chosen(self, entries: Sequence[Entry]) -> list[Entry]:
        """The files whose contents there is room for."""
        sizes = self._repository.sizes(self._blobs_of(entries))
        chosen: list[Entry] = []
        for each in entries:
            size = sum(min(sizes.get(blob, 0), MAX_FILE_BYTES) for blob in self._blobs_of([each]))
            if len(chosen) < MAX_FILES and size <= self._room:
                chosen.append(each)
                self._room -= size
            else:
                self._over.append(shown(each.path))
                self.absent[self._over[-1]] = "left out: too many files have changed"
        return chosen

    def _blobs_of(self, entries: Iterable[Entry]) -> Iterable[str]:
        for each in entries:
            if each.old_blob and each.old_mode != SYMLINK:
                yield each.old_blob
            if each.new_blob and self._disk is None:
                yield each.new_blob

    def _fresh(self, raw: bytes) -> bytes:
        """A file that git does not know, as git would tell that it is new."""
        assert self._disk
        name_a, name_b = quoted(b"a/" + raw), quoted(b"b/" + raw)
        head = b"diff --git %s %s\nnew file mode 100644\n" % (name_a, name_b)
        content, why = read_below(self._disk, raw, MAX_FILE_BYTES)
        if why == LINK:
            return b"diff --git %s %s\nnew file mode 120000\n" % (name_a, name_b)
        if content is not None and (
            len(self.heads) >= MAX_FILES or len(content) > min(self._room, self._diff_room // 3)
        ):
            self._over.append(shown(raw))
            return b""
        self._keep(shown(raw), content, why)
        if content is None or is_binary(content):
            return head + b"Binary files /dev/null and %s differ\n" % name_b
        if not content:
            return head
        lines = content.split(b"\n")
        ended = not lines[-1]
        if ended:
            lines.pop()
        body = b"".join(b"+%s\n" % line for line in lines)
        bare = b"" if ended else b"\\ No newline at end of file\n"
        tab = b"\t" if b" " in raw else b""
        self._diff_room -= len(body) + 3 * len(head)
        return head + b"--- /dev/null\n+++ %s%s\n@@ -0,0 +1,%d @@\n%s%s" % (name_b, tab, len(lines), body, bare)

    def _keep(self, path: str, content: bytes | None, why: str) -> None:
        if content is None:
            self.absent[path] = why
        else:
            self.heads[path] = content
            self._room -= len(content) if self._disk else 0


def config_of(repository: Repository, revision: str | None) -> bytes | None:
    """What `.faultline.toml` says at a revision."""
    blob = repository.blob_at(revision, NAME) if revision else None
    return repository.blobs([blob], MAX_FILE_BYTES).get(blob) if blob else None


def _tree(repository: Repository, base: str | None, head: str | None, packed: _Packed) -> dict[str, bytes]:
    """The Python files that did not change, where Python is reviewed, and the base's settings."""
    tree = {}
    if packed.python:
        files = repository.files_of(head) if head else repository.tracked()
        tree = tree_of(repository, files, packed.changed, packed.left_out)
    return tree | settings_of(repository, base)


def settings_of(repository: Repository, revision: str | None) -> dict[str, bytes]:
    """The files of a commit that say how code is built."""
    if revision is None:
        return {}
    wanted = {
        path: blob
        for path, (mode, blob) in repository.files_of(revision).items()
        if mode != SYMLINK and is_settings(path)
    }
    blobs = repository.blobs(wanted.values(), MAX_FILE_BYTES)
    return {shown(path): blobs[blob] for path, blob in wanted.items() if blob in blobs}


def tree_of(
    repository: Repository, files: Mapping[bytes, tuple[str, str]], changed: set[bytes], left_out: list[str]
) -> dict[str, bytes]:
    """The Python files among some, but those that changed."""
    wanted = {
        path: blob
        for path, (mode, blob) in sorted(files.items())
        if path.endswith(b".py") and mode not in (SYMLINK, SUBMODULE) and path not in changed
    }
    sizes = repository.sizes(wanted.values())
    taken: dict[bytes, str] = {}
    total = 0
    for path, blob in wanted.items():
        size = sizes.get(blob, MAX_FILE_BYTES + 1)
        if size <= MAX_FILE_BYTES and total + size <= MAX_TREE_BYTES and len(taken) < MAX_TREE_FILES:
            taken[path] = blob
            total += size
    if len(taken) < len(wanted):
        left_out.append(
            f"{len(wanted) - len(taken):,} of {len(wanted):,} unchanged Python files are not in the import graph"
        )
    blobs = repository.blobs(taken.values(), MAX_FILE_BYTES)
    return {shown(path): blobs[blob] for path, blob in taken.items() if blob in blobs}


def is_settings(path: bytes) -> bool:
    """Whether a file says how the code around it is built, by its name."""
    name = path.rpartition(b"/")[2].decode("utf-8", "replace")
    return name in SETTINGS or (name.startswith("requirements") and name.endswith(".txt"))
