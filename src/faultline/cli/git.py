"""git, as far as a review needs it: what changed, what a file holds at a revision, which files there are.

Everything goes through the `git` program, for only that understands every repository there is: worktrees, sparse
checkouts, alternates, SHA-256, partial clones. It is asked in a way that the reviewed repository has no say in: no
external diff, no text conversion, no hooks, no pager, no file system monitor, no lock taken, names as they are.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from faultline.core.errors import ArtifactRejected, UsageError

MAX_DIFF_BYTES = 32 << 20
"""A larger diff is refused: 32 MB are some 800,000 lines."""
SYMLINK, SUBMODULE = "120000", "160000"

_KEPT = frozenset(
    {
        # Set by git for its hooks, in which a review is to run.
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"),
        # Where git looks, and by which containers say that a folder is safe.
        *("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH"),
        *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_COUNT"),
    }
)
_ALWAYS = (
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=" + os.devnull),
    *("-c", "core.quotePath=true"),
    *("-c", "diff.suppressBlankEmpty=false"),
)
_DIFF = (
    "--raw",
    "--no-abbrev",
    "--patch",
    "--unified=3",
    "--inter-hunk-context=0",
    "--find-renames",
    "-l1000",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--submodule=short",
    "--ignore-submodules=dirty",
    "--diff-algorithm=default",
    "--indent-heuristic",
    "-O" + os.devnull,
)


class GitFailed(UsageError):
    """git said no; the message says why and what to do."""


class Entry(NamedTuple):
    """One changed file as `git diff --raw` tells it; object names are empty where the content is in the work tree."""

    status: str
    old_mode: str
    new_mode: str
    old_blob: str
    new_blob: str
    old_path: bytes
    path: bytes


class Comparison(NamedTuple):
    """The changed files and the change as a unified diff."""

    entries: tuple[Entry, ...]
    diff: bytes


class Repository:
    """A repository, and how to ask it.

    Args:
        folder: where git is started.
        top: the folder of the work tree; None for a bare repository.

    """

    def __init__(self, folder: Path, top: Path | None) -> None:
        self.folder = folder
        self.top = top

    @classmethod
    def find(cls, folder: Path) -> Repository | None:
        """The repository that a folder belongs to; None for a folder of none.

        Raises:
            GitFailed: there is one and git refuses to read it, or there is no git.

        """
        asked = cls(folder, None)
        code, out, err = asked._call("rev-parse", "--is-inside-work-tree", "--is-inside-git-dir")
        if code:
            if "not a git repository" in err:
                return None
            raise GitFailed(_words(err))
        inside = out.split()[:1] == [b"true"]
        top = Path(os.fsdecode(asked.ask("rev-parse", "--show-toplevel").rstrip(b"\n"))) if inside else None
        return cls(top or folder, top)

    @classmethod
    def perhaps(cls, folder: Path) -> Repository | None:
        """The repository that a folder belongs to, for a call that does without one; why that is, is said."""
        try:
            return cls.find(folder)
        except GitFailed as error:
            print(f"faultline: warning: going on without git: {error}", file=sys.stderr)
            return None

    def ask(self, *arguments: str, given: bytes | None = None) -> bytes:
        """What git answers.

        Raises:
            GitFailed: it says no.

        """
        code, out, err = self._call(*arguments, given=given)
        if code:
            raise GitFailed(_words(err))
        return out

    def tell(self, *arguments: str) -> str | None:
        """A one-line answer; None where git says no."""
        code, out, _ = self._call(*arguments)
        return None if code else out.decode("utf-8", "replace").strip()

    def _call(self, *arguments: str, given: bytes | None = None) -> tuple[int, bytes, str]:
        try:
            done = subprocess.run(  # noqa: S603  # our own words; names from outside are never options
                ["git", *_ALWAYS, *arguments],  # noqa: S607  # the user's git is the one on their PATH
                cwd=self.folder,
                env=environment(os.environ),
                input=given,
                stdin=None if given is not None else subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            if not self.folder.exists():
                raise ArtifactRejected("no such file or folder", name=str(self.folder)) from error
            raise GitFailed("git is not installed, or not on PATH; --all and --diff work without it") from error
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")

    def commit(self, revision: str) -> str:
        """The commit that a revision names.

        Raises:
            GitFailed: it names none.

        """
        found = None
        if not revision.startswith("-"):
            found = self.tell("rev-parse", "--quiet", "--verify", "--end-of-options", revision + "^{commit}")
        if not found:
            raise GitFailed(f"{revision!r} is no commit of this repository; a clone may lack it: git fetch")
        return found

    @property
    def head(self) -> str | None:
        """The commit of HEAD; None where nothing has been committed yet."""
        return self.tell("rev-parse", "--quiet", "--verify", "HEAD^{commit}")

    @property
    def empty_tree(self) -> str:
        """The tree without files, by the name that the repository's hash gives it."""
        return self.ask("hash-object", "-t", "tree", "--stdin", given=b"").decode().strip()

    def default_branch(self) -> str | None:
        """The branch that work goes into: what origin/HEAD says, else main or master; None where there is none."""
        named = self.tell("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        for name in (named, "main", "master", "origin/main", "origin/master"):
            if name and self.tell("rev-parse", "--quiet", "--verify", name + "^{commit}"):
                return name
        return None

    def on_branch(self) -> str | None:
        """The branch that is checked out; None for a detached HEAD."""
        return self.tell("symbolic-ref", "--quiet", "--short", "HEAD") or None

    def merge_base(self, one: str, other: str) -> str:
        """The commit at which two lines of work parted.

        Raises:
            GitFailed: there is none, or a shallow clone does not hold it.

        """
        code, out, _ = self._call("merge-base", one, other)
        if not code:
            return out.decode().split()[0]
        if self.tell("rev-parse", "--is-shallow-repository") == "true":
            raise GitFailed(
                "this clone is shallow and does not hold the commit at which the branches parted: run"
                " `git fetch --unshallow`, or check out with full history (`fetch-depth: 0`)"
            )
        raise GitFailed("the two have no commit in common, so there is no base to compare with")

    def compare(self, *sides: str, paths: Sequence[str] = ()) -> Comparison:
        """What changed between two sides, as `git diff` names them: `COMMIT`, `COMMIT COMMIT`, `--cached TREE`.

        An attribute may have made git say of a text that it is binary; then `--text` before the sides shows it.

        Raises:
            ArtifactRejected: the diff is larger than MAX_DIFF_BYTES.

        """
        out = self.ask("diff", *_DIFF, *sides, "--", *paths)
        if len(out) > MAX_DIFF_BYTES:
            raise ArtifactRejected(
                f"the change is {len(out) >> 20} MB as a diff; name a PATH to review a part of it",
                limit=f"{MAX_DIFF_BYTES >> 20} MB",
            )
        entries = []
        at = 0
        while out.startswith(b":", at):
            end = out.index(b"\n", at)
            entries.append(_entry(out[at:end]))
            at = end + 1
        diff = out[at:].removeprefix(b"\n")
        # An unmerged file is told twice: as a conflict of the index, and as what the work tree holds.
        return Comparison(tuple(entry for entry in entries if entry.status != "U"), diff)

    def untracked(self, paths: Sequence[str] = ()) -> list[bytes]:
        """Files of the work tree that git neither knows nor ignores; a repository within it is none of them."""
        listed = self.ask("ls-files", "-z", "--others", "--exclude-standard", "--", *paths)
        return sorted(path for path in listed.split(b"\0") if path and not path.endswith(b"/"))

    def tracked(self, paths: Sequence[str] = ()) -> dict[bytes, tuple[str, str]]:
        """The files of the index, each with its mode and the name of its blob."""
        files = {}
        for record in self.ask("ls-files", "-z", "--stage", "--", *paths).split(b"\0"):
            about, _, path = record.partition(b"\t")
            if path:
                mode, blob, _stage = about.decode().split()
                files[path] = (mode, blob)
        return files

    def files_of(self, revision: str) -> dict[bytes, tuple[str, str]]:
        """The files of a commit, each with its mode and the name of its blob."""
        files = {}
        for record in self.ask("ls-tree", "-r", "-z", "--full-tree", revision).split(b"\0"):
            about, _, path = record.partition(b"\t")
            if path:
                mode, kind, blob = about.decode().split()
                files[path] = (SUBMODULE if kind == "commit" else mode, blob)
        return files

    def blob_at(self, revision: str, path: str) -> str | None:
        """The name of the blob that a file is at a revision; None where there is none."""
        return self.tell("rev-parse", "--quiet", "--verify", f"{revision}:{path}")

    def sizes(self, blobs: Iterable[str]) -> dict[str, int]:
        """How many bytes each blob has; one that is missing is left out."""
        wanted = sorted(set(blobs))
        if not wanted:
            return {}
        out = self.ask("cat-file", "--batch-check", "--buffer", given="\n".join(wanted).encode() + b"\n")
        rows = (line.split() for line in out.decode().splitlines())
        return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}

    def blobs(self, names: Iterable[str], most: int) -> dict[str, bytes]:
        """What blobs hold, of those with at most `most` bytes."""
        wanted = [name for name, size in self.sizes(names).items() if size <= most]
        if not wanted:
            return {}
        out = self.ask("cat-file", "--batch", "--buffer", given="\n".join(wanted).encode() + b"\n")
        return dict(_contents(out))


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment for git: without the variables by which it would run a program or answer in another form."""
    kept = {
        name: value
        for name, value in variables.items()
        if not name.startswith("GIT_") or name in _KEPT or name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))
    }
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _contents(out: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        words = out[at:end].decode().split()
        at = end + 1
        if len(words) == 3:
            size = int(words[2])
            yield words[0], out[at : at + size]
            at += size + 1


def _entry(line: bytes) -> Entry:
    from faultline.analyzers.review.names import unquoted

    about, *paths = line.split(b"\t")
    old_mode, new_mode, old_blob, new_blob, status = about.decode()[1:].split()
    names = [unquoted(path) for path in paths]
    return Entry(status[0], old_mode, new_mode, _blob(old_blob), _blob(new_blob), names[0], names[-1])


def _blob(name: str) -> str:
    return "" if not name.strip("0") else name


def _words(error: str) -> str:
    """What git said, in one line, and what helps."""
    if "dubious ownership" in error:
        return (
            "git does not trust this repository, for it belongs to another user; if you do:"
            " git config --global --add safe.directory FOLDER"
        )
    lines = [line for line in error.splitlines() if line.strip() and not line.startswith(("hint:", "warning:"))]
    first = lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else "git failed without a word"
    return f"git: {first}"


def below(top: Path | None, paths: Sequence[Path]) -> list[str]:
    """The paths as git wants them: relative to the top of the work tree."""
    if top is None:
        return []
    real = top.resolve()
    found = []
    for path in paths:
        at = Path(os.path.realpath(path.parent)) / path.name if path.name not in ("", "..") else path.resolve()
        try:
            inside = at.relative_to(real).as_posix()
        except ValueError:
            raise UsageError(f"{path} is not in the repository at {top}") from None
        if inside != ".":
            found.append(inside)
        else:
            return []
    return found
