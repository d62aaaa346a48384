"""Real git repositories for tests, without a work tree: a commit is one run of `git fast-import`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SYMLINK, SUBMODULE = "120000", "160000"
_ENVIRONMENT = {
    "PATH": os.environ.get("PATH", ""),
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
}
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
Content = bytes | str | tuple[str, str] | None
"""A file's text; a mode and what it points to, for links and submodules; None takes the file away."""


@dataclass(frozen=True)
class FileDiff:
    """A file of a diff, read without the code under test."""

    path: str
    old_path: str
    status: str
    patch: bytes | None
    additions: int
    deletions: int

    def hunk_of(self, line: int, side: str) -> int | None:
        """Which hunk shows a line of one side."""
        number, old, new = -1, 0, 0
        for text in (self.patch or b"").split(b"\n"):
            if head := _HUNK.match(text):
                number += 1
                old, new = int(head[1]), int(head[3])
            elif text.startswith(b"+"):
                if side == "RIGHT" and new == line:
                    return number
                new += 1
            elif text.startswith(b"-"):
                if side == "LEFT" and old == line:
                    return number
                old += 1
            elif text.startswith(b" "):
                if line == (new if side == "RIGHT" else old):
                    return number
                old, new = old + 1, new + 1
        return None


class GitRepository:
    """A bare repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", ".")

    def commit(self, branch: str, files: Mapping[str, Content], *, onto: str | None = None, message: str = "x") -> str:
        """Commit to a branch, which is begun at `onto` where it is new; returns the commit's hash."""
        lines = [
            f"commit refs/heads/{branch}".encode(),
            b"committer Mona <mona@example.com> 1760000000 +0000",
            b"data %d\n%s" % (len(message.encode()), message.encode()),
        ]
        parent = self._find(branch) or (self.resolve(onto) if onto else None)
        if parent:
            lines.append(b"from " + parent.encode())
        for path, content in files.items():
            name = b'"' + path.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
            match content:
                case None:
                    lines.append(b"D " + name)
                case (mode, target) if mode == SUBMODULE:
                    lines.append(b"M 160000 " + target.encode() + b" " + name)
                case _:
                    mode, text = content if isinstance(content, tuple) else ("100644", content)
                    data = text.encode() if isinstance(text, str) else text
                    lines.append(b"M %s inline %s\ndata %d\n%s" % (mode.encode(), name, len(data), data))
        self._git("fast-import", "--quiet", "--force", stdin=b"\n".join(lines) + b"\n")
        return self.resolve(branch)

    def resolve(self, ref: str) -> str:
        """The hash of a revision; KeyError where there is none."""
        found = self._find(ref)
        if found is None:
            raise KeyError(ref)
        return found

    def merge_base(self, base: str, head: str) -> str:
        """Where two revisions parted."""
        return self._git("merge-base", self.resolve(base), self.resolve(head)).decode().strip()

    def count(self, span: str) -> int:
        """How many commits there are in a range."""
        return int(self._git("rev-list", "--count", span))

    def diff(self, base: str, head: str) -> bytes:
        """What `head` changes, since it parted from `base`."""
        return self._git("-c", "core.quotePath=false", "diff", "-M", self.merge_base(base, head), self.resolve(head))

    def files(self, base: str, head: str) -> list[FileDiff]:
        """The same by file."""
        found = []
        revisions = self.merge_base(base, head), self.resolve(head)
        names = self._git("diff", "-M", "--name-status", "-z", *revisions).split(b"\0")
        for part in re.split(rb"(?m)^(?=diff --git )", self.diff(base, head))[1:]:
            head_lines, at, rest = part.partition(b"\n@@")
            patch = b"@@" + rest if at else None
            lines = rest.split(b"\n")
            found.append(
                (
                    head_lines,
                    patch.removesuffix(b"\n") if patch else None,
                    sum(line.startswith(b"+") for line in lines),
                    sum(line.startswith(b"-") for line in lines),
                )
            )
        if not found:
            return []
        words = iter(names)
        statuses = []
        for word in words:
            if not word:
                continue
            old = next(words).decode()
            statuses.append((word[:1].decode(), old, next(words).decode() if word[:1] in b"RC" else old))
        said = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
        return [
            FileDiff(new, old, said[status], patch, added, removed)
            for (status, old, new), (_, patch, added, removed) in zip(statuses, found, strict=True)
        ]

    def entry(self, ref: str, path: str) -> tuple[str, str] | None:
        """Mode and hash of a path."""
        found = self._git("ls-tree", "-z", self.resolve(ref), "--", path).rstrip(b"\0")
        if not found or b"\0" in found:
            return None
        mode, _, sha = found.partition(b"\t")[0].split(b" ")
        return mode.decode(), sha.decode()

    def blob(self, sha: str) -> bytes:
        """A file's content."""
        return self._git("cat-file", "blob", sha)

    def archive(self, ref: str, prefix: str) -> bytes:
        """All files, as a compressed tar archive."""
        return self._git("archive", "--format=tar.gz", f"--prefix={prefix}/", self.resolve(ref))

    def _find(self, ref: str) -> str | None:
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def _git(self, *words: str, stdin: bytes | None = None) -> bytes:
        done = self._run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def _run(self, *words: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["git", *words], cwd=self.folder, env=_ENVIRONMENT, input=stdin, capture_output=True, check=False
        )
